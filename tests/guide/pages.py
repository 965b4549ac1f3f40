"""The pages of the user guide, and what they mention."""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "resources" / "guide"
PAGES = sorted(GUIDE.glob("*.md"))

_FENCED = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


class Mentions(NamedTuple):
    """What a page says exists."""

    #: Menus, buttons and fields, which stand in bold.
    labels: list[str]
    #: What stands in the type of a keyboard: commands, keys, names of files.
    code: list[str]
    #: The lines of blocks of commands, each whole.
    commands: list[str]
    links: list[str]
    pictures: list[str]


def mentions(text: str) -> Mentions:
    """Read them out of Markdown."""
    # Of other languages are the configuration and the commands of other programs.
    blocks = [match[3] for match in _FENCED.finditer(text) if match[2] in {"", "sh"}]
    commands = [
        line.strip()
        for block in blocks
        for line in block.replace("\\\n", " ").splitlines()
        if line.strip()
    ]
    prose = re.sub(r"\s+", " ", _FENCED.sub("", text))
    return Mentions(
        labels=re.findall(r"\*\*(.+?)\*\*", prose),
        code=re.findall(r"`(.+?)`", prose),
        commands=commands,
        links=re.findall(r"(?<!!)\[[^\]]+\]\(([^)]+)\)", prose),
        pictures=re.findall(r"!\[[^\]]*\]\(([^)]+)\)", prose),
    )


def plain(text: str) -> str:
    """A label without its shortcut, and without what stands after it."""
    return text.replace("&", "").rstrip(".…:").strip()


def labels_in_source() -> set[str]:
    """Every text that the windows could show: the strings in their source."""
    found = set()
    package = ROOT / "app" / "handfast"
    for folder in ("ui", "flows", "core/commands.py"):
        for path in [package / folder, *(package / folder).rglob("*.py")]:
            if path.is_dir():
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(plain(node.value))
    return found


def arguments(command: str) -> list[str]:
    """The words after the name of the program."""
    words = shlex.split(re.sub(r" [<|] .*", "", command))
    assert words[0] == "handfast", command
    return words[1:]

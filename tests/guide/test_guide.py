"""The guide tells the truth: what it names exists, what it shows is there, and where it leads."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from handfast.cli.parser import EXITS, parse, verb_parser
from handfast.cli.verbs import VERBS
from handfast.core.errors import InvalidInput
from tests.guide.pages import GUIDE, PAGES, ROOT, arguments, labels_in_source, mentions, plain

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_IN_ALL = 2_000_000
#: What begins like this is a key.
_KEY = re.compile(r"^(Ctrl|Shift|Alt)\+|^F\d+$")


def told(page: Path) -> str:
    return page.read_text(encoding="utf-8")


pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


def test_there_is_a_page_for_each_job() -> None:
    assert {page.stem for page in PAGES} == {
        "index", "open", "generate", "export", "import", "mutual-tls", "rehearse", "probe",
        "convert", "formats", "preferences", "console", "monitoring", "renew", "roll-over",
        "trouble", "verify", "entries", "export-key", "import-pair", "sign", "ca", "negative",
        "jdks",
    }  # fmt: skip


def wrong_labels(text: str) -> list[str]:
    """Those in bold, without the paths through menus, that no window has."""
    known = labels_in_source()
    return [
        label for label in mentions(text).labels if " > " not in label and plain(label) not in known
    ]


@pages
def test_every_label_that_it_names_is_in_a_window(page: Path) -> None:
    assert wrong_labels(told(page)) == []


def test_a_label_that_is_not_is_noticed() -> None:
    assert wrong_labels("Press **Keep My Edits** or **Keep Your Edits**.") == ["Keep Your Edits"]


def wrong_commands(text: str) -> list[str]:
    found = []
    for command in mentions(text).commands:
        try:
            parse(arguments(command))
        except InvalidInput as error:
            found.append(f"{command}: {error.problem}")
    return found


@pages
def test_every_command_is_one(page: Path) -> None:
    assert wrong_commands(told(page)) == []


@pytest.mark.parametrize(
    "command", ["handfast lost x", "handfast list x --all", "handfast export x --alias a"]
)
def test_a_command_that_is_none_is_noticed(command: str) -> None:
    assert len(wrong_commands(f"```sh\n{command}\n```\n")) == 1


def wrong_code(text: str) -> list[str]:
    """Verbs and options between back quotes that there are not."""
    options = {
        option
        for verb in VERBS
        for action in verb_parser(verb)._actions
        for option in action.option_strings
    } | {"--version", "--new-instance", "--help"}
    found = []
    for code in mentions(text).code:
        words = code.split()
        if words[0] == "handfast" and len(words) > 1 and not words[1].startswith("-"):
            found += [code] if words[1] not in VERBS else []
        found += [word for word in words if word.startswith("--") and word not in options]
    return found


@pages
def test_every_verb_and_option_is_one(page: Path) -> None:
    assert wrong_code(told(page)) == []


def test_a_verb_and_an_option_that_are_none_are_noticed() -> None:
    assert wrong_code("`handfast list` `handfast lost` `--trust` `--distrust 1`") == [
        "handfast lost",
        "--distrust",
    ]


@pages
def test_every_link_leads_to_a_page(page: Path) -> None:
    for link in mentions(told(page)).links:
        # Nothing that it needs is on the network.
        assert (GUIDE / link) in PAGES, link


def test_whoever_imported_is_led_to_the_tools_that_make_sure() -> None:
    assert "verify.md" in mentions(told(GUIDE / "import.md")).links
    section = told(GUIDE / "verify.md").split("## Check, verify, compare, rehearse, or probe")[1]
    named = mentions(section.split("\n## ")[0]).labels
    tools = (
        "Check",
        "Verify Certificate",
        "Compare",
        "Rehearse Mutual TLS",
        "Probe a Live Endpoint",
    )
    assert [label.rpartition(" > ")[2] for label in named] == list(tools)


def test_every_page_is_in_the_contents_and_leads_there() -> None:
    links = mentions(told(GUIDE / "index.md")).links
    assert sorted(links) == sorted(page.name for page in PAGES if page.stem != "index")


def test_every_picture_is_there_in_light_and_dark_and_none_is_left_over() -> None:
    shown = {picture for page in PAGES for picture in mentions(told(page)).pictures}
    assert len(shown) > 10
    dark = {f"{name.removesuffix('.png')}-dark.png" for name in shown}
    there = {f"pictures/{path.name}" for path in (GUIDE / "pictures").iterdir()}
    assert there == shown | dark


def test_the_pictures_are_small_and_in_few_colours() -> None:
    found = list((GUIDE / "pictures").glob("*.png"))
    assert sum(path.stat().st_size for path in found) < LARGEST_IN_ALL
    for path in found:
        # The header of a PNG: eight bytes that say so, then IHDR with its colour type at 25.
        head = path.read_bytes()[:33]
        assert struct.unpack(">B", head[25:26]) == (3,), path.name


def test_the_exit_codes_are_those_of_the_help() -> None:
    rows = dict(re.findall(r"^\| (\d+) \| (.+) \|$", told(GUIDE / "console.md"), re.MULTILINE))
    help_ = dict(re.findall(r"(?:^|\s{2,})(\d+) (.+?)(?=\s{2,}|$)", EXITS, re.MULTILINE))
    assert help_.keys() <= rows.keys()
    for code, meaning in help_.items():
        assert rows[code].startswith(meaning)


def test_every_verb_is_in_the_guide() -> None:
    everything = " ".join(told(page) for page in PAGES)
    assert [verb for verb in VERBS if f"handfast {verb} " not in everything.replace("`", " ")] == []


def test_the_pictures_are_made_by_a_command() -> None:
    """Whether it would make them as they are takes half a minute: packaging/check.sh asks that."""
    command = [sys.executable, str(ROOT / "packaging" / "guide_pictures.py"), "--names"]
    names = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert set(names) == {path.name for path in (GUIDE / "pictures").iterdir()}

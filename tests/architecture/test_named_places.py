"""Every file, folder, module, and name that the documents name exists."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from tests.support.arrows import PACKAGE

ROOT = PACKAGE.parents[1]
DOCUMENTS = (
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    *(f"docs/{name}.md" for name in ("ARCHITECTURE", "GLOSSARY", "LIBRARY", "TESTING")),
)
_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"\.?[\w-]+(?:[/.][\w*-]+)*/?")
_ENDINGS = (".py", ".md", ".toml", ".yaml", ".tsv", ".cfg")
#: Made by what the documents describe.
MADE = "dist/"
ROOMS = frozenset(path.name for path in PACKAGE.iterdir() if path.is_dir())


def places(text: str) -> list[str]:
    """What a document names as a file or folder of the checkout."""
    return [
        found
        for found in _CODE.findall(text)
        if _PATH.fullmatch(found) and ("/" in found or found.endswith(_ENDINGS))
    ]


def exists(place: str) -> bool:
    """Whether there is one, from the root, in the package, or for a bare name anywhere."""
    if any(list(base.glob(place.rstrip("/"))) for base in (ROOT, ROOT / "app", PACKAGE)):
        return True
    return "/" not in place and any(
        next(base.rglob(place), None) is not None
        for base in (PACKAGE, ROOT / "tests", ROOT / "packaging", ROOT / "resources")
    )


def test_what_counts_as_a_place() -> None:
    text = "`core/errors.py`, `tests/ui`, `index.md`, `--json`, `a/b c`, `handfast list x.p12`"
    assert places(text) == ["core/errors.py", "tests/ui", "index.md"]
    assert exists("core/errors.py")
    assert exists("errors.py")
    assert not exists("core/nowhere.py")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_place_exists(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    named = [each for each in places(text) if not each.startswith(MADE)]
    assert [each for each in named if not exists(each)] == []


def _is_there(dotted: str) -> bool:
    """Whether a module, or a name in one, exists."""
    parts = dotted.split(".")
    for cut in range(len(parts), 0, -1):
        path = PACKAGE.joinpath(*parts[:cut])
        if path.with_suffix(".py").exists() or path.is_dir():
            found: object = import_module(".".join(("handfast", *parts[:cut])))
            for part in parts[cut:]:
                found = getattr(found, part, None)
            return found is not None
    return False


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_module_exists(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    dotted = [
        each.removeprefix("handfast.")
        for each in _CODE.findall(text)
        if re.fullmatch(r"(?:handfast\.)?[a-z_]+(?:\.\w+)+", each)
        and each.removeprefix("handfast.").partition(".")[0] in ROOMS
    ]
    assert [each for each in dotted if not _is_there(each)] == []


def test_a_module_that_is_gone_is_found() -> None:
    assert _is_there("core.certificates.summary")
    assert _is_there("core.store.Store")
    assert not _is_there("core.store.Stoer")
    assert not _is_there("core.certificate_summary")


def test_the_documents_are_all_there() -> None:
    assert all((ROOT / name).is_file() for name in DOCUMENTS)
    assert Path(ROOT / "docs/ARCHITECTURE.md").read_text(encoding="utf-8").count("`") > 100

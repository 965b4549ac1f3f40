"""What is installed beside Handfast: nothing of it is compiled where it is installed."""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_tag

if TYPE_CHECKING:
    from collections.abc import Iterator

#: How the platforms are named for which a package index takes wheels. A wheel that is made by the
#: machine that installs it is named after that machine alone, as in ``linux_x86_64``.
PUBLISHED = ("any", "manylinux", "musllinux", "macosx", "win")


def needed(name: str) -> dict[str, metadata.Distribution]:
    """The distribution and all that it needs here to run, by their names; no extras of its own."""
    found: dict[str, metadata.Distribution] = {}
    open_questions = [(canonicalize_name(name), frozenset({""}))]
    while open_questions:
        each, extras = open_questions.pop()
        if each in found and extras == {""}:
            continue
        found[each] = metadata.distribution(each)
        for line in found[each].requires or ():
            requirement = Requirement(line)
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras):
                wanted = frozenset({"", *requirement.extras})
                open_questions.append((canonicalize_name(requirement.name), wanted))
    return found


def made_here(distribution: metadata.Distribution) -> list[str]:
    """The platforms of its wheel that no index would take: it was compiled on this machine."""
    return [tag for tag in platforms(distribution) if not tag.startswith(PUBLISHED)]


def platforms(distribution: metadata.Distribution) -> Iterator[str]:
    for line in (distribution.read_text("WHEEL") or "").splitlines():
        key, _, tags = line.partition(": ")
        if key == "Tag":
            yield from (tag.platform for tag in parse_tag(tags.strip()))


def test_nothing_that_it_needs_is_compiled_when_it_is_installed() -> None:
    found = needed("handfast")
    assert {"cryptography", "pyopenssl", "cffi", "pyside6-essentials"} <= found.keys()
    assert {name: made_here(each) for name, each in found.items() if made_here(each)} == {}


def test_what_is_compiled_when_it_is_installed_is_noticed() -> None:
    """The cipher of the second reader of the tests is published as source alone."""
    try:
        twofish = metadata.distribution("twofish")
    except metadata.PackageNotFoundError:
        pytest.skip("the twofish package could not be compiled here")
    assert made_here(twofish)
    assert "twofish" in needed("pyjks")
    assert not {"twofish", "pyjks", "javaobj-py3"} & needed("handfast").keys()

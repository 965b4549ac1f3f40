"""What silences a tool says why: beside it, or in a comment right above."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.arrows import PACKAGE

ROOT = PACKAGE.parents[1]
_SILENCES = re.compile(
    r"#\s*(?:type:\s*ignore(?:\[[\w, -]+\])?|noqa(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?"
    r"|pragma:\s*no \w+)"
)


def unexplained(text: str) -> list[int]:
    """The lines that silence a tool and give no reason."""
    lines = text.splitlines()
    found = []
    for number, line in enumerate(lines):
        *_, last = [None, *_SILENCES.finditer(line)]
        if last is None or line.lstrip().startswith(('"', "'")):
            continue
        has_reason = bool(line[last.end() :].strip(" -#"))
        above = lines[number - 1].strip() if number else ""
        if not has_reason and not above.startswith("#"):
            found.append(number + 1)
    return found


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("x = 1  # noqa: S301", [1]),
        ("x = 1  # noqa: S301, N807 - read from ourselves", []),
        ("# Read from ourselves.\nx = 1  # noqa: S301", []),
        ("y = 2\nx = 1  # type: ignore[arg-type]", [2]),
        ("x = 1  # type: ignore[arg-type]  # the signal says so", []),
        ("x = 1  # pragma: no cover", [1]),
    ],
)
def test_what_counts_as_a_reason(text: str, lines: list[int]) -> None:
    assert unexplained(text) == lines


def test_nothing_is_silenced_without_a_reason() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((*PACKAGE.rglob("*.py"), *(ROOT / "packaging").glob("*.py")))
        for line in unexplained(Path(path).read_text(encoding="utf-8"))
    ]
    assert found == []

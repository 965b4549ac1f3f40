"""The PDF of a rehearsal, as a reader of another make sees it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QPageSize

from handfast.ui.rehearsal.printing import to_pdf, usual_paper
from tests.support.tools import tool

if TYPE_CHECKING:
    from pathlib import Path

_A4, _LETTER = QPageSize.PageSizeId.A4, QPageSize.PageSizeId.Letter
_WORD = re.compile(r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</word>')
_LONG = "".join(f"<p>line{number} {'many words of a line ' * 12}</p>" for number in range(80))


def words(pdf: bytes, folder: Path) -> list[list[tuple[float, float, float, float, str]]]:
    """The words of each page, with their places in points from the upper left."""
    path = folder / "printed.pdf"
    path.write_bytes(pdf)
    told = tool("pdftotext")("-bbox", path, "-").stdout
    return [
        [(float(a), float(b), float(c), float(d), text) for a, b, c, d, text in _WORD.findall(page)]
        for page in told.split("<page ")[1:]
    ]


pytestmark = pytest.mark.usefixtures("qapp")


@pytest.mark.parametrize(("paper", "wide", "high"), [(_A4, 595, 842), (_LETTER, 612, 792)])
def test_each_page_is_used_up_to_its_margins_and_numbered(
    tmp_path: Path, paper: QPageSize.PageSizeId, wide: int, high: int
) -> None:
    margin, foot = 15 * 72 / 25.4, 8 * 72 / 25.4
    pages = words(to_pdf(_LONG, paper), tmp_path)
    lines: list[str] = []
    for page in pages:
        # Qt draws the lines next to a page as well, where they are clipped away.
        shown = [each for each in page if margin - 2 < each[1] < high - margin - foot - 2]
        assert min(each[0] for each in shown) == pytest.approx(margin, abs=2)
        assert wide - 2 * margin < max(each[2] for each in shown) < wide - margin + 2
        assert min(each[1] for each in shown) < margin + 20
        assert max(each[3] for each in page) < high - margin + 2
        lines += [each[4] for each in shown if each[4].startswith("line")]
    # Every line on one page, and on one only.
    assert [each for each in lines if each != "line"] == [f"line{number}" for number in range(80)]
    numbers = [[each[4] for each in page if each[1] > high - margin - 12] for page in pages]
    assert numbers == [[str(at), "/", str(len(pages))] for at in range(1, len(pages) + 1)]


def test_a_short_one_is_one_page(tmp_path: Path) -> None:
    pages = words(to_pdf("<p>Short.</p>", _A4), tmp_path)
    assert [[each[4] for each in page] for page in pages] == [["Short.", "1", "/", "1"]]


@pytest.mark.parametrize(
    ("locale", "paper"),
    [("en_US", _LETTER), ("es_MX", _LETTER), ("en_GB", _A4), ("de_AT", _A4), ("C", _A4)],
)
def test_the_paper_is_that_of_the_country(locale: str, paper: QPageSize.PageSizeId) -> None:
    assert usual_paper(QLocale(locale)) == paper

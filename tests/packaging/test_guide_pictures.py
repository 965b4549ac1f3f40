"""What says that a picture of the guide is old."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

_SCRIPT = Path(__file__).parents[2] / "packaging" / "guide_pictures.py"


@pytest.fixture(scope="module")
def script() -> Any:
    told = importlib.util.spec_from_file_location("guide_pictures", _SCRIPT)
    assert told is not None
    assert told.loader is not None
    made = importlib.util.module_from_spec(told)
    told.loader.exec_module(made)
    return made


@pytest.fixture
def taken(script: Any, tmp_path: Path) -> Path:
    """The pictures as they would be taken now, of which each is as it was."""
    return Path(shutil.copytree(script.PICTURES, tmp_path / "taken"))


def test_pictures_that_show_the_same_are_fine(script: Any, taken: Path) -> None:
    assert script.problems(taken) == []


@pytest.mark.parametrize("name", ["generate-target.png", "rehearsal-ok-dark.png"])
def test_a_line_of_small_print_more_is_noticed(script: Any, taken: Path, name: str) -> None:
    with Image.open(taken / name) as was:
        picture = was.convert("RGB")
    pen = ImageDraw.Draw(picture)
    dark = "-dark" in name
    line = "What was here before is no longer told in the same words as these."
    pen.text((picture.width // 3, picture.height - 120), line, fill="white" if dark else "black")
    picture.save(taken / name)
    (told,) = script.problems(taken)
    assert told.startswith(f"{name} is old")


def test_a_few_other_digits_are_not(script: Any, taken: Path) -> None:
    name = "generate-target.png"
    with Image.open(taken / name) as was:
        picture = was.convert("RGB")
    ImageDraw.Draw(picture).text((picture.width // 2, 40), "2027-01-31", fill="black")
    picture.save(taken / name)
    assert script.problems(taken) == []


def test_one_that_is_missing_or_of_another_size_is_told(script: Any, taken: Path) -> None:
    (taken / "store.png").unlink()
    with Image.open(taken / "new.png") as was:
        smaller = was.resize((was.width - 8, was.height))
    smaller.save(taken / "new.png")
    told = sorted(script.problems(taken))
    assert [each.partition(" is ")[0] for each in told] == ["new.png", "store.png"]

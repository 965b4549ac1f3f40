"""Make the pictures of the user guide: ``python packaging/guide_pictures.py``.

Those that its pages name are taken out of all that ``packaging/screenshots.py`` takes, in light and
in dark, and written in few colours. With ``--check`` nothing is written, and the exit code says
whether all are there and show what the windows show now. ``--names`` says which they are.

Keys, fingerprints and dates differ each time. So what is compared is how light each little square
is, and some may differ: as many again as differed when the pictures were written, which is found by
taking them twice, and what a date makes. On a machine with other fonts all pictures differ.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageChops
from PIL.PngImagePlugin import PngInfo

HERE = Path(__file__).parent
GUIDE = HERE.parent / "resources" / "guide"
PICTURES = GUIDE / "pictures"
#: Enough for a window: its greys, its accent, and the edges of letters.
_COLOURS = 64
#: The side of a square that is compared, in pixels: about a letter.
_SIDE = 8
#: From where on a square is another, of 255. The few colours make up to 13 of it.
_VISIBLE = 24
#: How many may be others for the dates. One line of small print makes 23, fingerprints up to 40.
_DATES = 20
#: Where a picture notes how many squares differed when it was taken again.
_VARIES = "Varies"


def named() -> list[str]:
    """The pictures that the pages show, in light and in dark."""
    names = set()
    for page in GUIDE.glob("*.md"):
        names |= set(re.findall(r"\]\(pictures/([\w-]+)\.png\)", page.read_text(encoding="utf-8")))
    return sorted(f"{name}{ending}.png" for name in names for ending in ("", "-dark"))


def problems(taken: Path) -> list[str]:
    """What is not as it would be made now."""
    found = []
    for name in named():
        old, new = PICTURES / name, taken / name
        if not new.is_file():
            found.append(f"{name} is taken by nobody")
        elif not old.is_file():
            found.append(f"{name} is missing")
        else:
            with Image.open(old) as ours, Image.open(new) as theirs:
                if ours.size != theirs.size:
                    found.append(f"{name} is {ours.size} and would be {theirs.size}")
                elif (count := differing(ours, theirs)) > _DATES + 2 * int(ours.info[_VARIES]):
                    found.append(f"{name} is old: it differs from the window in {count} places")
    found += [f"{path.name} is shown by no page" for path in unused()]
    return found


def differing(one: Image.Image, other: Image.Image) -> int:
    """In how many squares a person sees another thing."""
    both = [
        # By way of RGB, as the one has few colours and these have no mean.
        each.convert("RGB").convert("L").reduce(_SIDE)
        for each in (one, other)
    ]
    return sum(ImageChops.difference(*both).histogram()[_VISIBLE + 1 :])


def unused() -> list[Path]:
    return [path for path in PICTURES.glob("*.png") if path.name not in named()]


def write(taken: Path, again: Path) -> None:
    PICTURES.mkdir(exist_ok=True)
    for path in unused():
        path.unlink()
    for name in named():
        with Image.open(taken / name) as picture, Image.open(again / name) as other:
            notes = PngInfo()
            notes.add_text(_VARIES, str(differing(picture, other)))
            # So that the few of a mark or of the edge of a field count as well as the ground, and
            # without dithering, which would be noise on the even ground of a window.
            few = picture.convert("RGB").quantize(
                _COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
            )
            few.save(PICTURES / name, "PNG", optimize=True, pnginfo=notes)


def take(folder: Path) -> Path:
    subprocess.run([sys.executable, str(HERE / "screenshots.py"), str(folder)], check=True)
    return folder


def main() -> int:
    """Write them, or say which are old."""
    if "--names" in sys.argv[1:]:
        sys.stdout.writelines(f"{name}\n" for name in named())
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        taken = take(Path(scratch, "once"))
        if "--check" in sys.argv[1:]:
            told = problems(taken)
            sys.stdout.writelines(f"{line}\n" for line in told)
            return 1 if told else 0
        write(taken, take(Path(scratch, "again")))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Make the pictures of the user guide: ``python packaging/guide_pictures.py``.

Those that its pages name are taken out of all that ``packaging/screenshots.py`` takes, in light and
in dark, and written in few colours. With ``--check`` nothing is written, and the exit code says
whether all are there and of the size that the windows have now. ``--names`` says which they are.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

HERE = Path(__file__).parent
GUIDE = HERE.parent / "resources" / "guide"
PICTURES = GUIDE / "pictures"
#: Enough for a window: its greys, its accent, and the edges of letters.
_COLOURS = 64


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
    found += [f"{path.name} is shown by no page" for path in unused()]
    return found


def unused() -> list[Path]:
    return [path for path in PICTURES.glob("*.png") if path.name not in named()]


def write(taken: Path) -> None:
    PICTURES.mkdir(exist_ok=True)
    for path in unused():
        path.unlink()
    for name in named():
        with Image.open(taken / name) as picture:
            # Without dithering, which would be noise on the even ground of a window.
            few = picture.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
            few.save(PICTURES / name, "PNG", optimize=True)


def main() -> int:
    """Write them, or say which are old."""
    if "--names" in sys.argv[1:]:
        sys.stdout.writelines(f"{name}\n" for name in named())
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        taken = Path(scratch)
        subprocess.run([sys.executable, str(HERE / "screenshots.py"), scratch], check=True)
        if "--check" in sys.argv[1:]:
            told = problems(taken)
            sys.stdout.writelines(f"{line}\n" for line in told)
            return 1 if told else 0
        write(taken)
    return 0


if __name__ == "__main__":
    sys.exit(main())

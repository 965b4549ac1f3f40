"""Draw the icons for Windows and macOS from the SVG: python packaging/icons.py [--check]

With ``--check`` it writes nothing, and exits with 1 where an icon does not show what the SVG shows.
Every size is drawn by itself, so that small ones are not blurred by scaling.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

from PIL import Image, ImageChops, ImageStat
from PIL.IcoImagePlugin import IcoImageFile

HERE = Path(__file__).parent
SOURCE = HERE.parent / "resources" / "icons" / "app.svg"
ICO = HERE / "windows" / "handfast.ico"
ICNS = HERE / "macos" / "handfast.icns"
ICO_SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
#: In pixels; the sizes in points have a second picture each, for screens of twice the density.
ICNS_SIZES = (32, 64, 128, 256, 512, 1024)
#: How much a picture may differ on average, of 255, before it is of another drawing.
MAX_MEAN_DIFFERENCE = 2.0


def drawn(size: int) -> Image.Image:
    """The SVG in a square of so many pixels."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QBuffer, QIODevice
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    _application = QGuiApplication.instance() or QGuiApplication([])
    picture = QImage(size, size, QImage.Format.Format_ARGB32)
    picture.fill(0)
    painter = QPainter(picture)
    QSvgRenderer(str(SOURCE)).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    return Image.open(io.BytesIO(bytes(buffer.data().data()))).convert("RGBA")


def write(ico: Path = ICO, icns: Path = ICNS) -> None:
    """Write both files."""
    pictures = {size: drawn(size) for size in {*ICO_SIZES, *ICNS_SIZES}}
    pictures[256].save(
        ico,
        sizes=[(size, size) for size in ICO_SIZES],
        append_images=[pictures[size] for size in ICO_SIZES if size != 256],
    )
    pictures[1024].save(icns, append_images=[pictures[size] for size in ICNS_SIZES if size != 1024])


def problems(ico: Path = ICO, icns: Path = ICNS) -> list[str]:
    """What is wrong with the icons; empty where they show what the SVG shows."""
    found = []
    for path in (ico, icns):
        if not path.is_file():
            found.append(f"{path.name} is missing")
            continue
        widths = set()
        for picture in _pictures(path):
            widths.add(picture.width)
            apart = ImageChops.difference(picture, drawn(picture.width))
            if max(ImageStat.Stat(apart).mean) > MAX_MEAN_DIFFERENCE:
                found.append(f"{path.name} is old at {picture.width} pixels")
        lacks = set(ICO_SIZES if path == ico else ICNS_SIZES) - widths
        found += [f"{path.name} lacks {size} pixels" for size in sorted(lacks)]
    return found


def _pictures(path: Path) -> list[Image.Image]:
    with Image.open(path) as icon:
        # Both formats keep several pictures; Pillow reads each by its size from this object.
        kept = icon.ico if isinstance(icon, IcoImageFile) else icon.icns
        sizes = kept.sizes() if isinstance(icon, IcoImageFile) else kept.itersizes()
        return [kept.getimage(size).convert("RGBA") for size in sorted(sizes)]


if __name__ == "__main__":
    if "--check" not in sys.argv[1:]:
        write()
    told = problems()
    sys.stdout.writelines(f"{line}\n" for line in told)
    raise SystemExit(bool(told))

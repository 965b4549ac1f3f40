"""What is kept between starts is read and written in one place."""

from __future__ import annotations

import re
from pathlib import Path

import handfast

PACKAGE = Path(handfast.__file__).parent
#: The typed settings; the composition root, which opens them; and what reads the language before
#: any module with texts is imported, those that the typed settings need included.
_ALLOWED = {"ui/program/settings.py", "ui/program/language_preference.py", "ui/app.py"}


def test_only_the_typed_settings_know_qsettings() -> None:
    using = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if re.search(r"\bQSettings\b", path.read_text(encoding="utf-8"))
    }
    assert using == _ALLOWED

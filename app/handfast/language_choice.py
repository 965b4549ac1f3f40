"""Which language the texts are in, chosen at the start of a process.

The environment variable ``HANDFAST_LANGUAGE`` comes first (a language such as ``de`` or ``pt_BR``,
or the path of a ``.mo`` file, by which a translator sees a catalog at work), then the preference of
the window, then the system. A language without a catalog is passed over; English needs none.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from handfast.core import language

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from gettext import GNUTranslations
    from pathlib import Path

VARIABLE = "HANDFAST_LANGUAGE"
ENGLISH = "en"
_ENDING = ".mo"


class _Chosen:
    """Like the texts, it belongs to the whole process and is chosen once, at the start."""

    name = ENGLISH


def choose(*, preferred: str = "", system: Sequence[str] | None = None) -> str:
    """Choose the language of this process, and return it (or the path of its catalog).

    :param preferred: what a person chose in the preferences; empty for the system’s language
    :param system: the languages of the system, best first; None where only its environment tells
    """
    wanted = [os.environ.get(VARIABLE, ""), preferred]
    wanted += _of_environment() if system is None else system
    for name in filter(None, wanted):
        if _is_english(name):
            break
        if catalog := _catalog_of(name):
            language.use(catalog, code=catalog.info().get("language", name))
            _Chosen.name = name
            return name
    choose_english()
    return ENGLISH


def chosen() -> str:
    """The language that was chosen, or the path of its catalog."""
    return _Chosen.name


def choose_english() -> None:
    """Use the texts as they are in the code, as what scripts read always does."""
    language.use(None)
    _Chosen.name = ENGLISH


def available() -> list[str]:
    """The languages that there are catalogs for, besides English."""
    folder = _folder()
    return sorted(path.stem for path in folder.glob(f"*{_ENDING}")) if folder.is_dir() else []


def _is_english(name: str) -> bool:
    code = name.partition(".")[0].replace("-", "_").partition("_")[0]
    return not name.endswith(_ENDING) and code in {ENGLISH, "C", "POSIX"}


def _of_environment() -> Iterable[str]:
    """The languages that the environment names, as gettext reads it."""
    if sys.platform == "win32":
        return _of_windows()
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            # A list of languages counts only where there is a locale that can show them.
            listed = "" if value.partition(".")[0] in {"C", "POSIX"} else os.environ.get("LANGUAGE")
            return listed.split(":") if listed else [value]
    return []


def _of_windows() -> list[str]:
    """The language of the desktop, which no variable names."""
    if sys.platform != "win32" or not available():
        return []
    import ctypes
    import locale

    name = locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage())
    return [name] if name else []


def _catalog_of(name: str) -> GNUTranslations | None:
    """The catalog of a language, of the language without its country, or in a file."""
    if name.endswith(_ENDING):
        from pathlib import Path

        return _read(Path(name))
    code = name.partition(".")[0].partition("@")[0].replace("-", "_")
    if not code.replace("_", "").isalnum():
        return None
    for each in dict.fromkeys((code, code.partition("_")[0])):
        if catalog := _read(_folder() / f"{each}{_ENDING}"):
            return catalog
    return None


def _folder() -> Path:
    from handfast.resources_location import resources_path

    return resources_path() / "translations"


def _read(path: Path) -> GNUTranslations | None:
    """The catalog in a file, or None where there is none that can be read."""
    try:
        with path.open("rb") as file:
            from gettext import GNUTranslations

            return GNUTranslations(file)
    except (OSError, ValueError):
        return None

"""Collect the texts of the program for translators, and compile what they made of them.

``python packaging/texts.py`` writes ``build/handfast.pot``, merges it into each
``resources/translations/*.po``, and compiles that. ``--pseudo FILE.mo`` writes a language for tests
instead: every text longer, accented, and in brackets, so that one sees what no catalog has.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "app"
TRANSLATIONS = ROOT / "resources" / "translations"
TEMPLATE = ROOT / "build" / "handfast.pot"
#: The functions of handfast/core/language.py, and which of their arguments are texts.
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "tr": None,
    "tr_count": (1, 2),
    "tr_in": ((1, "c"), 2),
}
#: What is put in by name, and must stay.
_PLACEHOLDER = re.compile(r"(\{\w*\}|%\(\w+\)s)")
_ACCENTED = str.maketrans("AEIOUYaeiouycnsz", "ÀÉÎÖÛÝàéîöûýçñšž")
#: How much longer a translation may be than English: a third, as Qt and others reckon.
_GROWTH = 3


def collect() -> Catalog:
    """Every text of the program, with the files that it stands in."""
    catalog = Catalog(project="Handfast", charset="utf-8")
    # It warns of f-strings among the values too, where they are right: a test looks at the texts.
    with contextlib.redirect_stderr(io.StringIO()):
        found = list(
            extract_from_dir(
                SOURCES, [("**.py", "python")], keywords=KEYWORDS,
                comment_tags=("Translators:",), strip_comment_tags=True,
            )
        )  # fmt: skip
    for name, _line, message, comments, context in found:
        # Without lines, a template changes only where a text does.
        catalog.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    return catalog


def pseudo(text: str) -> str:
    """A text as no language has it: accented, a third longer, and in brackets."""
    parts = _PLACEHOLDER.split(text)
    accented = "".join(
        part if place % 2 else part.translate(_ACCENTED) for place, part in enumerate(parts)
    )
    return f"⟦{accented}{'·' * (len(text) // _GROWTH)}⟧"


def pseudo_catalog() -> Catalog:
    """The whole program in the language of the tests."""
    catalog = Catalog(locale="en", project="Handfast", charset="utf-8")
    for message in collect():
        if not message.id:
            continue
        if isinstance(message.id, tuple):
            forms: str | tuple[str, ...] = tuple(pseudo(form) for form in message.id)
        else:
            # A separator is no word: lists and numbers stay readable.
            is_word = any(character.isalpha() for character in message.id)
            forms = pseudo(message.id) if is_word else message.id
        catalog.add(message.id, forms, context=message.context)
    return catalog


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pseudo", type=Path, metavar="FILE.mo")
    options = parser.parse_args()
    if options.pseudo:
        with options.pseudo.open("wb") as file:
            write_mo(file, pseudo_catalog())
        return 0
    template = collect()
    TEMPLATE.parent.mkdir(exist_ok=True)
    with TEMPLATE.open("wb") as file:
        write_po(file, template, sort_output=True, width=100)
    for path in sorted(TRANSLATIONS.glob("*.po")):
        with path.open("rb") as file:
            catalog = read_po(file, locale=path.stem)
        catalog.update(template)
        with path.open("wb") as file:
            write_po(file, catalog, sort_output=True, width=100)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Texts in English, by a catalog, and by a faulty one; and which language is chosen."""

from __future__ import annotations

import gettext
import io
import re
import string
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from handfast import language_choice
from handfast.core import language
from handfast.core.language import alternatives, decimal, grouped, listed, tr, tr_count, tr_in
from tests.support.pseudo_language import texts

if TYPE_CHECKING:
    from collections.abc import Iterator


def catalog(
    *messages: tuple[str | tuple[str, str], str | tuple[str, ...], str | None],
    of: str | None = "pl",
) -> bytes:
    made = Catalog(locale=of)
    for message, translation, context in messages:
        made.add(message, translation, context=context)
    data = io.BytesIO()
    write_mo(data, made)
    return data.getvalue()


@pytest.fixture
def polish() -> Iterator[None]:
    data = catalog(
        ("Rename {old} to {new}", "{new} zamiast {old}", None),
        ("Open {name}", "Otwórz {nazwa}", None),
        ("Close", "Zamknij", None),
        (("{count} key in {name}", "{count} keys in {name}"),
         ("{count} klucz: {name}", "{count} klucze: {name}", "{count} kluczy: {name}"), None),
        ("Open", "Otwarte", "state"),
        (",", "\u00a0", "between the thousands of a number"),
    )  # fmt: skip
    language.use(gettext.GNUTranslations(io.BytesIO(data)))
    yield
    language.use(None)


def test_english_passes_straight_through() -> None:
    assert tr("Braces {} stay.") == "Braces {} stay."
    assert tr("“{alias}” is {state}.", alias="{x}", state="new") == "“{x}” is new."
    assert tr_in("verb", "Open") == "Open"
    assert tr_count("{count} key", "{count} keys", 1) == "1 key"
    assert tr_count("{count} key", "{count} keys", 0) == "0 keys"
    assert tr_count("{count} key", "{count} keys", 12345) == "12,345 keys"
    assert grouped(1234567) == "1,234,567"


def test_lists() -> None:
    assert [listed(list("abc")[:count]) for count in range(4)] == [
        "",
        "a",
        "a and b",
        "a, b, and c",
    ]
    assert alternatives(["a", "b", "c"]) == "a, b, or c"
    assert alternatives(["{x}", "{y}"]) == "{x} or {y}"


@pytest.mark.usefixtures("polish")
def test_a_catalog_translates() -> None:
    assert tr("Close") == "Zamknij"
    assert tr("Rename {old} to {new}", old="a", new="{b}") == "{b} zamiast a"
    assert tr("Not in it") == "Not in it"
    assert tr_in("state", "Open") == "Otwarte"
    assert tr_in("verb", "Open") == "Open"
    forms = [tr_count("{count} key in {name}", "{count} keys in {name}", n, name="x")
             for n in (1, 2, 5, 1000)]  # fmt: skip
    assert forms == ["1 klucz: x", "2 klucze: x", "5 kluczy: x", "1\u00a0000 kluczy: x"]


@pytest.mark.usefixtures("polish")
def test_a_translation_with_wrong_placeholders_falls_back() -> None:
    assert tr("Open {name}", name="a") == "Open a"


def test_every_text_can_be_filled_by_plain_names() -> None:
    """A translator, and a check of a translation, rely on it."""
    for message in texts().collect():
        if "${" in message.id:
            # A variable of another program, in a text without values.
            continue
        for form in message.id if isinstance(message.id, tuple) else (message.id,):
            for _, field, specification, conversion in string.Formatter().parse(form):
                if field is not None:
                    assert re.fullmatch("[a-z][a-z0-9_]*", field), form
                    assert not specification, form
                    assert conversion is None, form


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    for name in ("HANDFAST_LANGUAGE", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    yield monkeypatch
    language.use(None)


@pytest.fixture
def catalogs(clean: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for code, word in (("de", "Schließen"), ("pt_BR", "Fechar"), ("pt", "Fechar (pt)")):
        (tmp_path / f"{code}.mo").write_bytes(catalog(("Close", word, None)))
    clean.setattr(language_choice, "_folder", lambda: tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("variables", "preferred", "system", "word"),
    [
        ({}, "", None, "Close"),
        ({"LANG": "de_DE.UTF-8"}, "", None, "Schließen"),
        ({"LANG": "pt_BR.UTF-8"}, "", None, "Fechar"),
        ({"LANG": "pt_PT@euro"}, "", None, "Fechar (pt)"),
        ({"LANG": "fr_FR", "LANGUAGE": "xx:de"}, "", None, "Schließen"),
        ({"LANG": "en_US", "LANGUAGE": "en:de"}, "", None, "Close"),
        ({"LC_ALL": "C", "LANGUAGE": "de", "LANG": "de_DE"}, "", None, "Close"),
        ({"LANG": "fr_FR.UTF-8"}, "", None, "Close"),
        ({"LANG": "de_DE.UTF-8"}, "pt_BR", None, "Fechar"),
        ({"LANG": "de_DE.UTF-8"}, "en", None, "Close"),
        ({"HANDFAST_LANGUAGE": "de"}, "pt_BR", None, "Schließen"),
        ({"HANDFAST_LANGUAGE": "en"}, "pt_BR", ["de"], "Close"),
        ({}, "", ["pt-BR", "de"], "Fechar"),
        ({"HANDFAST_LANGUAGE": "../de"}, "", [], "Close"),
        ({"HANDFAST_LANGUAGE": "xx"}, "de", None, "Schließen"),
    ],
)
def test_the_variable_comes_before_the_preference_and_the_system(
    catalogs: Path,
    clean: pytest.MonkeyPatch,
    variables: dict[str, str],
    preferred: str,
    system: list[str] | None,
    word: str,
) -> None:
    assert catalogs.is_dir()
    for name, value in variables.items():
        clean.setenv(name, value)
    language_choice.choose(preferred=preferred, system=system)
    assert tr("Close") == word


def test_a_translator_names_a_file(clean: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "own.mo"
    file.write_bytes(catalog(("Close", "Zu", None)))
    clean.setenv("HANDFAST_LANGUAGE", str(file))
    language_choice.choose()
    assert tr("Close") == "Zu"
    file.write_bytes(b"no catalog")
    assert language_choice.choose() == language_choice.ENGLISH
    assert tr("Close") == "Close"


def test_a_page_says_which_language_it_is_in(clean: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert language.html_tag() == '<html lang="en">'
    for of, tag in (("pt_BR", '<html lang="pt-BR">'), (None, "<html>")):
        file = tmp_path / "own.mo"
        file.write_bytes(catalog(("Close", "Fechar", None), of=of))
        clean.setenv("HANDFAST_LANGUAGE", str(file))
        language_choice.choose()
        assert language.html_tag() == tag
    language_choice.choose_english()
    assert language.html_tag() == '<html lang="en">'


def test_english_loads_nothing_more() -> None:
    folder = Path(language.__file__).parents[2]
    code = (
        f"import sys\nsys.path.insert(0, {str(folder)!r})\n"
        "from handfast import language_choice\nlanguage_choice.choose()\n"
        "assert not {'gettext', 'locale', 'pathlib'} & sys.modules.keys(), sys.modules.keys()"
    )
    environment = {"LANG": "en_US.UTF-8", "PATH": "/usr/bin:/bin"}
    subprocess.run([sys.executable, "-S", "-c", code], check=True, env=environment)


def test_numbers_are_written_as_the_window_says() -> None:
    assert (grouped(1234567), decimal(2.65, 1), decimal(3, 0)) == ("1,234,567", "2.6", "3")
    language.use_separators(".", ",")
    try:
        assert (grouped(1234567), decimal(1234.5)) == ("1.234.567", "1234,5")
        assert tr_count("{count} key", "{count} keys", 12345) == "12.345 keys"
    finally:
        language.use_separators(None, None)
    assert grouped(1234567) == "1,234,567"

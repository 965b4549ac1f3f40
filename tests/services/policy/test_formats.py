"""What a keystore of each format can be, asked of every face."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from handfast.cli.main import main
from handfast.cli.options import FORMAT_CHOICES
from handfast.core.errors import Unsupported, WrongPassword
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.flows.entries.key_password import EntryPasswordFlow
from handfast.flows.exchange.generate import GenerateFlow
from handfast.flows.exchange.import_ import ImportFlow
from handfast.flows.target import NEW_FORMATS
from handfast.formats.registry import capabilities, usual_ending
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.new_format import format_for
from handfast.services.files.new_format import usual_ending as ending_of_new
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store
from handfast.services.policy.formats import (
    WRITABLE_FORMATS,
    can_hold_key_twice,
    check_format,
    has_strengths,
    key_may_differ,
    needs_password,
)

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.entry import KeyPair


@pytest.fixture(scope="module")
def pair() -> KeyPair:
    return make_pair(PairRequest(alias="own", name="CN=own.example", key="ec:P-256"))


def test_every_face_offers_what_the_formats_can_write() -> None:
    written = [each.format for each in capabilities() if each.can_write]
    assert list(WRITABLE_FORMATS) == written
    assert [name.upper() for name in FORMAT_CHOICES] == [each.value for each in written]
    assert [name for name, _ending in NEW_FORMATS] == [each.value for each in written]


@pytest.mark.parametrize("wanted", list(Format))
def test_a_format_that_is_only_read_is_refused(wanted: Format, tmp_path: Path) -> None:
    if wanted in WRITABLE_FORMATS:
        check_format(wanted)
        assert ending_of_new(wanted) == usual_ending(wanted)
        assert format_for(tmp_path / f"new.{ending_of_new(wanted)}") is wanted
        return
    with pytest.raises(Unsupported, match="are read, but not written"):
        check_format(wanted)
    with pytest.raises(Unsupported, match="are read, but not written"):
        format_for(tmp_path / "new", wanted)


@pytest.mark.parametrize("wanted", WRITABLE_FORMATS)
def test_whether_a_key_has_a_password_of_its_own(
    wanted: Format, pair: KeyPair, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = new_store(wanted, Password("the keystore's")).with_entries([pair])
    assert EntryPasswordFlow(store, store.entries).can_differ is key_may_differ(wanted)
    for name, text in (("a", "the keystore's"), ("b", "the key's own")):
        (tmp_path / name).write_text(text)
    path = tmp_path / f"made.{usual_ending(wanted)}"
    code = main(
        [
            "generate", str(path), "--alias", "own", "--dname", "CN=own.example",
            "--key", "ec:P-256", "--password-file", str(tmp_path / "a"),
            "--key-password-file", str(tmp_path / "b"),
        ]
    )  # fmt: skip
    capsys.readouterr()
    assert code == 0
    try:
        (own,) = open_file(path, Password("the keystore's")).store.key_pairs
    except WrongPassword:
        # A text has no password but that of the key.
        own = None
    assert (own is None or own.is_locked) is key_may_differ(wanted)


@pytest.mark.parametrize("wanted", WRITABLE_FORMATS)
def test_whether_a_new_keystore_needs_a_password(
    wanted: Format,
    pair: KeyPair,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("HANDFAST_PASSWORD", raising=False)
    flow = ImportFlow()
    flow.update(new_format=wanted.value)
    assert flow.asks_password is needs_password(wanted, holds_keys=False)
    generating = GenerateFlow()
    generating.update(new_format=wanted.value)
    assert generating.asks_password
    assert needs_password(wanted, holds_keys=True)
    assert pair.certificate is not None
    (tmp_path / "partner.cer").write_bytes(pair.certificate.der)
    path = tmp_path / f"trust.{usual_ending(wanted)}"
    code = main(["import", str(path), str(tmp_path / "partner.cer"), "--alias", "partner"])
    capsys.readouterr()
    assert code == (3 if needs_password(wanted, holds_keys=False) else 0)


def test_what_only_one_format_can() -> None:
    assert [each for each in Format if has_strengths(each)] == [Format.PKCS12]
    assert [each for each in WRITABLE_FORMATS if not can_hold_key_twice(each)] == [Format.PEM]

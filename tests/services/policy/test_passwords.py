"""The one policy of passwords, asked through every face that makes a store."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from handfast.cli.main import main
from handfast.core.errors import HandfastError, PasswordNeeded
from handfast.core.password import Password
from handfast.core.store import Format, Store, Strength
from handfast.flows.exchange.generate import GenerateFlow
from handfast.flows.store_file import NewStoreFlow
from handfast.services.checks.store_checks import check_store
from handfast.services.demo import make_demo
from handfast.services.exchange.converting import convert
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.saving import new_store
from handfast.services.policy.passwords import (
    WELL_KNOWN_PASSWORDS,
    PasswordIssue,
    check_password,
    judge_password,
)
from handfast.ui.dialogs.store_dialog import StoreDialog
from handfast.ui.program.jobs import Jobs

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

FORMATS = (Format.PKCS12, Format.JKS, Format.JCEKS, Format.PEM)
#: A password, a format, and what is said against it.
TABLE: list[tuple[str, Format, PasswordIssue | None]] = [
    ("long enough", Format.PKCS12, None),
    ("sixsix", Format.PKCS12, None),
    ("five5", Format.PKCS12, PasswordIssue.TOO_SHORT),
    ("a", Format.JKS, PasswordIssue.TOO_SHORT),
    ("ü", Format.JCEKS, PasswordIssue.TOO_SHORT),
    ("sixsix", Format.JKS, None),
    ("four", Format.PEM, None),
    ("abc", Format.PEM, PasswordIssue.TOO_SHORT),
    ("pässword", Format.PKCS12, PasswordIssue.NOT_FOR_JAVA),
    ("tab\there", Format.PKCS12, PasswordIssue.NOT_FOR_JAVA),
    ("pässword", Format.JKS, PasswordIssue.NOT_ASCII),
    ("pässword", Format.PEM, PasswordIssue.NOT_ASCII),
    *((text, Format.PKCS12, PasswordIssue.WELL_KNOWN) for text in ("changeit", "ChangeIt")),
    ("storepass", Format.JKS, PasswordIssue.WELL_KNOWN),
]
ERRORS = {PasswordIssue.TOO_SHORT, PasswordIssue.NOT_FOR_JAVA, PasswordIssue.MISSING}
ROWS = pytest.mark.parametrize(("text", "wanted", "issue"), TABLE)


@pytest.fixture(scope="module")
def pair_store() -> Store:
    pair = make_pair(PairRequest(alias="own", name="CN=own.example", key="ec:P-256"))
    return new_store(Format.JKS, Password("the source's")).with_entries([pair])


def said(text: str, wanted: Format) -> tuple[str, ...]:
    return tuple(each.message for each in judge_password(Password(text), wanted))


@ROWS
def test_the_policy_itself(text: str, wanted: Format, issue: PasswordIssue | None) -> None:
    verdicts = judge_password(Password(text), wanted)
    assert [each.issue for each in verdicts] == ([issue] if issue else [])
    assert any(each.is_error for each in verdicts) is (issue in ERRORS)
    if issue in ERRORS:
        with pytest.raises(HandfastError) as caught:
            new_store(wanted, Password(text))
        assert caught.value.code == 2
    else:
        new_store(wanted, Password(text))


@ROWS
def test_generating_at_the_console(
    text: str,
    wanted: Format,
    issue: PasswordIssue | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("HANDFAST_PASSWORD", text)
    made = tmp_path / "made"
    options = ("--alias", "a", "--dname", "CN=a", "--key", "ec:P-256", "--json")
    code = main(["generate", str(made), *options, "--format", wanted.value.lower()])
    answer = json.loads(capsys.readouterr().out)
    if issue in ERRORS:
        assert code == 2
        assert answer["error"]["problem"] == said(text, wanted)[0]
        assert not made.exists()
    else:
        assert code == 0
        if wanted is not Format.PEM:
            assert answer["warnings"] == list(said(text, wanted))


@ROWS
def test_converting_at_the_console(
    text: str,
    wanted: Format,
    issue: PasswordIssue | None,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    pair_store: Store,
) -> None:
    from handfast.services.files.saving import save_store

    source, made, secret, new = (tmp_path / name for name in ("source", "made", "secret", "new"))
    save_store(pair_store, source)
    secret.write_text("the source's\n")
    new.write_text(f"{text}\n", encoding="utf-8")
    passwords = ("--password-file", str(secret), "--dest-password-file", str(new))
    code = main(
        ["convert", str(source), str(made), "--format", wanted.value.lower(), *passwords, "--json"]
    )
    answer = json.loads(capsys.readouterr().out)
    if issue in ERRORS:
        assert code == 2
        assert answer["error"]["problem"] == said(text, wanted)[0]
        assert not made.exists()
    else:
        assert code == 0
        assert answer["warnings"] == list(said(text, wanted))


@ROWS
def test_the_wizard(text: str, wanted: Format, issue: PasswordIssue | None, tmp_path: Path) -> None:
    flow = GenerateFlow()
    password = Password(text)
    flow.update(new_path=str(tmp_path / "made"), new_format=wanted.value)
    flow.update(password=password, password_again=password)
    problems = [each for each in flow.problems("target") if each.field == "password"]
    assert tuple(each.message for each in problems) == said(text, wanted)
    assert [each.severity for each in problems] == (
        [] if issue is None else ["error" if issue in ERRORS else "warning"]
    )


@ROWS
def test_the_dialogs(
    text: str, wanted: Format, issue: PasswordIssue | None, tmp_path: Path, qtbot: QtBot
) -> None:
    flow = NewStoreFlow(format=wanted, strength=Strength.MODERN, folder=tmp_path, backup=True)
    dialog = StoreDialog(flow, "New", "Create", Jobs())
    qtbot.addWidget(dialog)
    dialog.password.setText(text)
    dialog.again.setText(text)
    note = dialog.form.rows["password"].note
    if issue in ERRORS:
        dialog.try_it()
        assert note.text == said(text, wanted)[0]
        assert not flow.target.exists()
    else:
        assert note.state == ("" if issue is None else "warning")
        assert flow.can_leave("file")


@pytest.mark.parametrize("wanted", FORMATS)
def test_no_password_is_none_in_any_format(wanted: Format) -> None:
    for password in (None, Password("")):
        assert [each.issue for each in judge_password(password, wanted)] == [PasswordIssue.MISSING]
        with pytest.raises(PasswordNeeded):
            check_password(password, wanted)


def test_the_password_that_a_store_has_is_no_new_choice() -> None:
    short = Password("abc")
    assert check_password(short, Format.PKCS12, kept=short) == ()
    with pytest.raises(HandfastError):
        check_password(short, Format.PKCS12, kept=Password("other"))
    with pytest.raises(HandfastError):
        # What opens a JKS store need not open a PKCS#12 one.
        check_password(Password("pässword"), Format.PKCS12, kept=Password("pässword"))


def test_a_short_password_is_kept_by_a_conversion(pair_store: Store) -> None:
    store = pair_store.with_password(Password("abc"))
    assert convert(store, Format.PKCS12, Password("abc")).store.password == Password("abc")
    with pytest.raises(HandfastError):
        convert(store, Format.PKCS12, Password("abcd"))


@pytest.mark.parametrize("text", sorted(WELL_KNOWN_PASSWORDS))
def test_the_check_of_a_store_knows_the_same_passwords(text: str, pair_store: Store) -> None:
    store = pair_store.with_password(Password(text))
    assert "well-known-password" in {each.code for each in check_store(store)}
    if len(text) >= 6:
        (verdict,) = judge_password(Password(text), Format.PKCS12)
        assert verdict.issue is PasswordIssue.WELL_KNOWN


def test_the_check_says_nothing_of_another_password(pair_store: Store) -> None:
    assert "well-known-password" not in {each.code for each in check_store(pair_store)}


_VERBS = {
    "generate": ("generate", "new.p12", "--alias=a", "--dname=CN=a", "--key=ec:P-256"),
    "generate with its own": (
        "generate", "new.jks", "--alias=a", "--dname=CN=a", "--key=ec:P-256",
        "--key-password-file=well-known",
    ),
    "generate a secret key": ("generate", "new.p12", "--alias=a", "--key=aes:256"),
    "import": ("import", "new.p12", "globex.cer"),
    "import-key": ("import-key", "new.p12", "acme-keystore.p12"),
    "import-key into PEM": ("import-key", "new.pem", "acme-keystore.p12"),
    "copy": ("copy", "acme-keystore.p12", "new.p12"),
    "convert": ("convert", "globex-keystore.jks", "new.p12", "--dest-password-file=well-known"),
    "password": ("password", "acme-keystore.p12", "--new-password-file=well-known"),
    "export-key": (
        "export-key", "acme-keystore.p12", "--alias=acme", "--out=new.p12",
        "--out-password-file=well-known",
    ),
    "test-setup": ("test-setup", "lab"),
}  # fmt: skip


@pytest.mark.parametrize("arguments", _VERBS.values(), ids=_VERBS)
def test_every_verb_warns_on_standard_error(
    arguments: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What a verb reports can be piped on, with nothing between that is for a person only."""
    make_demo(tmp_path / "demo")
    monkeypatch.chdir(tmp_path / "demo")
    monkeypatch.setenv("HANDFAST_PASSWORD", "changeit")
    (tmp_path / "demo" / "well-known").write_text("storepass\n")
    (warning,) = said("changeit", Format.JKS)
    assert main(arguments) == 0
    told = capsys.readouterr()
    assert told.err.splitlines().count(f"Warning: {warning}") == 1
    assert warning not in told.out
    assert "Warning" not in told.out


def test_no_verb_warns_of_a_password_that_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_demo(tmp_path / "demo")
    monkeypatch.chdir(tmp_path / "demo")
    monkeypatch.setenv("HANDFAST_PASSWORD", "changeit")
    assert main(["import", "acme-truststore.p12", "acme.cer"]) == 0
    assert capsys.readouterr().err == ""

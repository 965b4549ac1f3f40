"""New, Save As, Change Password and Rename, driven as their dialogs drive them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from handfast.core.errors import AlreadyExists, InvalidInput
from handfast.core.password import Password
from handfast.core.store import Format, Strength
from handfast.flows.entries.renaming import RenameFlow
from handfast.flows.new_password import NewPasswordFlow
from handfast.flows.store_file import NewStoreFlow, SaveAsFlow
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from tests.support.issued import issue

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.store import Store

SECRET = Password("long enough")


def new(folder: Path, wanted: Format = Format.PKCS12) -> NewStoreFlow:
    flow = NewStoreFlow(format=wanted, strength=Strength.MODERN, folder=folder, backup=False)
    flow.update(password=SECRET, password_again=SECRET)
    return flow


def filled(wanted: Format = Format.JKS) -> Store:
    pair = issue(CN="pair").pair("pair")
    return new_store(wanted, SECRET).with_entries([pair])


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("a.jks", Format.JKS),
        ("a.JCEKS", Format.JCEKS),
        ("a.pem", Format.PEM),
        ("a.pfx", Format.PKCS12),
        ("a.keystore", Format.PKCS12),
        ("a", Format.PKCS12),
    ],
)
def test_the_ending_that_is_typed_chooses_the_format(
    tmp_path: Path, name: str, wanted: Format
) -> None:
    flow = new(tmp_path)
    flow.update(path=name)
    assert flow.draft.format is wanted
    assert flow.target == tmp_path / name


def test_the_format_that_is_chosen_changes_the_ending(tmp_path: Path) -> None:
    flow = new(tmp_path)
    flow.update(path="a.jks")
    flow.update(format=Format.PKCS12)
    assert flow.draft.path == "a.p12"
    # What stands for no format is the person's own.
    flow.update(path="a.keystore")
    flow.update(format=Format.JCEKS)
    assert (flow.draft.path, flow.draft.format) == ("a.keystore", Format.JCEKS)


@pytest.mark.parametrize("wanted", [Format.PKCS12, Format.JKS, Format.JCEKS])
def test_what_is_chosen_is_what_is_written(tmp_path: Path, wanted: Format) -> None:
    flow = new(tmp_path, wanted)
    saved = flow.run()
    assert open_file(saved.path, SECRET).store.format is wanted


def test_a_file_is_replaced_only_with_leave_for_that_file(tmp_path: Path) -> None:
    flow = new(tmp_path)
    flow.update(path="there.p12")
    flow.target.write_bytes(b"")
    with pytest.raises(AlreadyExists) as caught:
        flow.run()
    assert flow.agree(caught.value)
    flow.update(path="other.p12")
    assert not flow.draft.replace
    flow.target.write_bytes(b"")
    with pytest.raises(AlreadyExists):
        flow.run()
    assert not flow.agree(InvalidInput("Something else.", field="path"))


def test_save_as_keeps_the_password_unless_another_is_typed(tmp_path: Path) -> None:
    path = tmp_path / "own.jks"
    store = save_store(filled(), path).store
    flow = SaveAsFlow(store, path, backup=False)
    assert flow.keeps_password
    assert flow.replaces_own_file
    flow.update(path=str(tmp_path / "made.p12"))
    assert not flow.replaces_own_file
    assert flow.can_leave("file")
    assert open_file(flow.run().opened.path, SECRET).store.format is Format.PKCS12
    flow.update(password=Password("another one"))
    assert not flow.can_leave("file")
    flow.update(password_again=Password("another one"), path=str(tmp_path / "second.p12"))
    saved = flow.run()
    assert open_file(saved.opened.path, Password("another one")).store.key_pairs
    assert saved.change(store).format is Format.PKCS12
    assert flow.forget_secrets()
    assert not flow.forget_secrets()


def test_a_password_that_is_typed_twice_is_taken() -> None:
    flow = NewPasswordFlow(filled(), is_in_keyring=False)
    for password, again, field in (
        ("", "", "password"),
        ("short", "short", "password"),
        ("long enough", "", "password_again"),
        ("long enough", "long enouhg", "password_again"),
    ):
        flow.update(password=Password(password), password_again=Password(again))
        assert [each.field for each in flow.problems()] == [field]
        with pytest.raises(InvalidInput):
            flow.run()
    flow.update(password_again=SECRET)
    assert flow.run().password == SECRET


def test_an_alias_is_taken_where_it_is_free() -> None:
    store = filled().with_entries([issue(CN="other").trusted("other")])
    flow = RenameFlow(store, store.get("pair"))
    assert not flow.is_changed
    for wrong in ("", "  ", "OTHER"):
        flow.update(alias=wrong)
        assert not flow.can_leave("alias")
    flow.update(alias=" mine ")
    assert flow.run().get("mine").kind == "key-pair"

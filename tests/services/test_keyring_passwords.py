"""The system's keyring: one made for the test, and those that keep nothing or fail."""

from __future__ import annotations

import builtins
import importlib.util
from typing import TYPE_CHECKING, Any

import keyring
import pytest
from keyring.backends import fail, null
from keyring.errors import KeyringLocked

from handfast.core.password import Password
from handfast.services.files import keyring_passwords
from handfast.services.files.keyring_passwords import KeyringProblem, find, forget, keep, state
from tests.support.keyrings import BrokenKeyring, MemoryKeyring

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from keyring.backend import KeyringBackend


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def use(backend: KeyringBackend) -> None:
    keyring.set_keyring(backend)


def test_what_is_kept_is_found_and_forgotten(tmp_path: Path) -> None:
    backend = MemoryKeyring()
    use(backend)
    path = tmp_path / "a.p12"
    assert state() == "ready"
    assert find(path) is None
    keep(path, Password("first"))
    keep(path, Password("second"))
    assert backend.kept == {("Handfast", str(path.resolve())): "second"}
    assert find(path) == Password("second")
    assert find(tmp_path / "another.p12") is None
    forget(path)
    assert backend.kept == {}
    # What is not there is forgotten already.
    forget(path)


def test_one_file_by_two_names_has_one_password(tmp_path: Path) -> None:
    use(MemoryKeyring())
    (tmp_path / "a.p12").write_bytes(b"")
    (tmp_path / "link.p12").symlink_to(tmp_path / "a.p12")
    keep(tmp_path / "link.p12", Password("x"))
    assert find(tmp_path / "a.p12") == Password("x")


@pytest.mark.parametrize("backend", [fail.Keyring(), null.Keyring()])
def test_one_that_keeps_nothing_is_none(backend: KeyringBackend, tmp_path: Path) -> None:
    use(backend)
    path = tmp_path / "a.p12"
    assert state() == "no-keyring"
    assert find(path) is None
    forget(path)
    with pytest.raises(KeyringProblem, match="did not save"):
        keep(path, Password("never kept"))


def test_one_that_keeps_in_the_clear_is_not_used(tmp_path: Path) -> None:
    class Plain(MemoryKeyring):
        priority = 0.5  # type: ignore[assignment]  # as keyrings.alt has it

    backend = Plain()
    use(backend)
    assert state() == "no-keyring"
    with pytest.raises(KeyringProblem):
        keep(tmp_path / "a.p12", Password("x"))
    assert backend.kept == {}


@pytest.mark.parametrize("error", [KeyringLocked("secret-x"), OSError("secret-x"), KeyError("y")])
def test_one_that_breaks_is_told_without_what_it_said(error: Exception, tmp_path: Path) -> None:
    use(BrokenKeyring(error))
    path = tmp_path / "a.p12"
    assert state() == "ready"
    assert find(path) is None
    for act in (lambda: keep(path, Password("secret-x")), lambda: forget(path)):
        with pytest.raises(KeyringProblem) as caught:
            act()
        told = " ".join((caught.value.problem, *caught.value.causes, caught.value.remedy))
        assert type(error).__name__ in told
        assert "secret-x" not in told
        assert caught.value.__cause__ is None


def test_without_the_library_nothing_is_imported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    imported = builtins.__import__

    def refuse(name: str, *rest: Any) -> Any:
        if name.split(".", maxsplit=1)[0] == "keyring":
            raise ModuleNotFoundError(name)
        return imported(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)
    monkeypatch.setattr(
        keyring_passwords,
        "find_spec",
        lambda name: None if name == "keyring" else importlib.util.find_spec(name),
    )
    assert state() == "no-library"
    assert find(tmp_path / "a.p12") is None
    with pytest.raises(KeyringProblem):
        keep(tmp_path / "a.p12", Password("x"))

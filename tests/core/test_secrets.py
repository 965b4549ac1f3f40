"""Nothing secret comes out of a value by accident."""

from __future__ import annotations

import copy
import logging
import pickle
import traceback

import pytest

from handfast.core.entry import KeyPair, SecretKey
from handfast.core.keys import PrivateKey, SecretMaterial
from handfast.core.password import Password
from handfast.core.store import Format, Store

SECRET = "correct horse battery staple"


def everything_secret() -> list[object]:
    password = Password(SECRET)
    key = PrivateKey(SECRET.encode())
    material = SecretMaterial(SECRET.encode())
    pair = KeyPair(alias="pair", chain=(), key=key, password=password)
    secret = SecretKey(alias="secret", algorithm="AES", material=material, password=password)
    store = Store(format=Format.JKS, entries=(pair, secret), password=password)
    return [password, key, material, pair, secret, store]


@pytest.mark.parametrize("value", everything_secret(), ids=lambda value: type(value).__name__)
def test_no_text_form_shows_it(value: object) -> None:
    for text in (repr(value), str(value), f"{value}", f"{value!r:>10}", f"{value!a}"):
        assert SECRET not in text
        assert SECRET.encode().hex() not in text


@pytest.mark.parametrize("value", everything_secret(), ids=lambda value: type(value).__name__)
def test_it_cannot_be_pickled(value: object) -> None:
    with pytest.raises(TypeError):
        pickle.dumps(value)


def refuse(password: Password) -> None:
    raise ValueError(password)


def test_a_log_line_and_a_traceback_do_not_show_it(caplog: pytest.LogCaptureFixture) -> None:
    password = Password(SECRET)
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("test").debug("opened with %s and %r", password, password)
    assert SECRET not in caplog.text
    with pytest.raises(ValueError, match="<password>") as caught:
        refuse(password)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_the_text_comes_out_only_when_asked_for() -> None:
    assert Password(SECRET).reveal() == SECRET
    assert SecretMaterial(b"ab").reveal() == b"ab"
    assert PrivateKey(b"ab").pkcs8 == b"ab"


def test_equal_by_content_and_not_otherwise() -> None:
    assert Password("a") == Password("a")
    assert Password("a") != Password("b")
    assert Password("a") != "a"
    assert PrivateKey(b"a") == PrivateKey(b"a")
    assert PrivateKey(b"a") != PrivateKey(b"b")
    assert hash(Password("a")) == hash(Password("a"))


def test_a_password_of_undecodable_bytes_can_be_compared() -> None:
    assert Password("\udcff") == Password("\udcff")
    assert Password("\udcff") != Password("\udcfe")


def test_copies_are_the_same_value() -> None:
    password = Password(SECRET)
    assert copy.deepcopy([password])[0] is password
    assert copy.copy(password) is password

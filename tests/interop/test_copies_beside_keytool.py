"""Entries copied between every pair of formats, beside ``keytool -importkeystore``."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

import pytest

from handfast.core.entry import KeyPair, SecretKey
from handfast.core.errors import WouldLose, WrongPassword
from handfast.core.password import Password
from handfast.core.store import Format, Store
from handfast.flows.entries.copying import CopyFlow, entries_alone
from handfast.services.authority.issuer import issuer_of
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.importing import import_certificates
from handfast.services.exchange.secret_keys import generate_secret
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from handfast.services.files.unlocking import with_passwords

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.tools import Tool

SOURCE, TARGET, OWN = "of the source", "of the target", "of the key"
JAVA = (Format.JKS, Format.JCEKS, Format.PKCS12)
ALL = (*JAVA, Format.PEM)


def contents(wanted: Format) -> Store:
    """A chain, a pair with a password of its own, a trusted certificate, a secret key."""
    ca = make_pair(PairRequest(alias="ca", name="CN=CA", key="ec:P-256", purpose="ca"))
    chained = make_pair(
        PairRequest(alias="chained", name="CN=chained.example", key="rsa:2048"),
        issuer=issuer_of(ca),
    )
    own = make_pair(PairRequest(alias="own", name="CN=own.example", key="ec:P-256"))
    if wanted in {Format.JKS, Format.JCEKS}:
        own = dataclasses.replace(own, password=Password(OWN))
    store = new_store(wanted, Password(SOURCE)).with_entries([chained, own])
    store = import_certificates(store, [(own.chain[0], "trusted")])
    if wanted in {Format.JCEKS, Format.PKCS12}:
        store = store.with_entries([generate_secret("secret", "aes:192")])
    return store


def opened(path: Path, wanted: Format) -> Store:
    save_store(contents(wanted), path)
    store = open_file(path, Password(SOURCE)).store
    return with_passwords(store, [Password(OWN)])


@pytest.mark.parametrize("to", ALL, ids=lambda each: each.value)
@pytest.mark.parametrize("of", ALL, ids=lambda each: each.value)
def test_everything_comes_over_or_is_told_and_refused(
    tmp_path: Path, of: Format, to: Format
) -> None:
    source = opened(tmp_path / "source", of)
    target = new_store(to, Password(TARGET))
    flow = CopyFlow(source, target)
    has_secret = bool(source.secret_keys)
    if has_secret and to in {Format.JKS, Format.PEM}:
        with pytest.raises(WouldLose) as caught:
            flow.run()
        (loss,) = caught.value.losses
        assert "secret" in loss
        flow.update(allows_loss=True)
    result = flow.run()
    path = tmp_path / "target"
    save_store(result.store, path)
    taken = with_passwords(open_file(path, Password(TARGET)).store, [Password(OWN)])
    for pair in source.key_pairs:
        found = taken.get(pair.alias)
        assert isinstance(found, KeyPair)
        assert (found.key, found.chain) == (pair.key, pair.chain)
        if of is not Format.PEM and to is not Format.PEM:
            # In PKCS#12 the moment is an identifier too, and a millisecond later for the second.
            assert found.created is not None
            assert pair.created is not None
            assert abs(found.created - pair.created) < dt.timedelta(seconds=1)
        keeps = pair.password if to in {Format.JKS, Format.JCEKS} else None
        assert found.password == keeps
    assert taken.get("trusted").chain == source.get("trusted").chain
    if has_secret and to in {Format.JCEKS, Format.PKCS12}:
        found_secret = taken.get("secret")
        assert isinstance(found_secret, SecretKey)
        assert found_secret.material == source.secret_keys[0].material
    # What was there before is there again, byte for byte, once the step is taken back.
    assert target.entries == ()


@pytest.mark.parametrize("to", JAVA, ids=lambda each: each.value)
@pytest.mark.parametrize("of", JAVA, ids=lambda each: each.value)
def test_keytool_has_the_same(tmp_path: Path, keytool: Tool, of: Format, to: Format) -> None:
    """Keys, chains, and secret keys as keytool brings them, with one password throughout."""
    path = tmp_path / "source"
    store = contents(of)
    same = tuple(
        each if not isinstance(each, KeyPair) else dataclasses.replace(each, password=None)
        for each in store.entries
        if not isinstance(each, SecretKey) or to is not Format.JKS
    )
    save_store(dataclasses.replace(store, entries=same), path)
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    source = open_file(path, Password(SOURCE)).store
    result = CopyFlow(source, new_store(to, Password(TARGET))).run()
    save_store(result.store, ours)
    keytool(
        "-importkeystore", "-noprompt", "-srckeystore", path, "-srcstorepass", SOURCE,
        "-destkeystore", theirs, "-deststoretype", to.value, "-deststorepass", TARGET,
    )  # fmt: skip
    for alias in [entry.alias for entry in same]:
        shown = []
        for found in (ours, theirs):
            listed = keytool("-list", "-rfc", "-alias", alias, "-keystore", found, "-storepass",
                             TARGET).stdout  # fmt: skip
            kept = [
                line
                for line in listed.splitlines()
                if not line.startswith(("Creation date", "Your"))
            ]
            shown.append(kept)
        assert shown[0] == shown[1], alias
    mine, other = (open_file(each, Password(TARGET)).store for each in (ours, theirs))
    # keytool leaves a key under the password that it had; here it gets that of where it goes.
    assert not any(pair.is_locked for pair in mine.key_pairs)
    other = with_passwords(other, [Password(SOURCE)])
    for pair in mine.key_pairs:
        also = other.get(pair.alias)
        assert isinstance(also, KeyPair)
        assert (pair.key, pair.chain) == (also.key, also.chain)


def test_a_locked_key_is_told_and_comes_over_with_its_password(tmp_path: Path) -> None:
    save_store(contents(Format.JKS), tmp_path / "source")
    source = open_file(tmp_path / "source", Password(SOURCE)).store
    assert source.get("own").is_locked
    flow = CopyFlow(
        entries_alone(source, [source.get("own")]), new_store(Format.JKS, Password(TARGET))
    )
    assert flow.must_ask
    with pytest.raises(WouldLose, match="is locked") as caught:
        flow.run()
    assert (caught.value.locked, caught.value.leaves_nothing) == (("own",), True)
    flow.update(locked_password=Password("a wrong one"))
    with pytest.raises(WrongPassword):
        flow.run()
    flow.update(locked_password=Password(OWN))
    result = flow.run()
    assert result.store.get("own").password == Password(OWN)

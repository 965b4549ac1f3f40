"""Chains in an order, or with certificates, that a format does not keep."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from handfast.core.certificates.certificate import Certificate
from handfast.core.errors import InvalidInput, Refused
from handfast.core.store import Format
from handfast.services.exchange.chains import check_chain
from handfast.services.exchange.converting import convert
from handfast.services.exchange.copying import copy_entries
from handfast.services.files.saving import save_store, written
from tests.handshake.making import PASSWORD, make, store

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.entry import KeyPair
    from handfast.core.store import Store

ROOT = make("Acme Root", ca=True)
BETWEEN = make("Acme Issuing", by=ROOT, ca=True)
LEAF = make("server", by=BETWEEN)
STRANGER = make("Stranger", ca=True)
TWIN = make("Acme Issuing", by=ROOT, ca=True)
SOUND = tuple(each.certificate for each in (LEAF, BETWEEN, ROOT))
UNREADABLE = Certificate(SOUND[0].der[:-30])
NOT_KEPT = {
    "the root before the intermediate": (SOUND[0], SOUND[2], SOUND[1]),
    "from the root downward": SOUND[::-1],
    "a stranger between": (SOUND[0], STRANGER.certificate, SOUND[1]),
    "a stranger at the end": (*SOUND, STRANGER.certificate),
    "a gap": (SOUND[0], SOUND[2]),
    "a certificate twice": (SOUND[0], SOUND[1], SOUND[1], SOUND[2]),
    "another of the same name": (SOUND[0], TWIN.certificate, SOUND[1], SOUND[2]),
    "the leaf twice": (SOUND[0], SOUND[0], SOUND[1]),
}


def holding(chain: tuple[Certificate, ...], wanted: Format = Format.PKCS12) -> Store:
    return dataclasses.replace(store(LEAF.pair(chain=chain)), format=wanted)


@pytest.mark.parametrize("wanted", [Format.PKCS12, Format.PEM])
@pytest.mark.parametrize("name", NOT_KEPT)
def test_it_is_not_saved_and_told_why(name: str, wanted: Format, tmp_path: Path) -> None:
    path = tmp_path / "keystore"
    with pytest.raises(Refused) as refused:
        save_store(holding(NOT_KEPT[name], wanted), path)
    assert "the chain of “own” is not in order" in refused.value.problem
    assert wanted.title in refused.value.causes[0]
    assert not path.exists()


def test_a_chain_in_order_is_saved(tmp_path: Path) -> None:
    for wanted in (Format.PKCS12, Format.PEM):
        assert save_store(holding(SOUND, wanted), tmp_path / wanted.value).store.entries


@pytest.mark.parametrize("name", NOT_KEPT)
def test_java_s_formats_keep_it(name: str) -> None:
    _, again = written(holding(NOT_KEPT[name], Format.JKS))
    assert again.entries[0].chain == NOT_KEPT[name]


@pytest.mark.parametrize("name", [each for each in NOT_KEPT if "twice" not in each])
def test_whoever_edits_a_chain_is_told_at_once(name: str) -> None:
    pair = LEAF.pair()
    with pytest.raises(InvalidInput) as refused:
        check_chain(pair, NOT_KEPT[name], Format.PKCS12)
    assert refused.value.field == "chain"
    assert not check_chain(pair, SOUND, Format.PKCS12)
    if NOT_KEPT[name][0] == SOUND[0]:
        # In JKS it is kept, so a warning is enough.
        assert check_chain(pair, NOT_KEPT[name], Format.JKS)


@pytest.mark.parametrize("name", NOT_KEPT)
def test_converted_and_copied_it_is_put_in_order(name: str) -> None:
    source = holding(NOT_KEPT[name], Format.JKS)
    converted = convert(source, Format.PKCS12, PASSWORD)
    copied = copy_entries(source, dataclasses.replace(holding(SOUND), entries=()))
    assert (copied.store.entries[0].chain, copied.losses) == (
        converted.store.entries[0].chain,
        converted.losses,
    )
    for each in (converted.store, copied.store):
        assert written(each)[1].entries[0].chain == each.entries[0].chain
    strangers = {STRANGER.certificate, TWIN.certificate} & set(NOT_KEPT[name])
    expected = len(strangers) or (1 if name == "a gap" else 0)
    assert len(converted.losses) == expected
    if expected:
        assert "it did not issue any certificate of the chain" in converted.losses[0]


def chain_losses(*chain: Certificate) -> tuple[str, ...]:
    pair: KeyPair = LEAF.pair(chain=chain)
    source = dataclasses.replace(store(pair), format=Format.JKS)
    return convert(source, Format.PKCS12, PASSWORD).losses


def test_a_leaf_that_cannot_be_read_is_the_cause_and_not_its_issuer() -> None:
    losses = chain_losses(UNREADABLE, SOUND[1], SOUND[2])
    assert len(losses) == 2
    assert all("another one of the chain cannot be read" in each for each in losses)
    assert "“Acme Issuing”" in losses[0]


def test_an_issuer_that_cannot_be_read_is_not_named_by_an_empty_name() -> None:
    losses = chain_losses(SOUND[0], Certificate(b"\x30\x03\x02\x01\x05"), SOUND[2])
    assert not any("“”" in each for each in losses)
    assert any("it cannot be read" in each for each in losses)

"""What must hold for any bytes at all; what does not hold is raised as it comes."""

from __future__ import annotations

import dataclasses
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.output.entry_table import listing
from handfast.cli.output.json_documents import store_json
from handfast.cli.output.json_text import json_text
from handfast.cli.output.messages import entry_text, error_text
from handfast.core.asn1 import ber
from handfast.core.certificates.certificate import Certificate
from handfast.core.entry import KeyPair, SecretKey
from handfast.core.errors import HandfastError
from handfast.core.password import Password
from handfast.core.store import Format, Integrity
from handfast.formats.base import DEFAULT_LIMITS, Limits
from handfast.formats.content import classify
from handfast.formats.identify import identify
from handfast.formats.registry import module_for, read_store, unlock_entry, write_store
from handfast.services.checks.store_checks import check_store
from handfast.services.describe.certificate import describe_certificate
from handfast.services.describe.der import outline
from handfast.services.describe.store_summary import summarise
from handfast.services.exchange.certificate_files import read_certificates
from handfast.services.exchange.importing import import_certificates

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.core.store import Store

#: What opens the seeds that are made here.
RIGHT = Password("changeit")
WRONG = Password("certainly not this one")
#: Seconds and bytes (beyond the size of the file) that an input may cost.
SECONDS = 2.0
MEMORY = 256 * 2**20
#: Long derivations say nothing about the reading; with these limits there is time for more of it.
QUICK = Limits(iterations=20_000, rounds=20_000)
#: Showing takes as long as reading: a long run shows only one in so many of its inputs.
sparing, _SPARED = False, 4
#: A store of more entries is read, and its first ones are looked at.
_SHOWN = 40


def examine(data: bytes, target: str, limits: Limits = QUICK) -> None:
    """Raise what is not allowed to leave: anything, that is."""
    _TARGETS.get(target, _examine_store)(data, limits)


def _examine_store(data: bytes, limits: Limits) -> None:
    looked_at: Store | None = None
    for password in (None, RIGHT, WRONG):
        try:
            store = read_store(data, password, limits=limits)
        except HandfastError as error:
            check_error(error, data)
            continue
        if store != looked_at and (not sparing or zlib.crc32(data) % _SPARED == 0):
            # Without keys, or without a check sum, all passwords give the same.
            look(store)
        looked_at = store
        if password is not WRONG:
            save(store, data, password, limits)


def _examine_certificates(data: bytes, _limits: Limits) -> None:
    for password in (None, RIGHT):
        try:
            found = read_certificates(data, password=password)
        except HandfastError as error:
            check_error(error, data)
            continue
        for certificate in found.certificates[:_SHOWN]:
            describe_certificate(certificate)
    # What a damaged one inside a store is shown with.
    describe_certificate(Certificate(data))


def _examine_ber(data: bytes, _limits: Limits) -> None:
    def walk(span: ber.Span, depth: int) -> None:
        ber.octets(data, span)
        if span.tag & 0x20 and depth < ber.MAX_DEPTH:
            for child in ber.children(data, span):
                walk(child, depth + 1)
        elif span.tag == ber.OID:
            ber.oid_text(ber.content(data, span))

    try:
        walk(ber.read(data, 0, len(data)), 0)
    except HandfastError as error:
        check_error(error, data)
    outline(data)


def _examine_detection(data: bytes, _limits: Limits) -> None:
    classify(data)
    identity = identify(data)
    if identity.format is None:
        check_error(identity.refusal(), data)


_TARGETS: dict[str, Callable[[bytes, Limits], None]] = {
    "CERTIFICATES": _examine_certificates,
    "BER": _examine_ber,
    "DETECTION": _examine_detection,
}


def check_error(error: HandfastError, data: bytes | None = None) -> None:
    """A person can do something with it."""
    assert error.problem, type(error)
    assert error.causes or error.remedy, error.problem
    assert len(error_text(error)) < 4000, "the message repeats what was in the file"
    if error.offset is not None and data is not None:
        assert 0 <= error.offset <= len(data), error.offset


def look(store: Store) -> None:
    """All that is shown of a store."""
    few = dataclasses.replace(store, entries=store.entries[:_SHOWN])
    path = Path("store")
    listing(path, few)
    listing(path, few, width=80, coloured=True)
    json_text(store_json(path, few, few.entries, in_full=True))
    check_store(few)
    summarise(few)
    for entry in few.entries:
        entry_text(entry, with_pem=True, coloured=False)
        for certificate in entry.chain[:_SHOWN]:
            describe_certificate(certificate)
        if isinstance(entry, KeyPair) and entry.key is not None:
            try:
                entry.key.load()
            except HandfastError as error:
                check_error(error)
    # Elsewhere a key that is asked for may take its time: the person has agreed to it.
    for entry in few.entries[:3] if store.format is Format.JKS else ():
        if isinstance(entry, KeyPair | SecretKey) and entry.is_locked:
            try:
                unlock_entry(store, entry, WRONG)
            except HandfastError as error:
                check_error(error)


def save(
    store: Store, data: bytes, password: Password | None, limits: Limits = DEFAULT_LIMITS
) -> None:
    """Written it is the same file; with one more certificate the rest of it is the same."""
    capabilities = module_for(store.format).CAPABILITIES
    if not capabilities.can_write:
        return
    if store.integrity is Integrity.UNVERIFIED:
        # Without its password it is looked at and not written.
        try:
            write_store(store)
        except HandfastError as error:
            check_error(error)
        return
    assert write_store(store) == data
    certificate = next((each for entry in store.entries for each in entry.chain), None)
    if certificate is None:
        return
    more = import_certificates(store, [(certificate, store.free_alias("one-more"))])
    try:
        written = write_store(more)
    except HandfastError as error:
        check_error(error)
        return
    if any("damaged" in remark for remark in store.remarks):
        # What follows half a block may change its meaning; saving compares, and refuses that.
        return
    again = read_store(written, password, limits=limits)
    assert len(again.entries) == len(more.entries)
    for entry in store.entries:
        # New keys go before certificates, and chains grow by the issuers at hand.
        assert any(_is_same(entry, other) for other in again.entries), entry.alias


def _is_same(entry: object, other: object) -> bool:
    if isinstance(entry, KeyPair) and isinstance(other, KeyPair):
        return dataclasses.replace(other, chain=other.chain[: len(entry.chain)]) == entry
    return entry == other

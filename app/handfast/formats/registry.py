"""Which module reads and writes which format. Modules are imported when first needed."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, cast

from handfast.core.entry import TrustedCertificate
from handfast.core.errors import Unsupported
from handfast.core.language import tr
from handfast.core.progress import no_progress
from handfast.core.store import Format, Strength
from handfast.formats.base import (
    DEFAULT_LIMITS,
    Capabilities,
    FormatModule,
    Limits,
    check_size,
    check_values,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from handfast.core.entry import Entry, KeyPair, SecretKey
    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.core.store import Store

_MODULES = {
    Format.JKS: "handfast.formats.java.jks",
    Format.JCEKS: "handfast.formats.java.jceks",
    Format.BKS: "handfast.formats.bouncy.bks",
    Format.UBER: "handfast.formats.bouncy.uber",
    Format.BCFKS: "handfast.formats.bouncy.bcfks",
    Format.PEM: "handfast.formats.pem.store",
    Format.PKCS7: "handfast.formats.pkcs7",
    Format.PKCS12: "handfast.formats.pkcs12.store",
}

_ORDER = (
    Format.PKCS12,
    Format.JKS,
    Format.JCEKS,
    Format.PEM,
    Format.BKS,
    Format.UBER,
    Format.BCFKS,
    Format.PKCS7,
)

_MAGICS = {b"\xfe\xed\xfe\xed": Format.JKS, b"\xce\xce\xce\xce": Format.JCEKS}


def module_for(wanted: Format) -> FormatModule:
    """The module of a format; :class:`Unsupported` where there is none."""
    name = _MODULES.get(wanted)
    if name is None:
        raise Unsupported(
            tr("This is a {title} keystore, which this version does not read.", title=wanted.title),
            remedy=tr("Convert it to PKCS#12 with the program that created it."),
        )
    return cast("FormatModule", import_module(name))


def usual_ending(wanted: Format) -> str:
    """How the name of a file of this format commonly ends, without the dot."""
    return module_for(wanted).CAPABILITIES.endings[0]


def capabilities() -> tuple[Capabilities, ...]:
    """What each format can hold, in the order in which a chooser shows them."""
    return tuple(module_for(each).CAPABILITIES for each in _ORDER)


def read_store(
    data: bytes,
    password: Password | None = None,
    *,
    entry_passwords: Mapping[str, Password] | None = None,
    limits: Limits = DEFAULT_LIMITS,
    certificates_too: bool = False,
    progress: Progress = no_progress,
) -> Store:
    """The store in ``data``, whatever its name was; see :meth:`FormatModule.read`.

    A store that is in something else is taken out of it. With ``certificates_too``
    certificates in DER are read as the same ones in PEM are; without, they are named as what they
    are.
    """
    found = _plainly(data)
    payload, wrapping = data, None
    if found is None:
        # Telling everything else apart takes more code than these need to be read.
        from handfast.formats.identify import as_text_store, identify

        identity = identify(data)
        if identity.is_der_certificate and certificates_too:
            identity = as_text_store(identity)
        found, payload, wrapping = identity.format, identity.payload, identity.wrapping
        if found is None:
            raise identity.refusal()
    module = module_for(found)
    check_size(data, limits)
    store = module.read(
        payload,
        password,
        entry_passwords=entry_passwords or {},
        limits=limits,
        progress=progress,
    )
    if wrapping is not None:
        remarks = (*wrapping.notes, *store.remarks)
        store = replace(store, wrapping=wrapping, remarks=remarks)
    if len(data) > limits.values:
        check_values(store, limits)
    return store


def refuse_large(head: bytes, size: int, limits: Limits) -> None:
    """Raise what :func:`read_store` would of a file of that size, by its first bytes alone.

    :raises NotAKeystore: it is something else
    :raises TooCostly: it is larger than what is read without asking
    """
    if _MAGICS.get(head[:4]) is None:
        from handfast.formats.identify import identify

        identity = identify(head)
        if identity.format is None and not identity.is_der_certificate:
            raise identity.refusal()
    check_size(head, limits, size=size)


def _plainly(data: bytes) -> Format | None:
    """The format of the files that are opened most; None where it takes a closer look."""
    found = _MAGICS.get(data[:4])
    if found is None and data[:2] == b"0\x82":
        from handfast.formats.content import Content, classify_der

        found = Format.PKCS12 if classify_der(data) is Content.PKCS12 else None
    return found


def write_store(store: Store, *, progress: Progress = no_progress) -> bytes:
    """The store as the bytes of a file of its format, inside of what it was read from."""
    data = module_for(store.format).write(store, progress=progress)
    if store.wrapping is None:
        return data
    from handfast.formats.wrapping import Wrapping

    return store.wrapping.wrap(data) if isinstance(store.wrapping, Wrapping) else data


def check_writable(store: Store) -> None:
    """Raise what writing the store would raise, at little cost; for looking at single entries."""
    if store.format is Format.JCEKS:
        from handfast.formats.java import jceks

        jceks.check_writable(store)
    elif store.format is Format.PKCS12:
        from handfast.formats.pkcs12.writing import check_placeable

        check_placeable(replace(store, strength=Strength.MODERN, native=None))
    elif store.format is Format.PEM:
        # What a key is encrypted with prevents nothing, and takes many rounds.
        entries = tuple(
            each if isinstance(each, TrustedCertificate) else replace(each, password=None)
            for each in store.entries
        )
        write_store(replace(store, password=None, entries=entries))
    else:
        write_store(replace(store, strength=Strength.MODERN))


def unlock_entry(
    store: Store,
    entry: KeyPair | SecretKey,
    password: Password,
    *,
    progress: Progress = no_progress,
) -> KeyPair | SecretKey:
    """A locked entry opened with its password; :class:`WrongPassword` where it does not fit."""
    opened = module_for(store.format).unlock(store, entry, password, progress=progress)
    return replace(opened, is_untried=False) if opened.is_untried else opened


def pair_again(store: Store, among: Collection[Entry] | None = None) -> Store:
    """The store with each pair at the certificate of its own key; for after unlocking some.

    ``among`` are those that were unlocked, or else all of them are looked at. In a PKCS#12 file
    the certificates stand apart from the keys, and what ties a key that is locked to one of them
    may be wrong.
    """
    if store.format is not Format.PKCS12:
        return store
    from handfast.formats.pkcs12 import store as pkcs12

    return pkcs12.pair_again(store, store.entries if among is None else among)


def unlock_parts(store: Store, password: Password, *, progress: Progress = no_progress) -> Store:
    """The store with what a password opens of its ``locked_parts``, and the entries in them.

    :raises WrongPassword: it opens none of them
    """
    if store.format is not Format.PKCS12 or not store.locked_parts:
        return store
    from handfast.formats.pkcs12 import store as pkcs12

    return pkcs12.unlock_parts(store, password, progress=progress)

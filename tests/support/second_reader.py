"""pyjks as the second opinion on every JKS, JCEKS, BKS and UBER that the tests read or write.

What Handfast read, or is about to write, is read by pyjks as well, and the two must find the same
aliases, dates, certificates and keys. That is done after each test, outside whatever it measures.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import importlib
import importlib.util
import os
import sys
import types
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from handfast.core.entry import KeyPair, SecretKey, TrustedCertificate
from handfast.core.errors import HandfastError
from handfast.core.password import WELL_KNOWN
from handfast.core.store import Format, Integrity
from handfast.formats.registry import module_for, read_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from handfast.core.entry import Entry
    from handfast.core.store import Store

FORMATS = (Format.JKS, Format.JCEKS, Format.BKS, Format.UBER)
#: How the files of Java's own two formats begin.
MAGICS = (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce")
#: The versions of the formats that pyjks reads.
VERSIONS = {Format.JKS: {2}, Format.JCEKS: {2}, Format.BKS: {1, 2}, Format.UBER: {1}}
#: pyjks derives keys in Python; a file of more rounds is made to be slow.
MAX_ROUNDS = 300_000
#: It reads a megabyte of sealed key in a quarter of a second.
MAX_BYTES = 8 * 2**20


class Absent(Exception):
    """pyjks cannot run here; the message says why."""


@functools.cache
def load_pyjks() -> types.ModuleType:
    """pyjks with all that it needs; :class:`Absent` where that is not there."""
    with warnings.catch_warnings():
        # What its dependencies of 2013 do when they are imported.
        warnings.simplefilter("ignore")
        try:
            pyjks = importlib.import_module("jks")
            _load_twofish()
        except ImportError as error:
            raise Absent(f"{error} (on Python {sys.version.split()[0]})") from error
    # Two hundred thousand rounds in Python, for keys that stand unchanged in many files.
    crypto = pyjks.sun_crypto
    crypto._jce_pbe_derive_key_and_iv = functools.cache(crypto._jce_pbe_derive_key_and_iv)
    return pyjks


def _load_twofish() -> None:
    """The cipher of UBER, which asks a module of Python's own that ended with 3.11 for one path."""
    if "imp" not in sys.builtin_module_names and importlib.util.find_spec("imp") is None:
        stand_in = types.ModuleType("imp")
        stand_in.find_module = _find_module  # type: ignore[attr-defined]
        sys.modules["imp"] = stand_in
        try:
            importlib.import_module("twofish")
        finally:
            del sys.modules["imp"]
    else:
        importlib.import_module("twofish")


def _find_module(name: str) -> tuple[None, str, None]:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ImportError(f"there is no module {name}")
    return None, spec.origin, None


@dataclass(slots=True)
class SecondReader:
    """Gathers what Handfast reads and writes, and lets pyjks read it too."""

    #: The bytes and the store that Handfast found in them, not compared yet.
    waiting: list[tuple[bytes, Store]] = field(default_factory=list)
    #: Digests of what was compared.
    done: set[bytes] = field(default_factory=set)
    #: How many files of each format both have read.
    agreed: dict[Format, int] = field(default_factory=dict)
    #: How often pyjks cannot have an opinion, by the reason.
    beyond: dict[str, int] = field(default_factory=dict)

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """While this lasts, what the four formats read and write is noted."""
        before: list[tuple[Any, str, object]] = []
        try:
            for each in FORMATS:
                module = module_for(each)
                before += [(module, "read", module.read), (module, "write", module.write)]
                vars(module)["read"] = self._noting_read(module.read)
                vars(module)["write"] = self._noting_write(module.write)
            yield
        finally:
            for module, name, function in before:
                vars(module)[name] = function

    def _noting_read(self, read: Callable[..., Store]) -> Callable[..., Store]:
        @functools.wraps(read)
        def noting(data: bytes, *arguments: Any, **named: Any) -> Store:
            store = read(data, *arguments, **named)
            self.waiting.append((bytes(data), store))
            return store

        return noting

    def _noting_write(self, write: Callable[..., bytes]) -> Callable[..., bytes]:
        @functools.wraps(write)
        def noting(store: Store, *arguments: Any, **named: Any) -> bytes:
            data = write(store, *arguments, **named)
            self.waiting.append((data, store))
            return data

        return noting

    def disagreements(self) -> list[str]:
        """What pyjks finds otherwise in what was noted since the last call; usually nothing."""
        noted, self.waiting = self.waiting, []
        found = []
        for data, store in noted:
            digest = _digest(data, store)
            if digest in self.done:
                continue
            self.done.add(digest)
            reason = why_not(data, store)
            if reason:
                self.beyond[reason] = self.beyond.get(reason, 0) + 1
                continue
            difference = compare(data, store)
            if difference:
                found.append(f"{store.format.title}: {difference}")
            else:
                self.agreed[store.format] = self.agreed.get(store.format, 0) + 1
        return found

    def look_below(self, folder: Path) -> None:
        """Read what other processes have left: each JKS and JCEKS anywhere below a folder."""
        for parent, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(parent, name)  # noqa: PTH118 - ten thousand of them
                with contextlib.suppress(OSError, HandfastError):
                    if not os.path.isfile(path):  # noqa: PTH113 - the same
                        continue
                    with open(path, "rb") as file:  # noqa: PTH123 - the same
                        if file.read(4) not in MAGICS:
                            continue
                        file.seek(0)
                        data = file.read()
                    read_store(data, None)
                    read_store(data, WELL_KNOWN)


def _digest(data: bytes, store: Store) -> bytes:
    """A digest over a file and what Handfast says is in it."""
    digest = hashlib.sha256(data)
    if store.password is not None:
        digest.update(store.password.reveal().encode("utf-8", "surrogatepass"))
    for entry in store.entries:
        digest.update(repr((entry.alias, entry.created)).encode("utf-8", "surrogatepass"))
        for certificate in entry.chain:
            digest.update(certificate.der)
        if isinstance(entry, KeyPair) and entry.key is not None:
            digest.update(entry.key.pkcs8)
        elif isinstance(entry, SecretKey) and entry.material is not None:
            digest.update(entry.material.reveal())
    return digest.digest()


def why_not(data: bytes, store: Store) -> str:
    """Why pyjks cannot be asked about a file; empty where it can."""
    aliases = [each.alias for each in store.entries]
    if len(data) > MAX_BYTES:
        return "larger than it reads in a second"
    version = int.from_bytes(data[4:8] if store.format in {Format.JKS, Format.JCEKS} else data[:4])
    if version not in VERSIONS[store.format]:
        return "it does not read every version"
    if any(ord(each) in {0, 0xFFFD} or ord(each) > 0xFFFF for each in "".join(aliases)):
        return "it reads aliases as plain UTF-8"
    if len(set(aliases)) != len(aliases):
        return "it refuses two entries of one alias"
    if store.format in {Format.BKS, Format.UBER}:
        if store.password is None:
            return "it reads Bouncy Castle's formats with their password alone"
        size = int.from_bytes(data[4:8], "big")
        if int.from_bytes(data[8 + size : 12 + size], "big") > MAX_ROUNDS:
            return "it derives keys in Python"
    return ""


def compare(data: bytes, store: Store) -> str:
    """The first thing that pyjks finds otherwise; empty where it agrees."""
    pyjks = load_pyjks()
    kinds = {Format.BKS: pyjks.BksKeyStore, Format.UBER: pyjks.UberKeyStore}
    verified = store.integrity is Integrity.VERIFIED or store.password is not None
    word = store.password.reveal() if verified and store.password is not None else None
    try:
        found = kinds.get(store.format, pyjks.KeyStore).loads(data, word, try_decrypt_keys=False)
    except Exception as error:  # noqa: BLE001 - it raises whatever comes
        return f"pyjks does not read it: {type(error).__name__}: {error}"
    theirs, ours = list(found.entries), [each.alias for each in store.entries]
    if sorted(theirs) != sorted(ours):
        # A store that was written may have names that its format folds.
        ours = [each.lower() for each in ours]
        if sorted(theirs) != sorted(ours):
            return f"pyjks finds the aliases {theirs}, and Handfast {ours}"
    for alias, entry in zip(ours, store.entries, strict=True):
        difference = _compare_entry(entry, found.entries[alias], store)
        if difference:
            return f"{entry.alias!r}: {difference}"
    return ""


def _compare_entry(entry: Entry, other: Any, store: Store) -> str:
    created = entry.created
    if created is not None and round(created.timestamp() * 1000) != other.timestamp:
        return f"pyjks finds the date {other.timestamp}, and Handfast {created}"
    if isinstance(entry, TrustedCertificate):
        same = getattr(other, "cert", None) == entry.certificate.der
        return "" if same else "pyjks finds another certificate"
    if isinstance(entry, KeyPair):
        # A pair of kind and bytes in Java's own formats, an object in Bouncy Castle's.
        chain = [each[1] if isinstance(each, tuple) else each.cert for each in other.cert_chain]
        if chain != [each.der for each in entry.chain]:
            return "pyjks finds another chain"
    return "" if entry.is_locked else _compare_key(entry, other, store)


def _compare_key(entry: KeyPair | SecretKey, other: Any, store: Store) -> str:
    password = entry.password or store.password
    if password is None:
        return ""
    try:
        found = _open(other, password.reveal(), is_pair=isinstance(entry, KeyPair))
    except Exception as error:  # noqa: BLE001 - it raises whatever comes
        return f"pyjks does not open the key: {type(error).__name__}: {error}"
    if isinstance(entry, KeyPair):
        same = entry.key is not None and found == entry.key.pkcs8
    else:
        same = entry.material is not None and found == entry.material.reveal()
    return "" if same else "pyjks finds another key"


def _open(other: Any, password: str, *, is_pair: bool) -> bytes:
    from pyasn1.codec.ber import decoder
    from pyasn1.error import PyAsn1Error
    from pyasn1_modules import rfc5208

    try:
        other.decrypt(password)
    except PyAsn1Error:
        # It expects a NULL beside the name of the algorithm, which Java has left out since 11.
        sealed, _ = decoder.decode(other._encrypted, asn1Spec=rfc5208.EncryptedPrivateKeyInfo())
        content = sealed["encryptedData"].asOctets()
        return bytes(load_pyjks().sun_crypto.jks_pkey_decrypt(content, password))
    return bytes(other.pkey_pkcs8 if is_pair else other.key)

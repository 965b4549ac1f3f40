"""From a store to a PEM file: what was in the file stays where it was, the rest follows."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from handfast.core.entry import Entry, KeyPair, TrustedCertificate
from handfast.core.errors import HandfastError, InvalidInput, Refused, WouldLose
from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.formats.naming import name_for
from handfast.formats.pem.keys import armour, normalise, seal
from handfast.formats.pem.model import (
    KEYS,
    PemFile,
    Piece,
    Placed,
    attributes,
    is_readable,
    without_attributes,
)

if TYPE_CHECKING:
    from handfast.core.certificates.certificate import Certificate
    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.core.store import Store

_END = re.compile(r"-{2,}\s*END", re.IGNORECASE)
_LOOKS_LIKE_A_BLOCK = re.compile(r"-{2,}\s*(BEGIN|END)", re.IGNORECASE)


def write(store: Store, progress: Progress) -> bytes:
    file = store.native if isinstance(store.native, PemFile) else PemFile()
    if file.pieces and _is_untouched(store, file):
        return file.data
    _check_losses(store)
    writer = _Writer(store, file, progress)
    text = writer.text()
    try:
        return file.mark + text.encode(file.codec)
    except UnicodeEncodeError as error:
        raise InvalidInput(
            tr(
                "The encoding of this file ({codec}) lacks a character of an alias.",
                codec=file.codec,
            ),
            field="alias",
            remedy=tr("Choose another alias, or save the keystore as a new file."),
        ) from error


def _check_losses(store: Store) -> None:
    if not store.entries:
        raise Refused(
            tr("A PEM file cannot hold an empty keystore."),
            causes=(tr("Without an entry it is ordinary text and would not open again."),),
            remedy=tr("Add an entry first, or choose another format."),
        )
    losses = tuple(
        tr("The secret key “{alias}”.", alias=shorten(entry.alias)) for entry in store.secret_keys
    )
    if losses:
        raise WouldLose(
            tr("PEM cannot hold secret keys."),
            losses=losses,
            remedy=tr("Keep the keystore as PKCS#12 or JCEKS, or leave the secret keys out."),
        )
    if not any(is_readable(entry) for entry in store.entries):
        raise Refused(
            tr("PEM cannot hold this keystore: none of its certificates can be read."),
            causes=(tr("A text of which nothing can be read would not open again."),),
            remedy=tr("Choose another format, or add an entry that can be read first."),
        )
    for entry in store.entries:
        was_so = isinstance(entry.native, Placed) and entry.native.alias == entry.alias
        if not was_so and _LOOKS_LIKE_A_BLOCK.search(entry.alias):
            raise InvalidInput(
                tr(
                    "The alias “{alias}” would be read as a part of the file.",
                    alias=shorten(entry.alias),
                ),
                field="alias",
                remedy=tr("Choose an alias without “--BEGIN” or “--END”."),
            )


def _is_untouched(store: Store, file: PemFile) -> bool:
    """Whether nothing differs but keys that were only opened to be looked at."""
    if store.password != file.password or len(store.entries) != len(file.entries):
        return False
    for entry, before in zip(store.entries, file.entries, strict=True):
        if entry is before:
            continue
        if (
            not isinstance(entry, KeyPair)
            or not isinstance(before, KeyPair)
            or not before.is_locked
            or entry.alias != before.alias
            or entry.chain != before.chain
            or not _keeps_key(entry, store, file)
        ):
            return False
    return True


def _keeps_key(entry: KeyPair, store: Store, file: PemFile) -> bool:
    """Whether the key may stay as it is in the file."""
    placed = entry.native
    if not isinstance(placed, Placed) or placed.piece not in file.pieces:
        return False
    if entry.key is None:
        return True
    if entry.key != placed.key:
        return False
    if placed.opened_with is None:
        return entry.password is None and store.password == file.password
    return (entry.password or store.password) == placed.opened_with


class _Writer:
    """Puts one file together."""

    def __init__(self, store: Store, file: PemFile, progress: Progress) -> None:
        self._store = store
        self._file = file
        self._progress = progress
        self._line_end = file.line_end
        pairs = store.key_pairs
        self._has_keys = bool(pairs)
        self._of_piece: dict[int, Entry] = {}
        known = {id(piece) for piece in file.pieces}
        for entry in store.entries:
            placed = entry.native
            if (
                isinstance(placed, Placed)
                and id(placed.piece) in known
                and self._fits(entry, placed)
            ):
                self._of_piece.setdefault(id(placed.piece), entry)
        #: Certificates of chains that are still to be written.
        self._wanted = Counter(certificate for pair in pairs for certificate in set(pair.chain))
        self._in_chains = frozenset(self._wanted)
        #: The pieces that are entries of their own; the others stand behind one of these.
        self._shown = {
            id(entry.native.piece)
            for entry in file.entries
            if isinstance(entry, Entry) and isinstance(entry.native, Placed)
        }
        untold = [pair for pair in pairs if _is_untold(pair)]
        #: Keys by their certificates where only what the file says ties the two together.
        self._untold = {pair.chain[0]: pair for pair in reversed(untold)}
        self._ids = {id(pair): pair.chain[0].sha1 for pair in untold}
        bases = Counter(_base(entry).casefold() for entry in store.entries)
        bases.update(
            entry.alias.casefold() for entry in store.entries if entry.alias != _base(entry)
        )
        self._bases = bases

    @staticmethod
    def _fits(entry: Entry, placed: Placed) -> bool:
        if isinstance(entry, TrustedCertificate):
            return placed.piece.certificate == entry.certificate
        return placed.piece.content in KEYS

    def text(self) -> str:
        out: list[str] = []
        last: list[str] = []
        for piece in self._file.pieces:
            last = self._old(piece)
            out += last
        out.append(self._file.tail)
        pieces = self._file.pieces
        if pieces and pieces[-1].block.label and not _END.search(pieces[-1].raw):
            # What is new goes before it: a block that does not end would swallow it.
            del out[len(out) - len(last) - 1 :]
            last.append(self._file.tail)
        else:
            last = []
        placed = {id(entry) for entry in self._of_piece.values()}
        for number, entry in enumerate(self._store.entries):
            self._progress(number, len(self._store.entries))
            if id(entry) not in placed:
                self._add(out, entry)
        # Chains that came from other files, of pairs whose key was here already.
        for pair in self._store.key_pairs:
            for certificate in pair.chain:
                self._add_certificate(out, certificate)
        return "".join(out + last)

    # --- what was there ---------------------------------------------------------------------

    def _old(self, piece: Piece) -> list[str]:
        """A piece as it was, altered as far as its entry was, or what remains without it."""
        entry = self._of_piece.get(id(piece))
        if entry is not None:
            trusted = isinstance(entry, TrustedCertificate)
            before = self._before(piece, entry, trusted=trusted)
            raw = piece.raw
            if isinstance(entry, KeyPair) and not _keeps_key(entry, self._store, self._file):
                raw = self._key(entry)
            elif not piece.block.label:
                raw = self._armoured(piece)
            if isinstance(entry, TrustedCertificate):
                self._stands_in(entry)
            return [before, raw]
        certificate = piece.certificate
        if certificate is not None:
            if self._wanted.pop(certificate, 0):
                owner = self._untold.get(certificate)
                if owner is not None:
                    return [self._before(piece, owner, trusted=False), piece.raw]
                before = piece.before
                if piece.is_marked_trusted:
                    before = without_attributes(before)
                return [before, self._unmarked(piece)]
            if certificate in self._in_chains and id(piece) not in self._shown:
                # The same certificate again. Nobody sees it here, so nobody has deleted it.
                return [piece.before, piece.raw]
            return [without_attributes(piece.before).rstrip(" \t")]
        if piece.content in KEYS:
            return [without_attributes(piece.before).rstrip(" \t")]
        return [piece.before, piece.raw]

    def _before(self, piece: Piece, entry: Entry, *, trusted: bool) -> str:
        """The text in front of a piece, with the names that it must have."""
        key_id = self._ids.get(id(entry), "")
        named = piece.name == entry.alias if piece.name else self._is_natural(entry)
        marked = piece.is_marked_trusted or not (trusted and self._has_keys)
        identified = not key_id or piece.key_id == key_id
        if named and marked and identified:
            return piece.before
        lines = attributes(
            entry.alias,
            key_id,
            is_trusted=trusted and self._has_keys,
            line_end=self._line_end,
        )
        return without_attributes(piece.before) + lines

    def _is_natural(self, entry: Entry) -> bool:
        """Whether whoever reads the file gives it this alias without being told."""
        return entry.alias == _base(entry) and self._bases[entry.alias.casefold()] == 1

    def _armoured(self, piece: Piece) -> str:
        """Base64 that stood alone is found only as long as it does."""
        if piece.certificate is not None:
            label, data = "CERTIFICATE", piece.certificate.der
        else:
            label, data = "ENCRYPTED PRIVATE KEY", piece.block.data
            try:
                plain = normalise(data, b"")
            except HandfastError:
                return piece.raw
            if plain is not None:
                label, data = "PRIVATE KEY", plain
        return armour(label, data, self._line_end) + self._line_end

    def _unmarked(self, piece: Piece) -> str:
        """OpenSSL's trust settings make a trusted certificate of it, which it is no more."""
        return self._armoured(piece) if piece.block.label.startswith("TRUSTED") else piece.raw

    # --- what is new ------------------------------------------------------------------------

    def _add(self, out: list[str], entry: Entry) -> None:
        if isinstance(entry, TrustedCertificate):
            self._stands_in(entry)
            lines = ""
            if self._has_keys or not self._is_natural(entry):
                lines = attributes(
                    entry.alias, "", is_trusted=self._has_keys, line_end=self._line_end
                )
            self._append(out, lines + armour("CERTIFICATE", entry.certificate.der, self._line_end))
        elif isinstance(entry, KeyPair):
            if entry.key is None:
                raise WouldLose(
                    tr(
                        "The key “{alias}” is locked and cannot be written as PEM.",
                        alias=shorten(entry.alias),
                    ),
                    losses=(
                        tr(
                            "The key “{alias}”, which has not been unlocked.",
                            alias=shorten(entry.alias),
                        ),
                    ),
                    remedy=tr("Unlock it with its password first."),
                )
            self._append(out, self._attributes(entry) + self._key(entry))
            for certificate in entry.chain:
                self._add_certificate(out, certificate)

    def _stands_in(self, entry: TrustedCertificate) -> None:
        """A trusted certificate serves the chains as well; not a key that does not tell its own."""
        if entry.certificate not in self._untold:
            self._wanted.pop(entry.certificate, 0)

    def _add_certificate(self, out: list[str], certificate: Certificate) -> None:
        if self._wanted.pop(certificate, 0):
            owner = self._untold.get(certificate)
            lines = self._attributes(owner) if owner is not None else ""
            self._append(out, lines + armour("CERTIFICATE", certificate.der, self._line_end))

    def _attributes(self, pair: KeyPair) -> str:
        key_id = self._ids.get(id(pair), "")
        return attributes(pair.alias, key_id, is_trusted=False, line_end=self._line_end)

    def _append(self, out: list[str], text: str) -> None:
        last = next((each for each in reversed(out) if each), "")
        if last and not last.endswith("\n"):
            out.append(self._line_end)
        out.append(text + self._line_end)

    def _key(self, entry: KeyPair) -> str:
        password: Password | None = entry.password or self._store.password
        assert entry.key is not None  # noqa: S101 - locked keys were told from the others
        return armour(*seal(entry.key.pkcs8, password), self._line_end)


def _is_untold(pair: KeyPair) -> bool:
    """Whether a key does not tell which certificate is its own.

    It does not while it is locked, and neither where no library reads the one or the other.
    """
    if not pair.chain:
        return False
    public = pair.chain[0].public_key_der
    return pair.key is None or not public or not pair.key.fits(public)


def _base(entry: Entry) -> str:
    """The alias that reading gives where the file names none."""
    return name_for(
        entry.certificate if entry.certificate is not None else None,
        "key" if isinstance(entry, KeyPair) else "certificate",
    )

"""From the pieces of a PEM file to a store."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING

from handfast.core.entry import Entry, KeyPair, TrustedCertificate
from handfast.core.errors import Damaged, NotAKeystore, Unsupported, WrongPassword
from handfast.core.keys import PrivateKey, public_key_info
from handfast.core.language import enumerated, grouped, tr, tr_count
from handfast.core.store import MAX_ALIAS_LENGTH, Format, Integrity, Store, shorten
from handfast.formats.base import BudgetExceeded, WorkBudget, untried_remark
from handfast.formats.content import Content
from handfast.formats.issuers import Issuers
from handfast.formats.naming import Names, clean, name_for
from handfast.formats.pem.armor import MAX_BLOCKS
from handfast.formats.pem.keys import Envelope, open_envelope, unwrap
from handfast.formats.pem.model import KEYS, PemFile, Piece, Placed, is_readable, split

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.formats.base import Limits

_PIECES_PER_PROGRESS = 64


@dataclasses.dataclass(slots=True, kw_only=True)
class _Key:
    """A key while its certificate is looked for."""

    piece: Piece
    envelope: Envelope
    key: PrivateKey | None = None
    opened_with: Password | None = None
    leaf: Certificate | None = None
    is_untried: bool = False

    @property
    def public(self) -> bytes:
        return public_half(self.key) if self.key is not None else b""


def public_half(key: PrivateKey) -> bytes:
    """The public key in DER; empty where the algorithm is not known."""
    try:
        return public_key_info(key.load().public_key())
    except (Unsupported, ValueError):
        return b""


def read(
    data: bytes,
    password: Password | None,
    entry_passwords: Mapping[str, Password],
    limits: Limits,
    progress: Progress,
) -> Store:
    file = split(data)
    own = {alias.casefold(): each for alias, each in entry_passwords.items()}
    budget = limits.budget()
    keys, postponed = _open_keys(file, password, own, limits, budget, progress)
    sealed = [each for each in keys if each.envelope.decryption is not None]
    fits = any(each.opened_with == password for each in sealed)
    is_open = any(each.key is not None for each in sealed)
    if password is not None and sealed and not is_open and not postponed:
        raise WrongPassword(
            tr("Wrong password for the key in this file.")
            if len(sealed) == 1
            else tr("Wrong password for every key in this file."),
            causes=(tr("Passwords are case-sensitive."),),
            remedy=tr("Try again. You can view the certificates without it."),
        )
    entries = _entries(file, keys, password if fits else None, progress)
    _check_readable(file, entries)
    shown = tuple(entries)
    kept = password if fits else None
    file = dataclasses.replace(file, entries=shown, password=kept)
    return Store(
        format=Format.PEM,
        entries=shown,
        integrity=Integrity.NONE,
        password=kept,
        protection=_protection(keys),
        fewest_iterations=min(
            (
                each.envelope.decryption.iterations
                for each in keys
                if each.envelope.decryption is not None
            ),
            default=None,
        ),
        remarks=tuple(_remarks(file, shown, postponed)),
        carried=sum(not _is_said_again(piece, keys) for piece in _others(file)),
        native=file,
    )


# --- keys ----------------------------------------------------------------------------------------


def _open_keys(
    file: PemFile,
    password: Password | None,
    own: Mapping[str, Password],
    limits: Limits,
    budget: WorkBudget,
    progress: Progress,
) -> tuple[list[_Key], int]:
    keys: list[_Key] = []
    postponed = 0
    parameters = b""
    # A key that is locked may go by the name that its certificate gave it.
    others = [each for alias, each in own.items() if not any(alias == p.name for p in file.pieces)]
    for piece in file.pieces:
        if piece.content is Content.PARAMETERS:
            parameters = piece.block.data
        if piece.content not in KEYS:
            continue
        progress(len(keys), 0)
        envelope = unwrap(piece.block, parameters, limits)
        found = _Key(piece=piece, envelope=envelope)
        keys.append(found)
        if envelope.plain:
            found.key = PrivateKey(envelope.plain)
            continue
        mine = own.get(piece.name.casefold()) if piece.name else None
        for candidate in dict.fromkeys((mine, password, *others)):
            if candidate is None:
                continue
            try:
                plain = open_envelope(envelope, candidate, budget, progress)
            except BudgetExceeded:
                postponed += 1
                found.is_untried = True
                break
            if plain is not None:
                found.key, found.opened_with = PrivateKey(plain), candidate
                break
    return keys, postponed


def _match(file: PemFile, keys: Sequence[_Key]) -> None:
    """Give each key its certificate: by the public key, else by what the file says of them."""
    certificates = [piece for piece in file.pieces if piece.certificate is not None]
    by_public: dict[bytes, Certificate] = {}
    if any(each.key is not None for each in keys):
        for piece in certificates:
            certificate = piece.certificate
            if certificate is not None and certificate.public_key_der:
                by_public.setdefault(certificate.public_key_der, certificate)
    for each in keys:
        public = each.public
        each.leaf = by_public.get(public) if public else None
    taken = {each.leaf for each in keys}
    left = [each for each in keys if each.leaf is None]
    free = [piece for piece in certificates if piece.certificate not in taken]
    by_id = {piece.key_id: piece.certificate for piece in reversed(free) if piece.key_id}
    by_name = {piece.name: piece.certificate for piece in reversed(free) if piece.name}
    for each in left:
        named = by_name.get(each.piece.name)
        if named is not None and each.public and named.public_key_der:
            # Of the same name, but of another key.
            named = None
        each.leaf = by_id.get(each.piece.key_id) or named
    left = [each for each in left if each.leaf is None and not each.public]
    if len(left) == 1 and not any(each.leaf is not None for each in keys):
        # One key: its certificate is the one that none of the others was issued by.
        issuers = {
            piece.certificate.issuer_der
            for piece in free
            if piece.certificate is not None and not piece.certificate.is_self_issued
        }
        leaves = [
            piece.certificate
            for piece in free
            if piece.certificate is not None
            and piece.certificate.subject_der not in issuers
            and not piece.is_marked_trusted
        ]
        left[0].leaf = leaves[0] if len(leaves) == 1 else None


# --- entries -------------------------------------------------------------------------------------


def _entries(
    file: PemFile, keys: Sequence[_Key], password: Password | None, progress: Progress
) -> list[Entry]:
    _match(file, keys)
    by_piece = {id(each.piece): each for each in keys}
    chains: dict[int, tuple[Certificate, ...]] = {}
    if keys:
        issuers = Issuers(piece.certificate for piece in file.pieces if piece.certificate)
        for each in keys:
            chains[id(each.piece)] = issuers.chain(each.leaf) if each.leaf is not None else ()
    chained = {certificate for chain in chains.values() for certificate in chain}
    wanted: list[tuple[Piece, str, str]] = []
    for piece in file.pieces:
        if id(piece) in by_piece:
            wanted.append((piece, _name_of_pair(file, by_piece[id(piece)]), "key"))
        elif piece.certificate is not None and (
            piece.is_marked_trusted or piece.certificate not in chained
        ):
            wanted.append((piece, _usable(piece.name), "certificate"))
    # What is named in the file keeps its name; the rest goes around it.
    names = Names()
    aliases = {id(piece): names.take(name) for piece, name, _ in wanted if name}
    entries: list[Entry] = []
    for number, (piece, _, otherwise) in enumerate(wanted):
        if number % _PIECES_PER_PROGRESS == 0:
            progress(number, len(wanted))
        found = by_piece.get(id(piece))
        certificate = found.leaf if found is not None else piece.certificate
        alias = aliases.get(id(piece)) or names.take(name_for(certificate, otherwise))
        if found is not None:
            entries.append(_pair(found, alias, chains[id(piece)], password))
        elif certificate is not None:
            native = Placed(piece=piece, alias=alias)
            entries.append(TrustedCertificate(alias=alias, certificate=certificate, native=native))
    return entries


def _name_of_pair(file: PemFile, key: _Key) -> str:
    """The name at the key, else the one at its certificate."""
    name = _usable(key.piece.name)
    if name or key.leaf is None:
        return name
    at_leaf = (
        piece.name
        for piece in file.pieces
        if piece.certificate == key.leaf and not piece.is_marked_trusted
    )
    return _usable(next(at_leaf, ""))


def _usable(name: str) -> str:
    """A name as the file has it, where an alias may be so."""
    plain = name.isprintable() and len(name) <= MAX_ALIAS_LENGTH and name.strip()
    return name if plain else clean(name)


def _pair(
    found: _Key, alias: str, chain: tuple[Certificate, ...], password: Password | None
) -> KeyPair:
    own = None if found.opened_with == password else found.opened_with
    return KeyPair(
        alias=alias,
        chain=chain,
        key=found.key,
        password=own,
        trouble=found.envelope.trouble,
        is_damaged=found.envelope.is_damaged,
        is_untried=found.is_untried,
        native=Placed(piece=found.piece, alias=alias, key=found.key, opened_with=found.opened_with),
    )


def _check_readable(file: PemFile, entries: Sequence[Entry]) -> None:
    """Raise where nothing in the file can be read at all."""
    if not entries:
        raise NotAKeystore(
            tr("This text contains neither a certificate nor a private key."),
            remedy=tr("Choose the keystore file itself."),
        )
    if any(is_readable(entry) for entry in entries):
        return
    first = next(p for p in file.pieces if p.certificate is not None or p.content in KEYS)
    raise Damaged(
        tr("The certificate in this text (PEM) cannot be read.")
        if first.certificate is not None
        else tr("The private key in this text (PEM) cannot be read."),
        causes=(
            first.block.trouble or tr("It was truncated or changed in transit."),
            tr("Or the program that created it broke a rule of the format that readers insist on."),
        ),
        remedy=tr("Ask for it again, as an attached file rather than as text in the message."),
        offset=first.block.offset,
    )


# --- words ---------------------------------------------------------------------------------------


def _protection(keys: Sequence[_Key]) -> str:
    if not keys:
        return tr("None: certificates are not encrypted")
    titles = Counter(each.envelope.title or tr("unencrypted") for each in keys)
    return tr(
        "Text; keys: {protections}",
        protections=enumerated([f"{count} × {title}" for title, count in titles.items()]),
    )


def _others(file: PemFile) -> list[Piece]:
    """The blocks that are neither a certificate nor a key."""
    return [
        piece for piece in file.pieces if piece.certificate is None and piece.content not in KEYS
    ]


def _is_said_again(piece: Piece, keys: Sequence[_Key]) -> bool:
    """Whether a block of parameters says no more than a key: OpenSSL writes both together."""
    return piece.content is Content.PARAMETERS and any(
        each.key is not None and each.key.parameters == piece.block.data for each in keys
    )


def _about_kept(content: Content, count: int) -> str:
    match content:
        case Content.REQUEST:
            return tr_count(
                "It also contains {count} certificate signing request, which stays in the "
                "file as it is.",
                "It also contains {count} certificate signing requests, which stay in the "
                "file as they are.",
                count,
            )
        case Content.REVOCATION_LIST:
            return tr_count(
                "It also contains {count} certificate revocation list, which stays in the "
                "file as it is.",
                "It also contains {count} certificate revocation lists, which stay in the "
                "file as they are.",
                count,
            )
        case Content.PUBLIC_KEY:
            return tr_count(
                "It also contains {count} public key, which stays in the file as it is.",
                "It also contains {count} public keys, which stay in the file as they are.",
                count,
            )
        case Content.PARAMETERS:
            return tr_count(
                "It also contains {count} set of parameters, which stays in the file as it is.",
                "It also contains {count} sets of parameters, which stay in the file as they are.",
                count,
            )
        case Content.PKCS7:
            return tr_count(
                "It also contains {count} PKCS#7 bundle, which stays in the file as it is.",
                "It also contains {count} PKCS#7 bundles, which stay in the file as they are.",
                count,
            )
        case Content.OPENSSH_PRIVATE_KEY:
            return tr_count(
                "It also contains {count} OpenSSH key, which stays in the file as it is.",
                "It also contains {count} OpenSSH keys, which stay in the file as they are.",
                count,
            )
    return tr_count(
        "It also contains {count} block of another kind, which stays in the file as it is.",
        "It also contains {count} blocks of another kind, which stay in the file as they are.",
        count,
    )


def _about_clear(aliases: list[str]) -> str:
    rest = len(aliases) - 1
    if not rest:
        return tr(
            "The private key “{alias}” is stored in this file unencrypted.",
            alias=shorten(aliases[0]),
        )
    return tr_count(
        "The private key “{alias}” and {count} more are stored in this file unencrypted.",
        "The private key “{alias}” and {count} more are stored in this file unencrypted.",
        rest,
        alias=shorten(aliases[0]),
    )


def _remarks(file: PemFile, entries: Sequence[Entry], postponed: int) -> list[str]:
    remarks: list[str] = []
    clear = [
        entry.alias
        for entry in entries
        if isinstance(entry, KeyPair) and entry.key is not None and _is_clear(entry)
    ]
    if clear:
        remarks.append(_about_clear(clear))
    if postponed:
        remarks.append(untried_remark(postponed))
    others = Counter(piece.content for piece in _others(file))
    for content, count in others.items():
        remarks.append(_about_kept(content, count))
    if len(file.pieces) >= MAX_BLOCKS:
        remarks.append(
            tr(
                "Only the first {max_blocks} blocks are shown; the rest is kept.",
                max_blocks=grouped(MAX_BLOCKS),
            )
        )
    if any(piece.block.trouble for piece in file.pieces):
        remarks.append(tr("Part of the text is damaged; it is kept in the file as it is."))
    return remarks


def _is_clear(entry: KeyPair) -> bool:
    return isinstance(entry.native, Placed) and entry.native.opened_with is None

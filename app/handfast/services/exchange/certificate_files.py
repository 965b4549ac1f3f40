"""Certificates as people send them: DER, PEM, PKCS#7, several at once, with text around.

What holds no certificate is named for what it is, with what to ask the sender for. Private keys
are reported and never handed on.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from handfast.core.asn1 import ber
from handfast.core.certificates.certificate import Certificate
from handfast.core.errors import Damaged, HandfastError, NotAKeystore, PasswordNeeded, TooCostly
from handfast.core.frozen import dataclass
from handfast.core.language import grouped, tr, tr_count
from handfast.core.progress import no_progress
from handfast.formats.base import DEFAULT_LIMITS, ONLY_IF_KNOWN, Limits, check_size
from handfast.formats.content import BINARY_STORES, Content, classify_block, classify_der
from handfast.formats.content_words import WORDS, not_a_keystore
from handfast.formats.identify import identify
from handfast.formats.pem.armor import Block, find_blocks
from handfast.formats.pkcs7 import certificates_in
from handfast.formats.registry import read_store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from handfast.core.password import Password
    from handfast.core.progress import Progress

#: The largest public bundles hold some hundreds.
MAX_CERTIFICATES = 10_000

#: Keystores that may be read for their certificates.
_READ_AS_STORES = BINARY_STORES
#: What the beginning of a large file tells: there is no certificate further down.
_NOTHING_INSIDE = {Content.UNKNOWN, Content.ZIP, Content.COMPRESSED, Content.PDF, Content.PICTURE}
_KEYS = {Content.PRIVATE_KEY, Content.ENCRYPTED_PRIVATE_KEY}
_KEY_INSIDE = tr(
    "It also contains a private key, which is not imported. If it belongs to your "
    "partner, tell them: a private key must never be sent."
)
_ASK_AGAIN = tr("Ask for it again, as an attached file rather than as text in the message.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFile:
    """What a file holds for a trust store."""

    certificates: tuple[Certificate, ...]
    #: ``DER``, or the name of a format: ``PEM``, ``PKCS7``, ``PKCS12``, ``JKS`` ….
    encoding: str
    remarks: tuple[str, ...] = ()


def read_certificates(
    data: bytes,
    *,
    password: Password | None = None,
    limits: Limits = DEFAULT_LIMITS,
    progress: Progress = no_progress,
) -> CertificateFile:
    """The certificates in a file or in a pasted text, each once, in order.

    :raises NotAKeystore: it has none; the message says what it is
    :raises Damaged: it is a certificate that cannot be read
    :raises PasswordNeeded: it is a keystore that shows nothing without its password
    """
    identity = identify(data)
    content = identity.content
    if len(data) > limits.text and content in _NOTHING_INSIDE:
        raise _not_a_certificate(content, data)
    check_size(data, limits)
    notes = list(identity.wrapping.notes) if identity.wrapping is not None else []
    if content in _READ_AS_STORES and identity.format is not None:
        return _from_store(identity.payload, notes, password, limits, progress)
    if identity.is_der_certificate:
        return _result("DER", _from_der(data), [], progress)
    if content is Content.PKCS7 and data[:1] == b"0":
        return _result("PKCS7", certificates_in(data), [], progress)
    return _from_text(content, identity.payload, notes, progress)


def refuse_large_certificates(head: bytes, size: int, limits: Limits) -> None:
    """Raise what :func:`read_certificates` would of a file of that size, by its first bytes.

    :raises NotAKeystore: there is no certificate in it
    :raises TooCostly: it is larger than what is read without asking
    """
    content = identify(head).content
    if content in _NOTHING_INSIDE:
        raise _not_a_certificate(content, head)
    check_size(head, limits, size=size)


# --- one encoding each ---------------------------------------------------------------------------


def _from_der(data: bytes) -> Iterator[bytes]:
    """One certificate after the other; what trails behind the last is passed over."""
    position = 0
    while position < len(data):
        if position and classify_der(data[position : position + 4096]) is not Content.CERTIFICATE:
            return
        try:
            span = ber.read(data, position, len(data))
        except Damaged as error:
            raise Damaged(
                tr("The certificate is truncated."),
                causes=(tr("It was truncated or changed in transit."),),
                remedy=_ASK_AGAIN,
                offset=error.offset,
            ) from error
        yield ber.encoded(data, span)
        position = span.end


def _from_store(
    data: bytes,
    notes: list[str],
    password: Password | None,
    limits: Limits,
    progress: Progress,
) -> CertificateFile:
    """The certificates of a keystore that was sent where a certificate was meant."""
    try:
        store = read_store(data, password, limits=limits, progress=progress)
    except TooCostly as error:
        raise TooCostly(
            error.problem,
            causes=error.causes,
            remedy=tr(
                "Ask for the certificate alone. {only_if_known}", only_if_known=ONLY_IF_KNOWN
            ),
            offset=error.offset,
        ) from error
    except PasswordNeeded as error:
        raise PasswordNeeded(
            tr("This is a keystore, and its password is required."),
            causes=(
                tr(
                    "A certificate for a partner needs no password: this file may contain a "
                    "private key."
                ),
            ),
            remedy=tr("Enter the password, or ask for the certificate alone."),
        ) from error
    certificates = dict.fromkeys(each for entry in store.entries for each in entry.chain)
    if not certificates:
        raise NotAKeystore(
            tr("This keystore contains no certificates."), remedy=tr("Ask for the certificate.")
        )
    remarks = [*notes, *([_KEY_INSIDE] if store.key_pairs else [])]
    return CertificateFile(
        certificates=tuple(certificates), encoding=store.format.value, remarks=tuple(remarks)
    )


def _from_text(
    content: Content, data: bytes, notes: list[str], progress: Progress
) -> CertificateFile:
    blocks = find_blocks(data)
    kinds = [classify_block(block) for block in blocks]
    wanted = [
        (kind, block)
        for kind, block in zip(kinds, blocks, strict=True)
        if kind in {Content.CERTIFICATE, Content.PKCS7}
    ]
    if not wanted:
        raise _not_a_certificate(content, data)
    remarks = notes + _left_out(kinds)
    encoding = "PKCS7" if all(kind is Content.PKCS7 for kind, _ in wanted) else "PEM"
    return _result(encoding, _from_blocks(wanted), remarks, progress)


def _from_blocks(wanted: Iterable[tuple[Content, Block]]) -> Iterator[bytes]:
    for kind, block in wanted:
        if kind is Content.PKCS7:
            yield from certificates_in(block.data)
        elif block.label.startswith("TRUSTED"):
            # OpenSSL puts its own trust settings behind the certificate.
            span = ber.read(block.data, 0, len(block.data))
            yield ber.encoded(block.data, span)
        else:
            yield block.data


def _left_out(kinds: Iterable[Content]) -> list[str]:
    """A sentence on each kind of thing in the text that is not a certificate."""
    remarks: list[str] = []
    others = Counter(kinds)
    if any(others.pop(kind, 0) for kind in sorted(_KEYS, key=lambda kind: kind.value)):
        remarks.append(_KEY_INSIDE)
    known = {*_KEYS, Content.CERTIFICATE, Content.PKCS7, Content.UNKNOWN}
    remarks += [
        tr("It also contains {words}, which is not imported.", words=WORDS[kind][0])
        for kind in others
        if kind in WORDS and kind not in known
    ]
    return remarks


# --- what comes of it ----------------------------------------------------------------------------


def _result(
    encoding: str, found: Iterable[bytes], remarks: list[str], progress: Progress
) -> CertificateFile:
    """The certificates that can be read; what cannot is reported, and fails if nothing else is."""
    good: dict[Certificate, None] = {}
    trouble: HandfastError | None = None
    bad = seen = 0
    try:
        for encoded in found:
            progress(seen, 0)
            seen += 1
            certificate = Certificate(encoded)
            if certificate.is_sound and (certificate.is_readable or _is_whole(encoded)):
                good[certificate] = None
            else:
                bad += 1
                trouble = trouble or _unreadable()
            if len(good) >= MAX_CERTIFICATES:
                remarks.append(
                    tr(
                        "It contains more than {max_certificates} certificates; the rest is "
                        "not imported.",
                        max_certificates=grouped(MAX_CERTIFICATES),
                    )
                )
                break
    except Damaged as error:
        bad += 1
        trouble = trouble or error
    if not good:
        raise trouble or NotAKeystore(
            tr("The PKCS#7 bundle contains no certificates."),
            causes=(tr("It is a signature, or a list of revoked certificates."),),
            remedy=tr("Ask for the certificate, as .cer, .pem, or .p7b."),
        )
    if bad:
        remarks.append(
            tr("One certificate in it cannot be read and is left out.")
            if bad == 1
            else tr_count(
                "{count} certificate in it cannot be read and is not imported.",
                "{count} certificates in it cannot be read and are not imported.",
                bad,
            )
        )
    if len(good) > 1:
        remarks.append(
            tr_count(
                "It contains {count} certificate; keytool would import only the first.",
                "It contains {count} certificates; keytool would import only the first.",
                len(good),
            )
        )
    return CertificateFile(certificates=tuple(good), encoding=encoding, remarks=tuple(remarks))


def _is_whole(der: bytes) -> bool:
    """Whether every part of a certificate that libraries refuse can be told apart.

    They refuse one for a single field, such as a date in another form; it can be looked at and
    stored all the same. One that was altered or cut short cannot.
    """
    # Needed for what libraries refuse, which is rare.
    from handfast.services.describe.certificate_der import read_parts

    parts = read_parts(der)
    return not parts.trouble and bool(parts.public_key and parts.signature)


def _unreadable() -> Damaged:
    return Damaged(
        tr("The certificate cannot be read."),
        causes=(
            tr(
                "It was truncated or changed in transit: it does not have the structure of a "
                "certificate."
            ),
        ),
        remedy=_ASK_AGAIN,
    )


_REMEDIES = {
    Content.REQUEST: tr("Ask for the certificate that was issued for it."),
    Content.PRIVATE_KEY: tr(
        "A private key must never be sent: tell the sender. Ask for the certificate."
    ),
    Content.ENCRYPTED_PRIVATE_KEY: (
        tr("A private key must never be sent: tell the sender. Ask for the certificate.")
    ),
    Content.HTML: (
        tr("The download probably led to a login or error page. Open it in a browser to see.")
    ),
    Content.ZIP: tr("Unpack it and import the certificate inside."),
    Content.COMPRESSED: tr("Unpack it and import the certificate inside."),
    Content.MAIL: tr("Save its attachment and import that."),
}


def _not_a_certificate(content: Content, data: bytes) -> HandfastError:
    """The error that says what was sent instead of a certificate."""
    if content in _READ_AS_STORES:
        return NotAKeystore(
            tr("This is a whole keystore rather than a certificate."),
            causes=(tr("The partner may have sent a private key: tell them."),),
            remedy=tr("Open it, and export the certificate from it."),
        )
    if content is Content.UNKNOWN:
        return NotAKeystore(
            tr("This is not a certificate, nor any other kind of file that Handfast knows."),
            causes=(tr("The file may be damaged at its very beginning."),),
            remedy=tr("Ask for the certificate, as .cer, .pem, or .p7b."),
        )
    if content in WORDS:
        return NotAKeystore(
            tr("This is not a certificate but {words}.", words=WORDS[content][0]),
            remedy=_REMEDIES.get(content, tr("Ask for the certificate, as .cer, .pem, or .p7b.")),
        )
    return not_a_keystore(content, data)

"""A lone certificate, request, revocation list or public key: no store, but worth looking at."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from handfast.core.certificates.certificate import Certificate
from handfast.core.certificates.decoding import best_name, signature_name
from handfast.core.certificates.lenient import UNREADABLE
from handfast.core.certificates.summary import span
from handfast.core.frozen import dataclass
from handfast.core.keys import algorithm_name, describe_public_key, public_key_info
from handfast.core.language import grouped, tr, tr_count
from handfast.core.visible_text import visible
from handfast.formats.content import Content, classify_block
from handfast.formats.identify import identify
from handfast.formats.pem import armor as pem
from handfast.services.describe.certificate import describe_certificate, key_rows, subject_text
from handfast.services.describe.certificate_der import RawExtension
from handfast.services.describe.der import hex_lines, hex_pairs
from handfast.services.describe.description import Row, Section
from handfast.services.describe.extensions import describe_extension, serial_text
from handfast.services.describe.oid_names import NAME_ATTRIBUTES, named
from handfast.services.describe.validity import (
    EXPIRY_DAYS,
    Moment,
    Validity,
    expiry_text,
    moment_text,
    validity_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cryptography import x509

_KINDS = (
    Content.CERTIFICATE,
    Content.REQUEST,
    Content.REVOCATION_LIST,
    Content.PUBLIC_KEY,
)
_OBJECT_IDENTIFIER = 0x06
#: More revoked certificates than a person reads; the number of all is said.
MAX_REVOKED_SHOWN = 500
_STATES = {Validity.VALID: "ok", Validity.EXPIRING: "warning", Validity.NOT_YET_VALID: "warning"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LooseFile:
    """What such a file says."""

    #: ``Certificate``, ``Certificate signing request``, ``Certificate revocation list``,
    #: ``Public key``.
    kind: str
    #: Whose it is.
    title: str
    #: For each remark ``ok``, ``warning`` or ``error``, and the words.
    states: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    #: What can be imported from it.
    certificates: tuple[Certificate, ...] = ()
    #: Whether a CA can answer it with a certificate.
    is_request: bool = False


def look_at(
    data: bytes, *, now: datetime | None = None, expiry_days: int = EXPIRY_DAYS
) -> LooseFile | None:
    """The first such thing in a file, in DER or PEM; None where there is none that can be read."""
    moment = Moment(at=now or datetime.now(UTC), expiry_days=expiry_days)
    # The library warns of odd serial numbers and the like, which are shown anyway.
    for content, der in _candidates(data):
        try:
            return _READERS[content](der, moment)
        except UNREADABLE:
            continue
    return None


def _candidates(data: bytes) -> Iterable[tuple[Content, bytes]]:
    content = identify(data).content
    if data[:1] == b"0":
        if content in _KINDS:
            yield content, data
        return
    for block in pem.find_blocks(data):
        kind = classify_block(block)
        if kind in _KINDS and block.data:
            yield kind, block.data


def _certificate(der: bytes, moment: Moment) -> LooseFile:
    certificate = Certificate(der)
    if not certificate.is_readable:
        raise ValueError(certificate.trouble)
    state = validity_of(certificate, moment.at, expiry_days=moment.expiry_days)
    words = expiry_text(certificate, moment.at)
    said = (
        tr("Valid, expires {when}", when=words)
        if state is Validity.VALID
        else words[0].upper() + words[1:]
    )
    return LooseFile(
        kind=tr("Certificate"),
        title=subject_text(certificate),
        states=((_STATES.get(state, "error"), said),),
        sections=describe_certificate(certificate),
        certificates=(certificate,),
    )


def _request(der: bytes, _moment: Moment) -> LooseFile:
    """PKCS#10 (RFC 2986)."""
    from handfast.core.certificates.decoding import parse_request

    request, is_signed = parse_request(der)
    signed = ("ok", tr("The signature is valid: the sender has the private key"))
    forged = (
        "error",
        tr("The signature does not match the key: the request was changed, or created incorrectly"),
    )
    return LooseFile(
        kind=tr("Certificate signing request"),
        title=visible(best_name(request.subject)),
        states=(signed if is_signed else forged,),
        sections=(
            Section(tr("Subject"), _name_rows(request.subject), is_main=True),
            Section(tr("Public key"), _public_key_rows(request.public_key()), is_main=True),
            *_extensions(request.extensions),
            _signature(request.signature_algorithm_oid.dotted_string, request.signature),
            _fingerprint(der),
        ),
        is_request=is_signed,
    )


def _revocation_list(der: bytes, moment: Moment) -> LooseFile:
    """RFC 5280, section 5."""
    from handfast.core.certificates.revocation_list import parse_list

    found = parse_list(der).parsed
    following = found.next_update_utc
    if following is not None and following < moment.at:
        state = (
            "warning",
            tr(
                "Out of date: the next list was due on {following}",
                following=moment_text(following),
            ),
        )
    else:
        state = (
            "ok",
            tr_count(
                "{count} certificate is revoked", "{count} certificates are revoked", len(found)
            ),
        )
    rows = [Row(tr("Issued"), moment_text(found.last_update_utc))]
    if following is not None:
        rows.append(Row(tr("Next update due"), moment_text(following)))
    rows.append(Row(tr("Revoked certificates"), grouped(len(found))))
    return LooseFile(
        kind=tr("Certificate revocation list"),
        title=visible(best_name(found.issuer)),
        states=(state,),
        sections=(
            Section(tr("General"), tuple(rows), is_main=True),
            Section(tr("Issuer"), _name_rows(found.issuer), is_main=True),
            Section(tr("Revoked certificates"), _revoked_rows(found)),
            *_extensions(found.extensions),
            _signature(found.signature_algorithm_oid.dotted_string, found.signature),
            _fingerprint(der),
        ),
    )


def _revoked_rows(found: x509.CertificateRevocationList) -> tuple[Row, ...]:
    from cryptography import x509

    rows = []
    for number in range(min(len(found), MAX_REVOKED_SHOWN)):
        entry = found[number]
        text = moment_text(entry.revocation_date_utc)
        try:
            reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason.value
            text += f", {reason}"
        except (x509.ExtensionNotFound, *UNREADABLE):
            # Most lists give no reason.
            pass
        rows.append(Row(serial_text(entry.serial_number), text))
    if len(found) > MAX_REVOKED_SHOWN:
        rows.append(
            Row(
                "", tr_count("and {count} more", "and {count} more", len(found) - MAX_REVOKED_SHOWN)
            )
        )
    return tuple(rows) or (Row("", tr("none")),)


def _public_key(der: bytes, _moment: Moment) -> LooseFile:
    """SubjectPublicKeyInfo (RFC 5280, 4.1.2.7)."""
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        rows = _public_key_rows(load_der_public_key(der))
    except UNREADABLE:
        rows = _unknown_key_rows(der)
    return LooseFile(
        kind=tr("Public key"),
        title=tr("Public key"),
        states=(("warning", tr("It states neither its owner nor its validity")),),
        sections=(Section(tr("Public key"), rows, is_main=True), _fingerprint(der)),
    )


def _unknown_key_rows(der: bytes) -> tuple[Row, ...]:
    """A key whose algorithm or curve no library knows: what it says of itself.

    :raises ValueError: it does not hold together
    """
    try:
        _, start, end = span(der, 0)
        _, inside, after = span(der, start)
        tag, at, stop = span(der, inside)
        _, _, last = span(der, after)
    except IndexError as error:
        raise ValueError("cut short") from error
    algorithm = algorithm_name(der[at:stop]) if tag == _OBJECT_IDENTIFIER else ""
    if not algorithm or last != end or end != len(der):
        raise ValueError("no public key")
    return (
        Row(
            tr("Algorithm"), tr("{algorithm}, which Handfast does not support", algorithm=algorithm)
        ),
        Row(tr("Parameters"), hex_lines(der[stop:after]) or "none", monospaced=True),
        Row(tr("Bytes"), hex_lines(der[after:last]), monospaced=True),
        Row(tr("SHA-256 of the key"), hex_pairs(hashlib.sha256(der).digest()), monospaced=True),
    )


_READERS: dict[Content, Callable[[bytes, Moment], LooseFile]] = {
    Content.CERTIFICATE: _certificate,
    Content.REQUEST: _request,
    Content.REVOCATION_LIST: _revocation_list,
    Content.PUBLIC_KEY: _public_key,
}


def _name_rows(name: x509.Name) -> tuple[Row, ...]:
    rows = []
    for attribute in name:
        oid = attribute.oid.dotted_string
        value = attribute.value
        text = visible(value) if isinstance(value, str) else hex_lines(value)
        rows.append(Row(NAME_ATTRIBUTES.get(oid, oid), text))
    return tuple(rows) or (Row(tr("Name"), "empty"),)


def _public_key_rows(key: Any) -> tuple[Row, ...]:  # noqa: ANN401 - one of many key classes
    algorithm, bits = describe_public_key(key)
    text = tr("{algorithm}, {bits} bits", algorithm=algorithm, bits=bits) if bits else algorithm
    digest = hashlib.sha256(public_key_info(key)).digest()
    return (
        Row(tr("Algorithm"), text),
        *key_rows(key),
        Row(tr("SHA-256 of the key"), hex_pairs(digest), monospaced=True),
    )


def _extensions(found: x509.Extensions) -> tuple[Section, ...]:
    return tuple(
        describe_extension(
            RawExtension(
                oid=each.oid.dotted_string,
                critical=each.critical,
                value=each.value.public_bytes(),
            )
        )
        for each in found
    )


def _signature(oid: str, signature: bytes) -> Section:
    name = signature_name(oid)
    algorithm = f"{name} ({oid})" if name != oid else named(oid)
    value = Row(tr("Value"), hex_lines(signature), monospaced=True)
    return Section(tr("Signature"), (Row(tr("Algorithm"), algorithm), value))


def _fingerprint(der: bytes) -> Section:
    text = hex_pairs(hashlib.sha256(der).digest())
    return Section(tr("Fingerprint of the file"), (Row("SHA-256", text, monospaced=True),))

"""Asking whether certificates were revoked: OCSP (RFC 6960), then the lists that they name."""

from __future__ import annotations

import dataclasses
import datetime as dt
import secrets
import time
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    SignatureAlgorithmOID,
)

from handfast.core.asn1 import ber
from handfast.core.certificates.certificate import Certificate
from handfast.core.errors import Damaged, HandfastError, NetworkForbidden
from handfast.core.language import tr
from handfast.core.network import DEFAULT_TIMEOUT_SECONDS
from handfast.core.progress import no_progress
from handfast.handshake.live.fetching import FetchError, FetchTrouble, fetch
from handfast.handshake.verifying import Revocation, RevocationAnswer, by_lists
from handfast.services.exchange.certificate_files import read_certificates
from handfast.services.paths.revocation import read_revocation_lists

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from handfast.core.asn1.ber import Span
    from handfast.core.network import NetworkPermission
    from handfast.core.progress import Progress

#: Clocks of responders differ by so much from ours.
_CLOCK_DIFFERENCE: Final = dt.timedelta(minutes=5)
#: An answer without an end counts for so long.
_MAX_AGE: Final = dt.timedelta(days=7)
_NONCE_BYTES: Final = 16
_MAX_ADDRESSES: Final = 3
#: All addresses of a path together may take as long as so many that do not answer.
_MAX_SILENT_ADDRESSES: Final = 3
#: RSASSA-PSS-params (RFC 4055, 3.1): the tags of the hash and of the salt, and what is left out.
_PSS_HASH, _PSS_SALT, _PSS_DEFAULT_SALT_BYTES = 0xA0, 0xA2, 20
#: The hashes by the content of their identifier in DER.
_PSS_HASHES: Final[dict[bytes, type[hashes.HashAlgorithm]]] = {
    b"\x2b\x0e\x03\x02\x1a": hashes.SHA1,
    b"\x60\x86\x48\x01\x65\x03\x04\x02\x01": hashes.SHA256,
    b"\x60\x86\x48\x01\x65\x03\x04\x02\x02": hashes.SHA384,
    b"\x60\x86\x48\x01\x65\x03\x04\x02\x03": hashes.SHA512,
}


class _TimeLimit:
    """How long the next address may take, so that all of them end in time."""

    def __init__(self, each: float) -> None:
        self._each = each
        self._end = time.monotonic() + each * _MAX_SILENT_ADDRESSES

    def next(self, address: str) -> float:
        """Seconds for an address.

        :raises FetchError: the time for all of them is up
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise FetchError(FetchTrouble.TIMEOUT, address)
        return min(self._each, left)


def ask_about(
    path: Sequence[Certificate],
    *,
    at: dt.datetime,
    permission: NetworkPermission,
    timeout: float = DEFAULT_TIMEOUT_SECONDS,
    progress: Progress = no_progress,
) -> list[RevocationAnswer]:
    """What responders and lists say of each certificate below the end of a path.

    :param timeout: seconds for each address; all together may take three times as long
    :param progress: called before each certificate, which is the point to stop at
    :raises NetworkForbidden: the network must not be used
    """
    found: list[RevocationAnswer] = []
    time_limit = _TimeLimit(timeout)
    for depth, certificate in enumerate(path[:-1]):
        progress(depth, len(path) - 1)
        issuer = path[depth + 1]
        answers = _ask_responders(certificate, issuer, at, permission, time_limit)
        if not any(each.state is not Revocation.UNKNOWN for each in answers):
            answers += _fetch_lists(certificate, issuer, at, permission, time_limit)
        if not answers:
            answers.append(
                RevocationAnswer(
                    certificate=certificate,
                    state=Revocation.UNKNOWN,
                    detail=tr(
                        "The certificate names neither an OCSP responder nor a revocation list."
                    ),
                )
            )
        found += answers
    return found


def _ask_responders(
    certificate: Certificate,
    issuer: Certificate,
    at: dt.datetime,
    permission: NetworkPermission,
    time_limit: _TimeLimit,
) -> list[RevocationAnswer]:
    found = []
    for address in _responders(certificate)[:_MAX_ADDRESSES]:
        told = _ask_one(address, certificate, issuer, at, permission, time_limit)
        found.append(told)
        if told.state is not Revocation.UNKNOWN:
            break
    return found


def _ask_one(
    address: str,
    certificate: Certificate,
    issuer: Certificate,
    at: dt.datetime,
    permission: NetworkPermission,
    time_limit: _TimeLimit,
) -> RevocationAnswer:
    def unknown(detail: str) -> RevocationAnswer:
        return RevocationAnswer(
            certificate=certificate, state=Revocation.UNKNOWN, source=address, detail=detail
        )

    if certificate.parsed is None or issuer.parsed is None:
        return unknown(tr("The certificate cannot be read well enough to check its revocation."))
    nonce = secrets.token_bytes(_NONCE_BYTES)
    request = (
        ocsp.OCSPRequestBuilder()
        # SHA-1 names the issuer here and proves nothing; responders know no other (RFC 5019).
        .add_certificate(certificate.parsed, issuer.parsed, hashes.SHA1())  # noqa: S303
        .add_extension(x509.OCSPNonce(nonce), critical=False)
        .build()
    )
    try:
        fetched = fetch(
            address,
            permission=permission,
            body=request.public_bytes(Encoding.DER),
            content_type="application/ocsp-request",
            timeout=time_limit.next(address),
        )
        answer = ocsp.load_der_ocsp_response(fetched.data)
        return _judge(answer, request, certificate, issuer, at, address)
    except FetchError as error:
        return unknown(_responder_words(error))
    except (ValueError, UnsupportedAlgorithm):
        return unknown(tr("The OCSP responder did not answer with an OCSP response."))


def _judge(
    answer: ocsp.OCSPResponse,
    request: ocsp.OCSPRequest,
    certificate: Certificate,
    issuer: Certificate,
    at: dt.datetime,
    address: str,
) -> RevocationAnswer:
    def told(state: Revocation, detail: str = "") -> RevocationAnswer:
        return RevocationAnswer(certificate=certificate, state=state, source=address, detail=detail)

    if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        status = answer.response_status.name.lower().replace("_", " ")
        return told(Revocation.UNKNOWN, tr("The OCSP responder answered: {status}.", status=status))
    if (answer.serial_number, answer.issuer_key_hash) != (
        request.serial_number,
        request.issuer_key_hash,
    ):
        return told(Revocation.UNKNOWN, tr("The OCSP response is about another certificate."))
    if not _is_signed_rightly(answer, issuer, at):
        return told(
            Revocation.UNKNOWN,
            tr("The OCSP response is not signed by the issuer or by an authorized responder."),
        )
    if _is_replayed(answer, request):
        return told(Revocation.UNKNOWN, tr("The OCSP response is old: it answers another request."))
    start, end = answer.this_update_utc, answer.next_update_utc
    if start > at + _CLOCK_DIFFERENCE:
        return told(Revocation.UNKNOWN, tr("The OCSP response is from the future."))
    if (end if end is not None else start + _MAX_AGE) < at - _CLOCK_DIFFERENCE:
        return told(Revocation.UNKNOWN, tr("The OCSP response has expired."))
    match answer.certificate_status:
        case ocsp.OCSPCertStatus.GOOD:
            return told(Revocation.GOOD)
        case ocsp.OCSPCertStatus.REVOKED:
            when = answer.revocation_time_utc
            return told(
                Revocation.REVOKED,
                tr("It was revoked on {when}.", when=f"{when:%Y-%m-%d}") if when else "",
            )
        case _:
            return told(Revocation.UNKNOWN, tr("The OCSP responder does not know the certificate."))


def _is_replayed(answer: ocsp.OCSPResponse, request: ocsp.OCSPRequest) -> bool:
    """Whether the response carries a nonce of another request; many carry none (RFC 5019)."""
    try:
        own = request.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
        theirs = answer.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except x509.ExtensionNotFound:
        return False
    return own != theirs


def _is_signed_rightly(answer: ocsp.OCSPResponse, issuer: Certificate, at: dt.datetime) -> bool:
    """RFC 6960, 4.2.2.2: by the issuer itself, or by whom it authorized directly."""
    candidates = [issuer]
    for each in answer.certificates:
        responder = Certificate(each.public_bytes(Encoding.DER))
        usages = responder.extension(x509.ExtendedKeyUsage.oid)
        if (
            isinstance(usages, x509.ExtendedKeyUsage)
            and ExtendedKeyUsageOID.OCSP_SIGNING in usages
            and responder.is_issued_by(issuer)
            and not responder.is_expired(at)
            and not responder.is_not_yet_valid(at)
        ):
            candidates.append(responder)
    return any(_signed_by(answer, each) for each in candidates)


def _signed_by(answer: ocsp.OCSPResponse, signer: Certificate) -> bool:
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

    key, data = signer.public_key, answer.tbs_response_bytes
    try:
        if isinstance(key, rsa.RSAPublicKey):
            how: padding.AsymmetricPadding = padding.PKCS1v15()
            if answer.signature_algorithm_oid == SignatureAlgorithmOID.RSASSA_PSS:
                # The library tells neither hash nor salt of it.
                digest, salt_bytes = _pss_parameters(answer.public_bytes(Encoding.DER))
                how = padding.PSS(mgf=padding.MGF1(digest), salt_length=salt_bytes)
            else:
                digest = _digest(answer)
            key.verify(answer.signature, data, how, digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(answer.signature, data, ec.ECDSA(_digest(answer)))
        elif key is not None:
            key.verify(answer.signature, data)
        else:
            return False
    except (
        InvalidSignature, UnsupportedAlgorithm, TypeError, ValueError, AttributeError,
        KeyError, IndexError,
    ):  # fmt: skip
        return False
    except Damaged:
        # Parameters that are no ASN.1.
        return False
    return True


def _digest(answer: ocsp.OCSPResponse) -> hashes.HashAlgorithm:
    digest = answer.signature_hash_algorithm
    if digest is None:
        raise ValueError("no hash")
    return digest


def _pss_parameters(response: bytes) -> tuple[hashes.HashAlgorithm, int]:
    """Hash and length of the salt of a response that is signed with RSASSA-PSS (RFC 4055, 3.1).

    :raises ValueError: it is signed otherwise, or with a hash of another kind
    """

    def inner(data: bytes, *path: int) -> list[Span]:
        span = ber.read(data, 0, len(data))
        for at in path:
            span = list(ber.children(data, span))[at]
        return list(ber.children(data, span))

    # OCSPResponse, [0], ResponseBytes, OCTET STRING: BasicOCSPResponse (RFC 6960, 4.2.1).
    octets = inner(response, 1, 0)[1]
    basic = response[octets.start : octets.stop]
    fields = inner(basic, 1)
    if len(fields) < 2:
        return hashes.SHA1(), _PSS_DEFAULT_SALT_BYTES  # noqa: S303 - the default of RFC 4055
    digest: hashes.HashAlgorithm = hashes.SHA1()  # noqa: S303 - the default of RFC 4055
    salt_bytes = _PSS_DEFAULT_SALT_BYTES
    for each in ber.children(basic, fields[1]):
        (value,) = ber.children(basic, each)
        if each.tag == _PSS_HASH:
            oid = next(ber.children(basic, value))
            digest = _PSS_HASHES[basic[oid.start : oid.stop]]()
        elif each.tag == _PSS_SALT:
            salt_bytes = int.from_bytes(basic[value.start : value.stop], "big")
    return digest, salt_bytes


def _fetch_lists(
    certificate: Certificate,
    issuer: Certificate,
    at: dt.datetime,
    permission: NetworkPermission,
    time_limit: _TimeLimit,
) -> list[RevocationAnswer]:
    found = []
    for address in _distribution_points(certificate)[:_MAX_ADDRESSES]:
        try:
            fetched = fetch(address, permission=permission, timeout=time_limit.next(address))
        except FetchError as error:
            found.append(
                RevocationAnswer(
                    certificate=certificate,
                    state=Revocation.UNKNOWN,
                    source=address,
                    detail=_list_words(error),
                )
            )
            continue
        lists = read_revocation_lists(fetched.data)
        if not lists:
            found.append(
                RevocationAnswer(
                    certificate=certificate,
                    state=Revocation.UNKNOWN,
                    source=address,
                    detail=tr("The address does not contain a revocation list."),
                )
            )
            continue
        found += [
            dataclasses.replace(each, source=address)
            for each in by_lists((certificate, issuer), lists, at)
        ]
        if found[-1].state is not Revocation.UNKNOWN:
            break
    return found


def _responder_words(error: FetchError) -> str:
    match error.trouble:
        case FetchTrouble.ADDRESS:
            return tr("The OCSP responder was not asked: its address does not start with http://.")
        case FetchTrouble.UNREACHABLE:
            return tr("The OCSP responder could not be reached.")
        case FetchTrouble.TIMEOUT:
            return tr("The OCSP responder did not answer in time.")
        case FetchTrouble.REDIRECTED:
            return tr("The OCSP responder redirects to another address, which was not asked.")
        case FetchTrouble.TOO_LARGE:
            return tr("The answer of the OCSP responder is too large.")
        case FetchTrouble.REFUSED if error.status is not None:
            return tr(
                "The OCSP responder answered with the HTTP status {status}.", status=error.status
            )
        case FetchTrouble.REFUSED:
            return tr("The OCSP responder did not answer with HTTP.")


def _list_words(error: FetchError) -> str:
    match error.trouble:
        case FetchTrouble.ADDRESS:
            return tr(
                "The revocation list was not fetched: its address does not start with http://."
            )
        case FetchTrouble.UNREACHABLE:
            return tr("The server with the revocation list could not be reached.")
        case FetchTrouble.TIMEOUT:
            return tr("The server with the revocation list did not answer in time.")
        case FetchTrouble.REDIRECTED:
            return tr(
                "The server with the revocation list redirects to another address, which was not "
                "asked."
            )
        case FetchTrouble.TOO_LARGE:
            return tr("The revocation list is larger than Handfast reads.")
        case FetchTrouble.REFUSED if error.status is not None:
            return tr(
                "The server with the revocation list answered with the HTTP status {status}.",
                status=error.status,
            )
        case FetchTrouble.REFUSED:
            return tr("The server with the revocation list did not answer with HTTP.")


def _responders(certificate: Certificate) -> list[str]:
    return _access_locations(certificate, AuthorityInformationAccessOID.OCSP)


def issuer_addresses(certificate: Certificate) -> list[str]:
    """Where a certificate says that its issuer's certificate is (RFC 5280, 4.2.2.1)."""
    return _access_locations(certificate, AuthorityInformationAccessOID.CA_ISSUERS)


def fetch_issuers(
    certificate: Certificate,
    *,
    permission: NetworkPermission,
    timeout: float = DEFAULT_TIMEOUT_SECONDS,
) -> Iterator[Certificate]:
    """What is at the addresses where a certificate says that its issuer is; any number of each.

    An address that gives nothing of use is passed over.

    :raises NetworkForbidden: the network must not be used
    """
    for address in issuer_addresses(certificate)[:_MAX_ADDRESSES]:
        try:
            fetched = fetch(address, permission=permission, timeout=timeout)
            yield from read_certificates(fetched.data).certificates
        except FetchError:
            continue
        except NetworkForbidden:
            raise
        except HandfastError:
            continue


def revocation_addresses(certificate: Certificate) -> list[str]:
    """Where it would be asked whether a certificate was revoked: responders, then lists."""
    return [*_responders(certificate), *_distribution_points(certificate)]


def _access_locations(certificate: Certificate, method: x509.ObjectIdentifier) -> list[str]:
    found = certificate.extension(x509.AuthorityInformationAccess.oid)
    if not isinstance(found, x509.AuthorityInformationAccess):
        return []
    return [
        each.access_location.value
        for each in found
        if each.access_method == method
        and isinstance(each.access_location, x509.UniformResourceIdentifier)
    ]


def _distribution_points(certificate: Certificate) -> list[str]:
    found = certificate.extension(x509.CRLDistributionPoints.oid)
    if not isinstance(found, x509.CRLDistributionPoints):
        return []
    return [
        name.value
        for point in found
        for name in point.full_name or ()
        if isinstance(name, x509.UniformResourceIdentifier)
    ]

"""Who made a signature, whatever hash it is with: the library refuses some, which is no forgery."""

from __future__ import annotations

import datetime as dt
import functools
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from handfast.core.certificates.decoding import parse_request
from handfast.core.certificates.revocation_list import parse_list
from handfast.services.paths.building import fits
from handfast.services.paths.peers import EVERYONE, JAVA, OPENSSL
from handfast.services.paths.revocation import is_list_of
from handfast.services.paths.strength import weakness_of_signature
from tests.handshake.making import revoke
from tests.handshake.peers.kinds import common, issue
from tests.handshake.peers.strange import pieces, signed_with, tlv

if TYPE_CHECKING:
    from handfast.services.paths.peers import Peers
    from tests.handshake.making import Made


@functools.cache
def _key(kind: str, _number: int = 0) -> Any:
    match kind:
        case "rsa":
            return rsa.generate_private_key(65537, 2048)
        case "dsa":
            return dsa.generate_private_key(2048)
    return ec.generate_private_key(ec.SECP256R1())


def _signed(kind: str, hash_: str, *, pss: bool = False) -> tuple[Made, Made]:
    top = issue("Signing Root", ca=True, key=_key(kind))
    return signed_with(issue("leaf", by=top), hash_, pss=pss), top


_KINDS: list[tuple[str, str, bool, str, Peers | None]] = [
    ("rsa", "MD5", False, "MD5", EVERYONE),
    ("rsa", "SHA1", False, "SHA1", OPENSSL),
    ("ec", "SHA1", False, "SHA1", OPENSSL),
    ("dsa", "SHA1", False, "SHA1", EVERYONE),
    ("rsa", "SHA1", True, "SHA1", OPENSSL),
    ("rsa", "SHA224", False, "SHA224", JAVA),
    ("ec", "SHA224", False, "SHA224", JAVA),
    ("rsa", "SHA224", True, "SHA224", None),
    ("rsa", "SHA256", False, "SHA256", None),
    ("rsa", "SHA384", False, "SHA384", None),
    ("ec", "SHA512", False, "SHA512", None),
    ("rsa", "SHA512_256", False, "SHA512/256", EVERYONE),
    ("rsa", "SHA3_256", False, "SHA3-256", JAVA),
    ("ec", "SHA3_256", False, "SHA3-256", EVERYONE),
    ("dsa", "SHA256", False, "SHA256", JAVA),
]


@pytest.mark.parametrize(("kind", "hash_", "pss", "named", "refused_by"), _KINDS)
def test_a_signature_is_its_issuers_and_who_refuses_it_is_told(
    kind: str, hash_: str, pss: bool, named: str, refused_by: Peers | None
) -> None:
    own, top = _signed(kind, hash_, pss=pss)
    assert own.certificate.signature_fits(top.certificate) is True
    assert fits(own.certificate, top.certificate)
    assert own.certificate.signature_hash == named
    found = weakness_of_signature(own.certificate)
    assert (found.refused_by if found is not None else None) == refused_by
    # Of another key of that name it is not.
    other = issue("Signing Root", ca=True, key=_key(kind, 1))
    assert own.certificate.signature_fits(other.certificate) is False
    another_kind = issue("Signing Root", ca=True, key=_key("ec" if kind != "ec" else "rsa"))
    assert own.certificate.signature_fits(another_kind.certificate) is False


def test_java_accepts_sha_224_and_dsa_in_tls_1_2() -> None:
    for kind, hash_ in (("rsa", "SHA224"), ("dsa", "SHA256")):
        own, _ = _signed(kind, hash_)
        assert weakness_of_signature(own.certificate, "1.2") is None
        assert weakness_of_signature(own.certificate, "1.3") is not None


def test_nobody_verifies_the_signature_of_what_is_trusted_itself() -> None:
    for hash_ in ("MD5", "SHA1", "SHA224"):
        root = signed_with(issue("Old Root", ca=True, key=_key("rsa")), hash_)
        assert weakness_of_signature(root.certificate, is_top=True) is None
        assert root.certificate.is_self_signed


def _request(change: bytes | None = None, hash_: Any = None) -> bytes:
    """A request for a name; ``change`` is put in the place of the name, and signed."""
    key = _key("ec")
    der = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(common("plain"))
        .sign(key, hash_ or hashes.SHA256())
        .public_bytes(Encoding.DER)
    )
    if change is None:
        return der
    body, algorithm, _ = pieces(der)
    fields = pieces(body)
    fields[1] = change
    signed = tlv(0x30, *fields)
    signature = key.sign(signed, ec.ECDSA(hashes.SHA256()))
    return tlv(0x30, signed, algorithm, tlv(3, b"\0", signature))


@pytest.mark.parametrize(
    ("tag", "value", "shown"),
    [
        (0x14, "Müller".encode("latin-1"), "Müller"),
        (0x13, b"A&B_C@D", "A&B_C@D"),
        (0x16, "Müller".encode("latin-1"), "Müller"),
        (0x1E, "Müller".encode("utf-16-be"), "Müller"),
    ],
)
def test_a_request_with_such_a_name_is_read_and_its_signature_checked(
    tag: int, value: bytes, shown: str
) -> None:
    name = tlv(0x30, tlv(0x31, tlv(0x30, bytes.fromhex("0603550403"), tlv(tag, value))))
    whole = _request(name)
    request, is_good = parse_request(whole)
    assert is_good
    (found,) = request.subject
    assert found.value == shown
    forged, is_good = parse_request(whole[:-1] + bytes((whole[-1] ^ 1,)))
    assert not is_good
    assert forged.subject == request.subject
    with pytest.raises(ValueError, match=r"."):
        parse_request(whole[: len(whole) // 2])


def test_a_list_is_its_cas_own() -> None:
    now = dt.datetime.now(dt.UTC)
    top, other = (issue("Revoking Root", ca=True) for _ in range(2))
    gone = issue("gone", by=top)
    revoked = parse_list(revoke(top, gone))
    assert is_list_of(revoked, top.certificate)
    assert not is_list_of(revoked, other.certificate)
    assert revoked.parsed.next_update_utc is not None
    assert revoked.parsed.next_update_utc > now

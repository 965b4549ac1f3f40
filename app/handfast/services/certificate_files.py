"""Certificates as people send them: DER, PEM, PKCS#7, several at once, with text around."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

from handfast.core.certificate import Certificate
from handfast.core.errors import Damaged, NotAKeystore
from handfast.formats.content import Content, classify, classify_block
from handfast.formats.detect import WORDS, not_a_keystore
from handfast.formats.pem import Block, find_blocks

MAX_CERTIFICATES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFile:
    """What a file holds for a trust store."""

    certificates: tuple[Certificate, ...]
    #: ``DER``, ``PEM`` or ``PKCS7``.
    encoding: str
    remarks: tuple[str, ...] = ()


def read_certificates(data: bytes) -> CertificateFile:
    """The certificates in a file; a typed error that names what it is where it has none."""
    content = classify(data)
    if content is Content.CERTIFICATE and data[:1] == b"0":
        return CertificateFile(certificates=(_checked(data),), encoding="DER")
    if content is Content.PKCS7 and data[:1] == b"0":
        return CertificateFile(certificates=_pkcs7(data), encoding="PKCS7")
    blocks = find_blocks(data)
    found: list[Certificate] = []
    remarks: list[str] = []
    encoding = "PEM"
    for block in blocks[:MAX_CERTIFICATES]:
        kind = classify_block(block)
        if kind is Content.CERTIFICATE and block.data:
            found.append(_checked(_certificate_bytes(block)))
        elif kind is Content.PKCS7 and block.data:
            found.extend(_pkcs7(block.data))
            encoding = "PKCS7"
        elif kind in WORDS:
            remarks.append(f"It also holds {WORDS[kind][0]}, which was left out.")
        if block.trouble:
            remarks.append(block.trouble)
    if not found:
        raise _none_found(content, data)
    unique = tuple(dict.fromkeys(found))
    if len(unique) > 1:
        remarks.append(f"It holds {len(unique)} certificates; keytool would take the first only.")
    return CertificateFile(certificates=unique, encoding=encoding, remarks=tuple(remarks))


def _certificate_bytes(block: Block) -> bytes:
    if not block.label.startswith("TRUSTED"):
        return block.data
    # OpenSSL puts its own trust settings behind the certificate.
    from handfast.formats.ber import read

    return block.data[: read(block.data, 0, len(block.data)).end]


def _checked(der: bytes) -> Certificate:
    certificate = Certificate(der)
    if not certificate.is_readable:
        raise Damaged(
            "The certificate cannot be read.",
            causes=("It was cut short or altered on its way.", certificate.trouble),
            remedy="Ask for it again, as a file attached rather than pasted.",
        )
    return certificate


def _pkcs7(data: bytes) -> tuple[Certificate, ...]:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            loaded = pkcs7.load_der_pkcs7_certificates(data)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Damaged(
            "The PKCS#7 bundle cannot be read.", remedy="Ask for the certificate as PEM."
        ) from error
    if not loaded:
        raise NotAKeystore("The PKCS#7 bundle holds no certificates.")
    return tuple(Certificate(each.public_bytes(Encoding.DER)) for each in loaded)


def _none_found(content: Content, data: bytes) -> Exception:
    if content in {Content.PKCS12, Content.JKS, Content.JCEKS}:
        return NotAKeystore(
            "This is a whole keystore rather than a certificate.",
            causes=("The partner may have sent a private key: tell them.",),
            remedy="Open it, and export the certificate from it.",
        )
    if content in WORDS:
        noun, _ = WORDS[content]
        remedies = {
            Content.REQUEST: "Ask for the certificate that was issued for it.",
            Content.PRIVATE_KEY: "A private key is never sent. Ask for the certificate.",
            Content.ENCRYPTED_PRIVATE_KEY: "A private key is never sent. Ask for the certificate.",
        }
        return NotAKeystore(
            f"This is not a certificate but {noun}.",
            remedy=remedies.get(content, "Ask for the certificate, as .cer, .pem or .p7b."),
        )
    return not_a_keystore(content, data)

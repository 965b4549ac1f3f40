"""An OCSP responder in a thread, which answers as it should or in one of many wrong ways."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import threading
from typing import TYPE_CHECKING, Final, Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from handfast.core.certificates.certificate import Certificate
from tests.support.issued import Issued, issue

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What it answers; ``slow`` never does.
Answer = Literal["good", "revoked", "unknown", "expired", "stranger", "replayed", "slow"]
_MOST_BYTES: Final = 65_536


def leaf_with_responder(root: Issued, address: str) -> Issued:
    """A certificate for api.example that names a responder."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    access = x509.AccessDescription(
        AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(address)
    )
    issuer = x509.load_der_x509_certificate(root.certificate.der)
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "api.example")]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=30))
        .not_valid_after(now + dt.timedelta(days=90))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("api.example")]), critical=False)
        .add_extension(x509.AuthorityInformationAccess([access]), critical=False)
        .sign(root.key, hashes.SHA256())
    )
    certificate = Certificate(made.public_bytes(Encoding.DER))
    return Issued(certificate=certificate, key=key, above=(root.certificate,))


@contextlib.contextmanager
def answering(root: Issued, answer: Answer) -> Iterator[Issued]:
    """A leaf whose responder runs while this does, and answers so about it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        leaf = leaf_with_responder(root, f"http://127.0.0.1:{server.getsockname()[1]}/")
        kept: list[socket.socket] = []

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    kept.append(connection)
                    head_and_body = connection.recv(_MOST_BYTES)
                    if answer == "slow":
                        continue
                    body = _response(root, leaf, answer, head_and_body)
                    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n"
                    connection.sendall(head.encode() + body)
                    connection.close()

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield leaf
        finally:
            for each in kept:
                each.close()


def _response(root: Issued, leaf: Issued, answer: Answer, request: bytes) -> bytes:
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    days = -9 if answer == "expired" else -1
    states = {"revoked": ocsp.OCSPCertStatus.REVOKED, "unknown": ocsp.OCSPCertStatus.UNKNOWN}
    state = states.get(answer, ocsp.OCSPCertStatus.GOOD)
    issuer = x509.load_der_x509_certificate(root.certificate.der)
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=x509.load_der_x509_certificate(leaf.certificate.der),
        issuer=issuer,
        algorithm=hashes.SHA1(),
        cert_status=state,
        this_update=now + dt.timedelta(days=days),
        next_update=now + dt.timedelta(days=days + 3),
        revocation_time=now - dt.timedelta(days=1) if answer == "revoked" else None,
        revocation_reason=None,
    )
    signer = issue(CN="Stranger", is_ca=True) if answer == "stranger" else root
    own = x509.load_der_x509_certificate(signer.certificate.der)
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, own)
    if answer == "replayed":
        builder = builder.add_extension(x509.OCSPNonce(b"of another"), critical=False)
    else:
        builder = _with_its_nonce(builder, request)
    return builder.sign(signer.key, hashes.SHA256()).public_bytes(Encoding.DER)


def _with_its_nonce(builder: ocsp.OCSPResponseBuilder, request: bytes) -> ocsp.OCSPResponseBuilder:
    """The answer to this very request; to one without a nonce, any."""
    _head, _, body = request.partition(b"\r\n\r\n")
    with contextlib.suppress(ValueError, x509.ExtensionNotFound):
        asked = ocsp.load_der_ocsp_request(body)
        nonce = asked.extensions.get_extension_for_class(x509.OCSPNonce).value
        return builder.add_extension(nonce, critical=False)
    return builder

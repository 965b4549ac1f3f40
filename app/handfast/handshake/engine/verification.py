"""What OpenSSL says of a chain of which nobody here has the private key.

A peer verifies what is presented before it asks for a proof, and under TLS 1.2 a certificate
travels unencrypted. So a real handshake is begun with a key made for it, the chain in question is
put in the place of the one that is sent, and OpenSSL verifies it as it does in every handshake:
for the purpose, with its rules for keys and signatures, by any of its limits.
"""

from __future__ import annotations

import datetime as dt
import functools
from typing import TYPE_CHECKING, Any, Final

from OpenSSL import SSL, crypto

from handfast.core.certificates.certificate import Certificate
from handfast.core.frozen import dataclass
from handfast.handshake.engine.engine import (
    ABOUT_REVOCATION_LISTS,
    EndpointConfig,
    VerifyError,
    error_text,
    reasons,
    trust,
)
from handfast.handshake.engine.pyopenssl import certificate_of, der_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from handfast.core.certificates.revocation_list import RevocationList
    from handfast.services.paths.peers import Role

_PIECE_BYTES: Final = 65_536
_HANDSHAKE_RECORD: Final = 22
_CERTIFICATE_MESSAGE: Final = 11
#: No record is longer (RFC 5246, 6.2.1).
_MAX_RECORD_BYTES: Final = 16_384
#: For what ended before anything was verified: it has no number of its own.
UNREADABLE: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """OpenSSL's answer with its defaults, and where any anchor will do (``-partial_chain``)."""

    strict: tuple[VerifyError, ...]
    partial: tuple[VerifyError, ...]


def verify(
    chain: Sequence[Certificate],
    role: Role,
    anchors: Sequence[Certificate],
    *,
    at: datetime | None = None,
    revocation_lists: Sequence[RevocationList] = (),
) -> Verification:
    """Have OpenSSL verify ``chain``, leaf first, as presented in ``role``; None for now."""
    setting = EndpointConfig(
        side="client" if role == "server" else "server",
        identity=None,
        anchors=_within_reach(chain, anchors),
        tls=("1.2",),
        revocation_lists=tuple(revocation_lists),
    )
    ders = [each.presented for each in chain]
    strict = _objections(ders, setting, at, partial_chain=False)
    partial = _objections(ders, setting, at, partial_chain=True) if strict else ()
    return Verification(strict=strict, partial=partial)


def _within_reach(
    chain: Sequence[Certificate], anchors: Sequence[Certificate]
) -> tuple[Certificate, ...]:
    """The anchors that a path can come by: OpenSSL looks for issuers, and for the leaf, by name.

    It takes 0.1 ms to read one, and a trust store has 150. Names that are the same to OpenSSL are
    the same here; where a name cannot be read here, it may have any.
    """
    known = [each for each in (*chain, *anchors) if each.subject_der and each.issuer_der]
    if len(known) < len(chain) + len(anchors):
        return tuple(anchors)
    issuers: dict[bytes, set[bytes]] = {}
    for each in anchors:
        issuers.setdefault(each.subject_key, set()).add(each.issuer_key)
    reached: set[bytes] = set()
    waiting = {key for each in chain for key in (each.subject_key, each.issuer_key)}
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= issuers.get(name, set()) - reached
    return tuple(each for each in anchors if each.subject_key in reached)


def _objections(
    chain: Sequence[bytes], setting: EndpointConfig, at: datetime | None, *, partial_chain: bool
) -> tuple[VerifyError, ...]:
    found: dict[tuple[int, int], VerifyError] = {}
    asked = False

    def hear(_: SSL.Connection, shown: crypto.X509, number: int, depth: int, ok: int) -> bool:
        nonlocal asked
        asked = True
        if not ok and number not in ABOUT_REVOCATION_LISTS:
            found.setdefault(
                (number, depth),
                VerifyError(
                    number=number,
                    depth=depth,
                    certificate=Certificate(der_of(shown)),
                    text=error_text(number),
                ),
            )
        return True

    verifier = _context(setting, at, partial_chain=partial_chain)
    mode = SSL.VERIFY_PEER
    if setting.side == "server":
        mode |= SSL.VERIFY_FAIL_IF_NO_PEER_CERT
    verifier.set_verify(mode, hear)
    words = _run(verifier, setting.side, _certificate_message(chain))
    if not asked:
        # Which of them it cannot read, it does not say.
        depth = next((at for at, der in enumerate(chain) if certificate_of(der) is None), 0)
        shown = Certificate(chain[depth])
        return (VerifyError(number=UNREADABLE, depth=depth, certificate=shown, text=words),)
    return tuple(found.values())


def _context(setting: EndpointConfig, at: datetime | None, *, partial_chain: bool) -> SSL.Context:
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    context.set_max_proto_version(SSL.TLS1_2_VERSION)
    # As distributions have it: no RSA below 2,048 bits, no SHA-1.
    context.set_cipher_list(b"DEFAULT:@SECLEVEL=2")
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    trust(context.get_cert_store(), setting, at, partial_chain=partial_chain)
    certificate, key = _stand_in()
    context.use_certificate(certificate)
    context.use_privatekey(key)
    return context


def _run(verifier: SSL.Context, side: Role, shown: bytes) -> str:
    """Let it verify ``shown``; OpenSSL's own words for how it ended."""
    verifying = SSL.Connection(verifier, None)
    presenting = SSL.Connection(_presenter(), None)
    if side == "client":
        verifying.set_connect_state()
        presenting.set_accept_state()
        _step(verifying)
        presenting.bio_write(_written(verifying))
        _step(presenting)
        verifying.bio_write(_with_certificate(_written(presenting), shown))
        return _step(verifying)
    verifying.set_accept_state()
    presenting.set_connect_state()
    _step(presenting)
    verifying.bio_write(_written(presenting))
    _step(verifying)
    _written(verifying)
    verifying.bio_write(_records(shown))
    return _step(verifying)


def _step(connection: SSL.Connection) -> str:
    try:
        connection.do_handshake()
    except (SSL.WantReadError, SSL.WantWriteError):
        return ""
    except SSL.Error as error:
        return reasons(error)
    return ""


def _written(connection: SSL.Connection) -> bytes:
    found = b""
    while True:
        try:
            found += connection.bio_read(_PIECE_BYTES)
        except SSL.WantReadError:
            return found


def _certificate_message(chain: Sequence[bytes]) -> bytes:
    """RFC 5246, 7.4.2."""
    listed = b"".join(len(each).to_bytes(3, "big") + each for each in chain)
    body = len(listed).to_bytes(3, "big") + listed
    return bytes((_CERTIFICATE_MESSAGE,)) + len(body).to_bytes(3, "big") + body


def _with_certificate(flight: bytes, shown: bytes) -> bytes:
    """The server's flight with another message in the place of its certificate."""
    stream = b"".join(_fragments(flight))
    found = b""
    at = 0
    while at + 4 <= len(stream):
        end = at + 4 + int.from_bytes(stream[at + 1 : at + 4], "big")
        message = stream[at:end]
        found += shown if message[0] == _CERTIFICATE_MESSAGE else message
        at = end
    return _records(found)


def _fragments(flight: bytes) -> Iterator[bytes]:
    at = 0
    while at + 5 <= len(flight):
        end = at + 5 + int.from_bytes(flight[at + 3 : at + 5], "big")
        if flight[at] == _HANDSHAKE_RECORD:
            yield flight[at + 5 : end]
        at = end


def _records(messages: bytes) -> bytes:
    found = b""
    for at in range(0, len(messages), _MAX_RECORD_BYTES):
        piece = messages[at : at + _MAX_RECORD_BYTES]
        found += bytes((_HANDSHAKE_RECORD, 3, 3)) + len(piece).to_bytes(2, "big") + piece
    return found


@functools.cache
def _presenter() -> SSL.Context:
    """The other side of every verification: it only begins a handshake, and trusts nobody."""
    setting = EndpointConfig(side="client", identity=None, anchors=(), tls=("1.2",))
    return _context(setting, None, partial_chain=True)


@functools.cache
def _stand_in() -> tuple[Any, Any]:
    """A certificate and its key, made for this process and trusted by nobody."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([])
    start = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=36_500))
        .sign(key, hashes.SHA256())
    )
    return certificate, key

"""A real TLS handshake in memory: no socket, and no key on disk.

OpenSSL speaks for both sides at its lowest level of security, so that an old key or signature
does not keep the rest from being seen; what current programs refuse of it is judged apart.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import field
from typing import TYPE_CHECKING, Final

from OpenSSL import SSL, crypto

from handfast.core.certificates.certificate import Certificate
from handfast.core.frozen import dataclass
from handfast.core.host_names import is_address
from handfast.core.language import tr
from handfast.handshake.engine.pyopenssl import (
    add_requested_authority,
    add_revocation_list,
    certificate_of,
    der_of,
    group_name,
    overhear_chains,
    present,
    requested_authorities,
)
from handfast.handshake.report.alerts import Alert
from handfast.handshake.report.report import View

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from handfast.core.certificates.revocation_list import RevocationList
    from handfast.core.entry import KeyPair
    from handfast.handshake.report.party import Side, Tls

#: What openssl/ssl.h calls them; pyOpenSSL has no names for these.
_CALLBACK_WRITE: Final = 0x08
_CALLBACK_ALERT: Final = 0x4000
_CALLBACK_LOOP: Final = 0x01
_NO_AUTO_CHAIN: Final = 0x08
#: What OpenSSL says of a list of revoked certificates, and not of a certificate: none is at hand
#: for a CA, or one that cannot be used. What such a list says is judged without OpenSSL.
ABOUT_REVOCATION_LISTS: Final = frozenset((3, 5, 8, 11, 12, 15, 16, 33, 35, 36, 44, 54))
_PIECE_BYTES: Final = 65_536
_STATE = re.compile(r"\b(read|write) (.+)$")
_MESSAGES: Final = {
    "client hello": "ClientHello",
    "server hello": "ServerHello",
    "encrypted extensions": "EncryptedExtensions",
    "server certificate": "Certificate",
    "client certificate": "Certificate",
    "certificate": "Certificate",
    "key exchange": "ServerKeyExchange",
    "server key exchange": "ServerKeyExchange",
    "client key exchange": "ClientKeyExchange",
    "certificate request": "CertificateRequest",
    "server certificate request": "CertificateRequest",
    "server done": "ServerHelloDone",
    "certificate verify": "CertificateVerify",
    "server certificate verify": "CertificateVerify",
    "change cipher spec": "ChangeCipherSpec",
    "finished": "Finished",
    "session ticket": "NewSessionTicket",
    "server session ticket": "NewSessionTicket",
}
#: Bytes of the names of CAs in a request for a certificate (RFC 8446, 4.2.4).
MAX_AUTHORITIES_BYTES: Final = 65_535
GREETINGS: Final = (b"from the client\n", b"from the server\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointConfig:
    """What one side brings along."""

    side: Side
    identity: KeyPair | None
    anchors: tuple[Certificate, ...]
    tls: tuple[Tls, ...]
    revocation_lists: tuple[RevocationList, ...] = ()
    #: What the client asks of the certificate that was presented; False refuses it.
    approves: Callable[[Certificate], bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyError:
    """An error of OpenSSL’s verification: ``X509_V_ERR_…``, and how far above the leaf."""

    number: int
    depth: int
    certificate: Certificate
    text: str


@dataclasses.dataclass(slots=True, kw_only=True)
class Transcript:
    """What is heard of one side while it runs."""

    sent: list[str] = field(default_factory=list)
    received: list[str] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    objections: list[VerifyError] = field(default_factory=list)
    disapproved: bool = False
    established: bool = False
    failure: str = ""
    got_data: bool = False
    #: The host that the client asked this server for (SNI, RFC 6066); empty where for none.
    asked_host: str = ""
    #: The longest chain that was verified, in DER: what was sent, and the anchor if one was found.
    verified: tuple[bytes, ...] = ()
    keep_alive: object = None

    def hear_chain(self, chain: tuple[bytes, ...]) -> None:
        if len(chain) > len(self.verified):
            self.verified = chain


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one side came to."""

    view: View
    objections: tuple[VerifyError, ...]
    #: Whether its host name or the like was not approved of.
    disapproved: bool
    established: bool
    got_data: bool
    #: OpenSSL’s own words for why it ended; empty where it did not.
    failure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A whole handshake with data both ways."""

    client: Outcome
    server: Outcome
    tls: str | None
    cipher: str | None
    group: str | None
    #: The names of the CAs in the request for the client's certificate, each in DER, as the client
    #: heard it; None where there was no request.
    asked_for: tuple[bytes, ...] | None

    @property
    def ok(self) -> bool:
        return self.client.got_data and self.server.got_data


def library_name() -> str:
    """``OpenSSL 3.5.1``: whose opinion it is."""
    words = SSL.OpenSSL_version(SSL.OPENSSL_VERSION).decode("ascii", "replace").split()
    return " ".join(words[:2])


def run(
    client: EndpointConfig,
    server: EndpointConfig,
    *,
    host: str = "",
    at: datetime | None = None,
    lenient: bool = False,
) -> Run:
    """Let the two shake hands and send a line each way.

    ``lenient`` goes on after every objection, to hear all of them. ``host`` is sent as server
    name (SNI) where it is a name; checking it is the business of ``client.approves``.
    """
    ears = {"client": Transcript(), "server": Transcript()}
    ours = SSL.Connection(make_context(client, ears["client"], at, lenient=lenient), None)
    theirs = SSL.Connection(make_context(server, ears["server"], at, lenient=lenient), None)
    ours.set_connect_state()
    theirs.set_accept_state()
    if host and not is_address(host):
        ours.set_tlsext_host_name(host.encode("ascii", "replace"))
    _shake_hands(ours, theirs, ears["client"], ears["server"])
    established = ears["client"].established
    asked = None
    if "CertificateRequest" in ears["client"].received:
        asked = requested_authorities(ours)
    version = ours.get_protocol_version_name()
    heard_hello = "ServerHello" in ears["client"].received
    return Run(
        client=outcome_of(ears["client"]),
        server=outcome_of(ears["server"]),
        tls=version.removeprefix("TLSv") if heard_hello else None,
        cipher=ours.get_cipher_name() if heard_hello else None,
        group=group_name(ours) if established else None,
        asked_for=asked,
    )


def outcome_of(ear: Transcript) -> Outcome:
    if (ear.objections or ear.disapproved) and "Certificate" not in ear.received:
        # Its state is never entered where what came in it is refused.
        ear.received.append("Certificate")
    view = View(
        sent=tuple(ear.sent),
        received=tuple(ear.received),
        alerts=tuple(ear.alerts),
        log=tuple(ear.log),
    )
    return Outcome(
        view=view,
        objections=tuple(ear.objections),
        disapproved=ear.disapproved,
        established=ear.established,
        got_data=ear.got_data,
        failure=ear.failure,
    )


# --- setting up -----------------------------------------------------------------------------


def make_context(
    setting: EndpointConfig, ear: Transcript, at: datetime | None, *, lenient: bool
) -> SSL.Context:
    versions = {"1.2": SSL.TLS1_2_VERSION, "1.3": SSL.TLS1_3_VERSION}
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_min_proto_version(versions[min(setting.tls)])
    context.set_max_proto_version(versions[max(setting.tls)])
    context.set_cipher_list(b"DEFAULT:@SECLEVEL=0")
    # Only what is in the pair’s chain is sent; OpenSSL would add to it from the trust store.
    context.set_mode(_NO_AUTO_CHAIN)
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    _present(context, setting)
    trust(context.get_cert_store(), setting, at)
    mode = SSL.VERIFY_PEER
    if setting.side == "server":
        mode |= SSL.VERIFY_FAIL_IF_NO_PEER_CERT
        names = _distinct_names(setting.anchors)
        # More than that OpenSSL cannot write, and ends every handshake.
        if authorities_size(names) <= MAX_AUTHORITIES_BYTES:
            for anchor in names:
                add_requested_authority(context, anchor)
        context.set_tlsext_servername_callback(_name_listener(ear))
    context.set_verify(mode, _verifier(setting, ear, lenient=lenient))
    ear.keep_alive = overhear_chains(context, mode, ear.hear_chain)
    context.set_info_callback(make_listener(ear))
    return context


def _present(context: SSL.Context, setting: EndpointConfig) -> None:
    pair = setting.identity
    if pair is None or pair.key is None:
        return
    if pair.chain:
        present(context, pair.chain, pair.key)


def trust(
    store: crypto.X509Store | None,
    setting: EndpointConfig,
    at: datetime | None,
    *,
    partial_chain: bool = True,
) -> None:
    """Have OpenSSL verify against the anchors of ``setting``, as of a moment.

    ``partial_chain`` lets a chain end at any of them, where else it must at a root.
    """
    if store is None:
        return
    for anchor in setting.anchors:
        found = certificate_of(anchor.der)
        if found is not None:
            store.add_cert(found)
    for each in setting.revocation_lists:
        # One that OpenSSL cannot read is still judged by the rules here.
        add_revocation_list(store, each.der)
    if at is not None:
        store.set_time(at)
    flags = crypto.X509StoreFlags
    if partial_chain:
        # An exchanged certificate is trusted as it is, as Java does, whoever issued it.
        store.set_flags(flags.PARTIAL_CHAIN)
    if setting.revocation_lists:
        store.set_flags(flags.CRL_CHECK | flags.CRL_CHECK_ALL)


def authorities_size(anchors: Sequence[Certificate]) -> int:
    """How many bytes the names of these take within a request for a certificate."""
    return sum(2 + len(each.subject_der) for each in _distinct_names(anchors))


def _distinct_names(anchors: Sequence[Certificate]) -> list[Certificate]:
    return list({each.subject_key: each for each in anchors}.values())


def _verifier(
    setting: EndpointConfig, ear: Transcript, *, lenient: bool
) -> Callable[[SSL.Connection, crypto.X509, int, int, int], bool]:
    seen: set[tuple[int, int]] = set()

    def verify(_: SSL.Connection, shown: crypto.X509, number: int, depth: int, ok: int) -> bool:
        if ok:
            if depth or setting.approves is None:
                return True
            if setting.approves(Certificate(der_of(shown))):
                return True
            ear.disapproved = True
            return lenient
        if number in ABOUT_REVOCATION_LISTS:
            return True
        if (number, depth) not in seen:
            seen.add((number, depth))
            ear.objections.append(
                VerifyError(
                    number=number,
                    depth=depth,
                    certificate=Certificate(der_of(shown)),
                    text=error_text(number),
                )
            )
        return lenient

    return verify


def error_text(number: int) -> str:
    """OpenSSL’s words for an error of its verification."""
    from cryptography.hazmat.bindings.openssl.binding import Binding

    library = Binding.lib
    words = Binding.ffi.string(library.X509_verify_cert_error_string(number))
    return bytes(words).decode("ascii", "replace")


# --- running --------------------------------------------------------------------------------


def make_listener(ear: Transcript) -> Callable[[SSL.Connection, int, int], None]:
    def hear(connection: SSL.Connection, where: int, value: int) -> None:
        if where & _CALLBACK_ALERT:
            alert = Alert(
                direction="sent" if where & _CALLBACK_WRITE else "received",
                level="fatal" if value >> 8 == 2 else "warning",
                number=value & 0xFF,
            )
            ear.alerts.append(alert)
            ear.log.append(alert.text)
        elif where & _CALLBACK_LOOP:
            state = connection.get_state_string().decode("ascii", "replace")
            ear.log.append(state)
            found = _STATE.search(state)
            name = _MESSAGES.get(found.group(2)) if found is not None else None
            if found is not None and name is not None:
                messages = ear.sent if found.group(1) == "write" else ear.received
                # A state is entered again after waiting; only tickets come several at a time.
                if name == "NewSessionTicket" or messages[-1:] != [name]:
                    messages.append(name)

    return hear


def _name_listener(ear: Transcript) -> Callable[[SSL.Connection], None]:
    def hear(connection: SSL.Connection) -> None:
        name = connection.get_servername() or b""
        # Anybody can send anything here; what is no text is shown as escapes.
        ear.asked_host = name.decode("ascii", "backslashreplace")

    return hear


def _shake_hands(
    client: SSL.Connection, server: SSL.Connection, ours: Transcript, theirs: Transcript
) -> None:
    sides = ((client, server, ours), (server, client, theirs))
    # Each round carries at least one flight; a handshake has four.
    for _ in range(12):
        moved = False
        for one, other, ear in sides:
            if not ear.established and not ear.failure:
                ear.established = _try(ear, one.do_handshake)
            moved = _carry(one, other) or moved
        if not moved:
            break
    # Whoever is done talks: the server’s refusal under TLS 1.3 is heard on the client’s read.
    for one, other, ear, hearing, line in (
        (client, server, ours, theirs, GREETINGS[0]),
        (server, client, theirs, ours, GREETINGS[1]),
    ):
        if ear.established and not ear.failure:
            _try(ear, one.send, line)
            _carry(one, other)
            if not ear.failure:
                ear.sent.append(f"application data ({len(line)} bytes)")
        if hearing.established and not hearing.failure:
            hearing.got_data = _try(hearing, other.recv, len(line))
            _carry(other, one)
            if hearing.got_data:
                hearing.received.append(f"application data ({len(line)} bytes)")
    if ours.established and not ours.got_data and not ours.failure:
        _try(ours, client.recv, 1)


def _try(ear: Transcript, action: Callable[..., object], *arguments: object) -> bool:
    """Whether it was done; what hinders it for good is kept as the failure."""
    try:
        action(*arguments)
    except (SSL.WantReadError, SSL.WantWriteError):
        return False
    except SSL.ZeroReturnError:
        ear.failure = tr("the other side closed the connection")
        return False
    except SSL.SysCallError as error:
        ear.failure = str(error)
        return False
    except SSL.Error as error:
        ear.failure = reasons(error)
        return False
    return True


def reasons(error: Exception) -> str:
    """The reasons on OpenSSL’s error queue, in its words."""
    queue = error.args[0] if error.args and isinstance(error.args[0], list) else []
    return "; ".join(str(each[-1]) for each in queue if each) or tr("the handshake failed")


def _carry(one: SSL.Connection, other: SSL.Connection) -> bool:
    """Bring what one has written to the other; whether there was anything."""
    moved = False
    while True:
        try:
            data = one.bio_read(_PIECE_BYTES)
        except SSL.WantReadError:
            return moved
        other.bio_write(data)
        moved = True

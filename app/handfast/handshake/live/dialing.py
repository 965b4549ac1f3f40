"""Reaching a server: directly or through an HTTP proxy, and asking it to start TLS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.core.language import tr
from handfast.core.network import ALLOWED
from handfast.handshake.live.deadline import Deadline, WireError, shown
from handfast.handshake.live.proxy import ask_for_tunnel

if TYPE_CHECKING:
    import socket

    from handfast.core.network import NetworkPermission
    from handfast.handshake.live.proxy import Proxy

STARTTLS: Final = ("smtp", "imap", "ldap", "postgres")
_MAX_ANSWER_BYTES: Final = 16 * 1024
#: The extended request of RFC 4511, 4.14.1, by its OID.
_LDAP_START: Final = b"\x30\x1d\x02\x01\x01\x77\x18\x80\x16" + b"1.3.6.1.4.1.1466.20037"
_POSTGRES_START: Final = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"


def dial(
    host: str,
    port: int,
    patience: Deadline,
    *,
    proxy: Proxy | None = None,
    starttls: str | None = None,
    network: NetworkPermission = ALLOWED,
) -> socket.socket:
    """A connection on which TLS can begin; the caller closes it.

    :raises WireTrouble: ``unreachable``, ``timeout``, or ``not-tls`` where it would not start
    :raises NetworkForbidden: before anything is sent, not even a question for the address
    """
    network.check(tr("Network access is off, so Handfast did not connect to {host}.", host=host))
    where = (host, port) if proxy is None else (proxy.host, proxy.port)
    whose = "" if proxy is None else f"the proxy {proxy.where}: "
    try:
        plain = patience.connect(
            where,
            tr("no connection was made in time")
            if proxy is None
            else tr("the proxy {where}: no connection was made in time", where=proxy.where),
        )
    except TimeoutError:
        raise WireError(
            "timeout",
            tr("no connection was made in time")
            if proxy is None
            else tr("the proxy {where}: no connection was made in time", where=proxy.where),
        ) from None
    except ConnectionResetError:
        raise WireError(
            "refused-by-peer",
            tr("it closed the connection at once")
            if proxy is None
            else tr("the proxy {where}: it closed the connection at once", where=proxy.where),
        ) from None
    except ConnectionRefusedError:
        raise WireError(
            "unreachable",
            tr(
                "the connection to {where} was refused: nothing listens on that port",
                where=f"{host}:{port}",
            )
            if proxy is None
            else tr("the connection to the proxy {where} was refused", where=proxy.where),
            remedy=tr(
                "Check the host and the port, whether the service is running, and whether a "
                "firewall blocks the connection."
            ),
        ) from None
    except (OSError, UnicodeError) as error:
        words = getattr(error, "strerror", None) or tr("the name cannot be resolved")
        raise WireError("unreachable", f"{whose}{words}") from None
    talk = _Talk(plain, patience)
    try:
        if proxy is not None:
            ask_for_tunnel(talk, proxy, host, port)
        if starttls is not None:
            _START[starttls](talk)
    except BaseException:
        plain.close()
        raise
    return plain


class _Talk:
    """What is said before TLS, byte by byte so that none of TLS is taken."""

    def __init__(self, plain: socket.socket, patience: Deadline) -> None:
        self._plain, self._patience = plain, patience

    def say(self, data: bytes) -> None:
        try:
            self._patience.send(self._plain, data, tr("it accepted no data before TLS started"))
        except OSError:
            raise WireError(
                "refused-by-peer", tr("it closed the connection before TLS started")
            ) from None

    def hear(self, size: int) -> bytes:
        heard = b""
        while len(heard) < size:
            try:
                data = self._patience.receive(
                    self._plain, size - len(heard), tr("it sent nothing before TLS started")
                )
            except OSError:
                raise WireError(
                    "refused-by-peer", tr("it closed the connection before TLS started")
                ) from None
            if not data:
                raise WireError(
                    "refused-by-peer", tr("it closed the connection before TLS started")
                )
            heard += data
        return heard

    def line(self) -> bytes:
        heard = b""
        while not heard.endswith(b"\n"):
            heard += self.hear(1)
            if len(heard) > _MAX_ANSWER_BYTES:
                raise WireError("not-tls", tr("its answer does not end"))
        return heard.rstrip(b"\r\n")


def _replies(talk: _Talk, wanted: bytes) -> None:
    for _ in range(200):
        line = talk.line()
        if line[:3] != wanted:
            break
        if line[3:4] != b"-":
            return
    raise WireError("not-tls", tr("it does not start TLS: {line}", line=shown(line)))


def _smtp(talk: _Talk) -> None:
    _replies(talk, b"220")
    talk.say(b"EHLO handfast.invalid\r\n")
    _replies(talk, b"250")
    talk.say(b"STARTTLS\r\n")
    _replies(talk, b"220")


def _imap(talk: _Talk) -> None:
    greeting = talk.line()
    if not greeting.startswith(b"* OK"):
        raise WireError("not-tls", tr("this is not IMAP: {greeting}", greeting=shown(greeting)))
    talk.say(b"a1 STARTTLS\r\n")
    for _ in range(200):
        line = talk.line()
        if line.startswith(b"a1 "):
            if line[3:5].upper() == b"OK":
                return
            break
    raise WireError("not-tls", tr("it does not start TLS: {line}", line=shown(line)))


def _ldap(talk: _Talk) -> None:
    talk.say(_LDAP_START)
    head = talk.hear(2)
    size = head[1]
    if size & 0x80:
        size = int.from_bytes(talk.hear(min(size & 0x7F, 4)), "big")
    if head[0] != 0x30 or size > _MAX_ANSWER_BYTES:
        raise WireError("not-tls", tr("this is not LDAP"))
    if b"\x0a\x01\x00" not in talk.hear(size):
        raise WireError("not-tls", tr("it does not start TLS"))


def _postgres(talk: _Talk) -> None:
    talk.say(_POSTGRES_START)
    if talk.hear(1) != b"S":
        raise WireError("not-tls", tr("this PostgreSQL server does not support TLS"))


_START: Final = {"smtp": _smtp, "imap": _imap, "ldap": _ldap, "postgres": _postgres}

"""What one pyOpenSSL says in another way than the next, from 25.3 on.

Where `cryptography` has no wheels of late (macOS on Intel, Windows on ARM), pip chooses a pyOpenSSL
that is older than the newest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from OpenSSL import SSL

if TYPE_CHECKING:
    from cryptography import x509


def requested_authorities(tls: SSL.Connection) -> tuple[bytes, ...]:
    """The names of the CAs in the server's request for a certificate, each in DER.

    Empty where it names none, and where it does not request a certificate.
    """
    try:
        names: list[x509.Name] = tls.get_client_ca_list(as_cryptography=True)
    except TypeError:
        # Before 26.3 its own kind of name was the only one; from then on that is deprecated.
        own: list[Any] = tls.get_client_ca_list()
        return tuple(each.der() for each in own)
    return tuple(each.public_bytes() for each in names)


def group_name(tls: SSL.Connection) -> str | None:
    """The group of the key exchange, as OpenSSL names it; None where it had none.

    To be asked only once the handshake is complete: before, OpenSSL may crash.
    """
    if hasattr(tls, "get_group_name"):
        return tls.get_group_name()
    # 25.3 binds OpenSSL's function and has no method that calls it.
    library: Any = SSL._lib  # type: ignore[attr-defined]
    ffi: Any = SSL._ffi  # type: ignore[attr-defined]
    if not getattr(library, "Cryptography_HAS_SSL_GET0_GROUP_NAME", 0):
        return None
    connection: Any = tls
    name = library.SSL_get0_group_name(connection._ssl)
    return None if name == ffi.NULL else ffi.string(name).decode("ascii", "replace")

"""What one pyOpenSSL says in another way than the next, from 25.3 on.

Where `cryptography` has no wheels of late (macOS on Intel, Windows on ARM), pip chooses a pyOpenSSL
that is older than the newest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from OpenSSL import SSL, _util, crypto

from handfast.core.certificates.lenient import UNREADABLE
from handfast.core.language import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cryptography import x509

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.keys import PrivateKey


def certificate_of(der: bytes) -> crypto.X509 | None:
    """A certificate as OpenSSL itself reads it; None where it does not.

    It reads many that `cryptography` refuses, and judges them as other programs on OpenSSL do.
    """
    try:
        return crypto.load_certificate(crypto.FILETYPE_ASN1, der)
    except (crypto.Error, ValueError):
        return None


def add_revocation_list(store: crypto.X509Store, der: bytes) -> bool:
    """Have a store check a revocation list as it is written; whether OpenSSL reads it.

    pyOpenSSL takes only what `cryptography` reads, which is less than OpenSSL does.
    """
    library, ffi = _util.lib, _util.ffi
    own: Any = store
    found = library.d2i_X509_CRL_bio(crypto._new_mem_buf(der), ffi.NULL)
    if found == ffi.NULL:
        library.ERR_clear_error()
        return False
    return bool(library.X509_STORE_add_crl(own._store, ffi.gc(found, library.X509_CRL_free)))


def der_of(certificate: crypto.X509) -> bytes:
    """The bytes of a certificate as they came."""
    return crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate)


def present(context: SSL.Context, chain: Sequence[Certificate], key: PrivateKey) -> None:
    """Give a context its private key and the certificates of its chain, the leaf first.

    :raises SSL.Error: OpenSSL does not take the certificate, or the key does not fit it
    """
    leaf, *above = (_for_openssl(each) for each in chain)
    if leaf is None:
        raise SSL.Error([("", "", tr("OpenSSL cannot read the certificate"))])
    # With a value of its own kind pyOpenSSL warns that those of `cryptography` are preferred, which
    # are not to be had of these; so OpenSSL is asked without it.
    own: Any = context
    if isinstance(leaf, crypto.X509):
        held: Any = leaf
        _insist(_util.lib.SSL_CTX_use_certificate(own._context, held._x509))
    else:
        context.use_certificate(leaf)
    if key.is_pss:
        # `cryptography` makes a plain RSA key of it, which then fits no certificate.
        private: Any = _pss_key(key)
        _insist(_util.lib.SSL_CTX_use_PrivateKey(own._context, private._pkey))
    else:
        loaded: Any = key.load()
        context.use_privatekey(loaded)
    for each in above:
        if isinstance(each, crypto.X509):
            held = each
            copy = _util.lib.X509_dup(held._x509)
            _insist(_util.lib.SSL_CTX_add_extra_chain_cert(own._context, copy))
        elif each is not None:
            context.add_extra_chain_cert(each)


def _for_openssl(certificate: Certificate) -> x509.Certificate | crypto.X509 | None:
    """A certificate of the kind that pyOpenSSL prefers; None for one that OpenSSL does not read.

    There are some that `cryptography` reads and OpenSSL does not: it looks into the names.
    """
    held = certificate_of(certificate.der)
    return (certificate.strictly_parsed or held) if held is not None else None


def add_requested_authority(context: SSL.Context, certificate: Certificate) -> None:
    """Name the subject of a certificate in the requests for the client's."""
    found: Any = _for_openssl(certificate)
    own: Any = context
    if found is not None and not isinstance(found, crypto.X509):
        context.add_client_ca(found)
    elif found is not None:
        _insist(_util.lib.SSL_CTX_add_client_CA(own._context, found._x509))


def _pss_key(key: PrivateKey) -> crypto.PKey:
    try:
        return crypto.load_privatekey(crypto.FILETYPE_ASN1, key.pkcs8)
    except (crypto.Error, ValueError, TypeError) as error:
        raise SSL.Error([("", "", tr("OpenSSL cannot read the private key"))]) from error


def _insist(done: int) -> None:
    if not done:
        SSL._raise_current_error()


def overhear_chains(
    context: SSL.Context, mode: int, tell: Callable[[tuple[bytes, ...]], None]
) -> object:
    """Report every chain that OpenSSL verifies, in DER, whether or not it is accepted.

    Of a chain that it refuses, pyOpenSSL hands out the certificate at fault alone. To be called
    after ``set_verify`` with the same ``mode``; what it returns must live as long as the context.
    """
    library, ffi = _util.lib, _util.ffi
    own: Any = context
    verify = own._verify_callback

    def hear(ok: int, store: Any) -> int:  # noqa: ANN401 - a pointer of cffi
        stack = library.X509_STORE_CTX_get1_chain(store)
        if stack != ffi.NULL:
            shown = []
            for index in range(library.sk_X509_num(stack)):
                pointer = library.sk_X509_value(stack, index)
                library.X509_up_ref(pointer)
                certificate: Any = crypto.X509
                shown.append(der_of(certificate._from_raw_x509_ptr(pointer)))
            library.sk_X509_free(stack)
            tell(tuple(shown))
        return int(verify(ok, store))

    callback = ffi.callback("int (*)(int, X509_STORE_CTX *)", hear)
    library.SSL_CTX_set_verify(own._context, mode, callback)
    return callback


def presented_chain(tls: SSL.Connection) -> tuple[bytes, ...]:
    """What the other side sent, leaf first, each as it came; empty where it sent nothing."""
    from cryptography.hazmat.primitives.serialization import Encoding

    shown: list[bytes] = []
    try:
        leaf = tls.get_peer_certificate(as_cryptography=True)
        # That of a client leaves the leaf out.
        above = tls.get_peer_cert_chain(as_cryptography=True) or []
        if leaf is not None:
            shown = [each.public_bytes(Encoding.DER) for each in (leaf, *above)]
    except UNREADABLE:
        # One of them breaks a rule that `cryptography` insists on, and OpenSSL does not.
        own: Any = tls
        library = _util.lib
        leaf_pointer = library.SSL_get_peer_certificate(own._ssl)
        stack = library.SSL_get_peer_cert_chain(own._ssl)
        certificate: Any = crypto.X509
        pointers = [leaf_pointer] if leaf_pointer else []
        for index in range(library.sk_X509_num(stack) if stack else 0):
            pointer = library.sk_X509_value(stack, index)
            library.X509_up_ref(pointer)
            pointers.append(pointer)
        shown = [der_of(certificate._from_raw_x509_ptr(each)) for each in pointers]
    return tuple(dict.fromkeys(shown))


def requested_authorities(tls: SSL.Connection) -> tuple[bytes, ...]:
    """The names of the CAs in the server's request for a certificate, each in DER.

    Empty where it names none, and where it does not request a certificate.
    """
    try:
        names: list[x509.Name] = tls.get_client_ca_list(as_cryptography=True)
    except (TypeError, ValueError):
        # Before 26.3 its own kind of name was the only one; from then on that is deprecated. Of a
        # name that breaks a rule it is the only one that can be had.
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
    library, ffi = _util.lib, _util.ffi
    if not getattr(library, "Cryptography_HAS_SSL_GET0_GROUP_NAME", 0):
        return None
    connection: Any = tls
    name = library.SSL_get0_group_name(connection._ssl)
    return None if name == ffi.NULL else ffi.string(name).decode("ascii", "replace")

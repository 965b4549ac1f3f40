"""A private key that leaves its keystore, in the form that the receiving program wants."""

from __future__ import annotations

import base64
import dataclasses
import json
from typing import TYPE_CHECKING, Any, Final

from handfast.core.entry import KeyPair, SecretKey
from handfast.core.errors import HandfastError, InvalidInput, Refused, Unsupported
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.store import Format, Integrity, Store, Strength, shorten
from handfast.formats.pem.keys import armour, seal
from handfast.formats.registry import write_store
from handfast.services.files.new_encoding import KeyEncoding
from handfast.services.policy.key_passwords import locked_error
from handfast.services.policy.passwords import check_password

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from handfast.core.entry import Entry
    from handfast.core.password import Password

_CURVES: Final = {
    "secp256r1": ("P-256", 32),
    "secp384r1": ("P-384", 48),
    "secp521r1": ("P-521", 66),
}


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """One file to write: what is added to the chosen name, and the bytes, hidden from repr."""

    suffix: str
    data: bytes = dataclasses.field(repr=False)
    is_secret: bool


def check_export_password(password: Password | None, encoding: KeyEncoding) -> tuple[str, ...]:
    """What is unwise about the password of an exported key, a sentence each.

    :raises InvalidInput: it is empty, or the policy of passwords refuses it
    """
    if password is None or encoding.is_public:
        return ()
    if password.is_empty:
        raise InvalidInput(
            tr("An exported key requires a password that is not empty."), field="password"
        )
    if not encoding.can_be_encrypted:
        return ()
    return check_password(password, Format.PEM if encoding.can_be_clear else Format.PKCS12)


def export_pairs(
    entries: Sequence[Entry],
    encoding: KeyEncoding,
    *,
    password: Password | None,
    strength: Strength = Strength.MODERN,
) -> tuple[ExportedFile, ...]:
    """The files of one or more pairs.

    :param password: what encrypts the private keys; None leaves them unencrypted
    :raises InvalidInput: an entry is not a key pair, or the form does not go with the password
    :raises PasswordNeeded: a key is locked, or the form needs a password
    :raises Unsupported: the key has no such form
    """
    check_export_password(password, encoding)
    pairs = [_usable(entry, is_public=encoding.is_public) for entry in entries]
    if encoding is KeyEncoding.PKCS12:
        return (ExportedFile("", _pkcs12(pairs, password, strength), is_secret=True),)
    if encoding is KeyEncoding.KUBERNETES_KEYSTORE:
        data = {"keystore.p12": _pkcs12(pairs, password, strength)}
        manifest = _secret_manifest(pairs[0].alias, "Opaque", data)
        return (ExportedFile("", manifest, is_secret=True),)
    if encoding is KeyEncoding.PEM:
        text = "".join(_private_pem(each, password) + _chain_pem(each) for each in pairs)
        return (ExportedFile("", text.encode("ascii"), is_secret=True),)
    if len(pairs) != 1:
        raise InvalidInput(
            tr("Only PKCS#12 and PEM hold several key pairs in one file."),
            field="alias",
            remedy=tr("Export one pair at a time, or choose PKCS#12 or PEM."),
        )
    (pair,) = pairs
    if password is not None and not encoding.can_be_encrypted and not encoding.is_public:
        raise InvalidInput(
            tr("This format has no password: the key would be exported unencrypted."),
            field="encoding",
            remedy=tr("Confirm it with --unencrypted, or choose PKCS#12, PEM, or PKCS#8."),
        )
    return _ONE_PAIR[encoding](pair, password)


def _usable(entry: Entry, *, is_public: bool) -> KeyPair:
    if isinstance(entry, SecretKey):
        raise InvalidInput(
            tr("“{alias}” is a secret key, not a key pair.", alias=shorten(entry.alias)),
            field="alias",
            remedy=tr("Export a secret key as bytes, hexadecimal digits, or Base64."),
        )
    if not isinstance(entry, KeyPair):
        raise InvalidInput(
            tr("“{alias}” is not a key pair.", alias=shorten(entry.alias)),
            field="alias",
            causes=(tr("It has no private key that could be exported."),),
            remedy=tr("Export a trusted certificate with export."),
        )
    if entry.key is None and not (is_public and entry.chain):
        raise locked_error(entry)
    return entry


def _pkcs12(pairs: Sequence[KeyPair], password: Password | None, strength: Strength) -> bytes:
    if password is None:
        raise InvalidInput(
            tr("A PKCS#12 file with a private key requires a password."),
            field="password",
            causes=(tr("Java ignores a key in it that is not encrypted."),),
            remedy=tr("Enter one, or choose PEM or PKCS#8 for an unencrypted key."),
        )
    entries = tuple(dataclasses.replace(each, password=None, native=None) for each in pairs)
    store = Store(
        format=Format.PKCS12,
        entries=entries,
        integrity=Integrity.VERIFIED,
        password=password,
        strength=strength,
    )
    return write_store(store)


def _pkcs8(pair: KeyPair) -> bytes:
    assert pair.key is not None  # noqa: S101 - locked keys were refused before
    return pair.key.pkcs8


def _private_pem(pair: KeyPair, password: Password | None) -> str:
    return armour(*seal(_pkcs8(pair), password), "\n") + "\n"


def _chain_pem(pair: KeyPair) -> str:
    return "".join(certificate.public_pem() for certificate in pair.chain)


def _pem_key(pair: KeyPair, password: Password | None) -> tuple[ExportedFile, ...]:
    return (ExportedFile("", _private_pem(pair, password).encode("ascii"), is_secret=True),)


#: What is put behind the name for each of the files of :attr:`KeyEncoding.PEM_FILES`.
PEM_SUFFIXES = (".key", ".crt", "-chain.crt", "-fullchain.crt")


def _pem_files(pair: KeyPair, password: Password | None) -> tuple[ExportedFile, ...]:
    if not pair.chain:
        raise InvalidInput(
            tr("“{alias}” has no certificate.", alias=shorten(pair.alias)),
            field="encoding",
            remedy=tr("Export only the private key, as PEM or PKCS#8."),
        )
    files = [
        ExportedFile(".key", _private_pem(pair, password).encode("ascii"), is_secret=True),
        ExportedFile(".crt", pair.chain[0].public_pem().encode("ascii"), is_secret=False),
        ExportedFile("-fullchain.crt", _chain_pem(pair).encode("ascii"), is_secret=False),
    ]
    if len(pair.chain) > 1:
        issuers = "".join(each.public_pem() for each in pair.chain[1:])
        files.insert(2, ExportedFile("-chain.crt", issuers.encode("ascii"), is_secret=False))
    return tuple(files)


def _der_key(pair: KeyPair, password: Password | None) -> tuple[ExportedFile, ...]:
    return (ExportedFile("", seal(_pkcs8(pair), password)[1], is_secret=True),)


def _traditional(pair: KeyPair, _password: Password | None) -> tuple[ExportedFile, ...]:
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    assert pair.key is not None  # noqa: S101 - locked keys were refused before
    key = pair.key.load()
    try:
        data: bytes = key.private_bytes(
            Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
        )
    except ValueError as error:
        raise Unsupported(
            tr(
                "A key of this kind ({algorithm}) has no traditional form.",
                algorithm=pair.algorithm,
            ),
            causes=(tr("PKCS#1 is for RSA keys, and SEC 1 for EC keys."),),
            remedy=tr("Choose PEM or PKCS#8."),
        ) from error
    return (ExportedFile("", data, is_secret=True),)


def _kubernetes(pair: KeyPair, _password: Password | None) -> tuple[ExportedFile, ...]:
    """A Secret as ``kubectl create secret tls --dry-run=client -o yaml`` prints it."""
    if not pair.chain:
        raise InvalidInput(
            tr("“{alias}” has no certificate for tls.crt.", alias=shorten(pair.alias)),
            field="encoding",
        )
    data = {
        "tls.crt": _chain_pem(pair).encode("ascii"),
        "tls.key": _private_pem(pair, None).encode("ascii"),
    }
    return (
        ExportedFile("", _secret_manifest(pair.alias, "kubernetes.io/tls", data), is_secret=True),
    )


def kubernetes_name(alias: str) -> str:
    """An alias as the name of a Kubernetes object, which is a DNS label (RFC 1123)."""
    name = "".join(each if each.isascii() and each.isalnum() else "-" for each in alias.lower())
    return name.strip("-")[:63].rstrip("-") or "tls"


def _secret_manifest(alias: str, kind: str, data: dict[str, bytes]) -> bytes:
    lines = [f"  {name}: {base64.b64encode(each).decode('ascii')}" for name, each in data.items()]
    head = f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: {kubernetes_name(alias)}\n"
    return (head + f"type: {kind}\ndata:\n" + "\n".join(lines) + "\n").encode("ascii")


def _public_key(pair: KeyPair) -> Any:  # noqa: ANN401 - one of many key classes
    if pair.key is not None:
        return pair.key.load().public_key()
    key = pair.chain[0].public_key
    if key is None:
        raise Unsupported(
            tr("The public key of this certificate is of a kind that Handfast does not support.")
        )
    return key


def _public(pair: KeyPair, encoding: str, form: str) -> tuple[ExportedFile, ...]:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    try:
        data: bytes = _public_key(pair).public_bytes(
            getattr(Encoding, encoding), getattr(PublicFormat, form)
        )
    except (TypeError, ValueError) as error:
        raise _no_such_form(pair, form) from error
    return (ExportedFile("", data + (b"\n" if form == "OpenSSH" else b""), is_secret=False),)


def _no_such_form(pair: KeyPair, form: str) -> Unsupported:
    return Unsupported(
        tr(
            "A key of this kind ({algorithm}) cannot be written as {form}.",
            algorithm=pair.algorithm,
            form=form,
        ),
        remedy=tr("Choose the public key as PEM or DER."),
    )


def _jwk(pair: KeyPair, _password: Password | None) -> tuple[ExportedFile, ...]:
    from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = _public_key(pair)
    if isinstance(key, rsa.RSAPublicKey):
        numbers = key.public_numbers()
        found = {"kty": "RSA", "n": _number(numbers.n), "e": _number(numbers.e)}
    elif isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES:
        curve, size = _CURVES[key.curve.name]
        point = key.public_numbers()
        found = {
            "kty": "EC",
            "crv": curve,
            "x": _number(point.x, size),
            "y": _number(point.y, size),
        }
    elif isinstance(key, (ed25519.Ed25519PublicKey, ed448.Ed448PublicKey)):
        raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
        name = "Ed25519" if isinstance(key, ed25519.Ed25519PublicKey) else "Ed448"
        found = {"kty": "OKP", "crv": name, "x": _base64url(raw)}
    else:
        raise _no_such_form(pair, "a JSON Web Key")
    found["kid"] = pair.alias
    if pair.chain:
        encoded = [base64.b64encode(each.presented).decode("ascii") for each in pair.chain]
        document: dict[str, object] = {**found, "x5c": encoded}
    else:
        document = dict(found)
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    return (ExportedFile("", text.encode("utf-8"), is_secret=False),)


def _number(value: int, size: int = 0) -> str:
    return _base64url(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


_ONE_PAIR: dict[KeyEncoding, Callable[[KeyPair, Password | None], tuple[ExportedFile, ...]]] = {
    KeyEncoding.PEM_KEY: _pem_key,
    KeyEncoding.PEM_FILES: _pem_files,
    KeyEncoding.PKCS8: _der_key,
    KeyEncoding.TRADITIONAL: _traditional,
    KeyEncoding.KUBERNETES: _kubernetes,
    KeyEncoding.PUBLIC_PEM: lambda pair, _: _public(pair, "PEM", "SubjectPublicKeyInfo"),
    KeyEncoding.PUBLIC_DER: lambda pair, _: _public(pair, "DER", "SubjectPublicKeyInfo"),
    KeyEncoding.PUBLIC_OPENSSH: lambda pair, _: _public(pair, "OpenSSH", "OpenSSH"),
    KeyEncoding.PUBLIC_JWK: _jwk,
}


def must_not_be_a_handover(folder: Path) -> None:
    """Refuse to write a private key into the folder that goes to a partner.

    :raises Refused: a partnership file beside or above names the folder as its handover folder
    """
    from handfast.services.partnerships import find_partnerships

    wanted = folder.resolve()
    for place in (wanted, wanted.parent):
        try:
            found = find_partnerships(place)
        except (OSError, HandfastError):
            continue
        for path, partnership in found:
            if isinstance(partnership, HandfastError) or not partnership.handover_folder:
                continue
            if (path.parent / partnership.handover_folder).resolve() == wanted:
                raise Refused(
                    tr(
                        "“{folder}” is the folder that goes to a partner; a private key must "
                        "not be stored there.",
                        folder=folder,
                    ),
                    causes=(
                        tr(
                            "The partnership “{name}” names it as its handover folder.",
                            name=path.name,
                        ),
                    ),
                    remedy=tr("Choose another folder."),
                )

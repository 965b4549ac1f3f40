"""What a certificate is for, as extensions (RFC 5280, 4.2.1): one table for all that is issued."""

from __future__ import annotations

from enum import Enum
from typing import Final

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from handfast.core.errors import InvalidInput
from handfast.core.frozen import dataclass
from handfast.core.language import tr

#: More CAs in a row than any path has; the library writes no number that is much larger.
MAX_PATH_LENGTH: Final = 255


class Profile(Enum):
    """The purposes that a certificate can be issued for."""

    CLIENT = "client"
    SERVER = "server"
    BOTH = "both"
    CA = "ca"
    CODE_SIGNING = "code-signing"

    @property
    def is_ca(self) -> bool:
        """Whether the holder may issue certificates."""
        return self is Profile.CA

    @property
    def usages(self) -> tuple[x509.ObjectIdentifier, ...]:
        """The extended key usages; none for a CA, which may then issue for every purpose."""
        return _USAGES[self]


_USAGES: Final = {
    Profile.CLIENT: (ExtendedKeyUsageOID.CLIENT_AUTH,),
    Profile.SERVER: (ExtendedKeyUsageOID.SERVER_AUTH,),
    Profile.BOTH: (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH),
    Profile.CA: (),
    Profile.CODE_SIGNING: (ExtendedKeyUsageOID.CODE_SIGNING,),
}

_USAGE_NAMES: Final = {
    ExtendedKeyUsageOID.CLIENT_AUTH: "clientAuth",
    ExtendedKeyUsageOID.SERVER_AUTH: "serverAuth",
    ExtendedKeyUsageOID.CODE_SIGNING: "codeSigning",
}
#: The sides of TLS that a pair may be used on.
PURPOSES: Final = tuple(profile.value for profile in (Profile.CLIENT, Profile.SERVER, Profile.BOTH))
#: Whatever a certificate can be created for.
ALL_PURPOSES: Final = tuple(profile.value for profile in Profile)


def usage_names(purpose: str) -> tuple[str, ...]:
    """The extended key usages of a purpose as keytool and OpenSSL call them: ``serverAuth``."""
    return tuple(_USAGE_NAMES[usage] for usage in Profile(purpose).usages)


@dataclass(frozen=True, slots=True)
class AddedExtension:
    """An extension with its criticality."""

    value: x509.ExtensionType
    critical: bool


def check_path_length(path_length: int | None, *, is_ca: bool) -> None:
    """Let a path length be written into a certificate, or say why not.

    :raises InvalidInput: it is out of bounds, or the certificate is not that of a CA
    """
    if path_length is None:
        return
    if not is_ca or not 0 <= path_length <= MAX_PATH_LENGTH:
        raise InvalidInput(
            tr(
                "A path length is a number from 0 to {max_path_length}, and only for CAs.",
                max_path_length=MAX_PATH_LENGTH,
            ),
            field="path_length",
        )


def profile_extensions(
    profile: Profile, *, is_rsa: bool, path_length: int | None = None
) -> tuple[AddedExtension, ...]:
    """Basic constraints, key usage, and extended key usage of a purpose.

    :param path_length: how many CAs may stand below this one; None for any number
    :raises InvalidInput: the path length is out of bounds
    """
    if profile.is_ca:
        check_path_length(path_length, is_ca=True)
    constraints = x509.BasicConstraints(
        ca=profile.is_ca, path_length=path_length if profile.is_ca else None
    )
    found = [
        AddedExtension(constraints, critical=True),
        AddedExtension(key_usage(profile, is_rsa=is_rsa), critical=True),
    ]
    if profile.usages:
        found.append(AddedExtension(x509.ExtendedKeyUsage(profile.usages), critical=False))
    return tuple(found)


def key_usage(profile: Profile, *, is_rsa: bool) -> x509.KeyUsage:
    """What the key may be used for by a purpose (RFC 5280, 4.2.1.3)."""
    return x509.KeyUsage(
        # A CA’s key signs certificates and lists alone; openssl verify -x509_strict agrees.
        digital_signature=not profile.is_ca,
        # RSA key exchange of TLS 1.2 and before encrypts to the key; other kinds cannot.
        key_encipherment=is_rsa and profile in {Profile.CLIENT, Profile.SERVER, Profile.BOTH},
        content_commitment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=profile.is_ca,
        crl_sign=profile.is_ca,
        encipher_only=False,
        decipher_only=False,
    )

"""In which encoding a certificate, a request, or a key is written to a file of a given name."""

from __future__ import annotations

from enum import Enum
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

#: What the ending of a file name says. ``.crt``, ``.csr`` and ``.key`` are used for PEM and DER
#: alike, so these say nothing.
ENCODINGS_BY_ENDING: Final = {
    ".cer": "der",
    ".der": "der",
    ".pem": "pem",
    ".p7b": "pkcs7",
    ".p7c": "pkcs7",
    ".p12": "pkcs12",
    ".pfx": "pkcs12",
    ".p8": "pkcs8",
    ".pk8": "pkcs8",
}
#: Those of certificates, of which PEM and PKCS#7 hold several.
CERTIFICATE_ENCODINGS: Final = ("der", "pem", "pkcs7")
#: Those of what stands alone: a request, a revocation list.
SINGLE_ENCODINGS: Final = ("der", "pem")


class KeyEncoding(Enum):
    """The forms in which a key pair, a private key, or its public half can leave."""

    #: Pair and chain in one file under a password (RFC 7292).
    PKCS12 = "pkcs12"
    #: The private key, then the chain, in one text: HAProxy, MongoDB, curl.
    PEM = "pem"
    #: The private key alone as text.
    PEM_KEY = "pem-key"
    #: Key, certificate, issuers, and full chain in files of their own: nginx, Apache, ACM.
    PEM_FILES = "pem-files"
    #: The private key in DER (RFC 5958).
    PKCS8 = "pkcs8"
    #: The private key in the older text of its kind: PKCS#1 for RSA, SEC 1 for EC.
    TRADITIONAL = "traditional"
    #: A Kubernetes Secret of type kubernetes.io/tls.
    KUBERNETES = "kubernetes-secret"
    #: A Kubernetes Secret that holds a PKCS#12 keystore under a password.
    KUBERNETES_KEYSTORE = "kubernetes-keystore"
    PUBLIC_PEM = "public-pem"
    PUBLIC_DER = "public-der"
    #: The public key as a JSON Web Key (RFC 7517, RFC 7518, RFC 8037).
    PUBLIC_JWK = "public-jwk"
    #: The public key in one line, as ssh-keygen and authorized_keys have it (RFC 4253).
    PUBLIC_OPENSSH = "public-openssh"

    @property
    def is_public(self) -> bool:
        """Whether nothing secret leaves."""
        return self.value.startswith("public-")

    @property
    def can_be_encrypted(self) -> bool:
        """Whether the form has a place for a password."""
        return not self.is_public and self not in {KeyEncoding.TRADITIONAL, KeyEncoding.KUBERNETES}

    @property
    def can_be_clear(self) -> bool:
        """Whether programs read the form without a password."""
        return self not in {KeyEncoding.PKCS12, KeyEncoding.KUBERNETES_KEYSTORE}

    @property
    def holds_several(self) -> bool:
        """Whether one file holds any number of key pairs."""
        return self in {KeyEncoding.PKCS12, KeyEncoding.PEM, KeyEncoding.KUBERNETES_KEYSTORE}

    @property
    def ending(self) -> str:
        """How the name of such a file ends usually; empty where several files are written."""
        return _ENDINGS[self]


_ENDINGS: Final = {
    KeyEncoding.PKCS12: ".p12",
    KeyEncoding.PEM: ".pem",
    KeyEncoding.PEM_KEY: ".key",
    KeyEncoding.PEM_FILES: "",
    KeyEncoding.PKCS8: ".der",
    KeyEncoding.TRADITIONAL: ".key",
    KeyEncoding.KUBERNETES: ".yaml",
    KeyEncoding.KUBERNETES_KEYSTORE: ".yaml",
    KeyEncoding.PUBLIC_PEM: ".pub.pem",
    KeyEncoding.PUBLIC_DER: ".pub.der",
    KeyEncoding.PUBLIC_JWK: ".jwk",
    KeyEncoding.PUBLIC_OPENSSH: ".pub",
}


class SecretEncoding(Enum):
    """The forms in which a secret key is in a file."""

    RAW = "secret-raw"
    HEX = "secret-hex"
    BASE64 = "secret-base64"

    @property
    def is_public(self) -> bool:
        """Whether nothing secret leaves, as with forms of public keys."""
        return False

    @property
    def can_be_encrypted(self) -> bool:
        """Whether the form has a place for a password."""
        return False

    @property
    def can_be_clear(self) -> bool:
        """Whether programs read the form without a password."""
        return True


#: Those of keys, as they are named on the console.
KEY_ENCODINGS: Final = tuple(each.value for kind in (KeyEncoding, SecretEncoding) for each in kind)


def encoding_of_name(name: str | PurePath) -> str | None:
    """The encoding that the ending of a name says, if it says one."""
    return ENCODINGS_BY_ENDING.get(PurePath(name).suffix.lower())


def encoding_for(
    name: str | PurePath,
    wanted: str | None,
    *,
    choices: Collection[str],
    default: str,
    holds_several: bool = False,
) -> str:
    """The encoding that was asked for, else the one that the name says, else the default.

    What a name says counts only where it is one of the ``choices``; DER has no room for several
    certificates.
    """
    if wanted is not None:
        return wanted
    said = encoding_of_name(name)
    if said is None or said not in choices or (said == "der" and holds_several):
        return default
    return said

"""Which format a file is in, or in plain words what it is instead."""

from __future__ import annotations

from handfast.core.errors import HandfastError, NotAKeystore, Unsupported
from handfast.core.store import Format
from handfast.formats.content import Content, classify, classify_der
from handfast.formats.pem import armor as pem

_FORMATS = {
    Content.JKS: Format.JKS,
    Content.JCEKS: Format.JCEKS,
    Content.PKCS12: Format.PKCS12,
    Content.BKS: Format.BKS,
    Content.UBER: Format.UBER,
    Content.PKCS7: Format.PKCS7,
}

#: What makes a store of a text; a single key or certificate in DER is none.
_TEXTS = {
    Content.CERTIFICATE: Format.PEM,
    Content.PRIVATE_KEY: Format.PEM,
    Content.ENCRYPTED_PRIVATE_KEY: Format.PEM,
}

_IMPORT = "Import it into a store instead."
_KEY = "A store holds a private key together with its certificate; open the store that has them."
_NOTHING = "Choose the keystore file itself."

#: What else it may be: how it is called, and what to do with it.
WORDS: dict[Content, tuple[str, str]] = {
    Content.CERTIFICATE: ("a certificate", _IMPORT),
    Content.ATTRIBUTE_CERTIFICATE: (
        "an attribute certificate, which grants rights and holds no key",
        "A keystore has no place for it.",
    ),
    Content.REQUEST: (
        "a certificate signing request",
        "Send it to a certificate authority; the certificate that comes back can be imported.",
    ),
    Content.REVOCATION_LIST: (
        "a certificate revocation list",
        "It is used when a certificate is verified; a keystore has no place for it.",
    ),
    Content.PKCS7: ("a PKCS#7 bundle of certificates", _IMPORT),
    Content.PKCS7_OTHER: (
        "a PKCS#7 message that is encrypted or not signed",
        "Decrypt it with the program that received it.",
    ),
    Content.PRIVATE_KEY: ("a private key", _KEY),
    Content.ENCRYPTED_PRIVATE_KEY: ("a private key, encrypted", _KEY),
    Content.PUBLIC_KEY: (
        "a public key without a certificate",
        "Ask for the certificate: a bare key says neither whose it is nor until when.",
    ),
    Content.PARAMETERS: ("a set of key parameters", _NOTHING),
    Content.OCSP_RESPONSE: ("an answer about a certificate’s revocation (OCSP)", _NOTHING),
    Content.OPENSSH_PRIVATE_KEY: (
        "a private key of OpenSSH",
        "SSH keys are not used for TLS. Make a key pair in a keystore instead.",
    ),
    Content.OPENSSH_PUBLIC_KEY: (
        "a public key of OpenSSH",
        "SSH keys are not used for TLS. Ask for a certificate.",
    ),
    Content.PUTTY_KEY: (
        "a private key of PuTTY",
        "SSH keys are not used for TLS. Make a key pair in a keystore instead.",
    ),
    Content.MICROSOFT_KEY: ("a private key in Microsoft’s PVK format", _KEY),
    Content.PGP: (
        "an OpenPGP (GnuPG) key or message",
        "OpenPGP keys are not used for TLS. Ask for an X.509 certificate.",
    ),
    Content.JAVA_OBJECT: ("a serialised Java object", _NOTHING),
    Content.JAVA_CLASS: ("a compiled Java class", _NOTHING),
    Content.ZIP: ("a ZIP archive (or a JAR)", "Unpack it and open the keystore inside."),
    Content.COMPRESSED: ("a compressed file", "Unpack it and open the keystore inside."),
    Content.PDF: ("a PDF document", _NOTHING),
    Content.PICTURE: ("a picture", _NOTHING),
    Content.PROGRAM: ("a program", _NOTHING),
    Content.HTML: (
        "a web page",
        "The download probably led to a login or error page. Open it in a browser to see.",
    ),
    Content.XML: ("an XML document", _NOTHING),
    Content.JSON: ("a JSON document", _NOTHING),
    Content.MAIL: ("an e-mail message", "Save its attachment and open that."),
    Content.TEXT: ("a text file", _NOTHING),
    Content.OTHER_ASN1: ("a file of some other cryptographic kind (ASN.1)", _NOTHING),
    Content.UNKNOWN: ("not a file of a known kind", _NOTHING),
}

_UNSUPPORTED: dict[Content, tuple[str, str]] = {
    Content.BCFKS: (
        "a BCFKS keystore (Bouncy Castle, FIPS)",
        "Convert it to PKCS#12 with keytool and Bouncy Castle’s FIPS provider.",
    ),
    Content.IBM_KDB: (
        "a key database of IBM (KDB)",
        "Convert it to PKCS#12 with IBM’s tool: runmqakm or gskcapicmd, “-keydb -convert”.",
    ),
    Content.WINDOWS_SST: (
        "a serialised certificate store of Windows (SST)",
        "Open it with a double click on Windows and export its certificates as PKCS#7.",
    ),
    Content.APPLE_KEYCHAIN: (
        "a keychain of macOS",
        "Export from it as PKCS#12 with Keychain Access.",
    ),
    Content.NSS_DATABASE: (
        "a database, perhaps a certificate database of NSS (Firefox)",
        "If it is one, export from it as PKCS#12 with pk12util.",
    ),
    Content.PKCS11_CONFIGURATION: (
        "the configuration of a PKCS#11 token, whose keys are in the hardware",
        "Use keytool with -providerClass sun.security.pkcs11.SunPKCS11 -providerArg FILE.",
    ),
    Content.PASSWORD_SAFE: ("a database of KeePass", "It holds passwords, not certificates."),
}


def detect(data: bytes) -> Format:
    """The format of a keystore, by its content.

    :raises Unsupported: it is a keystore of a kind that is not read here
    :raises NotAKeystore: it is something else; the message says what, the remedy what to do
    """
    content = classify(data)
    found = _FORMATS.get(content)
    if found is None and (data[:1] != b"0" or classify_der(data) is not content):
        found = _TEXTS.get(content)
    if found is not None:
        if found is Format.PKCS12 and data[:1] != b"0":
            raise _written_as_text("PKCS#12")
        if found in (Format.JKS, Format.JCEKS) and data[:1] not in (b"\xfe", b"\xce"):
            raise _written_as_text(found.title)
        return found
    raise not_a_keystore(content, data)


def holds_certificates_only(data: bytes) -> bool:
    """Whether a store is a PKCS#7 bundle or a text without any key: what is sent to a partner."""
    return classify(data) in (Content.PKCS7, Content.CERTIFICATE)


def _written_as_text(title: str) -> NotAKeystore:
    return NotAKeystore(
        f"This is a {title} keystore written out as Base64 text.",
        causes=("It was copied from a place that holds only text, such as a Kubernetes secret.",),
        remedy="Decode it first: base64 -d FILE > keystore",
    )


def not_a_keystore(content: Content, data: bytes) -> HandfastError:
    """The error that names what is there instead of a keystore."""
    if content is Content.EMPTY:
        return NotAKeystore(
            "The file is empty." if not data else "The file holds nothing but white space.",
            causes=("A download or a copy was interrupted.",),
            remedy="Ask for it again, or make a new store.",
        )
    if content in _UNSUPPORTED:
        noun, remedy = _UNSUPPORTED[content]
        return Unsupported(f"This is {noun}, which Handfast does not read.", remedy=remedy)
    noun, remedy = WORDS[content]
    if data[:1] != b"0" and content in (
        Content.CERTIFICATE,
        Content.PRIVATE_KEY,
        Content.ENCRYPTED_PRIVATE_KEY,
        Content.REVOCATION_LIST,
    ):
        noun = _describe_pem(data, noun)
    if content is Content.UNKNOWN:
        return NotAKeystore(
            "This is not a keystore, nor any other kind of file that Handfast knows.",
            causes=("The file may be damaged at its very beginning, or encrypted as a whole.",),
            remedy=remedy,
        )
    return NotAKeystore(f"This is not a keystore but {noun}.", remedy=remedy)


def _describe_pem(data: bytes, noun: str) -> str:
    """Several things in one text are counted: “3 certificates”."""
    from handfast.formats.content import classify_block

    kinds = [classify_block(block) for block in pem.find_blocks(data)]
    certificates = kinds.count(Content.CERTIFICATE)
    keys = kinds.count(Content.PRIVATE_KEY) + kinds.count(Content.ENCRYPTED_PRIVATE_KEY)
    if keys and certificates:
        many = "a certificate" if certificates == 1 else f"{certificates:,} certificates"
        return f"a private key with {many}, as text (PEM)"
    if certificates > 1:
        return f"a list of {certificates:,} certificates, as text (PEM)"
    return f"{noun}, as text (PEM)" if certificates or keys else noun

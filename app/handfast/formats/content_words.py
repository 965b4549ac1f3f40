"""What a file is called that is no keystore Handfast reads, and what to do with it."""

from __future__ import annotations

from handfast.core.errors import HandfastError, NotAKeystore, Unsupported
from handfast.formats.content import BINARY_STORES, Content, classify_block
from handfast.formats.pem import armor as pem

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
    Content.TAR: ("a tar archive", "Unpack it with “tar -xf FILE”, and open the keystore inside."),
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
    Content.GIT_LFS_POINTER: (
        "a Git LFS pointer, which stands in for the file itself",
        "Fetch the file: run “git lfs pull” in its repository.",
    ),
    Content.OPENVPN_KEY: (
        "a static key of OpenVPN",
        (
            "It is a secret that both ends of a VPN share. OpenVPN’s certificates are in the files "
            "or blocks named ca, cert and key."
        ),
    ),
    Content.HEADLESS_PEM: (
        "text in PEM whose first line, “-----BEGIN …-----”, is missing",
        "Put that line in front: it reads as the last line does, with BEGIN in place of END.",
    ),
    Content.PEM_IN_PEM: (
        "text in PEM that was encoded twice: what stands between BEGIN and END is PEM again",
        "Delete the first and the last line, and decode the rest once: base64 -d FILE > new.pem",
    ),
    Content.TEXT: ("a text file", _NOTHING),
    Content.OTHER_ASN1: ("a file of some other cryptographic kind (ASN.1)", _NOTHING),
    Content.UNKNOWN: ("not a file of a known kind", _NOTHING),
}

_UNSUPPORTED: dict[Content, tuple[str, str]] = {
    Content.IBM_KDB: (
        "a key database of IBM (KDB)",
        "Convert it to PKCS#12 with IBM’s tool: runmqakm or gskcapicmd, “-keydb -convert”.",
    ),
    Content.ORACLE_WALLET: (
        "an Oracle wallet that opens without a password (cwallet.sso)",
        (
            "Open the wallet’s ewallet.p12, which is a PKCS#12 keystore. If there is none, convert "
            "the wallet with orapki wallet pkcs12_to_jks."
        ),
    ),
    Content.ELASTICSEARCH_KEYSTORE: (
        "an Elasticsearch keystore, a list of secret settings",
        (
            "List it with elasticsearch-keystore list. The certificates are in the files that "
            "elasticsearch.yml names."
        ),
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


_FILTERED: dict[Content, tuple[str, str]] = {
    Content.FILTERED_REPLACED: (
        "This was a keystore or another binary file before a text filter changed it.",
        (
            "A program took it for UTF-8 text and replaced every other byte by the mark for an "
            "unknown character (EF BF BD), as Maven’s resource filtering does. The bytes are lost."
        ),
    ),
    Content.FILTERED_QUESTION_MARKS: (
        "This was a Java keystore before a text filter changed it.",
        (
            "A program took it for ASCII text and replaced every other byte by a question mark. "
            "The bytes are lost."
        ),
    ),
    Content.FILTERED_WIDENED: (
        "This was a keystore before a text filter changed it.",
        (
            "A program took it for Latin-1 text and wrote it as UTF-8, so that each byte beyond "
            "ASCII became two."
        ),
    ),
}


def _first_member(data: bytes) -> str:
    """The name of the first file in a tar archive, in words; empty where it is not plain."""
    name = data[:100].split(b"\0", 1)[0]
    if name.isascii() and (text := name.decode("ascii")).isprintable() and text.strip():
        return f" that holds “{text}”"
    return ""


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
    if content in _FILTERED:
        problem, cause = _FILTERED[content]
        return NotAKeystore(
            problem, causes=(cause,), remedy="Take the original file, and copy it as binary data."
        )
    if content in BINARY_STORES:
        return NotAKeystore(
            "This is a keystore written out as Base64 text, in a file that is too large or too "
            "badly damaged to be searched.",
            causes=("It was copied from a place that holds only text.",),
            remedy="Decode it first: base64 -d FILE > keystore",
        )
    noun, remedy = WORDS[content]
    if content is Content.TAR:
        noun += _first_member(data)
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
    kinds = [classify_block(block) for block in pem.find_blocks(data)]
    certificates = kinds.count(Content.CERTIFICATE)
    keys = kinds.count(Content.PRIVATE_KEY) + kinds.count(Content.ENCRYPTED_PRIVATE_KEY)
    if keys and certificates:
        many = "a certificate" if certificates == 1 else f"{certificates:,} certificates"
        return f"a private key with {many}, as text (PEM)"
    if certificates > 1:
        return f"a list of {certificates:,} certificates, as text (PEM)"
    return f"{noun}, as text (PEM)" if certificates or keys else noun

"""What a file is called that is not a keystore Handfast reads, and what to do with it."""

from __future__ import annotations

from handfast.core.errors import HandfastError, NotAKeystore, Unsupported
from handfast.core.language import tr, tr_count
from handfast.formats.content import BINARY_STORES, Content, classify_block
from handfast.formats.pem import armor as pem

_IMPORT = tr("Import it into a keystore instead.")
_KEY = tr(
    "A keystore holds a private key together with its certificate; open the keystore that has them."
)
_NOTHING = tr("Choose the keystore file itself.")

#: What else it may be: how it is called, and what to do with it.
WORDS: dict[Content, tuple[str, str]] = {
    Content.CERTIFICATE: (tr("a certificate"), _IMPORT),
    Content.ATTRIBUTE_CERTIFICATE: (
        tr("an attribute certificate, which grants rights and holds no key"),
        tr("A keystore cannot hold it."),
    ),
    Content.REQUEST: (
        tr("a certificate signing request"),
        tr("Send it to a certificate authority, and import the certificate that comes back."),
    ),
    Content.REVOCATION_LIST: (
        tr("a certificate revocation list"),
        tr("It is used to verify certificates; a keystore cannot hold it."),
    ),
    Content.PKCS7: (tr("a PKCS#7 bundle of certificates"), _IMPORT),
    Content.PKCS7_OTHER: (
        tr("a PKCS#7 message that is encrypted or not signed"),
        tr("Decrypt it with the program that received it."),
    ),
    Content.PRIVATE_KEY: (tr("a private key"), _KEY),
    Content.ENCRYPTED_PRIVATE_KEY: (tr("a private key, encrypted"), _KEY),
    Content.PUBLIC_KEY: (
        tr("a public key without a certificate"),
        tr(
            "Ask for the certificate: a bare key says neither who owns it nor how long it is valid."
        ),
    ),
    Content.PARAMETERS: (tr("a set of key parameters"), _NOTHING),
    Content.OCSP_RESPONSE: (tr("an answer about a certificate’s revocation (OCSP)"), _NOTHING),
    Content.OPENSSH_PRIVATE_KEY: (
        tr("a private key of OpenSSH"),
        tr("SSH keys are not used for TLS. Create a key pair in a keystore instead."),
    ),
    Content.OPENSSH_PUBLIC_KEY: (
        tr("a public key of OpenSSH"),
        tr("SSH keys are not used for TLS. Ask for a certificate."),
    ),
    Content.PUTTY_KEY: (
        tr("a private key of PuTTY"),
        tr("SSH keys are not used for TLS. Create a key pair in a keystore instead."),
    ),
    Content.MICROSOFT_KEY: (tr("a private key in Microsoft’s PVK format"), _KEY),
    Content.PGP: (
        tr("an OpenPGP (GnuPG) key or message"),
        tr("OpenPGP keys are not used for TLS. Ask for an X.509 certificate."),
    ),
    Content.JAVA_OBJECT: (tr("a serialized Java object"), _NOTHING),
    Content.JAVA_CLASS: (tr("a compiled Java class"), _NOTHING),
    Content.ZIP: (tr("a ZIP archive (or a JAR)"), tr("Unpack it and open the keystore inside.")),
    Content.COMPRESSED: (tr("a compressed file"), tr("Unpack it and open the keystore inside.")),
    Content.TAR: (
        tr("a tar archive"),
        tr("Unpack it with “tar -xf FILE”, and open the keystore inside."),
    ),
    Content.PDF: (tr("a PDF document"), _NOTHING),
    Content.PICTURE: (tr("a picture"), _NOTHING),
    Content.PROGRAM: (tr("a program"), _NOTHING),
    Content.HTML: (
        tr("a web page"),
        tr("The download probably led to a login or error page. Open it in a browser to see."),
    ),
    Content.XML: (tr("an XML document"), _NOTHING),
    Content.JSON: (tr("a JSON document"), _NOTHING),
    Content.MAIL: (tr("an e-mail message"), tr("Save its attachment and open that.")),
    Content.GIT_LFS_POINTER: (
        tr("a Git LFS pointer, which stands in for the file itself"),
        tr("Fetch the file: run “git lfs pull” in its repository."),
    ),
    Content.OPENVPN_KEY: (
        tr("a static key of OpenVPN"),
        (
            tr(
                "It is a secret that both ends of a VPN share. OpenVPN’s certificates are in the "
                "files or blocks named ca, cert, and key."
            )
        ),
    ),
    Content.HEADLESS_PEM: (
        tr("text in PEM whose first line, “-----BEGIN …-----”, is missing"),
        tr("Put that line first: it reads like the last line, with BEGIN in place of END."),
    ),
    Content.PEM_IN_PEM: (
        tr("text in PEM that was encoded twice: between BEGIN and END is PEM again"),
        tr(
            "Delete the first and the last line, and decode the rest once: base64 -d FILE > new.pem"
        ),
    ),
    Content.TEXT: (tr("a text file"), _NOTHING),
    Content.OTHER_ASN1: (tr("another kind of cryptographic file (ASN.1)"), _NOTHING),
    Content.UNKNOWN: (tr("not a file of a known kind"), _NOTHING),
}

_UNSUPPORTED: dict[Content, tuple[str, str]] = {
    Content.IBM_KDB: (
        tr("a key database of IBM (KDB)"),
        tr("Convert it to PKCS#12 with IBM’s tool: runmqakm or gskcapicmd, “-keydb -convert”."),
    ),
    Content.ORACLE_WALLET: (
        tr("an Oracle wallet that opens without a password (cwallet.sso)"),
        (
            tr(
                "Open the wallet’s ewallet.p12, which is a PKCS#12 keystore. If there is none, "
                "convert the wallet with orapki wallet pkcs12_to_jks."
            )
        ),
    ),
    Content.ELASTICSEARCH_KEYSTORE: (
        tr("an Elasticsearch keystore, a list of secret settings"),
        (
            tr(
                "List it with elasticsearch-keystore list. The certificates are in the files that "
                "elasticsearch.yml names."
            )
        ),
    ),
    Content.WINDOWS_SST: (
        tr("a serialized certificate keystore of Windows (SST)"),
        tr("Open it with a double click on Windows and export its certificates as PKCS#7."),
    ),
    Content.APPLE_KEYCHAIN: (
        tr("a keychain of macOS"),
        tr("Export from it as PKCS#12 with Keychain Access."),
    ),
    Content.NSS_DATABASE: (
        tr("a database, perhaps a certificate database of NSS (Firefox)"),
        tr("If it is one, export from it as PKCS#12 with pk12util."),
    ),
    Content.PKCS11_CONFIGURATION: (
        tr("the configuration of a PKCS#11 token, whose keys are in the hardware"),
        tr("Use keytool with -providerClass sun.security.pkcs11.SunPKCS11 -providerArg FILE."),
    ),
    Content.PASSWORD_SAFE: (
        tr("a database of KeePass"),
        tr("It contains passwords, not certificates."),
    ),
}


_FILTERED: dict[Content, tuple[str, str]] = {
    Content.FILTERED_REPLACED: (
        tr("This was a keystore or another binary file before a text filter changed it."),
        (
            tr(
                "A program treated it as UTF-8 text and replaced every other byte with the "
                "mark for an unknown character (EF BF BD), as Maven’s resource filtering "
                "does. The bytes are lost."
            )
        ),
    ),
    Content.FILTERED_QUESTION_MARKS: (
        tr("This was a Java keystore before a text filter changed it."),
        (
            tr(
                "A program treated it as ASCII text and replaced every other byte with a question "
                "mark. The bytes are lost."
            )
        ),
    ),
    Content.FILTERED_WIDENED: (
        tr("This was a keystore before a text filter changed it."),
        (
            tr(
                "A program treated it as Latin-1 text and wrote it as UTF-8, so that each "
                "byte beyond ASCII became two."
            )
        ),
    ),
}


def _first_member(data: bytes) -> str:
    """The name of the first file in a tar archive, in words; empty where it is not plain."""
    name = data[:100].split(b"\0", 1)[0]
    if name.isascii() and (text := name.decode("ascii")).isprintable() and text.strip():
        return text
    return ""


def not_a_keystore(content: Content, data: bytes) -> HandfastError:
    """The error that names what is there instead of a keystore."""
    if content is Content.EMPTY:
        return NotAKeystore(
            tr("The file is empty.")
            if not data
            else tr("The file contains nothing but white space."),
            causes=(tr("A download or a copy was interrupted."),),
            remedy=tr("Ask for it again, or create a new keystore."),
        )
    if content in _UNSUPPORTED:
        noun, remedy = _UNSUPPORTED[content]
        return Unsupported(
            tr("This is {noun}, which Handfast does not read.", noun=noun), remedy=remedy
        )
    if content in _FILTERED:
        problem, cause = _FILTERED[content]
        return NotAKeystore(
            problem,
            causes=(cause,),
            remedy=tr("Use the original file, and copy it as binary data."),
        )
    if content in BINARY_STORES:
        return NotAKeystore(
            tr(
                "This is a keystore encoded as Base64 text, in a file that is too large or "
                "too badly damaged to be searched."
            ),
            causes=(tr("It was copied from a place that holds only text."),),
            remedy=tr("Decode it first: base64 -d FILE > keystore"),
        )
    noun, remedy = WORDS[content]
    if content is Content.TAR and (member := _first_member(data)):
        noun = tr("a tar archive that contains “{member}”", member=member)
    if data[:1] != b"0" and content in (
        Content.CERTIFICATE,
        Content.PRIVATE_KEY,
        Content.ENCRYPTED_PRIVATE_KEY,
        Content.REVOCATION_LIST,
    ):
        noun = _describe_pem(data, noun)
    if content is Content.UNKNOWN:
        return NotAKeystore(
            tr("This is not a keystore, nor any other kind of file that Handfast knows."),
            causes=(tr("The file may be damaged at its very beginning, or encrypted as a whole."),),
            remedy=remedy,
        )
    return NotAKeystore(tr("This is not a keystore but {noun}.", noun=noun), remedy=remedy)


def _describe_pem(data: bytes, noun: str) -> str:
    """Several things in one text are counted: “3 certificates”."""
    kinds = [classify_block(block) for block in pem.find_blocks(data)]
    certificates = kinds.count(Content.CERTIFICATE)
    keys = kinds.count(Content.PRIVATE_KEY) + kinds.count(Content.ENCRYPTED_PRIVATE_KEY)
    if keys and certificates:
        return tr_count(
            "a private key with {count} certificate, as text (PEM)",
            "a private key with {count} certificates, as text (PEM)",
            certificates,
        )
    if certificates > 1:
        return tr_count(
            "a list of {count} certificate, as text (PEM)",
            "a list of {count} certificates, as text (PEM)",
            certificates,
        )
    return tr("{noun}, as text (PEM)", noun=noun) if certificates or keys else noun

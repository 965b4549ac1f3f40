"""Messages about keystores, keys and files that do not open or do not fit."""

from __future__ import annotations

from typing import Final

from handfast.core.language import tr
from handfast.handshake.explanations.meanings import NO_SUCH_ALIAS
from handfast.handshake.explanations.rule import EXACT, LIKELY, VAGUE, rules

STORES: Final = (
    # Beneath these Java names the key that it derived from the password, which is not a key’s own.
    *rules(
        "wrong-password wrong-format",
        "keystore was tampered with, or password was incorrect",
        "keystore password was incorrect",
        ("failed to decrypt safe contents entry", "^(?!.*(?:parsing|unknown named|unsupported))"),
        weight=EXACT + 1,
    ),
    *rules(
        "wrong-password wrong-format",
        "mac verify error: invalid password",
        ("message authentication code", "message authentication code verification failed"),
        "mac verify failure",
        "pkcs12 import failed for this pkcs",
        "the specified network password is not correct",
        "could not decrypt key: ",
        "invalid password or pkcs12 data",
        "wrong password or corrupted",
        "keystore may have been tampered with",
        "pkcs12 key store mac invalid",
        "pkcs12: decryption password incorrect",
        "incorrect password or corrupt file",
        "keystore integrity check failed",
        "kdf integrity check failed",
        "sec_error_pkcs12_",
        ("bad_password", r"ssl_ctx|pkcs12|key|openssl"),
        weight=EXACT - 1,
    ),
    *rules(
        "wrong-password key-password wrong-format",
        "bad decrypt",
        "bad password read",
        "cipherfinal error",
        "maybe wrong password",
        weight=EXACT - 1,
    ),
    *rules(
        "wrong-format wrong-password",
        ("could not read", "could not read (?:[a-z]{1,10} ){0,2}key[^\n]{0,80} from"),
        ("unable to load", "unable to load (?:[a-z]{1,10} ){0,2}key"),
        # What Java was doing when the file ended, or had nothing in it that it knows.
        "keystore.engineload(",
        weight=VAGUE + 5,
    ),
    *rules(
        "wrong-format",
        "keystore file exists, but is empty",
        ("eofexception", "keytool error"),
        weight=EXACT,
        message=tr("The file is incomplete: it is empty, or was truncated in transit."),
        remedy=tr(
            "Transfer it again, in binary mode if you use FTP or e-mail, and compare the sizes."
        ),
    ),
    *rules(
        "wrong-password wrong-format",
        ("keystore", "unable to (?:open|load|initialize)[^\n]{0,40} ?key ?store"),
        ("keystore", "failed to load (?:ssl |the )?key ?store"),
        ("keystore", "(?:error|problem) (?:loading|accessing|opening) (?:the )?key ?store"),
        weight=VAGUE + 5,
    ),
    *rules(
        "wrong-password key-password",
        "password must be at least 6 characters",
        "keystore password must be at least",
        "ssl.keystore.password",
        "password cannot be null",
        "password must not be null",
        weight=LIKELY - 5,
    ),
    *rules(
        "key-password wrong-password",
        "cannot recover key",
        "unrecoverablekeyexception",
        "get key failed: ",
        "given final block not properly padded",
        "key password does not match",
        ("wrong password?", "(?:obtain|get|read|recover|retrieve|load) (?:the )?key "),
        "different store and key passwords not supported",
        weight=EXACT,
        message=tr(
            "The program uses a wrong password for the private key. Usually, the key has a "
            "different password than the keystore, and the program is configured with only one."
        ),
    ),
    *rules(
        "wrong-format wrong-password",
        "invalid keystore format",
        "todrinputstream rejects tag type",
        "toderinputstream rejects tag type",
        "invalid keystore type",
        "unrecognized keystore format",
        "derinputstream.getlength()",
        "der input, integer tag error",
        "der length more than 4 bytes",
        "stream does not represent a pkcs12 key store",
        "pkcs12keystore exception",
        "unrecognised keystore format",
        "not a jks keystore",
        "wrong version of key store",
        ("pkcs12_parse:", "pkcs12_parse:(?! mac verify)"),
        ("error in tag", "pkcs12|p12"),
        "not in pkcs12 format",
        weight=EXACT,
        message=tr(
            "The file is not in the keystore format that the program expects: it is a "
            "certificate in PEM, or another keystore format with a misleading name. (Tag type 45 "
            "is the “-” at the start of a PEM file.)"
        ),
    ),
    *rules(
        "wrong-format",
        (
            "keystoreexception",
            "keystoreexception:(?! ?(?:key ?pair|key entry|private key|alias|entry|cert|no ))[^\n]{0,40} ?not found",
        ),
        "unrecognized keystore type",
        "no such keystore type",
        weight=EXACT,
        message=tr("This version of Java does not support the keystore type in the configuration."),
        remedy=tr(
            "Set the type to PKCS12 or JKS, according to the file. Open the file here to see its "
            "format."
        ),
    ),
    *rules(
        "wrong-format",
        ("parsealgparameters failed", ""),
        "algorithm hmacpbesha256 not available",
        "hmacpbesha256 not available",
        "algorithm pbewithhmacsha256andaes_256 not available",
        "algorithm pbmac1 not available",
        "1.2.840.113549.1.5.14",
        ("objectidentifier()", "data isn't an object id"),
        ("unsupported", "digital envelope routines:[^\n]{0,60}unsupported"),
        ("rc2-40-cbc", ""),
        ("inner_evp_generic_fetch", "unsupported"),
        "unsupported pkcs12 pfx data",
        ("error: unsupported", "^\\s*(?:uncaught )?error: unsupported\\s*$"),
        weight=EXACT + 1,
        message=tr(
            "The PKCS#12 file is protected with algorithms that the program does not support: it "
            "was written by a newer, or a much older, version of Java or OpenSSL than the one "
            "that reads it."
        ),
        remedy=tr(
            "For an old program, save the file here with the compatible algorithms (Java 8) or "
            "as JKS; for OpenSSL 3, with the modern ones. Or update the program that reads it."
        ),
    ),
    *rules(
        "wrong-format",
        "input not an x.509 certificate",
        "failed to parse input",
        "illegal header: ",
        "incomplete data",
        "could not parse certificate",
        "unable to load certificate",
        "no start line",
        "expecting: trusted certificate",
        "expecting: certificate",
        "illegal footer",
        "not a der/ber encoded",
        "tls: failed to find any pem data",
        "pem_read_bio",
        "illegal base64",
        "cannot find the requested object",
        "unable to initialize, java.io.ioexception",
        ("x509: malformed", ""),
        # The same from Node, which says no more.
        ("error: ", "error: (?:wrong tag|not enough data|header too long|nested asn1 error)"),
        ("could not read", "could not read (?:any )?(?:certificate|crl)[^\n]{0,80} from"),
        "error setting certificate file",
        "could not load pem client certificate",
        "no certificate or crl found",
        "error adding trust anchors from file",
        ("certificateexception", "could not (?:parse|find) certificate"),
        ("asn1 encoding routines", "wrong tag|not enough data|header too long|nested asn1 error"),
        ("certificate", "invalid (?:der|pem|x\\.?509)[ -]?(?:encoded )?(?:certificate|data)"),
        weight=EXACT - 5,
        message=tr(
            "The file is not a certificate in an encoding that the program reads: it may be a "
            "PKCS#12 file or a private key, start with a byte order mark, use UTF-16, or have "
            "all its text on one line."
        ),
        remedy=tr(
            "Open or import it here, where all of these are supported, and export it in PEM or DER."
        ),
    ),
    *rules(
        "missing-intermediate untrusted",
        "failed to establish chain from reply",
        weight=EXACT,
        message=tr(
            "The CA’s reply does not lead to a root: the issuing certificates are neither in the "
            "reply nor in the keystore."
        ),
        remedy=tr(
            "Import the root and the intermediates first, or import a reply with its complete "
            "chain."
        ),
    ),
    # OpenSSL compared the two; that the password was wrong is what programs make of it.
    *rules("key-mismatch", "key values mismatch", "x509_check_private_key", weight=EXACT + 6),
    *rules(
        "key-mismatch",
        "public keys in reply and keystore don",
        "private key does not match public key",
        "private key doesn't match",
        "keys don't match",
        "certificate and private key do not match",
        "certificate/key mismatch",
        "inconsistencies between private key and certificate",
        "private key is not consistent",
        "key does not match the certificate",
        "no matching private key",
        "incomplete certificate chain in reply",
        ("ssl_ctx_use_privatekey", "mismatch"),
        weight=EXACT,
    ),
    *rules(
        "wrong-format key-password",
        ("pem lib", "ssl"),
        weight=LIKELY,
        message=tr(
            "The file with the certificate or the key could not be read: it is not PEM, or the "
            "key is encrypted and the password is missing or wrong."
        ),
        remedy=tr(
            "Open the file here to see its format, and export it as PEM; or configure the password."
        ),
    ),
    *rules(
        "key-mismatch key-password wrong-format",
        "unable to set private key file",
        weight=LIKELY,
        message=tr(
            "The private key was not accepted: it does not belong to the certificate, it is "
            "encrypted and the password is missing or wrong, or it has another format."
        ),
    ),
    *rules(
        "no-identity wrong-format",
        ("keytool error", "alias <[^\n]{0,200}> does not exist"),
        weight=LIKELY,
        message=NO_SUCH_ALIAS,
        remedy=tr("List the keystore to see its aliases."),
    ),
    # In whatever language keytool goes on.
    *rules(
        "no-identity",
        (
            "keytool",
            r"keytool[^\n]{0,24}java\.(?:io\.filenotfound|nio\.file\.(?:nosuchfile|accessdenied))exception",
        ),
        weight=LIKELY,
    ),
    # What jarsigner says where the key did not open, and of what is not a key.
    *rules("key-password no-identity", ("not a private key", "key associated with"), weight=EXACT),
    *rules(
        "no-identity",
        "alias name does not identify a key entry",
        "does not identify a key entry",
        "alias name [",
        "has no keys",
        "has no (private) key",
        "does not contain a private key",
        "does not have a private key",
        "no private key found",
        "has no private key",
        "no key entry",
        "must be a certificate with a private key",
        "must contain a private key",
        "no key found in keystore",
        "the server mode ssl must use a certificate with the associated private key",
        "the credentials supplied to the package were not recognized",
        "err_ssl_client_auth_private_key_access_denied",
        "no suitable certificates",
        "no pkcs12 key",
        "must reference a valid keystore key entry",
        "keymanagerfactory is not initialized",
        "no available certificate or key corresponds",
        weight=EXACT,
    ),
)

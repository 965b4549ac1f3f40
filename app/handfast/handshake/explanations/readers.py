"""Messages of keytool, of Java’s keystores, and of other readers of keys and certificates."""

from __future__ import annotations

from typing import Final

from handfast.core.language import tr
from handfast.handshake.explanations.meanings import ALIAS_TAKEN, ALIAS_TAKEN_REMEDY, NO_SUCH_ALIAS
from handfast.handshake.explanations.rule import EXACT, LIKELY, rules

READERS: Final = (
    *rules(
        "wrong-format",
        ("failed to decrypt safe contents entry", "parsing|unknown named|unsupported"),
        weight=EXACT + 2,
        message=tr(
            "The password is correct, but Java cannot read part of the keystore, such as the "
            "curve of a key or an encryption that its version does not support."
        ),
        remedy=tr("Open the file here to see what it contains, and convert it."),
    ),
    *rules("no-identity", ("failed to find a store at", ""), weight=EXACT),
    *rules(
        "not-tls",
        "might require ssl encryption",
        ("plaintext on ssl port", ""),
        ("connecting to a plaintext", "broker|listener|port"),
        weight=LIKELY,
    ),
    *rules(
        "wrong-format",
        ("format is invalid", "crt/crl/csr"),
        ("unknown format in import", ""),
        ("no matching", "no matching (?:private key|certificate) entries in pem"),
        "could not find a pkcs #8",
        ("pem inputs may have been switched", ""),
        weight=EXACT,
    ),
    *rules(
        "wrong-password",
        "keystore password is too short",
        ("password is too short", "key"),
        weight=EXACT,
        message=tr(
            "keytool requires a password of at least 6 characters for a keystore that it creates "
            "or changes."
        ),
        remedy=tr(
            "Enter a password of at least 6 characters. If the keystore already exists, the "
            "password entered is not its password."
        ),
    ),
    *rules(
        "wrong-password wrong-format",
        "password verification failed",
        ("mac verification failed", "pkcs12|p12|import"),
        ("mac verify failure", ""),
        weight=EXACT + 4,
    ),
    *rules(
        "key-password wrong-password",
        ("bad password read", "pem|key"),
        ("encrypted (?) private key", ""),
        "sslpassphrasedialog",
        ("unable to recover key", ""),
        "passphrase required",
        "password was not given but private key is encrypted",
        ("bad decrypt", "private ?key|certificate key|\\bkey file|\\.key\\b|\\.pem\\b"),
        weight=EXACT + 1,
    ),
    # What keytool and jarsigner say in German, Chinese, and Japanese.
    *rules(
        "no-identity key-password wrong-format",
        ("jarsigner", "zertifikatskette nicht gefunden|kein private key"),
        ("jarsigner", "找不到[^\n]{0,300}的证书链|不是私有密钥"),
        ("jarsigner", "証明書チェーンが見つかりません|秘密鍵ではありません"),
        weight=EXACT,
    ),
    *rules(
        "wrong-format wrong-password",
        ("keytool", "alias <[^\n]{0,200}> [a-z]{3} nicht vorhanden"),
        ("keytool", "别名 <[^\n]{0,200}> 不存在"),
        ("keytool", "別名<[^\n]{0,200}>は存在しません"),
        weight=LIKELY,
        message=NO_SUCH_ALIAS,
        remedy=tr("Open the file here to see the aliases of its entries."),
    ),
    *rules(
        "key-password",
        "different storepass and keypass",
        ("retry with -destkeypass", ""),
        weight=EXACT + 2,
    ),
    *rules(
        "key-password wrong-format",
        "password is not ascii",
        weight=EXACT + 1,
        message=tr(
            "Java accepts only ASCII characters in the password of a PKCS#12 or JCEKS keystore."
        ),
        remedy=tr("Change the password here to one of printable ASCII characters."),
    ),
    *rules(
        "key-password wrong-format",
        ("failed to decode private key", ""),
        ("unable to decode key", ""),
        "unable to load private key",
        ("could not deserialize key data", ""),
        "decoder routines::unsupported",
        "err_ossl_unsupported",
        ("1e08010c", ""),
        weight=LIKELY + 3,
        message=tr(
            "The private key could not be read: it is encrypted and the password is missing or "
            "wrong, or the program does not support its encoding (PKCS#1, SEC1, PKCS#8)."
        ),
        remedy=tr("Open the key here, and export it as PKCS#8 in PEM, which most programs read."),
    ),
    *rules(
        "wrong-format key-password",
        ("decoder routines", "unsupported"),
        "err_ossl_unsupported",
        "failed to parse private key",
        ("pem block", "failed to find|found a certificate rather|found a .* rather"),
        ("rather than a key", "pem|private key|certificate"),
        "the private key is not supported",
        "private key is not supported",
        "unable to load ssl certificate from pem file",
        "unrecognized pem format",
        "algid parse error, not a sequence",
        "could not read ssl key file",
        ("pkcs8 decoding", ""),
        ("private key not stored as pkcs#8", ""),
        "signed fields invalid",
        "tag number over 30 is not supported",
        "found no certificates in input stream",
        "does not contain valid certificates",
        "no matching certificate entries in pem file",
        "no matching private key entries in pem file",
        ("invalid key", "invalidkeyexception: (?:unable to decode|ioexception|invalid key format)"),
        ("illegal character in base64", ""),
        ("input byte array has", "base64|ending"),
        weight=EXACT - 3,
        message=tr(
            "The program does not read the encoding of this file: it expects another format "
            "(PKCS#8 rather than PKCS#1, PEM rather than DER, or the reverse)."
        ),
        remedy=tr(
            "Open the file here to see its format, and export it in the format that the "
            "program’s documentation requires."
        ),
    ),
    *rules(
        "wrong-format",
        "reply has no certificates",
        "encode or decode operation",
        "invalid chunk in input",
        ("no such algorithm", "provider"),
        "expected exactly two safe bags",
        "expected exactly one certificate",
        ("pkcs12: ", "pkcs12: (?:unknown|expected|unsupported|algorithm)"),
        "pbe algorithmparameters not available",
        ("keyfactory not available", ""),
        ("algorithmparameters not available", ""),
        "illegal key size",
        "the signature algorithm is not supported",
        ("could not parse pkcs12 file", "0308010c|unsupported"),
        ("invalidkeyexception: unsupported", ""),
        weight=EXACT + 2,
        message=tr(
            "The program that reads the file does not support its algorithms or structure: a "
            "newer program, or another kind of program, wrote it."
        ),
        remedy=tr(
            "Save the file here for older programs (Readable by Java 8), or with only one key "
            "pair and its chain; or update the program that reads it."
        ),
    ),
    *rules(
        "wrong-format",
        "trustedcertentry not supported",
        "trusted certificate entry not supported",
        ("can't store non-privatekeys", ""),
        ("can’t store non-privatekeys", ""),
        weight=EXACT + 1,
        message=tr(
            "This version of Java cannot store such an entry in that format: old versions "
            "support no trusted certificates in PKCS#12, and JKS supports no secret keys."
        ),
        remedy=tr(
            "Use JKS for the trust store of an old version of Java, and PKCS#12 or JCEKS for "
            "secret keys."
        ),
    ),
    *rules(
        "key-mismatch",
        "certificate reply does not contain public key",
        weight=EXACT + 1,
    ),
    *rules(
        "missing-intermediate chain-order",
        "incomplete certificate chain in reply",
        weight=EXACT + 2,
    ),
    *rules(
        "no-identity",
        "could not find alias",
        ("certificate alias", "unable to find the certificate alias"),
        "no aliases for private keys found",
        ("signing credential", "resolve|find|no |missing"),
        ("key needed to verify the signature", "could not be resolved"),
        "jsse.alias_no_key_entry",
        ("alias_no_key_entry", ""),
        ("privatekeydetails", "alias"),
        weight=EXACT,
    ),
    *rules(
        "empty-trust-store",
        "0 entries successfully imported",
        weight=EXACT,
        message=tr(
            "keytool found no entry that it recognizes in the source: in PKCS#12, Java sees only "
            "key pairs and certificates that have Java’s own attribute."
        ),
        remedy=tr("Open the source here to see what it contains, and convert it here."),
    ),
    *rules(
        "weak-key",
        "unsupported keysize",
        ("unsupported key size", ""),
        weight=EXACT,
        message=tr("The tool does not create keys of this size."),
        remedy=tr("Use RSA with 2,048 bits or more, or EC P-256."),
    ),
    *rules(
        "stale-certificate",
        ("exists in alias; import not performed", ""),
        ("import not performed", "alias|entry"),
        ("already exists", "keytool error[^\n]{0,80}alias <[^\n]{0,200}> already exists"),
        weight=LIKELY,
        message=ALIAS_TAKEN,
        remedy=ALIAS_TAKEN_REMEDY,
    ),
)

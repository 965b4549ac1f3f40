"""Messages of keytool, of Java’s keystores, and of other readers of keys and certificates."""

from __future__ import annotations

from typing import Final

from handfast.handshake.explanations.rule import EXACT, LIKELY, rules

READERS: Final = (
    *rules(
        "wrong-password",
        "keystore password is too short",
        ("password is too short", "key"),
        weight=EXACT,
        message="keytool accepts no password of fewer than 6 characters for a keystore that it "
        "creates or changes.",
        remedy="Enter a password of at least 6 characters. For an existing store, the password "
        "entered is not the store’s.",
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
        message="There is no entry of this alias in the file: it is another store than was meant, "
        "or the entry has another name.",
        remedy="Open the file here to see the names of its entries.",
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
        message="Java takes only ASCII characters as the password of a PKCS#12 or JCEKS keystore.",
        remedy="Change the password here to one of printable ASCII characters.",
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
        message="The private key was not read: it is encrypted and the password is missing or "
        "wrong, or its encoding is one that the program does not know (PKCS#1, SEC1, PKCS#8).",
        remedy="Open the key here, and export it as PKCS#8 in PEM, which every program reads.",
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
        message="The program does not read this file in the encoding that it has: it expects "
        "another format (PKCS#8 rather than PKCS#1, PEM rather than DER, or the reverse).",
        remedy="Open the file here to see what it is, and export it in the format that the "
        "program’s documentation names.",
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
        message="The program that reads does not know the algorithms or the layout of this file: "
        "a newer program wrote it, or one with other habits.",
        remedy="Save it here for older programs (Readable by Java 8), or with one key pair and "
        "its chain only; or update the program that reads.",
    ),
    *rules(
        "wrong-format",
        "trustedcertentry not supported",
        "trusted certificate entry not supported",
        ("can't store non-privatekeys", ""),
        ("can’t store non-privatekeys", ""),
        weight=EXACT + 1,
        message="This Java cannot store an entry of this kind in that format: an old PKCS#12 "
        "holds no trusted certificates, and JKS holds no secret keys.",
        remedy="Use JKS for a trust store of an old Java, and PKCS#12 or JCEKS for secret keys.",
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
        message="keytool found no entry that it knows in the source: in PKCS#12, Java sees only key "
        "pairs and certificates with its own mark.",
        remedy="Open the source here, which shows what is in it, and convert it from here.",
    ),
    *rules(
        "weak-key",
        "unsupported keysize",
        ("unsupported key size", ""),
        weight=EXACT,
        message="The tool does not create keys of this size.",
        remedy="Use RSA with 2,048 bits or more, or EC P-256.",
    ),
    *rules(
        "stale-certificate",
        ("exists in alias; import not performed", ""),
        ("import not performed", "alias|entry"),
        ("already exists", "keytool error[^\n]{0,80}alias <[^\n]{0,200}> already exists"),
        weight=LIKELY,
        message="The alias is taken, so keytool imported nothing, and the older entry stays.",
        remedy="Choose another alias, or delete or rename the entry that has this one.",
    ),
)

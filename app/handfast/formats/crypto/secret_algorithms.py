"""The algorithms of secret keys: their object identifiers, and what Java calls them."""

from __future__ import annotations

#: Where two numbers have one name, the latter is written.
_ALGORITHMS = {
    "2.16.840.1.101.3.4.1": "AES",
    "1.2.840.113549.3.7": "DESede",
    "1.3.14.3.2.17": "DESede",
    "1.3.14.3.2.7": "DES",
    "1.2.840.113549.3.4": "ARCFOUR",
    "1.2.840.113549.3.2": "RC2",
    "1.2.840.113549.2.7": "HmacSHA1",
    "1.2.840.113549.2.8": "HmacSHA224",
    "1.2.840.113549.2.9": "HmacSHA256",
    "1.2.840.113549.2.10": "HmacSHA384",
    "1.2.840.113549.2.11": "HmacSHA512",
    "1.2.840.113549.2.12": "HmacSHA512/224",
    "1.2.840.113549.2.13": "HmacSHA512/256",
    "2.16.840.1.101.3.4.2.13": "HmacSHA3-224",
    "2.16.840.1.101.3.4.2.14": "HmacSHA3-256",
    "2.16.840.1.101.3.4.2.15": "HmacSHA3-384",
    "2.16.840.1.101.3.4.2.16": "HmacSHA3-512",
    # What keytool -importpass makes of a password.
    "1.2.840.113549.1.5.3": "PBEWithMD5AndDES",
}
#: What Bouncy Castle's FIPS store has besides, by the identifier of one of their modes.
_ONLY_READ = {
    "1.2.392.200011.61.1.1.1.2": "Camellia",
    "1.2.392.200011.61.1.1.1.3": "Camellia",
    "1.2.392.200011.61.1.1.1.4": "Camellia",
    "1.2.410.200004.1.4": "SEED",
    "1.2.410.200046.1.1.2": "ARIA",
    "1.2.410.200046.1.1.7": "ARIA",
    "1.2.410.200046.1.1.12": "ARIA",
}


def algorithm_name(oid: str) -> str:
    """Java's name of an algorithm; its identifier where there is none."""
    return _ALGORITHMS.get(oid) or _ONLY_READ.get(oid, oid)


def algorithm_oid(name: str) -> str:
    """The identifier of an algorithm by its name in any case, or by its numbers; else empty."""
    oids = {known.lower(): oid for oid, known in _ALGORITHMS.items()}
    oids["rc4"] = oids["arcfour"]
    return oids.get(name.lower(), name if name[:1].isdigit() else "")

"""The hostile files by name: what each holds, the password to try, and what should come of it."""

from __future__ import annotations

import base64
import hashlib
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from handfast.core.asn1.ber import der, der_integer, der_oid
from tests.hostile import certificates as made
from tests.support import bcfks_samples as bcfks
from tests.support import bouncy_samples as bouncy
from tests.support import pfx

if TYPE_CHECKING:
    from collections.abc import Callable

PASSWORD = "changeit"
MANY = 100_000
#: Nearly as many entries as are read without asking.
SEVERAL = 16_000
MEGABYTE = 2**20
ABSURD = 2**31 - 1
#: As much as is read without asking.
JUST = 3_900_000
SHA512, SHA3_512 = "2.16.840.1.101.3.4.2.3", "2.16.840.1.101.3.4.2.10"
HMAC_SHA512 = "1.2.840.113549.2.11"
MD5_DES = "1.2.840.113549.1.5.3"


@dataclass(frozen=True, slots=True)
class Case:
    """One file. The outcome is ``opened``, a kind of error, or several with bars between."""

    make: Callable[[], bytes]
    outcome: str
    password: str | None = PASSWORD


CASES: dict[str, Case] = {}


def case(
    name: str, outcome: str, *, password: str | None = PASSWORD
) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    def keep(make: Callable[[], bytes]) -> Callable[[], bytes]:
        CASES[name] = Case(make, outcome, password)
        return make

    return keep


def add(
    name: str, outcome: str, make: Callable[[], bytes], password: str | None = PASSWORD
) -> None:
    CASES[name] = Case(make, outcome, password)


# --- PKCS#12: work -------------------------------------------------------------------------------

for iterations, outcome in ((ABSURD, "too-costly"), (JUST, "wrong-password|too-costly")):
    for label, mac in {
        "sha1": pfx.mac(iterations),
        "sha512": pfx.mac(iterations, SHA512, 64),
        "sha3-512": pfx.mac(iterations, SHA3_512, 64),
    }.items():
        add(f"pkcs12 mac {label} x {iterations:,}", outcome,
            lambda mac=mac: pfx.pfx(pfx.part(), mac=mac))  # fmt: skip
    for label, algorithm in {
        "pbes1 3des": pfx.pbes1(iterations),
        "pbes1 md5": pfx.pbes1(iterations, MD5_DES),
        "pbkdf2 sha256": pfx.pbes2(iterations),
        "pbkdf2 sha512": pfx.pbes2(iterations, HMAC_SHA512),
        "pbkdf2 sha1": pfx.pbes2(iterations, "1.2.840.113549.2.7"),
        "pbkdf2 sha384": pfx.pbes2(iterations, "1.2.840.113549.2.10"),
    }.items():
        add(f"pkcs12 {label} x {iterations:,}", outcome,
            lambda algorithm=algorithm: pfx.pfx(pfx.sealed_part(algorithm, bytes(64))))  # fmt: skip
        add(f"pkcs12 key {label} x {iterations:,}", "opened",
            lambda algorithm=algorithm: pfx.pfx(pfx.part(*(
                pfx.bag(pfx.SHROUDED, der(0x30, algorithm, pfx.octets(bytes(64)))) for _ in range(50)
            ))))  # fmt: skip
for costs in ((2**20, 8, 1), (2**17, 8, 1), (2, 1, 2**19), (2, 2**18, 1), (2**14, 8, 64)):
    label = "{:,} {:,} {:,}".format(*costs)
    add(f"pkcs12 scrypt {label}", "too-costly|wrong-password",
        lambda costs=costs: pfx.pfx(pfx.sealed_part(pfx.scrypt(*costs), bytes(64))))  # fmt: skip
    add(f"pkcs12 key scrypt {label}", "opened",
        lambda costs=costs: pfx.pfx(pfx.part(*(
            pfx.bag(pfx.SHROUDED, der(0x30, pfx.scrypt(*costs), pfx.octets(bytes(64))))
            for _ in range(50)
        ))))  # fmt: skip


@case("pkcs12 a thousand sealed parts", "too-costly|wrong-password")
def _parts() -> bytes:
    return pfx.pfx(*(pfx.sealed_part(pfx.pbes1(50_000), bytes(64)) for _ in range(1000)))


@case("pkcs12 16,000 keys of few rounds", "wrong-password")
def _keys() -> bytes:
    sealed = der(0x30, pfx.pbes1(1), pfx.octets(bytes(8)))
    return pfx.pfx(pfx.part(*(pfx.bag(pfx.SHROUDED, sealed) for _ in range(SEVERAL))))


# --- PKCS#12: structure --------------------------------------------------------------------------

add("pkcs12 length of 4 GB", "damaged", lambda: b"\x30\x84\xff\xff\xff\xff\x02\x01\x03\x30\x0b")
add("pkcs12 length of 2**63", "damaged|not-a-keystore",
    lambda: b"\x30\x88\x7f" + b"\xff" * 7 + b"\x02\x01\x03" + bytes(64))  # fmt: skip
add("pkcs12 iterations of a megabyte", "damaged",
    lambda: pfx.pfx(pfx.part(), mac=lambda _: der(
        0x30, der(0x30, der(0x30, der_oid("1.3.14.3.2.26")), pfx.octets(bytes(20))),
        pfx.octets(pfx.SALT), der(2, b"\x01" * MEGABYTE))))  # fmt: skip
add("pkcs12 salt of a megabyte", "too-costly|wrong-password",
    lambda: pfx.pfx(pfx.part(), mac=lambda _: der(
        0x30, der(0x30, der(0x30, der_oid("1.3.14.3.2.26")), pfx.octets(bytes(20))),
        pfx.octets(bytes(MEGABYTE)), der_integer(1))))  # fmt: skip


def _deep(tag: int, core: bytes) -> bytes:
    """A value in 10^5 others of a kind, of lengths that are right."""
    parts: list[bytes] = []
    size = len(core)
    for _ in range(MANY):
        head = der(tag, bytes(0))[:1] + _length(size)
        parts.append(head)
        size += len(head)
    return b"".join(reversed(parts)) + core


def _length(size: int) -> bytes:
    if size < 0x80:
        return bytes((size,))
    raw = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(raw),)) + raw


add("pkcs12 values 100,000 deep", "opened",
    lambda: pfx.pfx(pfx.part(pfx.bag(pfx.BAGS + "9", _deep(0x30, b"\x05\x00")))), None)  # fmt: skip
add("pkcs12 octets 100,000 deep", "opened|damaged",
    lambda: pfx.pfx(der(0x30, der_oid(pfx.DATA), der(0xA0, _deep(0x24, b"\x04\x00")))), None)  # fmt: skip
add("pkcs12 endless values 100,000 deep", "damaged|not-a-keystore",
    lambda: b"\x30\x80\x02\x01\x03" + b"\x30\x80" * MANY + b"\0\0" * MANY, None)  # fmt: skip
add("pkcs12 endless values side by side", "opened|damaged",
    lambda: pfx.pfx(pfx.part(pfx.bag(pfx.BAGS + "9", (b"\x30\x80" * 60 + b"\0\0" * 60) * 3000))),
    None)  # fmt: skip


@case("pkcs12 bags in bags 100,000 deep", "opened", password=None)
def _nested() -> bytes:
    oid = der_oid(pfx.NESTED)
    parts, size = [], 2
    core = b"\x30\x00"
    for _ in range(MANY):
        inside = b"\xa0" + _length(size)
        body = len(oid) + len(inside) + size
        bag = b"\x30" + _length(body) + oid + inside
        whole = body + 1 + len(_length(body))
        parts.append(b"\x30" + _length(whole) + bag)
        size = whole + 1 + len(_length(whole))
    return pfx.pfx(
        der(0x30, der_oid(pfx.DATA), der(0xA0, pfx.octets(b"".join(reversed(parts)) + core)))
    )


add("pkcs12 16,000 empty bags", "opened", lambda: pfx.pfx(pfx.part(*[b"\x30\x00"] * SEVERAL)), None)
add("pkcs12 100,000 empty bags", "too-costly",
    lambda: pfx.pfx(pfx.part(*[b"\x30\x00"] * MANY)), None)  # fmt: skip
add("pkcs12 100,000 empty parts", "opened|damaged",
    lambda: pfx.pfx(*[pfx.part()] * MANY), None)  # fmt: skip
add("pkcs12 100,000 bags in a thousand nests", "too-costly",
    lambda: pfx.pfx(pfx.part(*[pfx.nested(*[b"\x30\x00"] * 100)] * 1000)), None)  # fmt: skip
add("pkcs12 alias of a megabyte", "opened",
    lambda: pfx.pfx(pfx.part(pfx.certificate(made.certificate(), pfx.name("x" * MEGABYTE)))),
    None)  # fmt: skip
add("pkcs12 11 aliases of a megabyte", "opened",
    lambda: pfx.pfx(pfx.part(*(pfx.certificate(made.certificate(), pfx.name(f"{n}" * (MEGABYTE // 2)))
                               for n in range(10, 21)))), None)  # fmt: skip
add("pkcs12 100,000 attributes", "opened",
    lambda: pfx.pfx(pfx.part(pfx.certificate(made.certificate(), *[pfx.name("x")] * MANY))),
    None)  # fmt: skip
add("pkcs12 16,000 certificates without a name", "opened",
    lambda: pfx.pfx(pfx.part(*(pfx.certificate(b"0\x82" + n.to_bytes(4, "big"))
                               for n in range(SEVERAL)))), None)  # fmt: skip
add("pkcs12 16,000 keys without a name", "opened",
    lambda: pfx.pfx(pfx.part(*[pfx.bag(pfx.KEY, b"0\x00")] * SEVERAL)), None)  # fmt: skip
add("pkcs12 a certificate of 60 MB", "opened|too-costly",
    lambda: pfx.pfx(pfx.part(pfx.certificate(bytes(60 * MEGABYTE)))), None)  # fmt: skip


@case("pkcs12 two names that issue each other", "opened", password=None)
def _ring() -> bytes:
    one, two = made.name("one"), made.name("two")
    bags = [pfx.bag(pfx.KEY, made.rsa_key(1024, 24), pfx.key_id(b"1"))]
    for number in range(1000):
        names = (one, two) if number % 2 else (two, one)
        serial = der_integer(number + 1)
        key = made.rsa(3072, made.large(3064))
        each = made.certificate(names[0], issuer=names[1], serial=serial, key=key)
        bags.append(pfx.certificate(each, *((pfx.key_id(b"1"),) if not number else ())))
    return pfx.pfx(pfx.part(*bags))


@case("pkcs12 a thousand keys with one chain", "opened", password=None)
def _shared() -> bytes:
    chain = [
        made.certificate(made.name(f"n{n}"), issuer=made.name(f"n{n + 1}")) for n in range(300)
    ]
    bags = [pfx.certificate(each) for each in chain[1:]]
    for number in range(1000):
        tied = pfx.key_id(f"{number}".encode())
        bags.append(pfx.bag(pfx.KEY, b"0\x00", tied))
        leaf = made.certificate(
            made.name("n0"), issuer=made.name("n1"), serial=der_integer(number + 1)
        )
        bags.append(pfx.certificate(leaf, tied))
    return pfx.pfx(pfx.part(*bags))


# --- Java's stores -------------------------------------------------------------------------------


def java_store(magic: bytes, count: int, body: bytes, version: int = 2) -> bytes:
    data = magic + struct.pack(">II", version, count) + body
    phrase = PASSWORD.encode("utf-16-be") + b"Mighty Aphrodite"
    return data + hashlib.sha1(phrase + data).digest()


def _alias(text: bytes) -> bytes:
    return struct.pack(">H", len(text)) + text + bytes(8)


def trusted(alias: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 2) + _alias(alias) + b"\0\x05X.509" + bouncy.sized(content)


def _sealed(algorithm: bytes, content: bytes) -> bytes:
    return bouncy.sized(der(0x30, der(0x30, algorithm), pfx.octets(content)))


JKS_KEY = der_oid("1.3.6.1.4.1.42.2.17.1.1") + b"\x05\x00"


def _jce(rounds: int) -> bytes:
    return der_oid("1.3.6.1.4.1.42.2.19.1") + der(0x30, pfx.octets(bytes(8)), der_integer(rounds))


for magic, title in ((b"\xfe\xed\xfe\xed", "jks"), (b"\xce\xce\xce\xce", "jceks")):
    add(f"{title} 2**31 entries", "damaged", lambda m=magic: java_store(m, 2**31, b""))
    add(
        f"{title} entries that are not there",
        "damaged",
        lambda m=magic: java_store(m, 1000, bytes(20_000)),
    )
    add(f"{title} a certificate of 4 GB", "damaged",
        lambda m=magic: java_store(m, 1, trusted(b"a", b"")[:-4] + b"\xff" * 4))  # fmt: skip
    add(f"{title} a chain of 2**31", "damaged",
        lambda m=magic: java_store(m, 1, struct.pack(">I", 1) + _alias(b"a") + bouncy.sized(b"") + b"\x7f\xff\xff\xff"))  # fmt: skip
    add(f"{title} 16,000 empty certificates", "opened",
        lambda m=magic: java_store(m, SEVERAL, b"".join(trusted(b"%d" % n, b"") for n in range(SEVERAL))))  # fmt: skip
    add(f"{title} 16,000 times one alias", "opened",
        lambda m=magic: java_store(m, SEVERAL, trusted(b"same", b"") * SEVERAL))  # fmt: skip
    add(f"{title} 300 of the longest aliases", "opened",
        lambda m=magic: java_store(m, 300, trusted(b"x" * 65_535, b"") * 300))  # fmt: skip
    add(f"{title} a chain of 100,000", "too-costly",
        lambda m=magic: java_store(m, 1, struct.pack(">I", 1) + _alias(b"a") + _sealed(JKS_KEY, bytes(60))
                              + struct.pack(">I", MANY) + (b"\0\x05X.509" + bouncy.sized(b"0\0")) * MANY))  # fmt: skip
    add(f"{title} a key of 50 MB", "opened|too-costly",
        lambda m=magic: java_store(m, 1, struct.pack(">I", 1) + _alias(b"a")
                              + _sealed(JKS_KEY, bytes(50 * MEGABYTE)) + bytes(4)))  # fmt: skip
    add(f"{title} 50 keys of a megabyte", "opened|too-costly",
        lambda m=magic: java_store(m, 50, b"".join(
            struct.pack(">I", 1) + _alias(b"%d" % n) + _sealed(JKS_KEY, bytes(MEGABYTE - 100)) + bytes(4)
            for n in range(50))))  # fmt: skip
    add(f"{title} 16,000 small keys", "opened|too-costly",
        lambda m=magic: java_store(m, SEVERAL, b"".join(
            struct.pack(">I", 1) + _alias(b"%d" % n) + _sealed(JKS_KEY, bytes(60)) + bytes(4)
            for n in range(SEVERAL))))  # fmt: skip
    add(f"{title} a certificate of 60 MB", "opened|too-costly",
        lambda m=magic: java_store(m, 1, trusted(b"a", bytes(60 * MEGABYTE))))  # fmt: skip
for rounds in (ABSURD, JUST, 200_000):
    add(f"jceks 50 keys x {rounds:,}", "opened",
        lambda rounds=rounds: java_store(b"\xce\xce\xce\xce", 50, b"".join(
            struct.pack(">I", 1) + _alias(b"%d" % n) + _sealed(_jce(rounds), bytes(64)) + bytes(4)
            for n in range(50))))  # fmt: skip


def _stream(*content: bytes) -> Callable[[], bytes]:
    entry = struct.pack(">I", 3) + _alias(b"key") + b"\xac\xed\x00\x05" + b"".join(content)
    return lambda: java_store(b"\xce\xce\xce\xce", 1, entry)


SEALED_CLASS = b"\x72" + bouncy.text("javax.crypto.SealedObject") + bytes(8) + b"\x02"
add("jceks objects 100,000 deep", "damaged", _stream(b"\x73" * MANY))
add("jceks classes 100,000 deep", "damaged|unsupported",
    _stream(b"\x73", (SEALED_CLASS + b"\0\0\x78") * MANY))  # fmt: skip
add(
    "jceks fields 65,535",
    "damaged",
    _stream(b"\x73", SEALED_CLASS, b"\xff\xff", b"B\0\1x" * 65_535),
)
add("jceks an array of 2 GB", "damaged",
    _stream(b"\x73", SEALED_CLASS, b"\0\1[\0\1x\x74\0\2[B\x78\x70\x75\x72", bouncy.text("[B"),
            bytes(8), b"\2\0\0\x78\x70\x7f\xff\xff\xff"))  # fmt: skip
add("jceks 100,000 blocks", "damaged",
    _stream(b"\x73\x72", bouncy.text("javax.crypto.SealedObject"), bytes(8), b"\x03\0\0\x78\x70",
            b"\x77\x00" * MANY))  # fmt: skip

# --- Bouncy Castle's -----------------------------------------------------------------------------


def _bouncy_head(version: int, iterations: int) -> bytes:
    return struct.pack(">I", version) + bouncy.sized(bouncy.SALT) + struct.pack(">I", iterations)


for rounds in (ABSURD, JUST):
    add(f"bks x {rounds:,}", "too-costly|wrong-password",
        lambda rounds=rounds: _bouncy_head(2, rounds) + bytes(21))  # fmt: skip
    add(f"uber x {rounds:,}", "too-costly|wrong-password",
        lambda rounds=rounds: _bouncy_head(1, rounds) + b"\x99" * 64)  # fmt: skip
    add(f"bks 50 keys x {rounds:,}", "opened",
        lambda rounds=rounds: bouncy.bks([bouncy.Entry(
            kind=4, alias=f"{n}", content=bouncy.sized(bouncy.SALT) + struct.pack(">I", rounds) + bytes(64)
        ) for n in range(50)], PASSWORD))  # fmt: skip
add("bks salt of 4 GB", "damaged", lambda: b"\0\0\0\2\xff\xff\xff\xff" + bytes(64))
add("bks a chain of 2**31", "damaged",
    lambda: _bouncy_head(2, 1) + b"\1\0\1a" + bytes(8) + b"\x7f\xff\xff\xff" + bytes(64))  # fmt: skip
add("bks 16,000 empty certificates", "opened",
    lambda: bouncy.bks([bouncy.Entry(kind=1, alias=f"{n}", content=bouncy.certificate(b""))
                        for n in range(SEVERAL)], PASSWORD))  # fmt: skip
add("bks 100,000 empty certificates", "too-costly",
    lambda: bouncy.bks([bouncy.Entry(kind=1, alias="", content=bouncy.certificate(b""))]
                       * MANY, PASSWORD))  # fmt: skip
add("bks 300 of the longest aliases", "opened",
    lambda: bouncy.bks([bouncy.Entry(kind=1, alias="x" * 65_535, content=bouncy.certificate(b""))]
                       * 300, PASSWORD))  # fmt: skip
add("uber 8 MB that are encrypted", "wrong-password|too-costly",
    lambda: _bouncy_head(1, 1) + bytes(8 * MEGABYTE))  # fmt: skip

# --- PEM -----------------------------------------------------------------------------------------


def _armoured(content: bytes, label: str = "CERTIFICATE", headers: str = "") -> bytes:
    text = base64.encodebytes(content).decode()
    return f"-----BEGIN {label}-----\n{headers}{text}-----END {label}-----\n".encode()


ONE = _armoured(made.certificate())
add("pem a header of 5 MB", "opened",
    lambda: _armoured(made.certificate(), headers="Comment: " + "x" * 5 * MEGABYTE + "\n\n") + ONE)  # fmt: skip
add("pem 100,000 headers", "opened",
    lambda: _armoured(made.certificate(), headers="Comment: x\n" * MANY + "\n") + ONE)  # fmt: skip
add("pem 100,000 bag attributes", "opened",
    lambda: b"Bag Attributes\n    friendlyName: x\n" * MANY + ONE)  # fmt: skip
add("pem a name of a megabyte", "opened",
    lambda: b"    friendlyName: " + b"x" * MEGABYTE + b"\n" + ONE)  # fmt: skip
add("pem 100,000 beginnings", "damaged|opened|not-a-keystore",
    lambda: b"-----BEGIN CERTIFICATE-----\n" * MANY)  # fmt: skip
add("pem 100,000 ends", "damaged|opened|not-a-keystore",
    lambda: b"-----BEGIN CERTIFICATE-----\n" + b"-----END CERTIFICATE-----\n" * MANY)  # fmt: skip
for label, filler in {
    "dashes": b"-", "blanks": b" ", "line ends": b"\n", "names": b"A", "begins": b"-----BEGIN ",
    "colons": b"A: ", "quotes": b'"', "escapes": b"\\n", "hex": b"localKeyID: ", "words": b"=AAA",
}.items():  # fmt: skip
    add(f"pem 4 MB of {label}", "opened",
        lambda filler=filler: ONE + filler * (4 * MEGABYTE // len(filler)) + b"\n" + ONE)  # fmt: skip
    add(f"text 4 MB of {label}", "not-a-keystore|damaged|opened",
        lambda filler=filler: filler * (4 * MEGABYTE // len(filler)))  # fmt: skip
    add(f"pem 4 MB of {label} inside", "opened|damaged",
        lambda filler=filler: ONE + b"-----BEGIN CERTIFICATE-----\n"
        + filler * (4 * MEGABYTE // len(filler)) + b"\n-----END CERTIFICATE-----\n")  # fmt: skip
add("pem 60 MB in one block", "opened|too-costly|damaged",
    lambda: ONE + _armoured(bytes(44 * MEGABYTE)))  # fmt: skip
add("pem 60 MB with a character beyond all", "opened|too-costly|damaged",
    lambda: "🔑".encode() + ONE + _armoured(bytes(44 * MEGABYTE)))  # fmt: skip
add("pem 8,000 certificates", "opened", lambda: ONE * 8_000)
add("pem 1,000 keys of DSA", "opened",
    lambda: b"".join(_armoured(made.dsa_key(9000)[:-3] + n.to_bytes(3, "big"), "PRIVATE KEY")
                     for n in range(1000)))  # fmt: skip
add("pem 16,000 sealed keys of few rounds", "opened|wrong-password",
    lambda: _armoured(der(0x30, pfx.pbes1(1), pfx.octets(bytes(8))), "ENCRYPTED PRIVATE KEY") * SEVERAL)  # fmt: skip
for label, key in {
    "rsa, a modulus of a million bits": lambda: made.rsa_key(2**20, 24),
    "rsa, an exponent of 16,000 bits": lambda: made.rsa_key(16_384, 16_000),
    "dsa of 10,000 bits": lambda: made.dsa_key(9_992),
    "dsa of 100,000 bits": lambda: made.dsa_key(100_000),
    "dh of 10,000 bits": lambda: made.dh_key(9_992),
    "dh of 100,000 bits": lambda: made.dh_key(100_000),
    "ec over 640 bits": lambda: made.ec_key(640),
    "ec over 100,000 bits": lambda: made.ec_key(100_000),
}.items():
    add(f"pem key {label}", "opened|damaged", lambda key=key: _armoured(key(), "PRIVATE KEY"))
    add(f"pem 50 keys {label}", "opened|damaged|too-costly",
        lambda key=key: ONE + _armoured(key(), "PRIVATE KEY") * 50)  # fmt: skip
    add(f"pkcs12 50 keys {label}", "opened|too-costly",
        lambda key=key: pfx.pfx(pfx.part(*(
            each for n in range(50) for each in (
                pfx.bag(pfx.KEY, key(), pfx.key_id(b"%d" % n)),
                pfx.certificate(made.certificate(serial=der_integer(n + 1)), pfx.key_id(b"%d" % n)),
            )))), None)  # fmt: skip

# --- certificates --------------------------------------------------------------------------------

UNKNOWN = "1.3.6.1.4.1.99999.1"
SAN = "2.5.29.17"
for label, make in {
    "100,000 extensions": lambda: made.certificate(
        extensions=tuple(made.extension(f"{UNKNOWN}.{n}", b"\x05\x00") for n in range(MANY))),
    "100,000 names": lambda: made.certificate(
        extensions=(made.extension(SAN, der(0x30, *(der(0x82, b"%d.example" % n) for n in range(MANY)))),)),
    "100,000 purposes": lambda: made.certificate(
        extensions=(made.extension("2.5.29.37", der(0x30, *(der_oid(f"{UNKNOWN}.{n}") for n in range(MANY)))),)),
    "a name of 100,000 parts": lambda: made.certificate(
        der(0x30, *(made.part("2.5.4.11", f"{n}") for n in range(MANY)))),
    "a name of a megabyte": lambda: made.certificate(made.name("x" * MEGABYTE)),
    "a serial number of a megabyte": lambda: made.certificate(serial=der(2, b"\x01" * MEGABYTE)),
    "an identifier of a megabyte": lambda: made.certificate(
        extensions=(der(0x30, der(6, b"\x2a" + b"\x81" * MEGABYTE + b"\x01"), der(4, b"\x05\0")),)),
    "a signature of 10 MB": lambda: made.certificate(signature=bytes(10 * MEGABYTE)),
    "rsa, a modulus of a million bits": lambda: made.certificate(key=made.rsa(2**20)),
    "rsa, an exponent of 16,000 bits": lambda: made.certificate(
        key=made.rsa(16_384, made.large(16_376)), signature=bytes(2048)),
    "dsa of 100,000 bits": lambda: made.certificate(key=made.dsa(100_000)),
    "ec over 640 bits": lambda: made.certificate(key=made.ec(640), algorithm=made.SIGNED_EC),
    "ec over 100,000 bits": lambda: made.certificate(key=made.ec(100_000), algorithm=made.SIGNED_EC),
    "an extension 100,000 deep": lambda: made.certificate(
        extensions=(made.extension(UNKNOWN, _deep(0x30, b"\x05\x00")),)),
}.items():  # fmt: skip
    add(f"certificate {label}", "opened|not-a-keystore", make, None)
    add(
        f"pem certificate {label}",
        "opened|damaged|too-costly",
        lambda make=make: _armoured(make()),
        None,
    )
    add(f"pkcs12 certificate {label}", "opened",
        lambda make=make: pfx.pfx(pfx.part(pfx.certificate(make()))), None)  # fmt: skip
    add(f"jks certificate {label}", "opened",
        lambda make=make: java_store(b"\xfe\xed\xfe\xed", 1, trusted(b"a", make())))  # fmt: skip


@case("pem 3,000 of one name that do not issue each other", "opened")
def _alike() -> bytes:
    key = made.rsa(3072, made.large(3064))
    return b"".join(
        _armoured(made.certificate(serial=der_integer(n + 1), key=key, signature=bytes(384)))
        for n in range(3000)
    )


# --- PKCS#7 --------------------------------------------------------------------------------------


def _signed(certificates: bytes, content: bytes = b"") -> bytes:
    inner = der(0x30, der_oid("1.2.840.113549.1.7.1"), *((der(0xA0, content),) if content else ()))
    signed = der(0x30, der_integer(1), der(0x31), inner, der(0xA0, certificates), der(0x31))
    return der(0x30, der_oid("1.2.840.113549.1.7.2"), der(0xA0, signed))


add("pkcs7 content 100,000 deep", "opened",
    lambda: _signed(made.certificate(), _deep(0x30, b"\x05\x00")))  # fmt: skip
add("pkcs7 in pkcs7 100,000 deep", "opened|damaged",
    lambda: _signed(made.certificate(), _deep(0xA0, b"\x05\x00")))  # fmt: skip
add("pkcs7 16,000 empty certificates", "opened|damaged", lambda: _signed(b"0\0" * SEVERAL))
add("pkcs7 100,000 empty certificates", "too-costly", lambda: _signed(b"0\0" * MANY))
add("pkcs7 endless", "damaged|not-a-keystore",
    lambda: b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02" + b"\xa0\x80" * MANY)  # fmt: skip
add("pkcs7 16,000 certificates", "opened", lambda: _signed(made.certificate() * SEVERAL))
add("pkcs7 16,000 different certificates", "opened",
    lambda: _signed(b"".join(made.certificate(made.name(f"{n}"), serial=der_integer(n + 1))
                             for n in range(SEVERAL))))  # fmt: skip
add("pkcs7 certificate of 60 MB", "opened|too-costly|damaged",
    lambda: _signed(der(0x30, bytes(60 * MEGABYTE))))  # fmt: skip

# --- anything ------------------------------------------------------------------------------------

add("100 MB of nothing", "not-a-keystore", lambda: bytes(100 * MEGABYTE))
add(
    "100 MB of noise",
    "not-a-keystore|damaged",
    lambda: hashlib.sha256(b"x").digest() * (100 * MEGABYTE // 32),
)
add("xml 10 MB of certificates that do not end", "not-a-keystore",
    lambda: b"<a>" + b"<X509Certificate>" * (10 * MEGABYTE // 17))  # fmt: skip


# --- BCFKS ---------------------------------------------------------------------------------------

for iterations, outcome in ((ABSURD, "too-costly"), (JUST, "wrong-password|too-costly")):
    add(f"bcfks mac x {iterations:,}", outcome,
        lambda n=iterations: bcfks.around(bcfks.contents(), kdf=bcfks.pbkdf2(n)))  # fmt: skip
    add(f"bcfks store x {iterations:,}", "too-costly|damaged",
        lambda n=iterations: bcfks.around(
            bcfks.contents(), store_kdf=bcfks.pbkdf2(n, 32)))  # fmt: skip
    add(f"bcfks 50 keys x {iterations:,}", "opened",
        lambda rounds=iterations: bcfks.around(bcfks.contents(*(
            bcfks.private(f"{n}", bytes(64), kdf=bcfks.pbkdf2(rounds, 32)) for n in range(50)))))  # fmt: skip
for costs in ((2**20, 8, 1), (2**17, 8, 1), (2, 1, 2**19), (2, 2**18, 1), (2**14, 8, 64)):
    add("bcfks scrypt {:,} {:,} {:,}".format(*costs), "too-costly|wrong-password",
        lambda costs=costs: bcfks.around(bcfks.contents(), kdf=bcfks.scrypt(*costs)))  # fmt: skip
add("bcfks 100,000 entries", "too-costly",
    lambda: bcfks.around(bcfks.contents(
        *(bcfks.entry(bcfks.CERTIFICATE, f"{n}", b"0\0") for n in range(MANY)))))  # fmt: skip
add("bcfks a chain of 100,000", "too-costly",
    lambda: bcfks.around(bcfks.contents(
        bcfks.private("long", bytes(64), *([b"0\0"] * MANY)))))  # fmt: skip
add("bcfks an entry of 8 MB", "opened",
    lambda: bcfks.around(bcfks.contents(
        bcfks.entry(bcfks.CERTIFICATE, "large", bytes(8 * MEGABYTE)))))  # fmt: skip

# --- what stands in documents --------------------------------------------------------------------


def _values(count: int, value: bytes) -> bytes:
    return b"{" + b",".join(b'"k%d": "%s"' % (n, value) for n in range(count)) + b"}"


_NO_STORE = "not-a-keystore"
add("document of 90,000 values", _NO_STORE, lambda: _values(90_000, b"A" * 64))
add("document of 90,000 values that look like DER", _NO_STORE,
    lambda: _values(90_000, base64.b64encode(b"0\x82\1\0" + bytes(44))))  # fmt: skip
add("document of texts in Base64", _NO_STORE,
    lambda: _values(50_000, base64.b64encode(b"text " * 20)))  # fmt: skip
add("text of 8 MB without a blank", _NO_STORE, lambda: b'{"a": "' + b"A" * (7 * MEGABYTE) + b'"}')
add("text of short words", _NO_STORE, lambda: b'{"' + b"AAAAAAAAAAAAAAAAAAA:" * 300_000 + b'"}')
add("text of words over lines", _NO_STORE,
    lambda: b'{"a": "' + b"AAAAAAAAAAAAAAAAAAAAAAAA\n" * 250_000 + b':"}')  # fmt: skip
add("document of 20,000 escapes", _NO_STORE, lambda: b'{"a": "' + b"MIIA\\n" * 900_000 + b'"}')


@case("base64 of base64 of base64", "not-a-keystore|opened|damaged|too-costly|wrong-password")
def _layers() -> bytes:
    data = b'{"a": "' + b"x" * MEGABYTE + b'"}'
    for _ in range(6):
        data = base64.b64encode(data)
    return data


@case("yaml alias bomb", _NO_STORE)
def _aliases() -> bytes:
    lines = [b"a: &a [x,x,x,x,x,x,x,x,x]"]
    lines += [b"%c: &%c [%s]" % (c, c, b",".join([b"*%c" % (c - 1)] * 9)) for c in range(98, 123)]
    return b"kind: Secret\napiVersion: v1\n" + b"\n".join(lines)


@case("xml entity bomb", _NO_STORE)
def _entities() -> bytes:
    lines = [b'<!ENTITY a0 "lol">']
    lines += [b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 20)]
    return b"<?xml version='1.0'?><!DOCTYPE x [" + b"".join(lines) + b"]><x>&a19;</x>"

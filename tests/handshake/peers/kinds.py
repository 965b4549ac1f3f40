"""Set-ups of every kind that programs judge: sound ones, broken ones, and those in between."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import ipaddress
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from handfast.core.certificates.certificate import Certificate
from handfast.core.store import Format
from tests.handshake.making import CLIENT, HOST, SERVER, Made, make, new_key, party, store, trusting
from tests.handshake.peers.strange import (
    EXTENSIONS,
    ISSUER,
    KEY,
    SERIAL,
    SUBJECT,
    VALIDITY,
    altered,
    for_pss,
    pieces,
    signed_with,
    tlv,
    with_explicit_curve,
)
from tests.handshake.setups import Case

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handfast.handshake.report.party import Side

BASIC, SKI, AKI = "basic", "ski", "aki"
_USAGE = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def usage(*names: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{each: each in names for each in _USAGE})


def common(text: str, *, kind: Any = _ASN1Type.UTF8String) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text, _type=kind)])


def issue(
    subject: x509.Name | str,
    *,
    by: Made | None = None,
    ca: bool = False,
    key: Any = None,
    issuer_name: x509.Name | None = None,
    sans: Sequence[x509.GeneralName] | None = None,
    san_critical: bool = False,
    purposes: Sequence[x509.ObjectIdentifier] | None = None,
    key_usage: x509.KeyUsage | None = None,
    path_length: int | None = None,
    days: tuple[int, int] = (-10, 300),
    extra: Sequence[tuple[x509.ExtensionType, bool]] = (),
    without: Sequence[str] = (),
    aki: x509.AuthorityKeyIdentifier | None = None,
    hash_: Any = None,
) -> Made:
    """A certificate to the last detail; for the leaf and CA of everyday use see ``make``."""
    own = key or new_key("ec")
    name = common(subject) if isinstance(subject, str) else subject
    signer = by.key if by is not None else own
    above = issuer_name or (by.certificate.subject_name if by is not None else name)
    assert above is not None
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(above)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + dt.timedelta(days=days[0]))
        .not_valid_after(now + dt.timedelta(days=days[1]))
    )
    extensions: list[tuple[x509.ExtensionType, bool]] = []
    if BASIC not in without:
        extensions.append((x509.BasicConstraints(ca=ca, path_length=path_length), True))
    if SKI not in without:
        extensions.append((x509.SubjectKeyIdentifier.from_public_key(own.public_key()), False))
    if aki is not None:
        extensions.append((aki, False))
    elif AKI not in without:
        issuing = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
        extensions.append((issuing, False))
    if sans:
        extensions.append((x509.SubjectAlternativeName(sans), san_critical))
    if purposes is not None:
        extensions.append((x509.ExtendedKeyUsage(purposes), False))
    if key_usage is not None:
        extensions.append((key_usage, True))
    for value, critical in (*extensions, *extra):
        builder = builder.add_extension(value, critical=critical)
    bare = isinstance(signer, ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey)
    signed = builder.sign(signer, None if bare else hash_ or hashes.SHA256())
    return Made(certificate=Certificate(signed.public_bytes(Encoding.DER)), key=own, issuer=by)


def dns(*names: str) -> list[x509.GeneralName]:
    return [x509.DNSName(each) for each in names]


@functools.cache
def root() -> Made:
    return make("Acme Root", ca=True)


@functools.cache
def between() -> Made:
    return make("Acme Issuing", by=root(), ca=True)


def leaf(side: Side, by: Made | None = None, **changes: Any) -> Made:
    settings: dict[str, Any] = {
        "by": by or between(),
        "sans": dns(HOST) if side == "server" else None,
        "purposes": [SERVER if side == "server" else CLIENT],
        **changes,
    }
    return issue(settings.pop("subject", HOST if side == "server" else "partner"), **settings)


@functools.cache
def sound(side: Side) -> Made:
    return leaf(side)


def setup(
    side: Side = "server",
    pair: Made | None = None,
    *,
    chain: Sequence[Made] | None = None,
    trusted: Sequence[Made] | None = None,
    host: str = HOST,
) -> Case:
    """The sound set-up, but for what one side presents or what the other trusts of it."""
    other: Side = "client" if side == "server" else "server"
    presented = pair or sound(side)
    certificates = [each.certificate for each in chain] if chain is not None else None
    # Java sends the chain of a JKS as it is.
    keys = {
        side: dataclasses.replace(each, format=Format.JKS)
        for side, each in (
            (side, store(presented.pair(chain=certificates))),
            (other, store(sound(other).pair())),
        )
    }
    anchors = {other: trusted if trusted is not None else [root()], side: [root()]}
    return Case(
        client=party("client", keys["client"], trusting(*anchors["client"])),
        server=party("server", keys["server"], trusting(*anchors["server"])),
        code="",
        side=side,
        host=host,
    )


KINDS: dict[str, Callable[[], Case]] = {}


def kind(build: Callable[[], Case]) -> Callable[[], Case]:
    KINDS[build.__name__.strip("_").replace("_", " ")] = build
    return build


def both(build: Callable[[Side], Case]) -> None:
    """The same of either side."""
    name = build.__name__.strip("_").replace("_", " ")
    for side in ("server", "client"):
        KINDS[f"{side}: {name}"] = lambda side=side: build(side)  # type: ignore[misc]


#: Keys of every kind by their names.
_KEYS: dict[str, Callable[[], Any]] = {
    "rsa": lambda: new_key("rsa", 1),
    "ec": lambda: ec.generate_private_key(ec.SECP256R1()),
    "dsa": functools.cache(lambda: dsa.generate_private_key(2048)),
    "short dsa": functools.cache(lambda: dsa.generate_private_key(1024)),
    "p-192": lambda: ec.generate_private_key(ec.SECP192R1()),
    "p-224": lambda: ec.generate_private_key(ec.SECP224R1()),
    "p-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "secp256k1": lambda: ec.generate_private_key(ec.SECP256K1()),
    "brainpool": lambda: ec.generate_private_key(ec.BrainpoolP256R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
}


# --- what works ---


@both
def all_is_well(side: Side) -> Case:
    return setup(side)


@both
def key_for_rsa_pss(side: Side) -> Case:
    return setup(side, for_pss(leaf(side, key=new_key("rsa"))))


for _name, _make in (
    ("rsa 2048", lambda: new_key("rsa")),
    ("rsa 2047", lambda: rsa.generate_private_key(65537, 2047)),
    ("rsa 1024", lambda: rsa.generate_private_key(65537, 1024)),
    ("p-384", lambda: ec.generate_private_key(ec.SECP384R1())),
    ("p-521", lambda: ec.generate_private_key(ec.SECP521R1())),
    ("p-224", lambda: ec.generate_private_key(ec.SECP224R1())),
    ("secp256k1", lambda: ec.generate_private_key(ec.SECP256K1())),
    ("brainpool", lambda: ec.generate_private_key(ec.BrainpoolP256R1())),
    ("ed25519", ed25519.Ed25519PrivateKey.generate),
    ("ed448", ed448.Ed448PrivateKey.generate),
    ("dsa", _KEYS["dsa"]),
    ("short dsa", _KEYS["short dsa"]),
):
    for _side in ("server", "client"):
        KINDS[f"{_side}: key {_name}"] = lambda make_=_make, side_=_side: setup(  # type: ignore[misc]
            side_, leaf(side_, key=make_())
        )


@both
def key_with_explicit_parameters(side: Side) -> Case:
    return setup(side, with_explicit_curve(leaf(side)))


@both
def self_signed_and_exchanged(side: Side) -> Case:
    own = issue(HOST, sans=dns(HOST))
    return setup(side, own, trusted=[own])


@both
def leaf_of_a_ca_trusted(side: Side) -> Case:
    return setup(side, trusted=[sound(side)])


@both
def only_the_intermediate_trusted(side: Side) -> Case:
    return setup(side, trusted=[between()])


@both
def intermediate_not_sent_but_trusted_with_its_root(side: Side) -> Case:
    return setup(side, chain=[sound(side)], trusted=[root(), between()])


@both
def root_not_sent(side: Side) -> Case:
    return setup(side, chain=[sound(side), between()])


@both
def a_stranger_in_the_chain(side: Side) -> Case:
    return setup(side, chain=[sound(side), make("Stranger", ca=True), between(), root()])


@both
def intermediate_missing(side: Side) -> Case:
    return setup(side, chain=[sound(side)])


@both
def other_root_trusted(side: Side) -> Case:
    return setup(side, trusted=[make("Umbrella Root", ca=True)])


@both
def two_roots_of_one_name(side: Side) -> Case:
    return setup(side, trusted=[make("Acme Root", ca=True), root()])


@both
def nine_intermediates(side: Side) -> Case:
    return _long_chain(side, 7)


@both
def eleven_intermediates(side: Side) -> Case:
    return _long_chain(side, 11)


def _long_chain(side: Side, count: int) -> Case:
    top = root()
    for number in range(count):
        top = make(f"Level {number}", by=top, ca=True)
    return setup(side, leaf(side, top))


@both
def intermediates_out_of_order(side: Side) -> Case:
    low, high = _two_levels()
    own = leaf(side, low)
    return setup(side, own, chain=[own, high, low, root()])


@both
def root_before_the_intermediate(side: Side) -> Case:
    return setup(side, chain=[sound(side), root(), between()])


@both
def root_first_of_four(side: Side) -> Case:
    low, high = _two_levels()
    own = leaf(side, low)
    return setup(side, own, chain=[own, root(), low, high])


@both
def a_stranger_between_and_out_of_order(side: Side) -> Case:
    low, high = _two_levels()
    own = leaf(side, low)
    return setup(side, own, chain=[own, high, make("Stranger", ca=True), low])


@both
def an_intermediate_twice(side: Side) -> Case:
    return setup(side, chain=[sound(side), between(), between(), root()])


def _two_levels() -> tuple[Made, Made]:
    high = make("Acme High", by=root(), ca=True)
    return make("Acme Low", by=high, ca=True), high


# --- names of issuers ---


@both
def issuer_in_another_kind_of_string(side: Side) -> Case:
    top = issue(common("Acme Printable", kind=_ASN1Type.PrintableString), ca=True)
    own = leaf(side, top, issuer_name=common("Acme Printable"))
    return setup(side, own, trusted=[top])


@both
def issuer_in_another_case_and_spacing(side: Side) -> Case:
    top = issue(common("Acme  Spaced Root"), ca=True)
    own = leaf(side, top, issuer_name=common("ACME Spaced ROOT "))
    return setup(side, own, trusted=[top])


@both
def issuer_as_bmp_string(side: Side) -> Case:
    top = issue(common("Acme Wide", kind=_ASN1Type.BMPString), ca=True)
    own = leaf(side, top, issuer_name=common("Acme Wide"))
    return setup(side, own, trusted=[top])


@both
def issuer_with_another_name(side: Side) -> Case:
    top = issue(common("Acme One"), ca=True)
    return setup(side, leaf(side, top, issuer_name=common("Acme Two")), trusted=[top])


@both
def leaf_with_its_cas_name(side: Side) -> Case:
    top = issue(common("Same Name"), ca=True)
    return setup(side, leaf(side, top, subject=common("Same Name")), trusted=[top])


# --- generations ---


def _generations(first: tuple[int, int], second: tuple[int, int]) -> tuple[Made, Made]:
    key = new_key("ec")
    return (
        issue("Renewed Root", ca=True, key=key, days=first),
        issue("Renewed Root", ca=True, key=key, days=second),
    )


@both
def expired_and_renewed_root_trusted(side: Side) -> Case:
    old, new = _generations((-90, -5), (-10, 300))
    return setup(side, leaf(side, new), trusted=[old, new])


@both
def expired_root_first_older_valid_one_second(side: Side) -> Case:
    old, new = _generations((-40, -5), (-200, 300))
    return setup(side, leaf(side, new), trusted=[old, new])


@both
def renewed_root_sent_old_valid_one_trusted(side: Side) -> Case:
    old, new = _generations((-90, 100), (-10, 300))
    return setup(side, leaf(side, new), trusted=[old])


@both
def only_the_expired_root_trusted(side: Side) -> Case:
    old, new = _generations((-90, -5), (-10, 300))
    return setup(side, leaf(side, new), trusted=[old])


@both
def new_with_old_sent_old_root_trusted(side: Side) -> Case:
    old = issue("Rolling Root", ca=True)
    new_with_old = issue("Rolling Root", ca=True, by=old)
    return setup(side, leaf(side, new_with_old), trusted=[old])


@both
def old_with_new_sent_new_root_trusted(side: Side) -> Case:
    new = issue("Rolling Root", ca=True)
    old_with_new = issue("Rolling Root", ca=True, by=new)
    return setup(side, leaf(side, old_with_new), trusted=[new])


@both
def expired_and_renewed_intermediate_sent(side: Side) -> Case:
    old, new = _intermediates()
    own = leaf(side, new)
    return setup(side, own, chain=[own, old, new, root()])


@both
def renewed_and_expired_intermediate_sent(side: Side) -> Case:
    old, new = _intermediates()
    own = leaf(side, new)
    return setup(side, own, chain=[own, new, old, root()])


@both
def expired_and_good_intermediate_trusted(side: Side) -> Case:
    old, new = _intermediates()
    own = leaf(side, new)
    return setup(side, own, chain=[own], trusted=[root(), old, new])


@both
def only_the_expired_intermediate_sent(side: Side) -> Case:
    old, new = _intermediates()
    own = leaf(side, new)
    return setup(side, own, chain=[own, old, root()])


def _intermediates() -> tuple[Made, Made]:
    key = new_key("ec")
    return (
        issue("Bar Issuing CA", ca=True, by=root(), key=key, days=(-90, -5)),
        issue("Bar Issuing CA", ca=True, by=root(), key=key),
    )


def _crossed(days: tuple[int, int] = (-10, 300)) -> tuple[Made, Made, Made]:
    """An old root, the new root, and the new one's cross certificate by the old."""
    old, key = issue("Old Root", ca=True), new_key("ec")
    new = issue("New Root G2", ca=True, key=key)
    return old, new, issue("New Root G2", ca=True, key=key, by=old, days=days)


@both
def cross_certificate_sent_old_root_trusted(side: Side) -> Case:
    old, _, cross = _crossed()
    return setup(side, leaf(side, cross), trusted=[old])


@both
def cross_certificate_not_sent_old_root_trusted(side: Side) -> Case:
    old, new, _ = _crossed()
    return setup(side, leaf(side, new), trusted=[old])


@both
def cross_certificate_expired_old_root_trusted(side: Side) -> Case:
    old, _, cross = _crossed((-90, -5))
    return setup(side, leaf(side, cross), trusted=[old])


@both
def cross_certificate_expired_new_root_at_hand(side: Side) -> Case:
    old, new, cross = _crossed((-90, -5))
    own = leaf(side, cross)
    return setup(side, own, chain=[own, cross, new], trusted=[old])


@both
def cross_certificate_expired_new_root_trusted(side: Side) -> Case:
    _, new, cross = _crossed((-90, -5))
    return setup(side, leaf(side, cross), trusted=[new])


@both
def self_signed_renewed_same_key_old_trusted(side: Side) -> Case:
    key = new_key("ec")
    old, new = (issue(HOST, sans=dns(HOST), key=key, days=(days, 300)) for days in (-90, -10))
    return setup(side, new, trusted=[old])


@both
def leaf_renewed_same_key_old_trusted(side: Side) -> Case:
    key = new_key("ec")
    old, new = leaf(side, key=key, days=(-90, 100)), leaf(side, key=key)
    return setup(side, new, trusted=[old])


@both
def self_signed_renewed_other_key_old_trusted(side: Side) -> Case:
    old, new = issue(HOST, sans=dns(HOST), days=(-90, 100)), issue(HOST, sans=dns(HOST))
    return setup(side, new, trusted=[old])


# --- dates ---


@both
def leaf_expired(side: Side) -> Case:
    return setup(side, leaf(side, days=(-90, -5)))


@both
def leaf_not_yet_valid(side: Side) -> Case:
    return setup(side, leaf(side, days=(5, 90)))


@both
def exchanged_and_expired(side: Side) -> Case:
    own = issue(HOST, sans=dns(HOST), days=(-90, -5))
    return setup(side, own, trusted=[own])


@both
def root_expired(side: Side) -> Case:
    top = issue("Late Root", ca=True, days=(-90, -5))
    return setup(side, leaf(side, top), trusted=[top])


# --- identifiers ---


@both
def aki_of_another_key(side: Side) -> Case:
    wrong = x509.AuthorityKeyIdentifier(b"\x07" * 20, None, None)
    return setup(side, leaf(side, aki=wrong))


@both
def aki_of_another_serial(side: Side) -> Case:
    top = root()
    name = top.certificate.subject_name
    assert name is not None
    wrong = x509.AuthorityKeyIdentifier(None, [x509.DirectoryName(name)], 4711)
    return setup(side, leaf(side, aki=wrong))


@both
def aki_of_another_key_below_the_root(side: Side) -> Case:
    wrong = x509.AuthorityKeyIdentifier(b"\x07" * 20, None, None)
    return setup(side, leaf(side, root(), aki=wrong))


@both
def aki_of_another_serial_below_the_root(side: Side) -> Case:
    name = root().certificate.subject_name
    assert name is not None
    wrong = x509.AuthorityKeyIdentifier(None, [x509.DirectoryName(name)], 4711)
    return setup(side, leaf(side, root(), aki=wrong))


@both
def aki_with_the_right_issuer_and_serial(side: Side) -> Case:
    above = between().certificate
    name = above.issuer_name
    assert name is not None
    right = x509.AuthorityKeyIdentifier(None, [x509.DirectoryName(name)], int(above.serial, 16))
    return setup(side, leaf(side, aki=right))


@both
def no_identifiers_at_all(side: Side) -> Case:
    top = issue("Plain Root", ca=True, without=[SKI, AKI])
    return setup(side, leaf(side, top, without=[SKI, AKI]), trusted=[top])


# --- CAs and their limits ---


@both
def path_length_of_an_intermediate_exceeded(side: Side) -> Case:
    upper = issue("Upper", ca=True, by=root(), path_length=0)
    return setup(side, leaf(side, issue("Lower", ca=True, by=upper)))


@both
def path_length_of_the_root_exceeded(side: Side) -> Case:
    top = issue("Short Root", ca=True, path_length=0)
    return setup(side, leaf(side, issue("Lower", ca=True, by=top)), trusted=[top])


@both
def path_length_with_a_self_issued_ca(side: Side) -> Case:
    top = issue("Rolling", ca=True)
    upper = issue("Limited", ca=True, by=top, path_length=0)
    own = issue("Limited", ca=True, by=upper)
    return setup(side, leaf(side, own), trusted=[top])


@both
def issued_by_no_ca(side: Side) -> Case:
    return setup(side, leaf(side, issue("No CA", by=root())))


@both
def root_says_it_is_no_ca(side: Side) -> Case:
    top = issue("No CA at all")
    return setup(side, leaf(side, top), trusted=[top])


@both
def root_without_basic_constraints(side: Side) -> Case:
    top = issue("Bare Root", without=[BASIC])
    return setup(side, leaf(side, top), trusted=[top])


@both
def ca_may_not_sign_certificates(side: Side) -> Case:
    upper = issue("Not Signing", ca=True, by=root(), key_usage=usage("digital_signature"))
    return setup(side, leaf(side, upper))


@both
def root_may_not_sign_certificates(side: Side) -> Case:
    top = issue("Not Signing Root", ca=True, key_usage=usage("digital_signature"))
    return setup(side, leaf(side, top), trusted=[top])


@both
def ca_for_another_purpose(side: Side) -> Case:
    other = CLIENT if side == "server" else SERVER
    return setup(side, leaf(side, issue("Purposeful", ca=True, by=root(), purposes=[other])))


@both
def root_for_another_purpose(side: Side) -> Case:
    top = issue("Purposeful Root", ca=True, purposes=[CLIENT if side == "server" else SERVER])
    return setup(side, leaf(side, top), trusted=[top])


# --- name constraints ---


def _limited(side: Side, limits: x509.NameConstraints, *, at_root: bool = False,
             own: Callable[[Made], Made] | None = None) -> Case:  # fmt: skip
    top = issue("Limiting", ca=True, extra=[(limits, True)], by=None if at_root else root())
    made = own(top) if own is not None else leaf(side, top)
    return setup(side, made, trusted=[top if at_root else root()])


@kind
def name_permitted() -> Case:
    return _limited("server", x509.NameConstraints(dns(HOST), None))


@kind
def name_not_permitted() -> Case:
    return _limited("server", x509.NameConstraints(dns("other.example"), None))


@kind
def name_excluded() -> Case:
    return _limited("server", x509.NameConstraints(None, dns(HOST)))


@kind
def name_not_permitted_by_the_root() -> Case:
    return _limited("server", x509.NameConstraints(dns("other.example"), None), at_root=True)


@both
def directory_name_not_permitted(side: Side) -> Case:
    limits = x509.NameConstraints([x509.DirectoryName(common("Somebody"))], None)
    return _limited(side, limits)


@both
def constraint_on_a_common_name(side: Side) -> Case:
    limits = x509.NameConstraints(dns("other.example"), None)
    return _limited(
        side, limits, own=lambda top: leaf(side, top, subject="www.acme.example", sans=None)
    )


@both
def constraint_on_another_kind_of_name(side: Side) -> Case:
    limits = x509.NameConstraints([x509.RFC822Name("acme.example")], None)
    return _limited(side, limits)


@both
def constraint_on_an_other_name(side: Side) -> Case:
    other = x509.OtherName(x509.ObjectIdentifier("1.2.3.4"), b"\x0c\x01a")
    limits = x509.NameConstraints(None, [other])
    names: list[x509.GeneralName] = [*dns(HOST), other]
    return _limited(side, limits, own=lambda top: leaf(side, top, sans=names))


# --- critical extensions ---

_STRANGE = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.55555.1"), b"\x05\x00")


@both
def critical_extension_of_the_leaf(side: Side) -> Case:
    return setup(side, leaf(side, extra=[(_STRANGE, True)]))


@both
def critical_extension_of_an_intermediate(side: Side) -> Case:
    return setup(side, leaf(side, issue("Strange", ca=True, by=root(), extra=[(_STRANGE, True)])))


@both
def critical_extension_of_the_root(side: Side) -> Case:
    top = issue("Strange Root", ca=True, extra=[(_STRANGE, True)])
    return setup(side, leaf(side, top), trusted=[top])


@both
def critical_subject_key_identifier(side: Side) -> Case:
    key = new_key("ec")
    value = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return setup(side, leaf(side, key=key, without=[SKI], extra=[(value, True)]))


@both
def critical_authority_information_access(side: Side) -> Case:
    place = x509.UniformResourceIdentifier("http://ca.example/")
    value = x509.AuthorityInformationAccess(
        [x509.AccessDescription(x509.AuthorityInformationAccessOID.CA_ISSUERS, place)]
    )
    return setup(side, leaf(side, extra=[(value, True)]))


# --- purposes ---


@both
def no_purposes_named(side: Side) -> Case:
    return setup(side, leaf(side, purposes=None))


@both
def for_the_other_side_only(side: Side) -> Case:
    return setup(side, leaf(side, purposes=[CLIENT if side == "server" else SERVER]))


@both
def for_mail_only(side: Side) -> Case:
    return setup(side, leaf(side, purposes=[ExtendedKeyUsageOID.EMAIL_PROTECTION]))


@both
def for_any_purpose(side: Side) -> Case:
    return setup(side, leaf(side, purposes=[ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE]))


@both
def key_usage_digital_signature(side: Side) -> Case:
    return setup(side, leaf(side, key_usage=usage("digital_signature")))


@both
def key_usage_encipherment_only(side: Side) -> Case:
    return setup(side, leaf(side, key=new_key("rsa"), key_usage=usage("key_encipherment")))


@both
def key_usage_agreement_only(side: Side) -> Case:
    return setup(side, leaf(side, key_usage=usage("key_agreement")))


@both
def key_usage_non_repudiation_only(side: Side) -> Case:
    return setup(side, leaf(side, key_usage=usage("content_commitment")))


@both
def netscape_type_of_the_other_side(side: Side) -> Case:
    bits = bytes((3, 2, 6, 0x80 if side == "server" else 0x40))
    value = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.16.840.1.113730.1.1"), bits)
    return setup(side, leaf(side, extra=[(value, False)]))


@both
def exchanged_for_the_other_side_only(side: Side) -> Case:
    own = issue(HOST, sans=dns(HOST), purposes=[CLIENT if side == "server" else SERVER])
    return setup(side, own, trusted=[own])


@both
def policy_required_and_absent(side: Side) -> Case:
    wanted = x509.PolicyConstraints(require_explicit_policy=0, inhibit_policy_mapping=None)
    return setup(side, leaf(side, issue("Policies", ca=True, by=root(), extra=[(wanted, True)])))


@both
def no_subject_and_san_not_critical(side: Side) -> Case:
    return setup(side, leaf(side, subject=x509.Name([]), sans=dns(HOST)))


@both
def no_subject_and_san_critical(side: Side) -> Case:
    return setup(side, leaf(side, subject=x509.Name([]), sans=dns(HOST), san_critical=True))


# --- signatures and sizes ---


def _signed(side: Side, place: str, kind: str, hash_: str) -> Case:
    """A chain of which one certificate, ``place``, is signed with that kind of key and hash."""
    top = issue("Signing Root", ca=True, key=_KEYS[kind]())
    upper = issue("Signing CA", ca=True, by=top, key=_KEYS[kind]())
    name, pss = hash_.removesuffix(" pss").replace("-", "_"), hash_.endswith(" pss")
    if place == "root":
        top = signed_with(top, name, pss=pss)
        upper = dataclasses.replace(upper, issuer=top)
    if place == "intermediate":
        upper = signed_with(upper, name, pss=pss)
    own = leaf(side, upper)
    if place == "leaf":
        own = signed_with(own, name, pss=pss)
    if place == "itself":
        own = signed_with(issue(HOST, sans=dns(HOST), key=_KEYS[kind]()), name, pss=pss)
        return setup(side, own, trusted=[own])
    return setup(side, own, trusted=[top])


def _ca_key(side: Side, place: str, kind: str) -> Case:
    """A chain of sound certificates, one of whose CAs has a key of that kind."""
    upper = issue("Keyed Root", ca=True, key=_KEYS[kind]() if place == "root" else None)
    between_ = issue(
        "Keyed CA", ca=True, by=upper, key=_KEYS[kind]() if place == "intermediate" else None
    )
    return setup(side, leaf(side, between_), trusted=[upper])


for _place in ("leaf", "intermediate", "root", "itself"):
    for _number, (_kind, _hash) in enumerate(
        (
            ("rsa", "MD5"),
            ("rsa", "SHA1"),
            ("ec", "SHA1"),
            ("rsa", "SHA1 pss"),
            ("rsa", "SHA224"),
            ("ec", "SHA224"),
            ("rsa", "SHA224 pss"),
            ("rsa", "SHA512-256"),
            ("rsa", "SHA512-224"),
            ("rsa", "SHA3-256"),
            ("ec", "SHA3-256"),
            ("rsa", "SHA512"),
            ("dsa", "SHA1"),
            ("dsa", "SHA256"),
        )
    ):
        if _kind == "dsa" and _place == "itself":
            continue
        # On either side in turn: the rule is one.
        _side = ("server", "client")[_number % 2]
        _name = f"{_side}: {_place} signed by {_kind} with {_hash}".lower()
        KINDS[_name] = lambda s=_side, p=_place, k=_kind, h=_hash: _signed(s, p, k, h)  # type: ignore[misc]

for _number, _kind in enumerate(_KEYS):
    for _side, _place in zip(
        ("server", "client"),
        (("intermediate", "root"), ("root", "intermediate"))[_number % 2],
        strict=True,
    ):
        KINDS[f"{_side}: {_place} on {_kind}"] = lambda s=_side, p=_place, k=_kind: _ca_key(s, p, k)  # type: ignore[misc]


@both
def extensions_in_version_1(side: Side) -> Case:
    return setup(side, altered(leaf(side), lambda fields: fields.pop(0) and None))


@both
def extensions_in_version_2(side: Side) -> Case:
    def change(fields: list[bytes]) -> None:
        fields[0] = bytes.fromhex("a003020101")

    return setup(side, altered(leaf(side), change))


@both
def signed_with_sha_1(side: Side) -> Case:
    top = make("Old Ways", by=root(), ca=True, kind="rsa")
    own = make(HOST, by=top, signed_with="sha1", usages=[SERVER, CLIENT])
    return setup(side, own)


@kind
def a_thousand_names() -> Case:
    names = dns(HOST, *(f"host-{number}.department.acme.example" for number in range(1000)))
    return setup("server", leaf("server", sans=names))


@kind
def trusting_more_than_64_kib_of_names() -> Case:
    text = "A rather long name of an organization that goes on and on "
    others = [make(f"{text}{number}", ca=True) for number in range(1000)]
    return setup("client", trusted=[root(), *others])


# --- encodings that break a rule ---


@both
def t61_umlaut_in_the_cas_name(side: Side) -> Case:
    return _odd(side, 0x14, "Müller".encode("latin-1"))


@both
def printable_string_with_an_ampersand(side: Side) -> Case:
    return _odd(side, 0x13, b"Wells & Co")


@both
def ia5_string_with_latin_1(side: Side) -> Case:
    return _odd(side, 0x16, "Müller".encode("latin-1"))


def _odd(side: Side, tag: int, value: bytes) -> Case:
    name = tlv(0x30, tlv(0x31, tlv(0x30, bytes.fromhex("0603550403"), tlv(tag, value))))

    def rename(*places: int) -> Callable[[list[bytes]], None]:
        def change(fields: list[bytes]) -> None:
            for each in places:
                fields[each] = name

        return change

    top = altered(issue("Odd Root", ca=True), rename(SUBJECT, ISSUER))
    aki = x509.AuthorityKeyIdentifier.from_issuer_public_key(top.key.public_key())
    unnamed = dataclasses.replace(issue("x", ca=True), key=top.key)
    own = dataclasses.replace(altered(leaf(side, unnamed, aki=aki), rename(ISSUER)), issuer=top)
    return setup(side, own, trusted=[top])


@both
def time_with_a_fraction(side: Side) -> Case:
    def change(fields: list[bytes]) -> None:
        start, _ = pieces(fields[VALIDITY])
        fields[VALIDITY] = tlv(0x30, start, tlv(0x18, b"20491231235959.5Z"))

    return setup(side, altered(leaf(side), change))


@both
def time_without_seconds(side: Side) -> Case:
    def change(fields: list[bytes]) -> None:
        start, _ = pieces(fields[VALIDITY])
        fields[VALIDITY] = tlv(0x30, start, tlv(0x17, b"4912312359Z"))

    return setup(side, altered(leaf(side), change))


@both
def padded_serial_number(side: Side) -> Case:
    def change(fields: list[bytes]) -> None:
        fields[SERIAL] = tlv(2, bytes.fromhex("0000112233"))

    return setup(side, altered(leaf(side), change))


@both
def truth_value_of_one(side: Side) -> Case:
    def change(fields: list[bytes]) -> None:
        fields[EXTENSIONS] = fields[EXTENSIONS].replace(b"\x01\x01\xff", b"\x01\x01\x01")

    return setup(side, altered(leaf(side, extra=[]), change))


@both
def extension_twice(side: Side) -> Case:
    def change(fields: list[bytes]) -> None:
        (listed,) = pieces(fields[EXTENSIONS])
        each = pieces(listed)
        fields[EXTENSIONS] = tlv(0xA3, tlv(0x30, *each, each[-1]))

    return setup(side, altered(leaf(side), change))


@both
def authority_information_access_that_cannot_be_read(side: Side) -> Case:
    value = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.5.5.7.1.1"), b"\x04\x03abc")
    return setup(side, leaf(side, extra=[(value, False)]))


@both
def key_identifier_that_cannot_be_read(side: Side) -> Case:
    value = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.14"), b"\x30\x03abc")
    return setup(side, leaf(side, without=[SKI], extra=[(value, False)]))


# --- hosts ---


def _host(name: str, host: str, *sans: str | x509.GeneralName, subject: str = "server") -> None:
    names = [x509.DNSName(each) if isinstance(each, str) else each for each in sans]
    KINDS[f"host: {name}"] = lambda: setup(
        "server", leaf("server", subject=subject, sans=names), host=host
    )


def _address(text: str) -> x509.IPAddress:
    return x509.IPAddress(ipaddress.ip_address(text))


_host("exact", HOST, HOST)
_host("in capitals", "LOCALHOST", HOST)
_host("another", HOST, "elsewhere.example")
_host("none at all", HOST)
_host("exact beside *.local", "server.example", "server.example", "*.local")
_host("exact beside an asterisk", "server.example", "server.example", "*")
_host("exact beside one in the middle", "server.example", "server.example", "a.*.example")
_host("exact beside two asterisks", "server.example", "server.example", "*.*.example")
_host("exact beside *.example", "server.example", "server.example", "*.example")
_host("exact beside an asterisk in a label", "server.example", "server.example", "s*.example")
_host("wildcard", "api.apps.example", "*.apps.example")
_host("wildcard, two labels below", "a.api.apps.example", "*.apps.example")
_host("wildcard, the domain itself", "apps.example", "*.apps.example")
_host("wildcard over an IDN label", "xn--bcher-kva.apps.example", "*.apps.example")
_host("wildcard in an IDN label", "xn--bcher-kva.apps.example", "xn--*.apps.example")
_host("wildcard in the A-label", "xn--bcher-kva.apps.example", "x*.apps.example")
_host("wildcard in the letters of an A-label", "xn--bcher-kva.apps.example", "b*.apps.example")
_host("wildcard within a label", "api7.apps.example", "api*.apps.example")
_host("wildcard in the middle", "a.api.example", "a.*.example")
_host("wildcard over an underscore", "my_host.apps.example", "*.apps.example")
_host("wildcard of one label", "host.local", "*.local")
_host("underscore", "my_host.example", "my_host.example")
_host("dot at the end", "localhost.", HOST)
_host("dot at the end of both", "localhost.", "localhost.")
_host("common name only", HOST, subject=HOST)
_host("wildcard in the common name only", "api.apps.example", subject="*.apps.example")
_host("common name, addresses beside", HOST, _address("10.1.2.3"), subject=HOST)
_host("common name, other names beside", HOST, "elsewhere.example", subject=HOST)
_host("common name, mail beside", HOST, x509.RFC822Name("ops@acme.example"), subject=HOST)
_host("address", "127.0.0.1", _address("127.0.0.1"))
_host("address of IPv6", "::1", _address("::1"))
_host("another address", "127.0.0.1", _address("10.1.2.3"))
_host("address as a name", "127.0.0.1", "127.0.0.1")
_host("address as a common name", "127.0.0.1", subject="127.0.0.1")
_host("address as a name and as it should be", "127.0.0.1", "127.0.0.1", _address("127.0.0.1"))


# --- siblings of the above: the same rules at other places ---


def _authority(*fields: bytes) -> tuple[x509.ExtensionType, bool]:
    """An authority key identifier with any of its fields, which the library would not make."""
    value = tlv(0x30, *fields)
    return x509.UnrecognizedExtension(x509.AuthorityKeyIdentifier.oid, value), False


def _key_field(of: Made) -> bytes:
    return tlv(0x80, x509.SubjectKeyIdentifier.from_public_key(of.key.public_key()).digest)


def _issuer_field(text: str) -> bytes:
    return tlv(0xA1, tlv(0xA4, common(text).public_bytes()))


@both
def aki_with_an_issuer_and_no_serial(side: Side) -> Case:
    extra = [_authority(_key_field(between()), _issuer_field("Acme Root"))]
    return setup(side, leaf(side, without=[AKI], extra=extra))


@both
def aki_with_a_serial_and_no_issuer(side: Side) -> Case:
    serial = tlv(0x82, bytes.fromhex(f"0{between().certificate.serial}"[-40:].zfill(40)))
    return setup(side, leaf(side, without=[AKI], extra=[_authority(_key_field(between()), serial)]))


@both
def aki_of_a_root_with_an_issuer_and_no_serial(side: Side) -> Case:
    key = new_key("ec")
    own = Made(certificate=root().certificate, key=key, issuer=None)
    extra = [_authority(_key_field(own), _issuer_field("Somebody"))]
    top = issue("Odd Root", ca=True, key=key, without=[AKI], extra=extra)
    return setup(side, leaf(side, top), trusted=[top])


@both
def aki_that_is_empty(side: Side) -> Case:
    return setup(side, leaf(side, without=[AKI], extra=[_authority()]))


@both
def intermediate_not_yet_valid(side: Side) -> Case:
    return setup(side, leaf(side, issue("Early", ca=True, by=root(), days=(5, 300))))


@both
def root_not_yet_valid(side: Side) -> Case:
    top = issue("Early Root", ca=True, days=(5, 300))
    return setup(side, leaf(side, top), trusted=[top])


@both
def exchanged_and_not_yet_valid(side: Side) -> Case:
    own = issue(HOST, sans=dns(HOST), days=(5, 300))
    return setup(side, own, trusted=[own])


@both
def leaf_that_is_a_ca(side: Side) -> Case:
    return setup(side, leaf(side, ca=True))


@both
def intermediate_without_basic_constraints(side: Side) -> Case:
    return setup(side, leaf(side, issue("Bare", by=root(), without=[BASIC])))


@both
def intermediate_for_any_purpose(side: Side) -> Case:
    anything = [ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE]
    return setup(side, leaf(side, issue("Any", ca=True, by=root(), purposes=anything)))


@both
def intermediate_for_mail_only(side: Side) -> Case:
    mail = [ExtendedKeyUsageOID.EMAIL_PROTECTION]
    return setup(side, leaf(side, issue("Mail", ca=True, by=root(), purposes=mail)))


@both
def for_code_signing_only(side: Side) -> Case:
    return setup(side, leaf(side, purposes=[ExtendedKeyUsageOID.CODE_SIGNING]))


@both
def for_mail_and_any_purpose(side: Side) -> Case:
    both_ = [ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE]
    return setup(side, leaf(side, purposes=both_))


@both
def key_usage_for_signing_certificates_only(side: Side) -> Case:
    return setup(side, leaf(side, key_usage=usage("key_cert_sign")))


@both
def unknown_extension_that_is_not_critical(side: Side) -> Case:
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5.6"), b"\x05\x00")
    return setup(side, leaf(side, extra=[(unknown, False)]))


@both
def intermediate_of_1024_bits(side: Side) -> Case:
    key = rsa.generate_private_key(65537, 1024)
    return setup(side, leaf(side, issue("Short", ca=True, by=root(), key=key)))


@both
def root_of_1024_bits(side: Side) -> Case:
    top = issue("Short Root", ca=True, key=rsa.generate_private_key(65537, 1024))
    return setup(side, leaf(side, top), trusted=[top])


@both
def the_root_is_sent_too(side: Side) -> Case:
    return setup(side, chain=[sound(side), between(), root()])


@both
def the_leaf_is_sent_twice(side: Side) -> Case:
    return setup(side, chain=[sound(side), sound(side), between()])


@both
def an_expired_stranger_at_the_end(side: Side) -> Case:
    stranger = issue("Stranger", ca=True, days=(-90, -30))
    return setup(side, chain=[sound(side), between(), stranger])


@both
def two_intermediates_of_one_name_the_wrong_one_first(side: Side) -> Case:
    wrong = issue("Acme Issuing", ca=True, by=root())
    return setup(side, chain=[sound(side), wrong, between()])


@both
def serial_number_of_zero(side: Side) -> Case:
    def change(fields: list[bytes]) -> None:
        fields[SERIAL] = tlv(2, b"\x00")

    return setup(side, altered(leaf(side), change))


@both
def negative_serial_number(side: Side) -> Case:
    def change(fields: list[bytes]) -> None:
        fields[SERIAL] = tlv(2, b"\x80\x11\x22")

    return setup(side, altered(leaf(side), change))


@both
def serial_number_of_24_bytes(side: Side) -> Case:
    def change(fields: list[bytes]) -> None:
        fields[SERIAL] = tlv(2, b"\x11" * 24)

    return setup(side, altered(leaf(side), change))


@both
def valid_until_the_year_9999(side: Side) -> Case:
    def change(fields: list[bytes]) -> None:
        start, _ = pieces(fields[VALIDITY])
        fields[VALIDITY] = tlv(0x30, start, tlv(0x18, b"99991231235959Z"))

    return setup(side, altered(leaf(side), change))


@both
def generalized_time_before_2050(side: Side) -> Case:
    def change(fields: list[bytes]) -> None:
        start, _ = pieces(fields[VALIDITY])
        fields[VALIDITY] = tlv(0x30, start, tlv(0x18, b"20401231235959Z"))

    return setup(side, altered(leaf(side), change))


@both
def time_with_an_offset(side: Side) -> Case:
    def change(fields: list[bytes]) -> None:
        start, _ = pieces(fields[VALIDITY])
        fields[VALIDITY] = tlv(0x30, start, tlv(0x17, b"491231235959+0100"))

    return setup(side, altered(leaf(side), change))


# --- siblings: names of which some cannot be read, and purposes, points and signatures ---


def _names(name: str, *fields: bytes, tail: bytes = b"", critical: bool = False,
           subject: str = "server") -> None:  # fmt: skip
    value = tlv(0x30, *fields) + tail
    KINDS[f"host: exact beside {name}"] = lambda: setup(
        "server",
        leaf("server", subject=subject, sans=None, extra=[_raw("2.5.29.17", value, critical)]),
    )


def _raw(oid: str, value: bytes, critical: bool = False) -> tuple[x509.ExtensionType, bool]:
    return x509.UnrecognizedExtension(x509.ObjectIdentifier(oid), value), critical


_EXACT = tlv(0x82, HOST.encode())
_names("one in latin-1", _EXACT, tlv(0x82, "b\xfccher.example".encode("latin-1")))
_names("an x400 address", _EXACT, tlv(0xA3, tlv(0x30)))
_names("an address of five bytes", _EXACT, tlv(0x87, bytes(5)))
_names("an address of eight bytes", _EXACT, tlv(0x87, bytes(8)))
_names("an empty uri", _EXACT, tlv(0x86, b""))
_names("a uri with blanks", _EXACT, tlv(0x86, b"not a uri"))
_names("a uri without a scheme", _EXACT, tlv(0x86, b"/path"))
_names("an empty mail address", _EXACT, tlv(0x81, b""))
_names("a mail address without a host", _EXACT, tlv(0x81, b"somebody"))
_names("bytes behind the list", _EXACT, tail=b"\0\0")
_names("a kind that does not exist", _EXACT, tlv(0x89, b"x"))
_host("hyphen at the start", "-a.example", "-a.example")
_host("hyphen at the end", "a-.example", "a-.example")
_host("address of IPv4 within IPv6", "127.0.0.1", _address("::ffff:127.0.0.1"))


def _purposes(name: str, *oids: str) -> None:
    named = [x509.ObjectIdentifier(each) for each in oids]
    for side in ("server", "client"):
        KINDS[f"{side}: purposes {name}"] = lambda side=side: setup(  # type: ignore[misc]
            side, leaf(side, purposes=named)
        )


_purposes("of netscape for servers", "2.16.840.1.113730.4.1")
_purposes("of microsoft for servers", "1.3.6.1.4.1.311.10.3.3")
_purposes("of netscape and client", "2.16.840.1.113730.4.1", CLIENT.dotted_string)


@both
def purposes_that_are_an_empty_list(side: Side) -> Case:
    return setup(side, leaf(side, purposes=None, extra=[_raw("2.5.29.37", b"\x30\x00")]))


@both
def purposes_that_are_no_list(side: Side) -> Case:
    return setup(side, leaf(side, purposes=None, extra=[_raw("2.5.29.37", b"\4\2\7\x80")]))


@both
def purposes_that_are_a_list_of_something_else(side: Side) -> Case:
    return setup(side, leaf(side, purposes=None, extra=[_raw("2.5.29.37", b"\x30\2\5\0")]))


@both
def netscape_type_that_is_critical(side: Side) -> Case:
    return setup(side, leaf(side, extra=[_raw("2.16.840.1.113730.1.1", b"\3\2\0\xc0", True)]))


@both
def critical_crl_distribution_points(side: Side) -> Case:
    place = tlv(0x30, tlv(0x30, tlv(0xA0, tlv(0xA0, tlv(0x86, b"http://ca.example/x.crl")))))
    return setup(side, leaf(side, extra=[_raw("2.5.29.31", place, True)]))


@both
def point_that_is_compressed(side: Side) -> Case:
    made = leaf(side)
    point = made.key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)

    def change(fields: list[bytes]) -> None:
        algorithm, _ = pieces(fields[KEY])
        fields[KEY] = tlv(0x30, algorithm, tlv(3, b"\0", point))

    return setup(side, altered(made, change))


@both
def ca_with_explicit_parameters(side: Side) -> Case:
    top = with_explicit_curve(issue("Explicit CA", ca=True, by=root()))
    return setup(side, leaf(side, dataclasses.replace(top, key=top.key.key)))


def damaged(made: Made) -> Made:
    """The same certificate with one bit of its signature changed."""
    der = made.certificate.der[:-1] + bytes((made.certificate.der[-1] ^ 1,))
    return dataclasses.replace(made, certificate=Certificate(der))


@both
def signature_that_was_damaged(side: Side) -> Case:
    return setup(side, damaged(leaf(side)))


@both
def two_signature_algorithms(side: Side) -> Case:
    def change(fields: list[bytes]) -> None:
        fields[SERIAL + 1] = bytes.fromhex("300a06082a8648ce3d040303")

    return setup(side, altered(leaf(side), change))


@both
def ca_renewed_with_its_key_and_presented(side: Side) -> Case:
    old = issue(HOST, sans=dns(HOST), ca=True)
    return setup(side, issue(HOST, sans=dns(HOST), ca=True, key=old.key), trusted=[old])


@both
def name_with_a_tab_for_a_blank(side: Side) -> Case:
    top = issue("Acme CA", ca=True, by=root())
    return setup(side, leaf(side, top, issuer_name=common("Acme\tCA")))


@both
def name_with_turkish_letters_in_another_case(side: Side) -> Case:
    top = issue("ışık ca", ca=True, by=root())
    return setup(side, leaf(side, top, issuer_name=common("IŞIK CA")))


@both
def version_1_written_out(side: Side) -> Case:
    def change(fields: list[bytes]) -> None:
        fields[0] = bytes.fromhex("a003020100")

    return setup(side, altered(leaf(side), change))


@both
def day_that_february_does_not_have(side: Side) -> Case:
    def change(fields: list[bytes]) -> None:
        start, _ = pieces(fields[VALIDITY])
        fields[VALIDITY] = tlv(0x30, start, tlv(0x17, b"490230000000Z"))

    return setup(side, altered(leaf(side), change))


@both
def time_without_a_zone(side: Side) -> Case:
    def change(fields: list[bytes]) -> None:
        start, _ = pieces(fields[VALIDITY])
        fields[VALIDITY] = tlv(0x30, start, tlv(0x17, b"491231235959"))

    return setup(side, altered(leaf(side), change))


def _policy(oid: str) -> tuple[x509.ExtensionType, bool]:
    return x509.CertificatePolicies(
        [x509.PolicyInformation(x509.ObjectIdentifier(oid), None)]
    ), False


_REQUIRED: tuple[x509.ExtensionType, bool] = (x509.PolicyConstraints(0, None), True)


@both
def policy_required_and_another_given(side: Side) -> Case:
    top = issue("Policy CA", ca=True, by=root(), extra=[_REQUIRED, _policy("1.2.3")])
    return setup(side, leaf(side, top, extra=[_policy("1.2.4")]))


@both
def policy_required_and_the_same_given(side: Side) -> Case:
    top = issue("Policy CA", ca=True, by=root(), extra=[_REQUIRED, _policy("1.2.3")])
    return setup(side, leaf(side, top, extra=[_policy("1.2.3")]))


@both
def any_policy_where_it_is_inhibited(side: Side) -> Case:
    limits = [_REQUIRED, _policy("1.2.3"), (x509.InhibitAnyPolicy(0), True)]
    top = issue("Policy CA", ca=True, by=root(), extra=limits)
    return setup(side, leaf(side, top, extra=[_policy("2.5.29.32.0")]))


@both
def policy_required_by_the_leaf_itself(side: Side) -> Case:
    return setup(side, leaf(side, extra=[_REQUIRED]))


@kind
def constraint_with_a_dot_on_the_domain_itself() -> Case:
    return _limited("server", x509.NameConstraints(dns(f".{HOST}"), None))


@kind
def constraint_on_a_mail_address_in_the_subject() -> Case:
    subject = x509.Name([
        x509.NameAttribute(NameOID.COMMON_NAME, "partner"),
        x509.NameAttribute(NameOID.EMAIL_ADDRESS, "me@other.example"),
    ])  # fmt: skip
    limits = x509.NameConstraints([x509.RFC822Name("acme.example")], None)
    return _limited("client", limits, own=lambda top: leaf("client", top, subject=subject))


@both
def seventeen_intermediates(side: Side) -> Case:
    return _long_chain(side, 17)


@both
def intermediate_with_bytes_behind_its_constraints(side: Side) -> Case:
    limits = _raw("2.5.29.19", bytes.fromhex("30030101ff0500"), critical=True)
    return setup(side, leaf(side, issue("Tail", by=root(), without=[BASIC], extra=[limits])))

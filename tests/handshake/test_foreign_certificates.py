"""Certificates as other programs write them: read as Java and OpenSSL read them, and told so.

The files in ``data/foreign`` replay public reports; the siblings are made here.
"""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509

from handfast.cli.main import main
from handfast.core.certificates.certificate import Certificate
from handfast.core.name_matching import java_name_key, name_key
from handfast.handshake.live.probing import Target, probe
from handfast.handshake.report.party import Party, PartyStore
from handfast.services.paths.building import fits
from tests.handshake.making import HOST, make, trusting
from tests.handshake.peers.kinds import AKI, SKI, common, issue, leaf
from tests.handshake.peers.strange import (
    EXTENSIONS,
    SERIAL,
    SUBJECT,
    VALIDITY,
    altered,
    pieces,
    tlv,
)
from tests.handshake.test_silent_refusals import serving
from tests.support.tools import program

if TYPE_CHECKING:
    from collections.abc import Callable

FOREIGN = Path(__file__).parents[1] / "data" / "foreign"


@pytest.fixture
def password(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text("changeme1\n")
    return path


def rehearsed(capsys: Any, password: Path, keys: str, trust: str) -> dict[str, Any]:
    held, trusted = FOREIGN / keys, FOREIGN / trust
    main(["rehearse", "--client", str(held), "--server", str(held), "--client-trust", str(trusted),
          "--server-trust", str(trusted), "--password-file", str(password), "--json"])  # fmt: skip
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize(
    ("keys", "trust"),
    [
        ("t61-umlaut.p12", "t61-umlaut.pem"),
        ("t61-issuer-mix.p12", "t61-issuer-mix.p12"),
        ("printable-star.p12", "printable-star.pem"),
        ("ca-amp.p12", "ca-amp-ca.pem"),
        ("ia5-latin1.p12", "ia5-latin1.p12"),
        ("bool-01.p12", "bool-01.p12"),
        ("same-dn-leaf-and-ca.p12", "same-dn-ca.pem"),
    ],
)
def test_it_works_as_with_the_programs(capsys: Any, password: Path, keys: str, trust: str) -> None:
    report = rehearsed(capsys, password, keys, trust)
    assert report["ok"], report


@pytest.mark.parametrize("keys", ["gentime-fraction.p12", "utctime-nosec.p12", "dup-ext.p12"])
def test_who_refuses_is_told(capsys: Any, password: Path, keys: str) -> None:
    report = rehearsed(capsys, password, keys, keys)
    codes = [each["code"] for each in report["causes"]]
    assert set(codes) == {"wrong-format"}, report["causes"]
    told = report["causes"][0]["message"]
    assert ("Java accepts it" in told) is (keys != "dup-ext.p12")


@pytest.mark.parametrize(
    ("chain", "host"), [("printable-star", "a.example.com"), ("ca-amp-leaf", "server.example")]
)
def test_a_probe_of_such_a_server_ends_with_a_verdict(chain: str, host: str) -> None:
    command = [program("openssl"), "s_server", "-accept", "localhost:0", "-cert",
               FOREIGN / f"{chain}.pem", "-key", FOREIGN / "probe-server.key", "-rev"]  # fmt: skip
    trust = "ca-amp-ca.pem" if chain == "ca-amp-leaf" else f"{chain}.pem"
    text = (FOREIGN / trust).read_text()
    blocks = re.findall("-----BEGIN CERTIFICATE-----(.*?)-----END", text, re.DOTALL)
    anchors = [Certificate(base64.b64decode(each)) for each in blocks]
    with serving(command) as port:
        report = probe(
            Target(host="127.0.0.1", port=port, hostname=host),
            Party(side="client", trust=PartyStore(store=trusting(*anchors))),
        )
    # The one names its host in the common name only, where browsers do not look.
    wanted = [] if chain == "ca-amp-leaf" else ["host-mismatch"]
    assert [each.code for each in report.causes] == wanted
    assert report.presented


# --- siblings ------------------------------------------------------------------------------------


def _subject(tag: int, value: bytes) -> Callable[[list[bytes]], None]:
    def change(fields: list[bytes]) -> None:
        name = tlv(0x31, tlv(0x30, bytes.fromhex("0603550403"), tlv(tag, value)))
        fields[SUBJECT] = tlv(0x30, name)

    return change


@pytest.mark.parametrize(
    ("tag", "value", "shown"),
    [
        (0x13, b"Wells & Co", "Wells & Co"),
        (0x13, b"*.example.com", "*.example.com"),
        (0x13, b"ops@example.com", "ops@example.com"),
        (0x13, "Müller".encode("latin-1"), "Müller"),
        (0x14, "Jörg".encode("latin-1"), "Jörg"),
        (0x16, "Åse".encode("latin-1"), "Åse"),
        (0x12, b"12-34", "12-34"),
        (0x1A, "Zoë".encode("latin-1"), "Zoë"),
        (0x0C, "Müller".encode("latin-1"), "Müller"),
        (0x1E, "Ωmega".encode("utf-16-be"), "Ωmega"),
    ],
)
def test_names_in_strings_that_do_not_hold_them(tag: int, value: bytes, shown: str) -> None:
    made = altered(leaf("server"), _subject(tag, value))
    certificate = made.certificate
    assert certificate.is_readable
    assert shown in {certificate.common_name, certificate.subject.removeprefix("CN=")}
    assert certificate.san == (f"dns:{HOST}",)
    assert made.issuer is not None
    assert fits(certificate, made.issuer.certificate)
    key = made.pair().key
    assert key is not None
    assert key.fits(certificate.public_key_der)


@pytest.mark.parametrize(
    ("tag", "text", "year"),
    [
        (0x18, b"20491231235959.5Z", 2049),
        (0x18, b"204912312359Z", 2049),
        (0x18, b"20491231235959+0100", 2049),
        (0x17, b"4912312359Z", 2049),
        (0x17, b"491231235959+0200", 2049),
        (0x18, b"20600101000000.25Z", 2060),
    ],
)
def test_times_that_der_does_not_allow(tag: int, text: bytes, year: int) -> None:
    def change(fields: list[bytes]) -> None:
        start, _ = pieces(fields[VALIDITY])
        fields[VALIDITY] = tlv(0x30, start, tlv(tag, text))

    certificate = altered(leaf("server"), change).certificate
    assert certificate.not_after is not None
    assert certificate.not_after.year == year
    assert not certificate.is_expired()


@pytest.mark.parametrize("padding", [b"\0\0", b"\0\0\0\0", b"\xff\xff"])
def test_numbers_with_needless_bytes(padding: bytes) -> None:
    def change(fields: list[bytes]) -> None:
        fields[SERIAL] = tlv(2, padding + b"\x11\x22")

    certificate = altered(leaf("server"), change).certificate
    assert certificate.is_readable
    assert certificate.allows("server")


@pytest.mark.parametrize("truth", [0x01, 0x7F, 0x80])
def test_truth_values_other_than_255(truth: int) -> None:
    def change(fields: list[bytes]) -> None:
        fields[EXTENSIONS] = fields[EXTENSIONS].replace(b"\x01\x01\xff", bytes((1, 1, truth)))

    made = altered(issue("Root", ca=True), change)
    assert made.certificate.is_readable
    assert made.certificate.is_ca


@pytest.mark.parametrize(
    "oid",
    ["1.3.6.1.5.5.7.1.1", "2.5.29.14", "2.5.29.31", "2.5.29.32", "2.5.29.35", "2.5.29.18"],
)
def test_one_bad_extension_is_its_trouble_alone(oid: str) -> None:
    value = x509.UnrecognizedExtension(x509.ObjectIdentifier(oid), b"\x02\x05ab")
    certificate = leaf("server", without=[SKI, AKI], extra=[(value, False)]).certificate
    assert certificate.san == (f"dns:{HOST}",)
    assert certificate.purposes == ("server",)
    assert [each.oid for each in certificate.extension_troubles] == [oid]


@pytest.mark.parametrize("place", range(5))
def test_an_extension_that_stands_there_twice_is_told(place: int) -> None:
    def change(fields: list[bytes]) -> None:
        (listed,) = pieces(fields[EXTENSIONS])
        each = pieces(listed)
        fields[EXTENSIONS] = tlv(0xA3, tlv(0x30, *each, each[place % len(each)]))

    certificate = altered(leaf("server"), change).certificate
    (trouble,) = certificate.extension_troubles
    assert trouble.is_duplicate
    assert certificate.allows("server")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme Root", "ACME ROOT"),
        ("Acme Root", " Acme  Root "),
        ("Acme Root", "acme root"),
        ("Straße", "STRASSE"),
        ("Müller", "MÜLLER"),
    ],
)
def test_names_that_are_the_same(one: str, other: str) -> None:
    first, second = common(one).public_bytes(), common(other).public_bytes()
    assert name_key(first) == name_key(second)
    assert java_name_key(first) == java_name_key(second)


@pytest.mark.parametrize(
    ("one", "other"), [("Acme Root", "Acme Roots"), ("Acme Root", "AcmeRoot"), ("a", "b")]
)
def test_names_that_are_not(one: str, other: str) -> None:
    assert name_key(common(one).public_bytes()) != name_key(common(other).public_bytes())


def test_what_is_cut_short_is_no_name() -> None:
    whole = common("Acme").public_bytes()
    for end in range(len(whole)):
        assert name_key(whole[:end]) in {whole[:end], b""}
    assert not fits(make("leaf").certificate, Certificate(b"\x30\x03\x02\x01\x01"))

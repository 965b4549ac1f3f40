"""OpenSSL is given the anchors alone that it would come by; its answer must not change for it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

from handfast.core.certificates.certificate import Certificate
from handfast.handshake.engine import verification
from handfast.handshake.engine.verification import Verification, verify

if TYPE_CHECKING:
    from collections.abc import Sequence

KEY = ec.generate_private_key(ec.SECP256R1())
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
UTF8, PRINTABLE, BMP = _ASN1Type.UTF8String, _ASN1Type.PrintableString, _ASN1Type.BMPString


def name(common_name: str, kind: _ASN1Type = UTF8) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name, kind)])


def certificate(subject: x509.Name, issuer: x509.Name, *, is_ca: bool = True) -> Certificate:
    """A certificate under the one key of all here, so that names alone decide."""
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(KEY.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(START)
        .not_valid_after(START + dt.timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .sign(KEY, hashes.SHA256())
    )
    return Certificate(signed.public_bytes(Encoding.DER))


#: A root's name as its subject has it, and as the certificate below it spells it.
SPELLINGS = {
    "as it is": (name("The Root"), name("The Root")),
    "in capitals": (name("The Root"), name("THE ROOT")),
    "blanks": (name("The Root"), name("  The \t Root ")),
    "kinds of string": (name("The Root", PRINTABLE), name("the root", BMP)),
    "umlauts": (name("Größe"), name("Größe", BMP)),
    "an empty name": (x509.Name([]), x509.Name([])),
}
OTHERS = [certificate(name(f"Other {each}"), name(f"Other {each}")) for each in range(20)]


def answers(
    chain: Sequence[Certificate],
    anchors: Sequence[Certificate],
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[Verification, int]:
    """OpenSSL's answer, which must be the same with every anchor; and how many it was given."""
    few = verify(chain, "server", anchors, at=NOW)
    given = len(verification._within_reach(chain, anchors))
    with monkeypatch.context() as patched:
        patched.setattr(verification, "_within_reach", lambda _chain, every: tuple(every))
        assert verify(chain, "server", anchors, at=NOW) == few
    return few, given


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_root_is_found_however_its_name_is_spelled(
    spelling: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, spelled = SPELLINGS[spelling]
    root = certificate(own, own)
    leaf = certificate(name("leaf"), spelled, is_ca=False)
    answer, given = answers([leaf], [*OTHERS, root], monkeypatch)
    assert answer.strict == ()
    assert given == 1


def test_a_root_of_another_name_is_missing_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    leaf = certificate(name("leaf"), name("Nobody"), is_ca=False)
    answer, given = answers([leaf], OTHERS, monkeypatch)
    assert [each.number for each in answer.strict][:1] == [20]
    assert given == 0


def test_the_way_goes_by_anchors_that_are_no_root(monkeypatch: pytest.MonkeyPatch) -> None:
    root, between = name("Top"), name("Between")
    anchors = [certificate(between, root), *OTHERS, certificate(root, root)]
    leaf = certificate(name("leaf"), between, is_ca=False)
    answer, given = answers([leaf], anchors, monkeypatch)
    assert answer.strict == ()
    assert given == 2


def test_the_leaf_itself_may_be_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    leaf = certificate(name("leaf"), name("Nobody"), is_ca=False)
    answer, given = answers([leaf], [*OTHERS, leaf], monkeypatch)
    assert answer.strict != ()
    assert answer.partial == ()
    assert given == 1


def test_with_a_name_that_cannot_be_read_every_anchor_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root = certificate(name("The Root"), name("The Root"))
    leaf = certificate(name("leaf"), name("The Root"), is_ca=False)
    broken = Certificate(root.der[:40])
    answer, given = answers([leaf], [*OTHERS, broken, root], monkeypatch)
    assert answer.strict == ()
    assert given == len(OTHERS) + 2

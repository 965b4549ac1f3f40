"""What a person is told before trusting a certificate."""

from __future__ import annotations

from handfast.core.store import Format, Store
from handfast.services.exchange.importing import warnings_for
from tests.support.issued import issue

EMPTY = Store(format=Format.PKCS12)


def test_a_sound_certificate_has_no_warnings() -> None:
    assert warnings_for(issue(CN="sound.example", rsa_bits=2048).certificate, EMPTY) == ()


def test_a_weak_key_is_told_with_what_comes_of_it() -> None:
    (said,) = warnings_for(issue(CN="weak.example", rsa_bits=1024).certificate, EMPTY)
    assert "RSA key of this certificate has only 1,024 bits" in said
    assert "and so does OpenSSL" in said


def test_a_signature_that_can_be_forged_is_told() -> None:
    authority = issue(CN="Old Root", is_ca=True, rsa_bits=2048)
    (said,) = warnings_for(
        issue(issuer=authority, CN="forged.example", sha1=True).certificate, EMPTY
    )
    assert "signed with SHA-1" in said
    assert "can be forged" in said


def test_the_signature_of_a_self_signed_one_proves_nothing_anyway() -> None:
    own = issue(CN="self.example", rsa_bits=2048, sha1=True)
    assert own.certificate.signature_algorithm == "SHA1withRSA"
    assert warnings_for(own.certificate, EMPTY) == ()


def test_what_is_there_already_is_told_with_its_alias() -> None:
    known = issue(CN="known.example")
    store = EMPTY.with_entries([known.trusted("earlier")])
    assert warnings_for(known.certificate, store) == (
        "It is already in the keystore as “earlier”.",
    )
    assert warnings_for(issue(CN="other.example").certificate, store) == ()


def test_dates_are_told() -> None:
    (ended,) = warnings_for(issue(CN="ended.example", ends=-3).certificate, EMPTY)
    (early,) = warnings_for(issue(CN="early.example", starts=3).certificate, EMPTY)
    assert ended.startswith("It expired on")
    assert early.startswith("It is valid only from")

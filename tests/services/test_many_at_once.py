"""Many certificates of one name, and keys with long salts, cost what their number makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.core.asn1.ber import der, der_integer, der_oid
from handfast.core.certificates.certificate import Certificate
from handfast.core.entry import TrustedCertificate
from handfast.core.errors import TooCostly, WrongPassword
from handfast.core.password import Password
from handfast.core.store import Format, Store
from handfast.flows.exchange.import_ import ImportFlow
from handfast.formats.base import DEFAULT_LIMITS, WorkBudget
from handfast.formats.crypto import key_derivation
from handfast.formats.crypto.protection import parse_sealed
from handfast.formats.registry import read_store
from handfast.services.exchange.certificate_sources import CertificateSource
from handfast.services.exchange.importing import FreeAliases, KnownEntries, warnings_for
from tests.support import pfx
from tests.support.issued import issue

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

ONE = issue(CN="one.example").certificate


def of_one_name(count: int) -> list[Certificate]:
    """Certificates that differ in their last byte or two: nobody checks the signature here."""
    return [Certificate(ONE.der[:-2] + number.to_bytes(2, "big")) for number in range(count)]


def test_aliases_are_those_that_a_store_would_give() -> None:
    store = Store(format=Format.PKCS12)
    free = FreeAliases([])
    for each in of_one_name(30):
        expected = store.free_alias("one.example")
        assert free.take("one.example") == expected
        store = store.with_entries([TrustedCertificate(alias=expected, certificate=each)])


def test_aliases_that_are_taken_are_passed_over_in_any_case() -> None:
    free = FreeAliases(["A", "a-3"])
    assert [free.take("a") for _ in range(3)] == ["a-2", "a-4", "a-5"]
    assert free.take("b") == "b"


def counting(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often an alias is looked for."""
    looked: list[int] = []

    class Counting(set[str]):
        def __contains__(self, each: object) -> bool:
            looked.append(1)
            return super().__contains__(each)

    real = FreeAliases.__init__

    def made(self: FreeAliases, taken: list[str]) -> None:
        real(self, taken)
        self._taken = Counting(self._taken)

    monkeypatch.setattr(FreeAliases, "__init__", made)
    return looked


def test_the_wizard_looks_for_each_alias_once_or_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    certificates = tuple(of_one_name(2_000))
    flow = ImportFlow()
    looked = counting(monkeypatch)
    flow.add_sources([CertificateSource(name="many", data=b"", certificates=certificates)])
    aliases = [each.alias for each in flow.draft.candidates]
    assert len(set(aliases)) == len(certificates)
    assert len(looked) <= 4 * 2 * len(certificates)


def test_what_is_known_is_told_as_before() -> None:
    store = Store(format=Format.PKCS12).with_entries(
        [TrustedCertificate(alias=alias, certificate=ONE) for alias in ("first", "second")]
    )
    for known in (store, KnownEntries(store)):
        told = warnings_for(ONE, known)
        assert [each for each in told if "already in the keystore" in each] == [
            "It is already in the keystore as “first”.",
            "It is already in the keystore as “second”.",
        ]


# --- long salts ----------------------------------------------------------------------------------


def pbes1(salt: bytes) -> bytes:
    parameters = der(0x30, pfx.octets(salt), der_integer(1))
    return der(0x30, der_oid("1.2.840.113549.1.12.1.3"), parameters)


def store_of(count: int, salt: bytes) -> bytes:
    sealed = der(0x30, pbes1(salt), pfx.octets(bytes(48)))
    bags = (pfx.bag(pfx.SHROUDED, sealed, pfx.name(str(number))) for number in range(count))
    return pfx.pfx(pfx.part(*bags))


def cost_of(salt: bytes) -> int:
    sealed = der(0x30, pbes1(salt), pfx.octets(bytes(48)))
    return parse_sealed(sealed, DEFAULT_LIMITS)[0].cost


def test_a_long_salt_has_its_cost() -> None:
    assert cost_of(bytes(8)) < 1_000
    assert cost_of(bytes(2**20)) > 2**20 // 64
    assert cost_of(bytes(23 * 2**20)) > 10 * cost_of(bytes(2**20))


def test_a_salt_is_mixed_no_oftener_than_it_is_needed() -> None:
    # The same keys as before: known answers of OpenSSL are in the tests of the format.
    short = key_derivation.derive("sha1", 1, b"\0p\0\0", b"salt" * 40, 3, 20)
    long = key_derivation.derive("sha1", 1, b"\0p\0\0", b"salt" * 40, 3, 24)
    assert long[:20] == short
    assert len(long) == 24


def attempts(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    spent: list[int] = []
    real: Callable[[WorkBudget, int], None] = WorkBudget.spend

    def spend(self: WorkBudget, rounds: int) -> None:
        real(self, rounds)
        spent.append(rounds)

    monkeypatch.setattr(WorkBudget, "spend", spend)
    return spent


def test_many_keys_with_long_salts_stop_at_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    spent = attempts(monkeypatch)
    data = store_of(4_000, b"s" * 4_800)
    try:
        store = read_store(data, Password("changeme1"))
    except (WrongPassword, TooCostly):
        pass
    else:
        assert any(entry.is_untried for entry in store.entries)
    assert sum(spent) <= DEFAULT_LIMITS.rounds
    assert len(spent) < 4_000 * 2

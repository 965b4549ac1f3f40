"""What a key pair can be asked to be, and what cannot be made."""

from __future__ import annotations

import datetime as dt

import pytest

from handfast.core.errors import InvalidInput
from handfast.services.authority.general_names import parse_san
from handfast.services.exchange.generating import PairRequest, check_request, make_pair


def asked(**changes: object) -> PairRequest:
    wanted: dict[str, object] = {"alias": "acme", "name": "CN=acme", "key": "ec:P-256"}
    return PairRequest(**{**wanted, **changes})  # type: ignore[arg-type]


EAST = dt.timezone(dt.timedelta(hours=5))


def at(year: int) -> dt.datetime:
    return dt.datetime(year, 6, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize("year", [1950, 2026, 2049, 2050, 9800])
def test_a_pair_starts_in_any_year_that_x509_can_write(year: int) -> None:
    certificate = make_pair(asked(not_before=at(year), days=36_525)).chain[0]
    assert certificate.not_before == at(year)
    assert certificate.not_after is not None
    assert certificate.not_after - at(year) == dt.timedelta(days=36_525)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"not_before": at(1900)}, "not_before"),
        ({"not_before": dt.datetime(1950, 1, 1, tzinfo=EAST)}, "not_before"),
        ({"not_before": dt.datetime(1, 1, 1, tzinfo=EAST)}, "not_before"),
        ({"not_before": at(9990), "days": 36_525}, "days"),
        ({"not_before": dt.datetime(9999, 12, 31, tzinfo=dt.UTC), "days": 1}, "days"),
        ({"days": 0}, "days"),
        ({"days": 10**30}, "days"),
        ({"key": "rsa:512"}, "key"),
        ({"purpose": "all"}, "purpose"),
        ({"alias": " "}, "alias"),
        ({"alias": "\udcff"}, "alias"),
        ({"name": "CN=a, C=61"}, "country"),
        ({"sans": ("dns:a..b",)}, "san"),
    ],
)  # fmt: skip
def test_what_cannot_be_made_is_a_typed_error(changes: dict[str, object], field: str) -> None:
    request = asked(**changes)
    for judge in (check_request, make_pair):
        with pytest.raises(InvalidInput) as caught:
            judge(request)
        assert caught.value.field == field


@pytest.mark.parametrize(
    "text",
    ["dns:api.acme.example", "dns:*.acme.example", "dns:büro.example", "ip:192.0.2.7",
     "ip:2001:db8::1", "uri:spiffe://acme/batch", "email:team@acme.example"],
)  # fmt: skip
def test_names_of_each_kind_are_taken(text: str) -> None:
    assert parse_san(text) is not None


@pytest.mark.parametrize(
    "text",
    ["dns:", "dns:a b", "dns:https://a", "dns:192.0.2.7", "dns:a..b", f"dns:{'a' * 64}.example",
     "dns:*", "ip:999.1.1.1", "ip:acme.example", "uri:no scheme", "uri:acme", "email:nobody",
     "email:jürgen@acme.example", "host:a", "a.example"],
)  # fmt: skip
def test_names_that_fit_no_kind_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_san(text)
    assert caught.value.field == "san"

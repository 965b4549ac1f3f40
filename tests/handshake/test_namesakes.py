"""A trust store that has the right name, but another certificate: what is said, and what mends."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from handfast.core.commands import Command
from handfast.flows.handshake.cause_commands import StoresAtHand, target_of
from handfast.flows.handshake.remedies import apply_remedy, remedy_label
from handfast.flows.open_store import OpenStore
from handfast.handshake.rehearsal import rehearse
from handfast.handshake.report.causes import Age
from handfast.services.describe.validity import date_text
from tests.handshake.making import HOST, make, party, store, trusting
from tests.handshake.test_remedies import remedied

if TYPE_CHECKING:
    from handfast.handshake.report.causes import Cause
    from handfast.handshake.report.party import Party
    from tests.handshake.making import Made

#: When what is presented and what is trusted began, in days from now.
OLDER, NEWER, SAME = (-10, -200), (-200, -10), (-10, -10)
TITLES = {
    Age.OLDER: "An older certificate is trusted",
    Age.NEWER: "An older certificate is presented",
    Age.SAME: "Another certificate of this name is trusted",
}


def parties(client: Made, trusted: Made, *more: Made) -> tuple[Party, Party]:
    """A client whose server trusts ``trusted``; ``more`` are other pairs of the client."""
    server = make("Globex")
    keys = store(client.pair("own"), *(each.pair(f"own{at}") for at, each in enumerate(more, 2)))
    return (
        party("client", keys, trusting(server), alias="own"),
        party("server", store(server.pair("server")), trusting(trusted)),
    )


def cause_of(client: Party, server: Party) -> Cause:
    report = rehearse(client, server, host=HOST)
    assert report.causes[0].code == "stale-certificate"
    return report.causes[0]


@pytest.mark.parametrize("has_same_key", [False, True])
@pytest.mark.parametrize(
    ("days", "age"), [(OLDER, Age.OLDER), (NEWER, Age.NEWER), (SAME, Age.SAME)]
)
def test_what_is_said_is_true_and_one_press_mends_it(
    days: tuple[int, int], age: Age, has_same_key: bool
) -> None:
    presented = make("Northwind", starts=days[0])
    trusted = make("Northwind", starts=days[1], key=presented.key if has_same_key else None)
    client, server = parties(presented, trusted)
    cause = cause_of(client, server)
    assert cause.namesake is not None
    assert (cause.namesake.age, cause.namesake.has_same_key) == (age, has_same_key)
    assert cause.namesake.verifier == "server"
    assert cause.title == TITLES[age]
    assert ("Both have the same key." in cause.message) is has_same_key
    assert ("Their keys differ." in cause.message) is not has_same_key
    assert "renewed" not in cause.message
    dates = {date_text(each.certificate.not_before) for each in (presented, trusted)}
    assert all(each in cause.message for each in dates)
    if age is Age.SAME:
        # Equal dates tell nobody which is which.
        for each in (presented, trusted):
            assert each.certificate.sha256[:8].upper() in cause.message.replace(":", "")
    assert cause.action is not None
    client, server = remedied(client, cause.action), remedied(server, cause.action)
    assert rehearse(client, server, host=HOST).ok


def test_the_newer_pair_is_used_where_it_is_in_the_keystore() -> None:
    older, newer = make("Northwind", starts=-200), make("Northwind")
    client, server = parties(older, newer, newer)
    cause = cause_of(client, server)
    assert cause.action is not None
    assert (cause.action.kind, cause.action.alias) == ("choose", "own2")
    assert rehearse(remedied(client, cause.action), server, host=HOST).ok


def test_the_button_claims_only_what_is_known() -> None:
    for days, words in ((OLDER, "Current"), (NEWER, "Presented"), (SAME, "Presented")):
        client, server = parties(make("N", starts=days[0]), make("N", starts=days[1]))
        action = cause_of(client, server).action
        assert action is not None
        assert remedy_label(action) == f"Replace “trusted-1” with the {words} Certificate"


def test_a_key_pair_of_that_name_is_never_replaced() -> None:
    presented, ours = make("Northwind"), make("Northwind", starts=-200)
    client, server = parties(presented, ours)
    pair = ours.pair("northwind")
    server = party("server", server.keys.store, store(pair))  # type: ignore[union-attr]
    action = cause_of(client, server).action
    assert action is not None
    assert action.kind == "trust"
    held = apply_remedy(server.trust.store, action)  # type: ignore[union-attr]
    assert held.get("northwind") == pair


@pytest.mark.parametrize("days", [OLDER, NEWER, SAME])
def test_its_commands_are_for_who_presents_and_for_who_verifies(days: tuple[int, int]) -> None:
    client, server = parties(make("N", starts=days[0]), make("N", starts=days[1]))
    cause = cause_of(client, server)

    def held(name: str, each: Party) -> StoresAtHand:
        assert each.keys is not None
        assert each.trust is not None
        return StoresAtHand(
            keys=OpenStore(key=f"{name} keys", title="", path=None, store=each.keys.store),
            trust=OpenStore(key=f"{name} trust", title="", path=None, store=each.trust.store),
        )

    sides = {"client": held("client", client), "server": held("server", server)}
    exported = target_of(Command.EXPORT_CERTIFICATE, cause, sides)  # type: ignore[arg-type]
    imported = target_of(Command.IMPORT_CERTIFICATE, cause, sides)  # type: ignore[arg-type]
    assert exported is not None
    assert imported is not None
    assert (exported[0].key, exported[1], imported[0].key) == ("client keys", "own", "server trust")


def test_a_ca_of_the_same_name_that_issued_nothing_is_replaced_by_the_one_that_did() -> None:
    right, wrong = make("Acme Root", ca=True), make("Acme Root", ca=True)
    leaf = make("Northwind", by=right)
    client, server = parties(leaf, wrong)
    assert client.keys is not None
    cut = store(leaf.pair("own", chain=[leaf.certificate]), right.pair("ca"))
    client = dataclasses.replace(client, keys=dataclasses.replace(client.keys, store=cut))
    cause = cause_of(client, server)
    assert cause.title == TITLES[Age.SAME]
    assert cause.action is not None
    assert rehearse(client, remedied(server, cause.action), host=HOST).ok

"""Probing and listening without a screen: what is suggested, what is missing, and a handshake."""

from __future__ import annotations

import dataclasses
import threading
from typing import TYPE_CHECKING

import pytest

from handfast.core.errors import Cancelled, FileProblem
from handfast.core.password import Password
from handfast.core.progress import no_progress
from handfast.flows.handshake.probing import ListenFlow, ProbeFlow
from handfast.flows.handshake.rehearsal import RehearsalFlow
from handfast.flows.open_store import OpenStore
from handfast.services.demo import make_demo
from handfast.services.files.opening import open_file

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.handshake.live.listening import Received

NAMES = ("acme-keystore.p12", "acme-truststore.p12", "globex-keystore.jks", "globex-truststore.jks")


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, OpenStore]:
    folder = tmp_path_factory.mktemp("flow") / "demo"
    make_demo(folder)
    return {name: _open(folder / name) for name in NAMES}


def _open(path: Path) -> OpenStore:
    opened = open_file(path, Password("changeit"))
    return OpenStore(key=str(path), title=path.name, path=path, store=opened.store)


def fields(flow: ProbeFlow | ListenFlow) -> list[str]:
    return [each.field for each in flow.problems()]


def test_open_stores_are_suggested_and_what_was_chosen_stays(stores: dict[str, OpenStore]) -> None:
    keys, trust = stores[NAMES[0]], stores[NAMES[1]]
    flow = ProbeFlow([trust, keys])
    assert (flow.own.keys, flow.own.trust) == (keys.key, trust.key)
    flow.choose(keys="")
    flow.set_stores([keys, trust])
    assert flow.own.keys == ""
    assert flow.party().keys is None


def test_a_store_that_is_closed_meanwhile_is_still_used(stores: dict[str, OpenStore]) -> None:
    keys = stores[NAMES[0]]
    flow = ProbeFlow([keys])
    flow.set_stores([])
    assert flow.catalogue.find(keys.key) == keys
    assert flow.party().keys is not None


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"endpoint": ""}, "endpoint"),
        ({"endpoint": "api.example"}, "endpoint"),
        ({"endpoint": "api.example:https"}, "endpoint"),
        ({"hostname": "a b"}, "hostname"),
        ({"proxy": "proxy"}, "proxy"),
        ({"proxy": "proxy.example:3128", "proxy_password": Password("secret")}, "proxy_name"),
        ({"seconds": 0}, "seconds"),
    ],
)
def test_what_is_wrong_is_told_by_field(changes: dict[str, object], wrong: str) -> None:
    flow = ProbeFlow()
    flow.update(endpoint="api.example:443")
    assert fields(flow) == []
    flow.update(**changes)
    assert fields(flow) == [wrong]


def test_a_store_without_a_key_that_opens_presents_nothing(stores: dict[str, OpenStore]) -> None:
    keys, trust = stores[NAMES[0]], stores[NAMES[1]]
    flow = ProbeFlow([keys, trust])
    flow.update(endpoint="api.example:443")
    flow.choose(keys=trust.key)
    assert "no key pair" in flow.problems()[0].message
    (pair,) = keys.store.key_pairs
    locked = dataclasses.replace(keys.store, entries=(dataclasses.replace(pair, key=None),))
    flow.set_stores([dataclasses.replace(keys, store=locked)])
    flow.choose(keys=keys.key)
    assert "locked" in flow.problems()[0].message


def test_a_server_needs_both_stores(stores: dict[str, OpenStore]) -> None:
    assert fields(ListenFlow()) == ["keys", "trust"]
    assert fields(ListenFlow([stores[NAMES[2]], stores[NAMES[3]]])) == []


def test_one_flow_calls_the_other(stores: dict[str, OpenStore]) -> None:
    listen = ListenFlow([stores[NAMES[2]], stores[NAMES[3]]])
    listener = listen.listen()
    taken = ListenFlow([stores[NAMES[2]], stores[NAMES[3]]])
    taken.update(port=listener.port)
    with pytest.raises(FileProblem):
        taken.listen()
    told: list[Received] = []
    serving = threading.Thread(target=lambda: listener.serve(told.append, connections=1))
    serving.start()
    probe = ProbeFlow([stores[NAMES[0]], stores[NAMES[1]]])
    probe.update(endpoint=f"127.0.0.1:{listener.port}", hostname="localhost")
    report = probe.run()
    serving.join(20)
    assert report.ok
    assert report.presented == stores[NAMES[2]].store.key_pairs[0].chain
    assert probe.server().name == "localhost"
    # The other side sees the same, and what we presented.
    assert told[0].report.ok
    assert told[0].report.presented == stores[NAMES[0]].store.key_pairs[0].chain


def test_it_stops_when_it_is_told_to() -> None:
    def progress(_done: int, _total: int) -> None:
        raise Cancelled("Stopped.")

    flow = ProbeFlow()
    flow.update(endpoint="127.0.0.1:1")
    with pytest.raises(Cancelled):
        flow.run(progress)


def test_what_was_begun_is_not_changed_by_what_is_chosen_meanwhile(
    stores: dict[str, OpenStore],
) -> None:
    listener = ListenFlow([stores[NAMES[2]], stores[NAMES[3]]]).listen()
    serving = threading.Thread(target=lambda: listener.serve(lambda _: None, connections=1))
    serving.start()
    probe = ProbeFlow([stores[NAMES[0]], stores[NAMES[1]]])
    probe.update(endpoint=f"127.0.0.1:{listener.port}", hostname="localhost")
    begun = probe.prepared()
    probe.choose(keys="", trust="")
    probe.update(endpoint="127.0.0.1:1", hostname="elsewhere.example")
    report = begun(no_progress)
    serving.join(20)
    assert report.ok

    rehearsal = RehearsalFlow([stores[name] for name in NAMES])
    rehearsal.update(host="localhost")
    rehearsed = rehearsal.prepared()
    rehearsal.update(host="elsewhere.example")
    assert rehearsed(no_progress).ok
    assert not rehearsal.run().ok

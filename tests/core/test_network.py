"""The network is used only where a person asks, and not even then where it is forbidden."""

from __future__ import annotations

import json
import socket
from typing import NoReturn

import pytest

from handfast.cli.main import main
from handfast.core.errors import NetworkForbidden
from handfast.core.network import ALLOWED, VARIABLE, NetworkPermission
from handfast.handshake.live.deadline import Deadline
from handfast.handshake.live.dialing import dial
from handfast.handshake.live.listening import Listener
from handfast.handshake.report.party import Party

FORBIDDEN = NetworkPermission(remedy="Ask for it.")


@pytest.fixture
def nobody_connects(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise AssertionError("something went to the network")

    for name in ("create_connection", "getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, name, fail)


@pytest.mark.usefixtures("nobody_connects")
def test_forbidden_nothing_is_dialled_nor_looked_up() -> None:
    with pytest.raises(NetworkForbidden, match=r"did not connect to api\.example") as caught:
        dial("api.example", 443, Deadline(1), network=FORBIDDEN)
    assert caught.value.remedy == "Ask for it."


def test_forbidden_only_this_computer_is_listened_to() -> None:
    party = Party(side="server")
    with pytest.raises(NetworkForbidden, match="listen on 0"):
        Listener(party, address="0.0.0.0", network=FORBIDDEN)
    listener = Listener(party, network=FORBIDDEN)
    assert listener.port
    listener.stop()
    listener.serve(lambda _heard: None)


def test_allowed_it_is_used() -> None:
    ALLOWED.check("be tried")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        dial("127.0.0.1", listening.getsockname()[1], Deadline(5), network=ALLOWED).close()


@pytest.mark.usefixtures("nobody_connects")
def test_the_environment_forbids_it_to_the_console_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(VARIABLE, "1")
    assert main(["probe", "api.example:443", "--json"]) == 6
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["kind"] == "network-forbidden"
    assert VARIABLE in error["remedy"]

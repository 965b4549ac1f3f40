"""A server whose certificates break rules: the probe says so, and never that it is not TLS."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from handfast.cli.main import main
from handfast.handshake.rehearsal import rehearse
from handfast.services.files.saving import save_store
from tests.handshake.making import HOST, PASSWORD, trusting
from tests.handshake.peers.kinds import damaged, issue, leaf, root, setup
from tests.handshake.peers.programs import written
from tests.handshake.peers.strange import VALIDITY, altered, pieces, tlv
from tests.support.tools import program

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from handfast.handshake.report.party import Side
    from tests.handshake.making import Made


def _version_4(fields: list[bytes]) -> None:
    fields[0] = bytes.fromhex("a003020103")


def _without_zone(fields: list[bytes]) -> None:
    start, _ = pieces(fields[VALIDITY])
    fields[VALIDITY] = tlv(0x30, start, tlv(0x17, b"491231235959"))


def _in_the_sixtieth_second(fields: list[bytes]) -> None:
    start, _ = pieces(fields[VALIDITY])
    fields[VALIDITY] = tlv(0x30, start, tlv(0x17, b"491231235960Z"))


@pytest.mark.parametrize("side", ["server", "client"])
def test_a_trusted_ca_that_cannot_be_read_was_not_renewed(side: Side) -> None:
    top = issue("Unreadable Root", ca=True)
    trusted = altered(top, _in_the_sixtieth_second)
    assert not trusted.certificate.is_readable
    case = setup(side, leaf(side, top), trusted=[trusted])
    (cause,) = rehearse(case.client, case.server, host=case.host).causes
    assert (cause.code, cause.side) == ("wrong-format", "client" if side == "server" else "server")
    assert f"import it into {cause.side}-trust.p12" in cause.remedy


def _probed(
    made: Made, folder: Path, tls: str, capsys: pytest.CaptureFixture[str]
) -> dict[str, Any]:
    case = setup("server", made)
    files = written(folder, case.server)
    trust = save_store(trusting(root()), folder / "trust.p12").path
    command = [program("openssl"), "s_server", "-accept", "127.0.0.1:0", "-naccept", "1", "-www",
               "-cert", files.leaf, "-key", files.key, f"-tls{tls.replace('.', '_')}",
               *(["-cert_chain", files.above] if files.above is not None else [])]  # fmt: skip
    with subprocess.Popen(
        list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as serving:
        assert serving.stdout is not None
        said = next(line for line in serving.stdout if line.startswith("ACCEPT"))
        port = said.rsplit(":", 1)[1].strip()
        capsys.readouterr()
        code = main(
            ["probe", f"127.0.0.1:{port}", "--hostname", HOST, "--trust", str(trust), "--json"]
        )
        serving.kill()
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert code == 1, answer
    return answer


@pytest.mark.parametrize("tls", ["1.2", "1.3"])
@pytest.mark.parametrize("change", [_version_4, _without_zone])
def test_a_certificate_that_cannot_be_read_is_the_cause(
    change: Callable[[list[bytes]], None],
    tls: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HANDFAST_PASSWORD", PASSWORD.reveal())
    answer = _probed(altered(leaf("server"), change), tmp_path, tls, capsys)
    first = answer["causes"][0]
    assert (first["code"], first["side"]) == ("wrong-format", "server")
    assert "breaks the rules of X.509" in first["message"]


def test_a_damaged_signature_is_no_missing_ca(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDFAST_PASSWORD", PASSWORD.reveal())
    sound = leaf("server", issue("Signing", ca=True, by=root()))
    answer = _probed(damaged(sound), tmp_path, "1.3", capsys)
    assert [each["code"] for each in answer["causes"]] == ["wrong-format"]
    assert "damaged" in answer["causes"][0]["message"]

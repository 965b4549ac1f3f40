"""A CA that is killed while it works: its journal stays whole, and no number is used twice."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from handfast.cli.main import main
from handfast.core.password import Password
from handfast.services.authority.journal import journal_path, read_journal
from handfast.services.files.opening import open_file

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

PASSWORD = "changeit"
#: Signs, revokes, and writes a list, over and over, until it is killed.
_WORK = """
import sys
from pathlib import Path
from handfast.core.password import Password
from handfast.services.authority.issuer import issuer_of
from handfast.services.authority.issuing import write_revocation_list
from handfast.services.authority.journal import (
    journal_path, read_journal, record_issued, revoke, update_journal)
from handfast.services.authority.negative_clients import prepare_negative_test
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.opening import open_file
import datetime as dt

keystore, number = Path(sys.argv[1]), sys.argv[2]
issuer = issuer_of(open_file(keystore, Password("changeit")).store.get("ca"))
print("ready", flush=True)
for at in range(1_000):
    used = read_journal(journal_path(keystore)).serials()
    pair = make_pair(PairRequest(alias="x", name="CN=x", key="ec:P-256"), issuer=issuer,
                     used_serials=used)
    record_issued(keystore, issuer.certificate, pair.chain[0], dt.datetime.now(dt.UTC))
    # Told once it is recorded: from now on it must be there.
    print(pair.chain[0].serial, flush=True)
    serial = int(pair.chain[0].serial, 16)
    update_journal(keystore, lambda journal: revoke(journal, issuer.certificate, serial))
    write_revocation_list(keystore, issuer, out=keystore.with_name(f"{number}-{at}.crl"))
    if not at % 5:
        prepare_negative_test(keystore, issuer)
"""


def test_a_killed_ca_has_a_whole_journal_with_all_that_it_handed_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANDFAST_PASSWORD", PASSWORD)
    keystore = tmp_path / "ca.p12"
    assert main(["generate", str(keystore), "--alias", "ca", "--dname", "CN=CA", "--purpose",
                 "ca", "--key", "ec:P-256", "--json"]) == 0  # fmt: skip
    before = keystore.read_bytes()
    handed_out: list[str] = []
    for round_number in range(4):
        # Two at a time, so that they are in each other's way too.
        running = [
            subprocess.Popen(
                [sys.executable, "-c", _WORK, str(keystore), f"{round_number}{name}"],
                stdout=subprocess.PIPE, text=True, env={**os.environ},
            )
            for name in "ab"
        ]  # fmt: skip
        for process in running:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        time.sleep(0.15 + 0.11 * round_number)
        for process in running:
            process.kill()
        for process in running:
            assert process.stdout is not None
            handed_out += [line.strip() for line in process.stdout if line.endswith("\n")]
            process.wait(20)
            process.stdout.close()
        journal = read_journal(journal_path(keystore))
        serials = [each.serial for each in journal.issued]
        assert len(serials) == len(set(serials))
        assert {int(each, 16) for each in handed_out} <= set(serials)
        assert {each.serial for each in journal.revoked} <= set(serials)
        # RFC 5280, 4.1.2.2: random, positive, and of at most 20 bytes.
        assert all(0 < each < 1 << 159 for each in serials)
    assert handed_out
    # The keystore with the key was never written, and its key is nowhere else.
    assert keystore.read_bytes() == before
    key = open_file(keystore, Password(PASSWORD)).store.key_pairs[0].key
    assert key is not None
    for path in tmp_path.iterdir():
        assert key.pkcs8 not in path.read_bytes(), path
    # It goes on afterwards as if nothing had been.
    assert main(["crl", str(keystore), "--alias", "ca", "--out", str(tmp_path / "last.crl"),
                 "--json"]) == 0  # fmt: skip

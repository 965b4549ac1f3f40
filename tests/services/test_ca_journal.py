"""The journal of a CA: what it takes back from a file, and what it refuses to believe."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509

from handfast.core.errors import Damaged, Unsupported
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.authority.issuer import issuer_of
from handfast.services.authority.journal import (
    journal_path,
    key_id,
    read_journal,
    record_issued,
    revoke,
    update_journal,
)
from handfast.services.authority.revocation_lists import create_revocation_list
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.saving import new_store, save_store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CA = make_pair(PairRequest(alias="ca", name="CN=CA", key="ec:P-256", days=900, purpose="ca"))
ISSUER = issuer_of(CA)
LEAF = make_pair(PairRequest(alias="a", name="CN=a", key="ec:P-256", days=30), issuer=ISSUER)
KEY = key_id(CA.chain[0])


@pytest.fixture
def keystore(tmp_path: Path) -> Path:
    """A CA that issued one certificate, revoked it, and wrote a list."""
    path = tmp_path / "ca.p12"
    save_store(new_store(Format.PKCS12, Password("changeit")).with_entries([CA]), path)
    serial = int(LEAF.chain[0].serial, 16)
    record_issued(path, CA.chain[0], LEAF.chain[0], dt.datetime.now(dt.UTC))
    update_journal(path, lambda journal: revoke(journal, CA.chain[0], serial))
    update_journal(path, lambda journal: create_revocation_list(ISSUER, journal)[1])
    return path


def _change(keystore: Path, change: Callable[[dict[str, Any]], object]) -> bytes:
    path = journal_path(keystore)
    record = json.loads(path.read_text(encoding="utf-8"))
    change(record)
    path.write_text(json.dumps(record), encoding="utf-8")
    return path.read_bytes()


def test_what_it_takes_back(keystore: Path) -> None:
    journal = read_journal(journal_path(keystore))
    assert [each.serial for each in journal.issued] == [int(LEAF.chain[0].serial, 16)]
    assert len(journal.revoked) == 1
    assert journal.crl_number(KEY) == 1
    # Years that only a GeneralizedTime can have.
    _change(keystore, lambda r: r["issued"][0].update(not_after="9999-12-31T23:59:59+00:00"))
    (line,) = read_journal(journal_path(keystore)).issued
    assert line.not_after is not None
    assert line.not_after.year == 9999


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r["revoked"][0].update(serial="0"),
        lambda r: r["revoked"][0].update(serial="-5"),
        lambda r: r["revoked"][0].update(serial="ff" * 20),
        lambda r: r["revoked"][0].update(serial=5),
        lambda r: r["revoked"][0].update(revoked_at="1900-01-01T00:00:00+00:00"),
        lambda r: r["revoked"][0].update(revoked_at="2026-01-01"),
        lambda r: r["revoked"][0].update(reason="because"),
        lambda r: r["issued"][0].update(serial=" 0x_1"),
        lambda r: r["issued"][0].update(serial="1" * 5_000),
        lambda r: r["crl_numbers"].update({KEY: -5}),
        lambda r: r["crl_numbers"].update({KEY: 2**159}),
        lambda r: r["crl_numbers"].update({KEY: 1.5}),
        lambda r: r["crl_numbers"].update({KEY: True}),
        lambda r: r.update(version="1"),
        lambda r: r.update(kind="handfast-extensions"),
    ],
)
def test_what_no_ca_can_have_done(
    keystore: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    written = _change(keystore, change)
    with pytest.raises(Damaged):
        update_journal(keystore, lambda journal: create_revocation_list(ISSUER, journal)[1])
    assert journal_path(keystore).read_bytes() == written


def test_one_of_a_later_version(keystore: Path) -> None:
    written = _change(keystore, lambda r: r.update(version=2))
    with pytest.raises(Unsupported):
        record_issued(keystore, CA.chain[0], CA.chain[0], dt.datetime.now(dt.UTC))
    assert journal_path(keystore).read_bytes() == written


def test_two_journals_put_together_list_a_certificate_once(keystore: Path) -> None:
    _change(keystore, lambda r: r["revoked"].append(r["revoked"][0]))
    der, _ = create_revocation_list(ISSUER, read_journal(journal_path(keystore)))
    assert len(list(x509.load_der_x509_crl(der))) == 1


#: Writes lists under one name over and over, as a timer and a person may at once.
_LIST = """
import sys
from pathlib import Path
from handfast.core.password import Password
from handfast.services.authority.issuer import issuer_of
from handfast.services.authority.issuing import write_revocation_list
from handfast.services.files.opening import open_file

keystore = Path(sys.argv[1])
issuer = issuer_of(open_file(keystore, Password("changeit")).store.get("ca"))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(15):
    write_revocation_list(keystore, issuer, out=keystore.with_name("ca.crl"), replace=True)
"""


def test_the_last_list_is_the_one_with_the_highest_number(keystore: Path) -> None:
    running = [
        subprocess.Popen([sys.executable, "-c", _LIST, str(keystore)], text=True,
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(3)
    ]  # fmt: skip
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in running:
        process.communicate(timeout=60)
        assert process.returncode == 0
    found = x509.load_pem_x509_crl(keystore.with_name("ca.crl").read_bytes())
    number = found.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    assert number == read_journal(journal_path(keystore)).crl_number(KEY) == 46

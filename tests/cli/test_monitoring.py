"""What monitoring hangs on: exit codes by choice, and metrics that Prometheus reads."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.parser import text_string_to_metric_families as classic

from handfast.cli.main import main
from handfast.cli.output.metrics import metrics_text
from handfast.core.password import WELL_KNOWN
from handfast.core.store import Format
from handfast.services.checks.findings import CODES
from handfast.services.checks.inventory import report_of
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.saving import new_store, save_store

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A keystore whose certificate expires in ten days, with a password of its own making."""
    path = tmp_path / "soon.p12"
    name = PairRequest(alias="soon", name="CN=soon", key="ec:P-256", days=10, sans=("dns:a.b",))
    save_store(new_store(Format.PKCS12, WELL_KNOWN).with_entries([make_pair(name)]), path)
    return path


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), 0),
        (("--fail-on", "error"), 0),
        (("--fail-on", "warning"), 1),
        (("--fail-on", "expiring"), 1),
        (("--fail-on", "EXPIRING, expired"), 1),
        (("--fail-on", "expiring", "--days", "30"), 1),
        (("--fail-on", "expiring", "--days", "9"), 0),
        (("--fail-on", "well-known-password,weak-key"), 1),
        (("--fail-on", "weak-key"), 0),
        (("--fail-on", "error,no-san"), 0),
        (("--fail-on", "expirin"), 2),
        (("--fail-on", "expiring", "--days", "-1"), 2),
    ],
)
def test_the_exit_code_is_chosen(store: Path, options: tuple[str, ...], expected: int) -> None:
    assert main(["check", str(store), *options]) == expected


def families(path: Path) -> dict[str, Any]:
    text = path.read_text(encoding="utf-8")
    # The textfile collector of the node exporter reads the older format.
    assert {each.name for each in classic(text)} >= {"handfast_keystore_readable"}
    return {each.name: each for each in text_string_to_metric_families(text)}


def test_the_metrics_are_openmetrics(store: Path, tmp_path: Path) -> None:
    metrics = tmp_path / "keystores.prom"
    assert main(["check", str(store), "--openmetrics", str(metrics)]) == 0
    assert stat.S_IMODE(metrics.stat().st_mode) == 0o644
    found = families(metrics)
    assert all(each.type == "gauge" for each in found.values())
    (end,) = found["handfast_certificate_not_after_seconds"].samples
    assert end.labels == {
        "path": str(store), "alias": "soon", "position": "0", "common_name": "soon",
    }  # fmt: skip
    (readable,) = found["handfast_keystore_readable"].samples
    assert readable.value == 1
    checked = found["handfast_check_timestamp_seconds"].samples[0].value
    assert 9 * 86400 < end.value - checked <= 10 * 86400
    codes = {
        each.labels["code"]: each.value for each in found["handfast_keystore_findings"].samples
    }
    assert codes["expiring"] == 1


def test_names_that_deceive_stay_inside_their_labels(tmp_path: Path) -> None:
    alias = 'a"} 1\nevil{x="\\\x1b[31m'
    pair = make_pair(PairRequest(alias="plain", name="CN=a", key="ec:P-256"))
    import dataclasses

    odd = new_store(Format.PKCS12, WELL_KNOWN)
    odd = dataclasses.replace(odd, entries=(dataclasses.replace(pair, alias=alias),) * 2)
    text = metrics_text([report_of(tmp_path / "caf\udce9.p12", odd)])
    found = {each.name: each for each in text_string_to_metric_families(text)}
    assert "evil" not in found
    # Two entries of one alias are one series.
    assert len(found["handfast_certificate_not_after_seconds"].samples) == 1
    assert "\x1b" not in text


def test_a_keystore_that_cannot_be_read_is_in_the_metrics(store: Path, tmp_path: Path) -> None:
    metrics, cut = tmp_path / "keystores.prom", tmp_path / "cut.p12"
    cut.write_bytes(store.read_bytes()[:-40])
    for arguments in ((cut,), (store, cut), (store, cut, tmp_path / "absent.p12")):
        code = main(["check", *map(str, arguments), "--openmetrics", str(metrics)])
        assert code == 4
        samples = families(metrics)["handfast_keystore_readable"].samples
        assert {each.labels["path"]: each.value for each in samples} == {
            str(path): float(path == store) for path in arguments
        }


def test_an_earlier_file_is_replaced_and_nothing_else(
    store: Path, tmp_path: Path, capsys: Any
) -> None:
    metrics = tmp_path / "keystores.prom"
    assert main(["check", str(store), "--openmetrics", str(metrics)]) == 0
    metrics.chmod(0o600)
    before = metrics.stat().st_ino
    assert main(["check", str(store), "--openmetrics", str(metrics)]) == 0
    # Another file in its place: a reader sees the whole old one or the whole new one.
    assert metrics.stat().st_ino != before
    assert stat.S_IMODE(metrics.stat().st_mode) == 0o644
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".p12"] == [metrics.name]
    content = store.read_bytes()
    capsys.readouterr()
    assert main(["check", str(store), "--openmetrics", str(store), "--json"]) == 6
    assert json.loads(capsys.readouterr().out)["error"]["kind"] == "already-exists"
    assert store.read_bytes() == content


def test_every_code_of_a_finding_is_known() -> None:
    """Reads the source: a code that is not in the table could not be named in ``--fail-on``."""
    import ast
    from pathlib import Path as _Path

    import handfast.services.checks as package

    used: set[str] = set()
    for path in _Path(package.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "code":
                used |= {
                    each.value
                    for each in ast.walk(node.value)
                    if isinstance(each, ast.Constant) and isinstance(each.value, str)
                }
    assert used
    assert used <= CODES, "add the code to CODES in services/checks/findings.py"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_to(store: Path, tmp_path: Path) -> None:
    folder = tmp_path / "fixed"
    folder.mkdir(0o500)
    assert main(["check", str(store), "--openmetrics", str(folder / "a.prom")]) == 7

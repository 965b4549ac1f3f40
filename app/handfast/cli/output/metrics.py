"""Keystores as metrics, for the textfile collector of a Prometheus node exporter.

The text is valid OpenMetrics 1.0 and, being nothing but gauges without times, valid in the older
text format of Prometheus, which that collector reads.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from handfast.cli.output.terminal import safe
from handfast.services.checks.inventory import StoreState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.services.checks.inventory import StoreReport

_CERTIFICATE = "handfast_certificate_not_after_seconds"
_READABLE = "handfast_keystore_readable"
_ENTRIES = "handfast_keystore_entries"
_FINDINGS = "handfast_keystore_findings"
_TIME = "handfast_check_timestamp_seconds"
#: By this an earlier file of metrics is known.
HEAD: Final = f"# TYPE {_CERTIFICATE} gauge\n"


def metrics_text(reports: Sequence[StoreReport]) -> str:
    """The metrics of some keystores; a label never holds a line break or an escape code."""
    lines = [
        HEAD.rstrip("\n"),
        f"# UNIT {_CERTIFICATE} seconds",
        f"# HELP {_CERTIFICATE} When a certificate expires, in seconds since 1970.",
    ]
    ends: dict[str, float] = {}
    for report in reports:
        for each in report.certificates:
            labels = _labels(
                path=str(report.path),
                alias=each.alias,
                position=str(each.position),
                common_name=each.common_name,
            )
            end = each.not_after.timestamp()
            # Two entries of one alias, which some files have, are one series: the earlier end.
            ends[labels] = min(end, ends.get(labels, end))
    lines += [f"{_CERTIFICATE}{labels} {end:.0f}" for labels, end in ends.items()]
    by_path = {_labels(path=str(report.path)): report for report in reports}
    lines += _family(_READABLE, "Whether the keystore could be read: 1 or 0.")
    lines += [f"{_READABLE}{labels} {int(_is_read(report))}" for labels, report in by_path.items()]
    lines += _family(_ENTRIES, "How many entries are in the keystore.")
    lines += [f"{_ENTRIES}{labels} {report.entries}" for labels, report in by_path.items()]
    lines += _family(_FINDINGS, "How many findings of a severity and code the keystore has.")
    for report in by_path.values():
        lines += _finding_lines(report)
    lines += [
        f"# TYPE {_TIME} gauge",
        f"# UNIT {_TIME} seconds",
        f"# HELP {_TIME} When these keystores were checked, in seconds since 1970.",
        f"{_TIME} {datetime.now(UTC).timestamp():.0f}",
        "# EOF",
    ]
    return "\n".join(lines) + "\n"


def _is_read(report: StoreReport) -> bool:
    """Whether the ends of its certificates are known: a JKS keystore needs no password for that."""
    return report.state is StoreState.OPEN or report.entries > 0


def _finding_lines(report: StoreReport) -> list[str]:
    path = str(report.path)
    counts: dict[tuple[str, str], int] = {}
    for each in report.findings:
        key = (each.severity, each.code)
        counts[key] = counts.get(key, 0) + 1
    return [
        f"{_FINDINGS}{_labels(path=path, severity=severity, code=code)} {count}"
        for (severity, code), count in sorted(counts.items())
    ]


def _family(name: str, text: str) -> list[str]:
    return [f"# TYPE {name} gauge", f"# HELP {name} {text}"]


def _labels(**labels: str) -> str:
    return "{" + ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items()) + "}"


def _escaped(text: str) -> str:
    return safe(text).replace("\\", "\\\\").replace('"', '\\"')

"""An inventory as test results for a CI server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from handfast.cli.output.terminal import safe

if TYPE_CHECKING:
    from handfast.services.checks.inventory import Inventory, StoreReport

#: By this an earlier report is known.
JUNIT_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="handfast scan"'


def junit_text(inventory: Inventory) -> str:
    """Each keystore as a test case, which fails where a finding is an error.

    The elements are those that Jenkins, GitLab and GitHub Actions read: what is wrong with a
    keystore is one failure, and warnings are its output.
    """
    failed = sum(bool(_of(report, "error")) for report in inventory.stores)
    count = str(len(inventory.stores))
    root = ET.Element(
        "testsuites", {"name": "handfast scan", "tests": count, "failures": str(failed)}
    )
    suite = ET.SubElement(
        root,
        "testsuite",
        {"name": "keystores", "tests": count, "failures": str(failed), "errors": "0"},
    )
    for report in inventory.stores:
        case = ET.SubElement(
            suite, "testcase", {"classname": "keystores", "name": safe(str(report.path))}
        )
        if errors := _of(report, "error"):
            failure = ET.SubElement(case, "failure", {"message": errors[0].split("\n", 1)[0]})
            failure.text = "\n".join(errors)
        others = [*_of(report, "warning"), *([safe(report.problem)] if report.problem else [])]
        if others:
            ET.SubElement(case, "system-out").text = "\n".join(others)
    ET.indent(root)
    body = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _of(report: StoreReport, severity: str) -> list[str]:
    return [
        f"{safe(each.alias)}{': ' if each.alias else ''}{safe(each.message)} [{each.code}]"
        for each in report.findings
        if each.severity == severity
    ]

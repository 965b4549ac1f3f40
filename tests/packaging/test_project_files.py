"""What a stranger looks for in a project is there, and names nothing that does not exist."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from handfast import __version__

ROOT = Path(__file__).parents[2]
WORKFLOW = ROOT / ".github" / "workflows" / "packages.yml"


@pytest.fixture
def workflow() -> dict[str, Any]:
    if not WORKFLOW.is_file():
        pytest.skip("an sdist has no workflows")
    loaded: dict[str, Any] = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    return loaded


def test_the_workflow_freezes_on_three_systems_and_attaches_checksums(
    workflow: dict[str, Any],
) -> None:
    jobs = workflow["jobs"]
    systems = {
        str(job["runs-on"]).partition("-")[0] for job in jobs.values() if "matrix" not in str(job)
    } | {
        name.partition("-")[0]
        for job in jobs.values()
        for name in job.get("strategy", {}).get("matrix", {}).get("os", ())
    }
    assert systems == {"ubuntu", "windows", "macos"}
    for name in ("linux", "windows", "macos"):
        steps = "\n".join(str(step.get("run", "")) for step in jobs[name]["steps"])
        assert "packaging/freeze.sh" in steps
        assert "third_party.py --check" in steps
    assert "SHA256SUMS" in str(jobs["release"])


def test_the_workflow_says_that_it_has_not_run_and_names_scripts_that_exist(
    workflow: dict[str, Any],
) -> None:
    text = WORKFLOW.read_text(encoding="utf-8")
    assert "has not run yet" in text.split("\n")[0]
    commands = "\n".join(
        str(step.get("run", "")) for job in workflow["jobs"].values() for step in job["steps"]
    )
    named = set(re.findall(r"(?:packaging|\.ci)/[\w./-]+", commands))
    assert named
    assert [each for each in named if not (ROOT / each).is_file()] == []


def test_the_changelog_has_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(__version__)} \(\d{{4}}-\d\d-\d\d\)$", text, re.MULTILINE)


@pytest.mark.parametrize("name", ["SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_the_commands_and_files_that_documents_name_exist(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for path in re.findall(r"`((?:packaging|docs|\.ci)/[\w./-]*)`", text):
        assert (ROOT / path).exists(), path
    assert "@" not in text


def test_no_address_is_invented() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert ".example" not in str(project.get("urls", {}))
    for path in (ROOT / "packaging").rglob("*"):
        if path.suffix in {".yaml", ".xml", ".desktop", ".nsi", ".plist", ".sh"}:
            text = path.read_text(encoding="utf-8")
            # The name of the program in reverse is no address.
            assert not re.search(r"handfast\.example|@handfast", text), path

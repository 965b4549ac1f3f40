"""The timer that checks keystores once a day: systemd understands it, and it does what it says."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from handfast.cli.main import main
from handfast.services.demo import make_demo
from tests.support.tools import program

UNITS = Path(__file__).parents[2] / "packaging" / "linux" / "systemd"


def test_systemd_understands_them(tmp_path: Path) -> None:
    # Where Handfast is installed depends on the machine; that there is a program is checked.
    for unit in UNITS.iterdir():
        text = unit.read_text(encoding="utf-8").replace("/usr/bin/handfast", "/bin/true")
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [program("systemd-analyze"), "verify", "--user", "--man=no",
         *sorted(map(str, tmp_path.iterdir()))],
        capture_output=True, text=True, check=False, env={"XDG_RUNTIME_DIR": str(tmp_path)},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("days", "expected"), [("30", 0), ("400", 1)])
def test_the_command_checks_what_the_configuration_names(
    tmp_path: Path, days: str, expected: int
) -> None:
    make_demo(tmp_path)
    text = (UNITS / "handfast-check.service").read_text(encoding="utf-8")
    command = re.search(r"^ExecStart=(.*)$", text, re.MULTILINE)
    assert command is not None
    # systemd splits an unquoted $NAME at its blanks.
    line = (
        command[1]
        .replace("$HANDFAST_CHECK_OPTIONS", f"--days {days}")
        .replace(
            "$HANDFAST_KEYSTORES", f"{tmp_path}/acme-keystore.p12 {tmp_path}/globex-keystore.jks"
        )
    )
    words = shlex.split(line)
    assert words[0] == "/usr/bin/handfast"
    assert main(words[1:]) == expected

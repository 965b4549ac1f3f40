"""Every command of the README, as it is printed, in its order, in a copy of the project.

Two kinds are not carried out in full. What ``apt-get`` would install is simulated, and building and
installing the packages, which takes minutes, is ``packaging/check.sh``'s; here it is seen that the
scripts are there. The tests are collected rather than run from within themselves.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from handfast.cli.verbs import VERBS
from tests.support.tools import program

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
#: As a machine without a screen, and without a password or a test platform of whoever runs this.
_NOT_PASSED = {"QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY", "HANDFAST_PASSWORD", "PYTHONPATH"}


def commands(block: str) -> list[str]:
    """The lines of a block, those that go on joined."""
    joined = re.sub(r"\\\n\s*", "", block)
    return [line for line in joined.splitlines() if line.strip()]


def is_for_apt(block: str) -> bool:
    return all(line.startswith("sudo apt-get ") for line in commands(block))


def test_what_a_bare_machine_needs_stands_before_what_needs_it() -> None:
    kinds = ["apt" if is_for_apt(block) else "other" for block in BLOCKS]
    assert kinds[:4] == ["apt", "other", "apt", "other"]
    assert ".venv/bin/handfast demo" in BLOCKS[1]
    assert "pytest" in BLOCKS[3]
    # The main job takes no tool of the tests.
    assert not re.search(r"gcc|jdk|openssl|python3-dev", BLOCKS[0])
    assert "[test]" not in BLOCKS[1]


@pytest.mark.parametrize("block", [block for block in BLOCKS if is_for_apt(block)])
def test_the_packages_can_be_had(block: str) -> None:
    for command in commands(block):
        words = command.removeprefix("sudo apt-get ").split()
        if words[0] != "install":
            continue
        done = subprocess.run(
            [program("apt-get"), "--simulate", "--quiet", *words],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if "Unable to locate" in done.stderr and not any(
            Path("/var/lib/apt/lists").glob("*_Packages*")
        ):
            pytest.skip("apt has no lists of packages here: run apt-get update")
        assert done.returncode == 0, done.stderr


def test_the_scripts_that_build_packages_are_there() -> None:
    named = set(re.findall(r"packaging/\w+\.sh", README))
    assert {"packaging/linux_packages.sh", "packaging/wheel.sh"} <= named
    for script in named:
        assert os.access(ROOT / script, os.X_OK), script
    for path in re.findall(r"`((?:packaging|resources|tests)/[\w./-]+)", README):
        assert (ROOT / path).exists(), path


def test_every_option_that_it_names_is_one() -> None:
    from handfast.cli.parser import verb_parser

    options = {
        name
        for verb in VERBS
        for action in verb_parser(verb)._actions
        for name in action.option_strings
    } | {"--help"}
    named = set(re.findall(r"(?<![\w-])--[a-z][\w-]*", README))
    assert named <= options


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """The commands in one shell, each with its exit code, as somebody types them one by one."""
    bash = program("bash")
    folder = tmp_path_factory.mktemp("readme") / "handfast"
    tracked = subprocess.run(
        [program("git"), "-C", ROOT, "ls-files", "-z"], capture_output=True, text=True, check=False
    )
    if tracked.returncode:
        pytest.skip("this is no checkout, of which a clean copy could be made")
    for name in filter(None, tracked.stdout.split("\0")):
        source = ROOT / name
        if source.is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, folder / name)
    lines = [
        line
        for block in BLOCKS
        if not is_for_apt(block) and "packaging/" not in block
        for line in commands(block)
    ]
    script = "".join(f'{line}\necho "== $? {number}"\n' for number, line in enumerate(lines))
    environment = {name: text for name, text in os.environ.items() if name not in _NOT_PASSED}
    # In place of all tests, which would run this one too.
    environment |= {"PYTEST_ADDOPTS": "--collect-only -qq", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run(
        [bash, "--norc", "-c", script],
        cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False, timeout=900,
    )  # fmt: skip
    if re.search(r"^ERROR: (?:No matching|Could not)", done.stdout, re.MULTILINE):
        pytest.skip("pip reaches no index from here")
    return done


def test_each_command_works_in_its_order(walk: subprocess.CompletedProcess[str]) -> None:
    codes = re.findall(r"^== (\d+) (\d+)$", walk.stdout, re.MULTILINE)
    assert len(codes) > 20
    assert {code for code, _ in codes} == {"0"}, walk.stdout
    assert "Two example parties" in walk.stdout
    assert "tests/packaging/test_readme.py" in walk.stdout
    assert "It works over TLS 1.3" in walk.stdout
    assert "They are the same." in walk.stdout

"""What tests of all kinds share: the real tools that they talk to, and stores made by them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.resident_keytool import resident_keytool
from tests.support.samples import Sample, make_jks, make_pkcs12
from tests.support.second_reader import Absent, SecondReader, load_pyjks
from tests.support.tools import QUICK_JVM, JavaPeer, Tool, java_peer, tool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from handfast.ui.program.external_open import Application


@pytest.fixture(scope="session")
def qapp_cls() -> type[Application]:
    """The application as the program makes it, whichever test asks for one first."""
    from handfast.ui.program.external_open import Application

    return Application


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two-party example in a folder of its own, to be read and copied from."""
    from handfast.services.demo import make_demo

    folder = tmp_path_factory.mktemp("example") / "demo"
    make_demo(folder)
    return folder


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_what_a_failed_test_began() -> Iterator[None]:
    """End a program when a test fails beside it: nobody would stop it, and ``with`` would wait."""
    leave = subprocess.Popen.__exit__

    def end_and_leave(
        self: subprocess.Popen[bytes],
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self.kill()
        leave(self, kind, error, trace)

    patch = pytest.MonkeyPatch()
    patch.setattr(subprocess.Popen, "__exit__", end_and_leave)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def keytool() -> Iterator[Tool]:
    """keytool of the JDK on PATH, in English."""
    with resident_keytool(*QUICK_JVM, "-Dfile.encoding=UTF-8") as runs:
        yield runs


@pytest.fixture(scope="session")
def openssl() -> Tool:
    """The openssl command."""
    return tool("openssl")


@pytest.fixture(scope="session")
def java(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JavaPeer]:
    """A Java program that answers: ``java(command, *fields)``."""
    with java_peer(
        Path(__file__).parent / "data" / "java", tmp_path_factory.mktemp("java")
    ) as peer:
        yield peer


@pytest.fixture(scope="session")
def sample_jks(keytool: Tool, tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """A JKS store of keytool's with everything that JKS can hold; copy it before changing it."""
    return make_jks(keytool, tmp_path_factory.mktemp("samples") / "sample.jks")


@pytest.fixture(scope="session")
def sample_pkcs12(keytool: Tool, tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The same in PKCS#12, with a secret key; copy it before changing it."""
    return make_pkcs12(keytool, tmp_path_factory.mktemp("samples") / "sample.p12")


@pytest.fixture(autouse=True, scope="session")
def state_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What saves note of their files must not go where whoever runs the tests keeps theirs."""
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))


@pytest.fixture(autouse=True)
def no_password_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A password in the environment of whoever runs the tests must not open their stores."""
    monkeypatch.delenv("HANDFAST_PASSWORD", raising=False)


@pytest.fixture(scope="session", autouse=True)
def second_reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecondReader | None]:
    """Lets pyjks read all that Handfast reads and writes; None where it is not installed."""
    try:
        load_pyjks()
    except Absent as reason:
        if os.environ.get("HANDFAST_REQUIRE_TOOLS", "") not in {"", "0"}:
            pytest.fail(f"pyjks is required here: {reason}")
        yield None
        return
    reader = SecondReader()
    with reader.listening():
        yield reader
        reader.look_below(tmp_path_factory.getbasetemp())
    found = reader.disagreements()
    if found:
        pytest.fail("of what other processes wrote:\n" + "\n".join(found))


@pytest.fixture(autouse=True)
def second_opinion(second_reader: SecondReader | None) -> Iterator[None]:
    """Fails a test that read or wrote a keystore in another way than pyjks reads it."""
    yield
    found = second_reader.disagreements() if second_reader is not None else []
    if found:
        pytest.fail("\n".join(found))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say so where nobody else has read the keystores."""
    try:
        load_pyjks()
    except Absent as reason:
        terminalreporter.write_line(
            f"Handfast alone read the JKS, JCEKS, BKS, and UBER keystores, without pyjks: {reason}"
        )

"""One-word commands for whoever works on Handfast: ``nox -s tests``, ``nox -s lint``, and so on."""

from __future__ import annotations

import os
from pathlib import Path

import nox

nox.options.sessions = ["lint", "types", "tests"]
nox.options.reuse_existing_virtualenvs = True


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, formatting, and spelling."""
    session.install("ruff>=0.12", "codespell>=2.4")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("codespell")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types, also as Windows and macOS see them."""
    session.install("-e", ".[dev]")
    for platform in ("linux", "win32", "darwin"):
        session.run("mypy", "--platform", platform)


@nox.session(python=["3.11", "3.12", "3.13", "3.14"])
def every_python(session: nox.Session) -> None:
    """Run the tests on each Python version that this machine has."""
    session.install("-e", ".[test]")
    session.run("python", "-m", "pytest", *session.posargs, env=_environment())


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests; name files to run only those."""
    session.install("-e", ".[test]")
    session.run("python", "-m", "pytest", *session.posargs, env=_environment())


@nox.session
def bench(session: nox.Session) -> None:
    """Measure beside keytool and print ratios."""
    session.install("-e", ".[test]")
    session.run("python", "tests/bench/run.py", *session.posargs)


@nox.session
def packages(session: nox.Session) -> None:
    """Build the packages, install them, run them, and remove them again."""
    session.install("-e", ".[packages]")
    python = str(Path(session.bin) / "python")
    session.run("packaging/check.sh", external=True, env={"PYTHON": python})


@nox.session
def docs(session: nox.Session) -> None:
    """Write the manual, the completions, and the pictures of the guide."""
    session.install("-e", ".[test]")
    session.run("python", "packaging/documents.py")
    session.run("python", "packaging/guide_pictures.py", env=_environment())


@nox.session
def texts(session: nox.Session) -> None:
    """Collect the texts for translators, and compile the translations."""
    session.install("babel>=2.14")
    session.run("python", "packaging/texts.py")


def _environment() -> dict[str, str]:
    return {"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}

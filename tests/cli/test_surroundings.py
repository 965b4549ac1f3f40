"""The console between a terminal, pipes, files and signals, as people and scripts use it."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from handfast.cli.inspect import list as list_verb
from handfast.cli.main import main
from handfast.core.password import WELL_KNOWN
from handfast.core.store import Format
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.saving import new_store, save_store
from tests.support.tools import INTERRUPTIBLE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HANDFAST = (sys.executable, "-m", "handfast")
#: Where programs learn of a screen.
_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
SECRET = "a secret"
#: Java takes it for a JKS store, not for a PKCS#12.
ACCENTED = "ümlaut secret"
#: Gives a program the terminal on its standard input for its own, as a login does.
IN_TERMINAL = (
    "import fcntl, os, sys, termios; os.setsid(); fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
) + INTERRUPTIBLE
#: The stores of a rehearsal.
ROLES = ("--client", "--client-trust", "--server", "--server-trust")


@pytest.fixture(scope="module")
def guarded(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trust store in PKCS#12 with a password that is not a usual one."""
    path = tmp_path_factory.mktemp("guarded") / "guarded.p12"
    outside = {**os.environ, "HANDFAST_PASSWORD": SECRET}
    certificate = demo / "acme.cer"
    subprocess.run([*HANDFAST, "import", path, certificate], env=outside, check=True)
    return path


@pytest.fixture(scope="module")
def accented(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trust store in JKS with a password that encodings differ about."""
    path = tmp_path_factory.mktemp("accented") / "accented.jks"
    outside = {**os.environ, "HANDFAST_PASSWORD": ACCENTED}
    certificate = demo / "acme.cer"
    subprocess.run(
        [*HANDFAST, "import", path, certificate, "--format", "jks"], env=outside, check=True
    )
    return path


def run(*arguments: str | Path, **options: Any) -> subprocess.CompletedProcess[bytes]:
    options = {"capture_output": True, "stdin": subprocess.DEVNULL} | options
    if "input" in options:
        del options["stdin"]
    return subprocess.run([*HANDFAST, *map(str, arguments)], check=False, **options)


def on_terminal(
    *arguments: str | Path, answers: Sequence[tuple[str, str]]
) -> tuple[int, str, Sequence[tuple[str, str]]]:
    """Run on a terminal of its own, typing each answer when its prompt has come.

    Gives the exit code, what the terminal showed, and the answers that were not asked for.
    """
    ours, theirs = os.openpty()
    command = [sys.executable, "-c", IN_TERMINAL, *HANDFAST, *map(str, arguments)]
    program = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown, looked, left = "", 0, list(answers)
    try:
        while select.select([ours], [], [], 30)[0]:
            try:
                data = os.read(ours, 4096)
            except OSError:
                break
            if not data:
                break
            shown += data.decode()
            if left and (at := shown.find(left[0][0], looked)) >= 0:
                looked = at + len(left[0][0])
                os.write(ours, left.pop(0)[1].encode())
        return program.wait(timeout=30), shown, left
    finally:
        program.kill()
        program.wait()
        os.close(ours)


# --- passwords on a terminal ----------------------------------------------------------------------


def test_a_password_is_asked_for_unseen_until_it_fits(guarded: Path) -> None:
    prompt = "Password of guarded.p12: "
    answers = [(prompt, "wrong one\n"), (prompt, f"{SECRET}\n")]
    code, shown, left = on_terminal("list", guarded, answers=answers)
    assert (code, left) == (0, [])
    assert "acme" in shown
    assert SECRET not in shown
    assert "wrong one" not in shown


def test_three_wrong_ones_are_enough_and_none_is_an_answer(guarded: Path) -> None:
    prompt = "Password of guarded.p12: "
    code, shown, left = on_terminal("list", guarded, answers=[(prompt, "wrong\n")] * 4)
    assert (code, len(left)) == (3, 1)
    assert "Traceback" not in shown
    for nothing in ("\n", "\x04"):
        code, shown, _ = on_terminal("list", guarded, answers=[(prompt, nothing)])
        assert code == 3
        assert "handfast: " in shown


def test_a_new_password_is_asked_for_twice(tmp_path: Path) -> None:
    path = tmp_path / "new.p12"
    first, again = "Password for the new keystore: ", "Confirm password: "
    answers = [
        (first, "one\n"),
        (again, "another\n"),
        (first, f"{SECRET}\n"),
        (again, f"{SECRET}\n"),
    ]
    make = ("generate", path, "--alias", "a", "--dname", "CN=A", "--key", "ec:P-256")
    code, shown, left = on_terminal(*make, answers=answers)
    assert (code, left) == (0, []), shown
    outside = {**os.environ, "HANDFAST_PASSWORD": SECRET}
    assert run("list", path, env=outside).returncode == 0
    assert run("list", path).returncode == 3


def test_a_jks_is_listed_unverified_after_enter(demo: Path, tmp_path: Path) -> None:
    path = tmp_path / "guarded.jks"
    outside = {**os.environ, "HANDFAST_PASSWORD": SECRET}
    assert run("import", path, demo / "acme.cer", "--format", "jks", env=outside).returncode == 0
    prompt = "Password of guarded.jks (press Enter to skip): "
    code, shown, left = on_terminal("list", path, answers=[(prompt, "\n")])
    assert (code, left) == (0, [])
    assert "not verified" in shown
    code, shown, left = on_terminal("list", path, answers=[(prompt, f"{SECRET}\n")])
    assert (code, left) == (0, [])
    assert "not verified" not in shown


def test_ctrl_c_at_a_prompt_ends_it_quietly(guarded: Path) -> None:
    answers = [("Password of guarded.p12: ", "\x03")]
    code, shown, left = on_terminal("list", guarded, answers=answers)
    assert (code, left) == (130, [])
    assert "Traceback" not in shown


def test_an_interrupt_while_it_reads_ends_it_quietly(tmp_path: Path) -> None:
    outside = {**os.environ, "HANDFAST_PASSWORD": "changeit"}
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, *HANDFAST, "import", tmp_path / "new.p12", "-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=outside,
    ) as program:  # fmt: skip
        assert program.stdin is not None
        # More than a pipe holds: once it is written, the program is reading.
        program.stdin.write(b"\n" * 200_000)
        program.stdin.flush()
        program.send_signal(signal.SIGINT)
        _, told = program.communicate()
    assert program.returncode == 130
    assert b"Traceback" not in told
    assert not (tmp_path / "new.p12").exists()


# --- password files -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "fits"),
    [
        (ACCENTED.encode(), True),
        (f"{ACCENTED}\nsecond line\n".encode(), True),
        (f"{ACCENTED}\r\nsecond line\r\n".encode(), True),
        (f"{ACCENTED}\n".encode("utf-8-sig"), True),
        (f"{ACCENTED}\n".encode("latin-1"), True),
        (f"{ACCENTED}\r\n".encode("utf-16"), True),
        (b"\xfe\xff" + f"{ACCENTED}\n".encode("utf-16-be"), True),
        (ACCENTED.encode() + b"\n\xff\xfe\xff", True),
        (f" {ACCENTED}\n".encode(), False),
        (f"\n{ACCENTED}\n".encode(), False),
        (b"", False),
    ],
)
def test_the_first_line_of_a_password_file_is_taken_in_any_encoding(
    content: bytes, fits: bool, accented: Path, tmp_path: Path
) -> None:
    file = tmp_path / "password"
    file.write_bytes(content)
    assert main(["list", str(accented), "--password-file", str(file)]) == (0 if fits else 3)


def test_a_password_file_that_is_none_is_told(accented: Path, tmp_path: Path) -> None:
    assert main(["list", str(accented), "--password-file", str(tmp_path / "missing")]) == 7
    assert main(["list", str(accented), "--password-file", str(tmp_path)]) == 7
    endless = tmp_path / "endless"
    endless.write_bytes(b"x" * 100_000)
    assert main(["list", str(accented), "--password-file", str(endless)]) == 7


def test_a_password_comes_through_a_pipe(guarded: Path) -> None:
    arguments = ("list", guarded, "--password-file", "-")
    assert run(*arguments, input=f"{SECRET}\n".encode()).returncode == 0
    assert run(*arguments, input=b"other\n").returncode == 3
    assert run(*arguments, input=b"").returncode == 3


# --- output and files -----------------------------------------------------------------------------


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")  # noqa: PTH110
@pytest.mark.parametrize("more", [(), ("--json",)])
def test_output_that_does_not_fit_is_an_error(more: tuple[str, ...], demo: Path) -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = run("list", demo / "acme-keystore.p12", *more, capture_output=False,
                   stdout=full, stderr=subprocess.PIPE)  # fmt: skip
    assert done.returncode == 7
    assert done.stderr.startswith(b"handfast: ")
    assert b"Exception" not in done.stderr


def test_a_certificate_goes_through_pipes(demo: Path, tmp_path: Path) -> None:
    store, trust = demo / "acme-keystore.p12", tmp_path / "trust.p12"
    export = ("export", store, "--alias", "acme", "--out", "-", "--encoding")
    pem = run(*export, "pem")
    assert (pem.returncode, pem.stderr) == (0, b"")
    assert pem.stdout.startswith(b"-----BEGIN CERTIFICATE-----\n")
    assert run(*export, "der").stdout == (demo / "acme.cer").read_bytes()
    assert run(*export, "der", "--json").returncode == 2
    outside = {**os.environ, "HANDFAST_PASSWORD": "changeit"}
    into = ("import", trust, "-", "--alias", "acme")
    assert run(*into, input=b"", env=outside).returncode == 4
    assert not trust.exists()
    assert run(*into, input=pem.stdout, env=outside).returncode == 0
    assert run(*into, "--password-file", "-", input=pem.stdout).returncode == 2


def test_force_replaces_a_certificate_and_never_a_keystore(demo: Path, tmp_path: Path) -> None:
    store = tmp_path / "store.p12"
    store.write_bytes((demo / "acme-keystore.p12").read_bytes())
    other = tmp_path / "other.jks"
    other.write_bytes((demo / "globex-keystore.jks").read_bytes())
    link = tmp_path / "link.cer"
    link.symlink_to(store)
    for out in (store, other, link):
        before = out.read_bytes()
        arguments = ["export", str(store), "--alias", "acme", "--out", str(out)]
        assert main(arguments) == 6
        assert main([*arguments, "--force"]) == 6
        assert out.read_bytes() == before
    out = tmp_path / "old.cer"
    out.write_bytes(b"an older certificate")
    arguments = ["export", str(store), "--alias", "acme", "--out", str(out)]
    assert main(arguments) == 6
    assert out.read_bytes() == b"an older certificate"
    assert main([*arguments, "--force"]) == 0
    assert out.read_bytes() == (demo / "acme.cer").read_bytes()


# --- errors ---------------------------------------------------------------------------------------


def both(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, Any, str]:
    """The exit code, the JSON, and what a person is told by the same without it."""
    words = [*map(str, arguments)]
    capsys.readouterr()
    code = main([*words, "--json"])
    data = json.loads(capsys.readouterr().out)
    assert main(words) == code
    return code, data, capsys.readouterr().err


def test_each_refusal_has_its_code_in_words_and_in_json(
    capsys: pytest.CaptureFixture[str],
    demo: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HANDFAST_PASSWORD", "changeit")
    later = tmp_path / "later.jks"
    data = bytearray((demo / "globex-keystore.jks").read_bytes())
    data[7] = 3
    later.write_bytes(data)
    store, certificate = demo / "acme-truststore.p12", demo / "acme.cer"
    new = ("--dname", "CN=a", "--alias", "acme")
    for code, kind, arguments in (
        (1, "fingerprint-differs", ("import", store, certificate, "--expect-sha256", "00" * 32)),
        (2, "usage", ("generate", tmp_path / "new.p12", "--alias", "a", "--dname", "CN=a, C=61")),
        (2, "usage", ("generate", tmp_path / "new.p12", *new, "--days", "0")),
        (2, "usage", ("generate", tmp_path / "new.p12", *new, "--days", "9" * 30)),
        (2, "usage", ("generate", tmp_path / "new.p12", *new, "--days", "many")),
        (2, "usage", ("generate", tmp_path / "new.p12", *new, "--san", "dns:a b")),
        (2, "usage", ("no-such-verb",)),
        (4, "not-a-keystore", ("list", demo / "README.txt")),
        (5, "unsupported", ("list", later)),
        (6, "already-exists", ("generate", demo / "acme-keystore.p12", *new)),
        (7, "file", ("list", tmp_path)),
        (7, "file", ("generate", tmp_path / "no" / "new.p12", *new)),
    ):  # fmt: skip
        got, answer, told = both(capsys, *arguments)
        error = answer["error"]
        assert (got, error["code"], error["kind"]) == (code, code, kind), (arguments, answer)
        assert set(error) == {"code", "kind", "problem", "causes", "remedy"}
        assert told.splitlines()[0] == f"handfast: {error['problem']}"
    assert not (tmp_path / "new.p12").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("list", "BROKEN"),
        ("list", "acme-truststore.p12", "BROKEN"),
        ("check", "acme-truststore.p12", "BROKEN"),
        ("convert", "BROKEN", "new.p12", "--format", "pkcs12"),
        ("import", "BROKEN", "acme.cer"),
        ("import", "acme-truststore.p12", "BROKEN"),
        ("probe", "127.0.0.1:1", "--trust", "BROKEN"),
        ("listen", "--identity", "globex-keystore.jks", "--trust", "BROKEN", "--for", "1"),
        ("recipe", "curl", "--identity", "acme-keystore.p12", "--trust", "BROKEN"),
        *(
            ("rehearse", *(word for pair in zip(ROLES, files, strict=True) for word in pair))
            for files in (
                ("BROKEN", "acme-truststore.p12", "globex-keystore.jks", "globex-truststore.jks"),
                ("acme-keystore.p12", "BROKEN", "globex-keystore.jks", "globex-truststore.jks"),
                ("acme-keystore.p12", "acme-truststore.p12", "globex-keystore.jks", "BROKEN"),
            )
        ),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("kind", ["damaged", "not-a-keystore"])
def test_of_several_files_the_one_that_is_wrong_is_named(
    words: tuple[str, ...],
    kind: str,
    capsys: pytest.CaptureFixture[str],
    demo: Path,
    tmp_path: Path,
) -> None:
    broken = tmp_path / "broken.p12"
    whole = (demo / "acme-keystore.p12").read_bytes()
    broken.write_bytes(whole[:700] if kind == "damaged" else b"Dear partner, see below.\n")
    places = {each.name: each for each in demo.iterdir()} | {"BROKEN": broken}
    code, answer, told = both(capsys, *(places.get(word, word) for word in words))
    error = answer["stores"][1]["error"] if "stores" in answer and words[0] == "list" else None
    error = error or answer["error"]
    assert (code, error["kind"]) == (4, kind)
    assert "broken.p12" in error["problem"]
    assert told.splitlines()[0] == f"handfast: {error['problem']}"


def test_a_fault_of_the_program_is_no_answer(
    capsys: pytest.CaptureFixture[str], demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_options: object) -> None:
        raise KeyError("a secret")

    store = demo / "acme-keystore.p12"
    assert main(["list", str(store)]) == 0
    monkeypatch.setattr(list_verb, "run", broken)
    code, answer, told = both(capsys, "list", store)
    assert (code, answer["error"]["code"], answer["error"]["kind"]) == (70, 70, "internal")
    assert told.startswith("handfast: ")
    assert "KeyError" in told
    assert "secret" not in told + json.dumps(answer)
    assert "Traceback" not in told


def test_no_verb_loads_qt(demo: Path, tmp_path: Path) -> None:
    store, trust = demo / "acme-keystore.p12", demo / "acme-truststore.p12"
    verbs = [
        ["list", store], ["show", store], ["check", store, trust],
        ["generate", tmp_path / "a.p12", "--alias", "a", "--dname", "CN=a", "--key", "ec:P-256"],
        ["export", store, "--alias", "acme", "--out", tmp_path / "a.cer"],
        ["import", tmp_path / "a.p12", tmp_path / "a.cer", "--alias", "b"],
        ["demo", tmp_path / "demo", "--no-window"], ["--help"], ["--version"],
    ]  # fmt: skip
    lines = [[str(word) for word in verb] for verb in verbs]
    code = (
        "import sys\nfrom handfast.__main__ import main\n"
        f"for verb in {lines!r}:\n"
        "    sys.argv = ['handfast', *verb]\n"
        "    assert main() == 0, verb\n"
        "    loaded = [name for name in sys.modules if 'PySide6' in name or '.ui' in name]\n"
        "    assert not loaded, (verb, loaded)\n"
    )
    outside = {**os.environ, "HANDFAST_PASSWORD": "changeit"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=outside, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


def test_a_list_loads_no_library_for_a_certificate_without_a_common_name(tmp_path: Path) -> None:
    pair = make_pair(PairRequest(alias="old", name="OU=Old Authority,O=Example", purpose="ca"))
    store = import_certificates(new_store(Format.JKS, WELL_KNOWN), [(pair.chain[0], "old")])
    save_store(store, tmp_path / "trust.jks")
    code = (
        "import sys\nfrom handfast.__main__ import main\n"
        f"sys.argv = ['handfast', 'list', {str(tmp_path / 'trust.jks')!r}]\n"
        "assert main() == 0\n"
        "assert 'cryptography' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Old Authority" in done.stdout


# --- a verb, or a file ----------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["lits", "import-kee"])
def test_a_word_that_is_no_file_is_a_verb_mistyped(word: str, tmp_path: Path) -> None:
    outside = {name: value for name, value in os.environ.items() if name not in _SCREENS}
    command = [*HANDFAST, word, "store.p12", "--json"]
    done = subprocess.run(
        command, env=outside, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, json.loads(done.stdout)["error"]["kind"]) == (2, "usage")
    assert f"“{word}”" in done.stderr
    # A file of that name opens, if there is a screen to open it on.
    (tmp_path / word).touch()
    done = subprocess.run(
        command, env=outside, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "No screen" in done.stderr


def test_after_two_dashes_everything_is_a_file(tmp_path: Path) -> None:
    outside = {name: value for name, value in os.environ.items() if name not in _SCREENS}
    command = [*HANDFAST, "--", "list"]
    done = subprocess.run(
        command, env=outside, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "No screen" in done.stderr


# --- what is no file -----------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="Windows has no named pipes in folders")
def test_a_pipe_or_device_is_no_store_and_is_not_waited_for(
    demo: Path, tmp_path: Path, capsys: Any
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path, words in ((pipe, "a named pipe"), ("/dev/zero", "a device")):
        assert main(["list", str(path)]) == 7
        assert words in capsys.readouterr().err
    # What the shell makes of <(command) has an end.
    ours, theirs = os.pipe()
    os.write(theirs, (demo / "acme-keystore.p12").read_bytes())
    os.close(theirs)
    assert main(["list", f"/dev/fd/{ours}"]) == 0
    os.close(ours)
    # And so has what is piped into it.
    store = (demo / "acme-keystore.p12").read_bytes()
    piped = subprocess.run(
        [*HANDFAST, "list", "/dev/stdin"], input=store, capture_output=True, check=False
    )
    assert piped.returncode == 0, piped.stderr

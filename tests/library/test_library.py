"""Handfast imported by another program: the names of its page, and the example on it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import handfast
from handfast.core.store import Format
from handfast.services.demo import make_demo

if TYPE_CHECKING:
    from tests.support.samples import Sample

PAGE = (Path(__file__).parents[2] / "docs" / "LIBRARY.md").read_text(encoding="utf-8")


def run(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def example() -> str:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    return str(code)


def test_the_example_of_the_page_runs(example: str, tmp_path: Path) -> None:
    make_demo(tmp_path / "demo")
    (tmp_path / "demo" / "globex-keystore.jks").rename(tmp_path / "partners.jks")
    done = run(example, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    first, entry, certificate = done.stdout.splitlines()
    assert first == "JKS verified"
    assert entry == "globex key-pair RSA 2048"
    assert certificate.startswith("    CN=localhost,OU=Gateway,O=Globex Corporation")


def test_the_example_says_that_a_password_does_not_fit(example: str, tmp_path: Path) -> None:
    make_demo(tmp_path / "demo")
    (tmp_path / "demo" / "globex-keystore.jks").rename(tmp_path / "partners.jks")
    done = run(example.replace('"changeit"', '"another one"'), tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip() == "The password is wrong."


def test_every_name_is_there_and_on_the_page() -> None:
    for name in handfast.__all__:
        assert getattr(handfast, name) is not None
        assert f"`{name}" in PAGE, name
    assert set(handfast.__all__) <= set(dir(handfast))
    with pytest.raises(AttributeError):
        handfast.nothing_of_this_name  # noqa: B018


def test_what_the_page_says_that_values_have_is_there(sample_jks: Sample) -> None:
    store = handfast.open_store(str(sample_jks.path), sample_jks.password)
    found = {type(each).__name__: each for each in (store, *store.entries)}
    found["Certificate"] = next(each for each in store.entries if each.chain).chain[0]
    for row in re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGE, re.MULTILINE):
        value = found.get(row[0])
        if value is not None:
            for name in re.findall(r"`([a-z_0-9]+)[`(]", row[1]):
                assert hasattr(value, name), (row[0], name)
    assert len(found) == 4


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"hello", handfast.NotAKeystore),
        (b"\xfe\xed\xfe\xed\0\0\0\2\0\0", handfast.Damaged),
        (None, handfast.FileProblem),
    ],
)
def test_what_is_no_keystore_is_a_typed_error(
    tmp_path: Path, content: bytes | None, error: type[handfast.HandfastError]
) -> None:
    path = tmp_path / "store"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error) as told:
        handfast.open_store(path)
    assert isinstance(told.value, handfast.HandfastError)
    assert told.value.problem


def test_importing_it_loads_nothing_else(tmp_path: Path) -> None:
    done = run(
        "import sys, handfast; print([each for each in sys.modules if each.startswith('handfast.') "
        "or each in {'cryptography', 'PySide6', 'pathlib', 'OpenSSL'}])",
        tmp_path,
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_the_format_is_one_object_wherever_it_is_imported_from() -> None:
    assert handfast.Format is Format


@pytest.mark.skipif(sys.platform == "win32", reason="mypy is run on other systems")
def test_the_example_is_typed(example: str, tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    (tmp_path / "example.py").write_text(example, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"),
         "--follow-imports=silent", "example.py"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={"MYPYPATH": str(Path(handfast.__file__).parents[1])},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr

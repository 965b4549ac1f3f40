"""Paths as they are shown."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from handfast.services.files.shown_path import shown_path


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch) -> None:
    if os.name == "nt":
        pytest.skip("Windows has no sign for the home of a person")
    monkeypatch.setenv("HOME", "/home/dana")


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/home/dana", "~"),
        ("/home/dana/globex/trust store.p12", "~/globex/trust store.p12"),
        ("/home/danai/globex", "/home/danai/globex"),
        ("/srv/home/dana/globex", "/srv/home/dana/globex"),
        ("globex/truststore.p12", "globex/truststore.p12"),
    ],
)
def test_what_is_at_home_is_shown_from_there(path: str, shown: str) -> None:
    assert shown_path(Path(path)) == shown
    assert Path(shown).expanduser() == Path(path)


def test_where_everything_is_at_home_nothing_is_shortened(monkeypatch: pytest.MonkeyPatch) -> None:
    # As services and small containers have it.
    for home in ("/", "", "relative"):
        monkeypatch.setenv("HOME", home)
        assert shown_path("/srv/globex") == "/srv/globex"

"""Keystores that tests put on the disk."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.saving import new_store, save_store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from handfast.core.entry import Entry
    from handfast.core.store import Store

USUAL = Password("changeit")


def save_to(path: Path, entries: Sequence[Entry], *, password: Password = USUAL) -> Path:
    """A keystore of these entries: JKS where the name says so, else PKCS#12."""
    kind = Format.JKS if path.suffix == ".jks" else Format.PKCS12
    save_store(new_store(kind, password).with_entries(entries), path)
    return path


def store_of_two_passwords(wanted: Format, password: str, own: str) -> Store:
    """A keystore with two keys: *plain* under its password, *own* under one of its own."""
    pair = make_pair(PairRequest(alias="plain", name="CN=plain.example", key="ec:P-256"))
    other = make_pair(PairRequest(alias="own", name="CN=own.example", key="ec:P-256"))
    other = dataclasses.replace(other, password=Password(own))
    return new_store(wanted, Password(password)).with_entries([pair, other])

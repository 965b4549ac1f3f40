"""An error that is kept keeps nothing else: not what the code that called for it had at hand.

A traceback holds frames, and a frame holds the one that called it, up to the event loop: with a
list of errors in a wizard, the keystore that was locked in the meantime would stay in memory.
"""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from handfast.core.errors import (
    Damaged,
    FileProblem,
    HandfastError,
    InvalidInput,
    NotAKeystore,
    PasswordNeeded,
    WrongPassword,
)
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.flows.exchange.import_pair import ImportPairFlow
from handfast.flows.exchange.reply import ReplyFlow
from handfast.flows.open_store import OpenStore
from handfast.services.authority.extension_plan import ExtensionPlan
from handfast.services.authority.request_files import read_request_file, read_request_source
from handfast.services.exchange.certificate_sources import read_source, read_source_file
from handfast.services.files.saving import new_store, save_store
from handfast.services.heap.sources import read_heap_file, read_heap_source
from handfast.services.jdks.installations import Jdk
from handfast.services.jdks.trust_stores import read_trust_stores
from handfast.services.partnerships import ENDING, find_partnerships
from tests.support.issued import issue

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Secret:
    """Stands for a keystore, of which it can be told whether it is still in memory."""


def heap_source(_folder: Path) -> tuple[object, HandfastError | None]:
    own = issue(CN="own.example")
    sealed = own.key.private_bytes(
        Encoding.DER, PrivateFormat.PKCS8, BestAvailableEncryption(b"sesame")
    )
    kept = read_heap_source(bytes(sealed), name="own.key")
    return kept, kept.error


def heap_file(folder: Path) -> tuple[object, HandfastError | None]:
    kept = read_heap_file(folder / "missing.pem")
    return kept, kept.error


def certificate_source(folder: Path) -> tuple[object, HandfastError | None]:
    path = folder / "own.p12"
    save_store(new_store(Format.PKCS12, Password("sesame")), path)
    kept = read_source(path.read_bytes(), name="own.p12", password=Password("wrong"))
    return kept, kept.error


def certificate_archive(_folder: Path) -> tuple[object, HandfastError | None]:
    kept = read_source(b"PK\x03\x04 and no more", name="reply.zip")
    return kept, kept.error


def certificate_file(folder: Path) -> tuple[object, HandfastError | None]:
    kept = read_source_file(folder / "missing.pem")
    return kept, kept.error


def request_source(_folder: Path) -> tuple[object, HandfastError | None]:
    kept = read_request_source(b"not a request", name="own.csr")
    return kept, kept.error


def request_file(folder: Path) -> tuple[object, HandfastError | None]:
    kept = read_request_file(folder / "missing.csr")
    return kept, kept.error


def pair_of_certificates_alone(folder: Path) -> tuple[object, HandfastError | None]:
    kept = ImportPairFlow(stores=[])
    path = folder / "own.crt"
    path.write_text(issue(CN="own.example").certificate.public_pem())
    kept.add_sources([read_heap_file(path)])
    found = kept.assembled
    return kept, found if isinstance(found, HandfastError) else None


def reply_for_nobody(folder: Path) -> tuple[object, HandfastError | None]:
    store = new_store(Format.PKCS12, Password("sesame"))
    kept = ReplyFlow(stores=[OpenStore.of_file(folder / "own.p12", store)])
    text = issue(CN="own.example").certificate.public_pem()
    kept.add_sources([read_source(text.encode(), name="reply.pem")])
    found = kept._found()
    return kept, found if isinstance(found, HandfastError) else None


def trust_store(folder: Path) -> tuple[object, HandfastError | None]:
    path = folder / "cacerts"
    save_store(new_store(Format.JKS, Password("sesame")), path)
    path.write_bytes(path.read_bytes()[:20])
    (kept,) = read_trust_stores(
        [Jdk(home=folder, cacerts=path, version="17")], passwords=[Password("wrong")]
    )
    return kept, kept.error


def partnership(folder: Path) -> tuple[object, HandfastError | None]:
    (folder / f"globex{ENDING}").write_text("no")
    ((_path, kept),) = find_partnerships(folder)
    return kept, kept if isinstance(kept, HandfastError) else None


def plan(_folder: Path) -> tuple[object, HandfastError | None]:
    (kept,) = ExtensionPlan(path_length=1).problems()
    return kept, kept


@pytest.mark.parametrize(
    ("fail", "kind"),
    [
        (heap_source, PasswordNeeded),
        (heap_file, FileProblem),
        (certificate_source, WrongPassword),
        (certificate_archive, Damaged),
        (certificate_file, FileProblem),
        (request_source, NotAKeystore),
        (request_file, FileProblem),
        (pair_of_certificates_alone, NotAKeystore),
        (reply_for_nobody, HandfastError),
        (trust_store, Damaged),
        (partnership, Damaged),
        (plan, InvalidInput),
    ],
)
def test_what_is_kept_holds_nobody_who_called(
    fail: Callable[[Path], tuple[object, HandfastError | None]],
    kind: type[HandfastError],
    tmp_path: Path,
) -> None:
    def caller() -> tuple[weakref.ref[Secret], object]:
        secret = Secret()
        kept, error = fail(tmp_path)
        assert isinstance(error, kind)
        return weakref.ref(secret), kept

    secret, kept = caller()
    gc.collect()
    assert secret() is None
    assert kept is not None


def test_an_error_that_is_held_as_it_was_caught_holds_its_callers() -> None:
    """What the others guard against, so that they can fail."""

    def caller() -> tuple[weakref.ref[Secret], HandfastError]:
        secret = Secret()
        try:
            raise Damaged("No.")
        except Damaged as error:
            return weakref.ref(secret), error

    secret, kept = caller()
    gc.collect()
    assert secret() is not None
    kept.without_frames()
    gc.collect()
    assert secret() is None

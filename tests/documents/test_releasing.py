"""A large keystore that nobody uses any more is freed in slices, what is secret first."""

from __future__ import annotations

import gc
import itertools
import threading

from handfast.core.certificates.certificate import Certificate
from handfast.core.entry import KeyPair, TrustedCertificate
from handfast.core.history import History
from handfast.core.keys import PrivateKey
from handfast.core.password import Password
from handfast.core.store import Format, Store
from handfast.documents.releasing import Released
from handfast.services.files.saving import new_store

#: In the aliases of these tests alone.
NAME = "released by a test"


def keystore(count: int) -> Store:
    """Certificates on both sides of a key pair."""
    trusted = [
        TrustedCertificate(alias=f"{NAME} {number}", certificate=Certificate(b"%d" % number))
        for number in range(count)
    ]
    pair = KeyPair(alias=NAME, chain=(), key=PrivateKey(b"secret"))
    entries = [*trusted[: count // 2], pair, *trusted[count // 2 :]]
    return new_store(Format.JKS, Password(NAME)).with_entries(entries)


def alive() -> tuple[int, int]:
    """How many certificates and key pairs of these tests there are."""
    gc.unfreeze()
    found = [each for each in gc.get_objects() if isinstance(each, KeyPair | TrustedCertificate)]
    ours = [each for each in found if each.alias.startswith(NAME)]
    pairs = sum(isinstance(each, KeyPair) for each in ours)
    return len(ours) - pairs, pairs


def test_all_of_it_is_freed_in_slices_and_the_keys_first() -> None:
    store = keystore(5_000)
    history = History.opened(store).apply("Delete", store.without(store.entries[:10]))
    released = Released(history, store, None)
    assert released.is_large
    del store, history
    left: list[tuple[int, int]] = []
    released.release(lambda _done, _total: left.append(alive()))
    certificates = [each for each, _pairs in left]
    assert certificates[0] == 5_000
    assert max(before - after for before, after in itertools.pairwise(certificates)) <= 500
    assert next(each for each in left if each[0] < 5_000)[1] == 0
    assert alive() == (0, 0)


def test_who_lets_go_a_little_later_is_waited_for() -> None:
    held = [keystore(5_000)]
    released = Released(History.opened(held[0]), held[0])
    threading.Timer(0.15, held.clear).start()
    left: list[tuple[int, int]] = []
    released.release(lambda _done, _total: left.append(alive()))
    certificates = [each for each, _pairs in left]
    assert certificates[0] == 5_000
    assert max(before - after for before, after in itertools.pairwise(certificates)) <= 500
    assert alive() == (0, 0)


def test_what_somebody_still_uses_stays() -> None:
    store = keystore(5_000)
    Released(store).release(lambda _done, _total: None)
    assert alive() == (5_000, 1)
    assert len(store.entries) == 5_001


def test_a_small_keystore_needs_no_worker() -> None:
    store = keystore(10)
    assert not Released(History.opened(store)).is_large
    assert not Released(None).is_large

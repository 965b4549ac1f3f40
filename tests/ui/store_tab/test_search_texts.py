"""The texts that the filter looks at, while another store is shown in the middle of the work."""

from __future__ import annotations

from handfast.core.certificates.certificate import Certificate
from handfast.core.entry import TrustedCertificate
from handfast.ui.store_tab.arrangement import Arrangement, SearchTexts
from tests.support.samples import many_certificates

ENTRIES = tuple(
    TrustedCertificate(alias=f"entry{number}", certificate=Certificate(each.der))
    for number, each in enumerate(many_certificates(64))
)


def test_a_store_that_is_closed_meanwhile_stays_closed() -> None:
    texts = SearchTexts()
    seen: list[int] = []

    def progress(done: int, _total: int) -> None:
        seen.append(done)
        if done:
            texts.keep(())

    texts.prepare(ENTRIES, progress)
    assert len(seen) > 1
    # What the worker went on to add is not kept for a store that nobody shows any more.
    assert not texts.has_all(ENTRIES[:1])
    assert not texts.has_all(ENTRIES[-1:])


def test_a_filter_goes_on_with_what_it_began_with() -> None:
    texts = SearchTexts()
    wanted = Arrangement(entries=ENTRIES, words=("entry63",))
    found = wanted.groups(texts, lambda done, _total: texts.keep(ENTRIES[:8]) if done else None)
    assert [each.alias for group in found.values() for each in group] == ["entry63"]


def test_what_is_still_shown_is_kept() -> None:
    texts = SearchTexts()
    texts.prepare(ENTRIES, lambda _done, _total: None)
    texts.keep(ENTRIES[:8])
    assert texts.has_all(ENTRIES[:8])
    assert not texts.has_all(ENTRIES[8:9])

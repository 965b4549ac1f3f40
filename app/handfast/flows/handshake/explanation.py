"""The cause behind a log, and what the open stores say to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from handfast.core.frozen import dataclass
from handfast.core.language import enumerated, tr, tr_count
from handfast.core.progress import no_progress
from handfast.handshake.explaining import explain
from handfast.services.checks.store_checks import check_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.progress import Progress
    from handfast.core.store import Store
    from handfast.flows.open_store import OpenStore
    from handfast.handshake.report.causes import Cause
    from handfast.services.checks.findings import Finding

Verdict: TypeAlias = Literal["confirmed", "refuted", "unknown"]

#: What a check of a store calls the same thing.
_FINDINGS: Final[dict[str, frozenset[str]]] = {
    "expired": frozenset({"expired"}),
    "not-yet-valid": frozenset({"not-yet-valid"}),
    "weak-key": frozenset({"weak-key"}),
    "weak-signature": frozenset({"weak-signature"}),
    "wrong-purpose": frozenset({"wrong-purpose", "client-auth-ending"}),
    "missing-intermediate": frozenset({"chain-incomplete"}),
    "chain-order": frozenset({"chain-order"}),
    "key-mismatch": frozenset({"key-mismatch"}),
    "key-password": frozenset({"entry-password-differs"}),
    "empty-trust-store": frozenset({"invisible-to-java"}),
    "host-mismatch": frozenset({"no-san"}),
}
#: Those of which an open store that shows nothing says that it is not this one: the whole
#: question is in the file. What a host name or a purpose should be stands elsewhere.
_SETTLED_BY_FILES: Final = frozenset(_FINDINGS) - {"host-mismatch", "wrong-purpose"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A cause, and whether the open stores bear it out, in a sentence."""

    cause: Cause
    verdict: Verdict
    said: str


def explained(
    text: str, stores: Sequence[OpenStore], progress: Progress = no_progress
) -> tuple[Explanation, ...]:
    """The causes behind a log, the likeliest first."""
    causes = explain(text)
    if not causes:
        return ()
    looked: list[tuple[OpenStore, tuple[Finding, ...]]] = [
        (each, tuple(check_store(each.store, path=each.path, progress=progress))) for each in stores
    ]
    return tuple(_confront(cause, looked) for cause in causes)


#: How many keystores a sentence names.
_MAX_NAMED = 4


def _confront(cause: Cause, looked: Sequence[tuple[OpenStore, tuple[Finding, ...]]]) -> Explanation:
    if not looked:
        said = tr("Open the keystores that were in use to have them examined too.")
        return Explanation(cause=cause, verdict="unknown", said=said)
    codes = _FINDINGS.get(cause.code, frozenset())
    for found, findings in looked:
        told = next((each for each in findings if each.code in codes), None)
        if told is not None:
            said = tr("This matches “{title}”: {finding}", title=found.title, finding=told.message)
            return Explanation(cause=cause, verdict="confirmed", said=said)
        seen = _seen(cause.code, found.store)
        if seen:
            said = tr("This matches “{title}”: {finding}", title=found.title, finding=seen)
            return Explanation(cause=cause, verdict="confirmed", said=said)
    titles = [f"“{found.title}”" for found, _findings in looked]
    names = enumerated(titles[:_MAX_NAMED])
    if len(titles) > _MAX_NAMED:
        names = tr_count(
            "{names}, and {count} more",
            "{names}, and {count} more",
            len(titles) - _MAX_NAMED,
            names=names,
        )
    if cause.code in _SETTLED_BY_FILES or cause.code == "no-identity":
        said = tr(
            "No such problem was found in {names}. Is this the file that was in use?", names=names
        )
        return Explanation(cause=cause, verdict="refuted", said=said)
    said = tr(
        "The open keystores ({names}) are not enough to tell. Rehearse with both sides’ "
        "keystores to find out.",
        names=names,
    )
    return Explanation(cause=cause, verdict="unknown", said=said)


def _seen(code: str, store: Store) -> str:
    """What the check has no finding for, because it is no fault of a store as such."""
    if code == "no-identity" and store.entries and not store.key_pairs:
        return tr("It contains no key pair, only certificates.")
    if code == "empty-trust-store" and not store.trusted:
        return tr("It contains no trusted certificate.")
    if code == "key-password" and any(
        pair.is_locked or pair.password is not None for pair in store.key_pairs
    ):
        return tr("A key in it has its own password.")
    return ""

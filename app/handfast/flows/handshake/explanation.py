"""The cause behind a log, and what the open stores say to it."""

from __future__ import annotations

import re
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
    message = _Message(text)
    # One that the message names comes before the others.
    looked.sort(key=lambda each: not message.names_store(each[0]))
    return tuple(_confront(cause, looked, message) for cause in causes)


#: A server that a program tells as an address of the Web, or as its name and port.
_URL: Final = re.compile(
    r"\b(?:https|wss|ldaps|smtps|imaps|amqps|mqtts|ftps|tls|ssl)://(?:[^\s/@]{1,200}@)?"
    r"(?P<host>\[[0-9a-fA-F:]{2,45}\]|[\w.-]{1,253})(?::(?P<port>\d{1,5}))?"
)
_HOST_AND_PORT: Final = re.compile(
    r"(?<![\w.:(/@-])(?P<host>localhost|(?:\d{1,3}\.){3}\d{1,3}|(?:[a-zA-Z0-9-]{1,63}\.){1,8}[a-zA-Z]{2,24})"
    r"(?:/[\d.]{7,15})?:(?P<port>\d{2,5})\b"
)
_USUAL_PORT: Final = 443
#: ``Main.java:12`` is a line of a program, and no server.
_ENDINGS_OF_PROGRAMS: Final = frozenset(
    ("c", "cc", "cpp", "cs", "go", "java", "js", "kt", "mjs", "php", "pl", "py", "rb", "rs",
     "scala", "swift", "ts", "conf", "log", "xml", "yml", "yaml")
)  # fmt: skip
#: So much of a text is looked through for a server.
_MAX_SEARCHED_CHARS: Final = 200_000


def endpoint_in(text: str) -> str:
    """The server that a log is about, as ``host:port``; empty where it names none."""
    searched = text[:_MAX_SEARCHED_CHARS]
    for match in (*_URL.finditer(searched), *_HOST_AND_PORT.finditer(searched)):
        host, port = match["host"].rstrip("."), int(match["port"] or _USUAL_PORT)
        is_program = match.re is _HOST_AND_PORT and (
            host.rpartition(".")[2].lower() in _ENDINGS_OF_PROGRAMS
        )
        if host and 0 < port < 1 << 16 and not is_program:
            return f"{host}:{port}"
    return ""


#: How many keystores a sentence names.
_MAX_NAMED = 4
#: No shorter name or number of a certificate is looked for: it would be met by chance.
_MIN_NAME_CHARS = 3


class _Message:
    """The text that was pasted, asked for names that are in it."""

    def __init__(self, text: str) -> None:
        self._text = text.casefold()

    def mentions(self, name: str) -> bool:
        """Whether a name stands there as a word of its own."""
        wanted = name.casefold()
        if len(wanted) < _MIN_NAME_CHARS or wanted not in self._text:
            return False
        return re.search(rf"(?<![\w.-]){re.escape(wanted)}(?![\w-])", self._text) is not None

    def names_store(self, found: OpenStore) -> bool:
        """Whether it is about this file."""
        name = found.path.name if found.path is not None else found.title
        return self.mentions(name) or (
            found.path is not None and str(found.path).casefold() in self._text
        )

    def names_entry(self, found: OpenStore, alias: str) -> bool:
        """Whether it is about the certificate of an entry: its alias, names, or serial number."""
        if not alias or self.mentions(alias):
            return bool(alias)
        for entry in found.store.entries:
            if entry.alias == alias and entry.chain:
                leaf = entry.chain[0]
                hosts = (each.partition(":")[2] for each in leaf.san)
                names = (leaf.common_name, leaf.subject, leaf.serial, *hosts)
                if any(self.mentions(each) for each in names if each):
                    return True
        return False


def _confront(
    cause: Cause, looked: Sequence[tuple[OpenStore, tuple[Finding, ...]]], message: _Message
) -> Explanation:
    if not looked:
        said = tr("Open the keystores that were in use to have them examined too.")
        return Explanation(cause=cause, verdict="unknown", said=said)
    codes = _FINDINGS.get(cause.code, frozenset())
    for found, findings in looked:
        told = next(
            (
                each
                for each in findings
                if each.code in codes
                and (
                    cause.code in _SETTLED_BY_FILES
                    or message.names_store(found)
                    or message.names_entry(found, each.alias)
                )
            ),
            None,
        )
        if told is not None:
            said = tr("This matches “{title}”: {finding}", title=found.title, finding=told.message)
            return Explanation(cause=cause, verdict="confirmed", said=said)
        seen = _seen(cause.code, found.store, is_named=message.names_store(found))
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


def _seen(code: str, store: Store, *, is_named: bool) -> str:
    """What the check has no finding for, because the keystore itself is not at fault.

    Every trust store has no key pair, and every keystore may trust nobody: that is a fault only of
    the one that the message ``is_named`` after.
    """
    if code == "no-identity" and is_named and store.entries and not store.key_pairs:
        return tr("It contains no key pair, only certificates.")
    if code == "empty-trust-store" and not store.trusted and (is_named or not store.entries):
        return tr("It contains no trusted certificate.")
    if code == "key-password" and any(
        pair.is_locked or pair.password is not None for pair in store.key_pairs
    ):
        return tr("A key in it has its own password.")
    return ""

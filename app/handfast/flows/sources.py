"""Files and texts that are given to a flow, and what was found in each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from handfast.core.language import tr, tr_count
from handfast.core.store import shorten
from handfast.services.describe.holder import holder_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from typing import Any

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.errors import HandfastError
    from handfast.formats.base import Limits

#: Certificates that are named one by one; of more, their number is given.
_MAX_NAMED = 3


class Source(Protocol):
    """One file or one pasted text: what was found in it, or why nothing was."""

    @property
    def name(self) -> str: ...
    @property
    def data(self) -> bytes:
        """What is needed to read it again where there is no file; empty otherwise."""

    @property
    def path(self) -> Path | None: ...
    @property
    def certificates(self) -> tuple[Certificate, ...]: ...
    @property
    def remarks(self) -> tuple[str, ...]: ...
    @property
    def error(self) -> HandfastError | None: ...
    @property
    def limits(self) -> Limits:
        """What reading it was allowed to cost."""

    @property
    def needs_password(self) -> bool:
        """Whether a password, or another one, might show what is in it."""

    @property
    def may_cost(self) -> bool:
        """Whether it takes far more work than usual, which nobody has agreed to so far."""


SourceT = TypeVar("SourceT", bound=Source)


class SourcesFlow(ABC, Generic[SourceT]):
    """What flows have in common that files and texts are given to."""

    @property
    @abstractmethod
    def sources(self) -> tuple[SourceT, ...]:
        """What was given so far."""

    @abstractmethod
    def put_sources(self, sources: tuple[SourceT, ...]) -> None:
        """Have these in the place of what was given so far."""

    def add_sources(self, added: Iterable[SourceT]) -> None:
        """Add what was chosen or dropped; the same file replaces itself."""
        self.put_sources(tuple(with_added(self.sources, added)))

    def set_pasted(self, found: Iterable[SourceT]) -> None:
        """Have this in the place of what was pasted before."""
        self.put_sources(tuple(with_pasted(self.sources, found)))

    def remove_source(self, index: int) -> None:
        """Leave one out."""
        self.put_sources((*self.sources[:index], *self.sources[index + 1 :]))


def with_added(known: Iterable[Source], added: Iterable[Source]) -> list[Any]:
    """The sources with further ones; a file that already exists is replaced in its place."""
    sources = list(known)
    for source in added:
        same = [
            index
            for index, each in enumerate(sources)
            if each.path is not None and each.path == source.path
        ]
        if same:
            sources[same[0]] = source
        else:
            sources.append(source)
    return sources


def with_pasted(known: Iterable[Source], found: Iterable[Source]) -> list[Any]:
    """The sources with this as the pasted text."""
    return [*(each for each in known if each.path is not None), *found]


def said_of_certificates(source: Source) -> str:
    """What was found in a source, in a sentence; or why nothing was, and what to do."""
    if source.error is not None:
        return error_text(source.error)
    return certificate_words(source.certificates)


def error_text(error: HandfastError) -> str:
    """An error in one paragraph: problem, causes, remedy."""
    return " ".join(part for part in (error.problem, *error.causes, error.remedy) if part)


def certificate_words(certificates: Sequence[Certificate]) -> str:
    """The certificates by their names."""
    names = [shorten(holder_text(each), 60) for each in certificates]
    if len(names) == 1:
        return tr("A certificate: {name}", name=names[0])
    listed = ", ".join(names[:_MAX_NAMED])
    if len(names) > _MAX_NAMED:
        rest = len(names) - _MAX_NAMED
        listed = tr_count(
            "{names} and {count} more", "{names} and {count} more", rest, names=listed
        )
    return tr_count("{count} certificate: {names}", "{count} certificates: {names}", len(names),
                    names=listed)  # fmt: skip

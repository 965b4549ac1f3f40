"""What the JDKs of a machine trust: their trust stores, read and compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.core.errors import Cancelled, HandfastError
from handfast.core.frozen import dataclass
from handfast.core.progress import no_progress
from handfast.core.store import Integrity
from handfast.services.files.opening import open_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import TrustedCertificate
    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.services.files.opening import OpenedFile
    from handfast.services.jdks.installations import Jdk


@dataclass(frozen=True, slots=True, kw_only=True)
class JavaTrustStore:
    """One trust store, and the JDKs that use it."""

    jdks: tuple[Jdk, ...]
    #: None where it could not be read.
    opened: OpenedFile | None = None
    #: Why it could not be read, whole.
    error: HandfastError | None = None

    @property
    def path(self) -> Path:
        """Its name below the first of the JDKs."""
        return self.jdks[0].cacerts

    @property
    def place(self) -> str:
        """The file behind its links."""
        return self.jdks[0].place

    @property
    def trusted(self) -> tuple[TrustedCertificate, ...]:
        """The certificates that it trusts; none where it could not be read."""
        return self.opened.store.trusted if self.opened is not None else ()

    @property
    def is_writable(self) -> bool:
        return self.jdks[0].is_writable

    @property
    def is_locked(self) -> bool:
        """Whether its password is not known, so that it is read but cannot be changed."""
        return self.opened is not None and self.opened.store.integrity is Integrity.UNVERIFIED

    def alias_of(self, certificate: Certificate) -> str | None:
        """The alias under which it trusts this very certificate; None where it does not."""
        return next((e.alias for e in self.trusted if e.certificate == certificate), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnevenTrust:
    """A certificate that some of the trust stores have and others lack."""

    certificate: Certificate
    #: As the first that has it calls it.
    alias: str
    held_by: tuple[JavaTrustStore, ...]
    missing_in: tuple[JavaTrustStore, ...]


def read_trust_stores(
    jdks: Iterable[Jdk],
    *,
    passwords: Sequence[Password] = (),
    progress: Progress = no_progress,
) -> tuple[JavaTrustStore, ...]:
    """Each trust store once, in the order of the JDKs; what cannot be read says why.

    ``passwords`` are tried where the usual ones do not fit.
    """
    sharing: dict[str, list[Jdk]] = {}
    for jdk in jdks:
        sharing.setdefault(jdk.place, []).append(jdk)
    found = []
    for number, users in enumerate(sharing.values()):
        progress(number, len(sharing))
        found.append(_read(tuple(users), passwords, progress))
    return tuple(found)


def _read(
    jdks: tuple[Jdk, ...], passwords: Sequence[Password], progress: Progress
) -> JavaTrustStore:
    opened: OpenedFile | None = None
    problem: HandfastError | None = None
    for password in (None, *passwords):
        try:
            attempt = open_file(jdks[0].cacerts, password, progress=progress)
        except Cancelled:
            raise
        except HandfastError as error:
            problem = problem or error.without_frames()
            continue
        opened = attempt
        if opened.store.integrity is not Integrity.UNVERIFIED:
            break
    return JavaTrustStore(jdks=jdks, opened=opened, error=None if opened else problem)


def uneven_trust(stores: Sequence[JavaTrustStore]) -> tuple[UnevenTrust, ...]:
    """What is not in all of those that could be read, by name; nothing where there is only one."""
    readable = [each for each in stores if each.opened is not None]
    aliases: dict[Certificate, str] = {}
    holders: dict[Certificate, list[JavaTrustStore]] = {}
    for each in readable:
        for entry in each.trusted:
            aliases.setdefault(entry.certificate, entry.alias)
            held = holders.setdefault(entry.certificate, [])
            if not held or held[-1] is not each:
                held.append(each)
    found = [
        UnevenTrust(
            certificate=certificate,
            alias=aliases[certificate],
            held_by=tuple(held),
            missing_in=tuple(each for each in readable if each not in held),
        )
        for certificate, held in holders.items()
        if len(held) < len(readable)
    ]
    return tuple(sorted(found, key=lambda each: each.alias.casefold()))

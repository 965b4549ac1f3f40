"""Whether an update took a CA out of a JDK's trust store that a person had added to it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from handfast.core.dates import day_text
from handfast.core.errors import HandfastError
from handfast.core.frozen import dataclass
from handfast.core.language import tr, tr_count
from handfast.core.store import shorten
from handfast.services.checks.findings import Finding
from handfast.services.jdks.journal import AddedAuthority, read_journal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from handfast.core.store import Store
    from handfast.services.jdks.trust_stores import JavaTrustStore

_NAMES: Final = frozenset({"cacerts", "jssecacerts"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LostAuthority:
    """A CA that was added to the JDKs, and the trust stores that are without it."""

    authority: AddedAuthority
    #: Those that it was added to.
    replaced: tuple[JavaTrustStore, ...]
    #: Those of JDKs that came later.
    new: tuple[JavaTrustStore, ...]


def lost_authorities(
    journal: Iterable[AddedAuthority], stores: Iterable[JavaTrustStore]
) -> tuple[LostAuthority, ...]:
    """Each CA that some trust store should have and has not."""
    readable = [each for each in stores if each.opened is not None]
    found = []
    for authority in journal:
        without = [each for each in readable if each.alias_of(authority.certificate) is None]
        replaced = tuple(each for each in without if each.place in authority.places)
        new = tuple(
            each
            for each in without
            if each.place not in authority.places and each.place not in authority.left_out
        )
        if replaced or new:
            found.append(LostAuthority(authority=authority, replaced=replaced, new=new))
    return tuple(found)


def check_jdk_trust(store: Store, path: Path | None) -> Iterator[Finding]:
    """The CAs that a JDK's trust store lost; of any other keystore nothing is asked."""
    if path is None or path.name not in _NAMES:
        return
    try:
        journal = read_journal()
    except HandfastError:
        # Whoever asks for the JDKs is told; this is about the keystore.
        return
    place = os.path.realpath(path)
    trusted = {each.certificate for each in store.trusted}
    for authority in journal:
        is_replaced = place in authority.places
        # Another file of that name is that of a JDK where it stands as in one.
        is_new = path.parent.name == "security" and place not in authority.left_out
        if authority.certificate not in trusted and (is_replaced or is_new):
            yield lost_finding(authority, is_replaced=is_replaced)


def lost_finding(authority: AddedAuthority, *, is_replaced: bool) -> Finding:
    """What is said of a trust store without a CA that was added to it, or to its likes."""
    certificate = authority.certificate
    name = certificate.common_name or certificate.subject
    return Finding(
        severity="error" if is_replaced else "warning",
        code="trust-lost",
        message=tr(
            "The CA “{name}”, which you added on {date}, is no longer in this trust store.",
            name=name,
            date=f"{authority.at:%Y-%m-%d}",
        )
        if is_replaced
        else tr(
            "The CA “{name}”, which you added to your JDKs on {date}, is not in the trust store "
            "of this one.",
            name=name,
            date=f"{authority.at:%Y-%m-%d}",
        ),
        why=tr(
            "An update of a JDK installs a new trust store. Programs that run on it then "
            "reject every server whose certificate this CA issued."
        ),
        remedy=tr("Add it again with Keystore > JDKs on This Machine, or handfast jdks."),
    )


def lost_words(lost: LostAuthority) -> str:
    """What an update removed, in a sentence."""
    certificate = lost.authority.certificate
    return tr_count(
        "The CA “{name}”, which you added on {date}, is missing in {count} trust store. An update "
        "has probably replaced it.",
        "The CA “{name}”, which you added on {date}, is missing in {count} trust stores. An "
        "update has probably replaced them.",
        len(lost.replaced) + len(lost.new),
        name=shorten(certificate.common_name or certificate.subject),
        date=day_text(lost.authority.at),
    )

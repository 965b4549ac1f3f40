"""What is said of JDKs and their trust stores, in the window and at the console."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.core.language import enumerated, listed, tr, tr_count
from handfast.core.store import shorten
from handfast.services.files.shown_path import shown_path
from handfast.services.jdks.authorities import Outcome, Removal
from handfast.services.jdks.installations import Origin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.services.jdks.authorities import PlannedAddition
    from handfast.services.jdks.installations import Jdk
    from handfast.services.jdks.trust_stores import JavaTrustStore, UnevenTrust

#: So many of the certificates that a trust store lacks are named; JSON has all of them.
_MAX_NAMED: Final = 20
_ORIGINS: Final = {
    Origin.JAVA_HOME: tr("JAVA_HOME"),
    Origin.PATH: tr("PATH"),
    Origin.INSTALLED: tr("installed"),
    Origin.REGISTRY: tr("Windows registry"),
    Origin.SDKMAN: tr("SDKMAN"),
    Origin.OTHER_MANAGER: tr("version manager"),
    Origin.GRADLE: tr("Gradle"),
    Origin.JETBRAINS: tr("JetBrains IDE"),
    Origin.ECLIPSE: tr("Eclipse"),
    Origin.VS_CODE: tr("VS Code"),
}


def origin_words(origin: Origin) -> str:
    """How a JDK was found."""
    return _ORIGINS[origin]


def jdk_title(jdk: Jdk) -> str:
    """Its version and who built it; the name of its folder where it does not tell."""
    if not jdk.version:
        return jdk.home.name
    if not jdk.vendor:
        return tr("Java {version}", version=jdk.version)
    return tr("Java {version}, {vendor}", version=jdk.version, vendor=jdk.vendor)


def store_state(store: JavaTrustStore) -> str:
    """How many certificates a trust store has, and whether it can be changed."""
    if store.opened is None:
        return store.error.problem if store.error is not None else tr("cannot be read")
    count = tr_count("{count} certificate", "{count} certificates", len(store.trusted))
    if store.is_locked:
        return tr("{count}, password not known", count=count)
    return count if store.is_writable else tr("{count}, read-only", count=count)


def missing_words(uneven: Sequence[UnevenTrust]) -> list[tuple[str, str]]:
    """What some trust stores lack: in which, and the aliases of what is missing there."""
    groups: dict[tuple[str, ...], list[UnevenTrust]] = {}
    for each in uneven:
        groups.setdefault(tuple(store.place for store in each.missing_in), []).append(each)
    found = []
    for group in groups.values():
        stores = enumerated([_title_among(store, group[0]) for store in group[0].missing_in])
        aliases = [shorten(each.alias) for each in group[:_MAX_NAMED]]
        names = enumerated(aliases)
        if more := len(group) - len(aliases):
            names = tr_count(
                "{names}, and {count} more", "{names}, and {count} more", more, names=names
            )
        head = tr_count(
            "{count} certificate is missing from {stores}:",
            "{count} certificates are missing from {stores}:",
            len(group),
            stores=stores,
        )
        found.append((head, names))
    return found


def _title_among(store: JavaTrustStore, uneven: UnevenTrust) -> str:
    """The JDKs of a trust store, with its path where others are called the same."""
    title = store_title(store)
    compared = (*uneven.held_by, *uneven.missing_in)
    if sum(store_title(each) == title for each in compared) == 1:
        return title
    return tr("{title} in {path}", title=title, path=shown_path(store.path))


def store_title(store: JavaTrustStore) -> str:
    """The JDKs that use a trust store; the file itself where it is not the usual one of theirs."""
    title = listed([jdk_title(jdk) for jdk in store.jdks])
    if store.path.name == "cacerts":
        return title
    return tr("{title} ({name})", title=title, name=store.path.name)


def outcome_words(planned: PlannedAddition) -> str:
    """What becomes of a trust store, or became of it."""
    match planned.outcome:
        case Outcome.ADD:
            return tr("will be added as “{alias}”", alias=planned.alias)
        case Outcome.ADDED:
            return tr("added as “{alias}”", alias=planned.alias)
        case Outcome.PRESENT:
            return tr("already trusted as “{alias}”", alias=planned.alias)
        case Outcome.LEFT_OUT:
            return tr("left unchanged")
        case Outcome.READ_ONLY:
            return tr("read-only")
        case Outcome.LOCKED:
            return tr("password not known")
        case Outcome.UNREADABLE:
            return tr("cannot be read")
        case Outcome.FAILED:
            return tr("could not be written")


def removal_words(removal: Removal) -> str:
    """What became of a trust store when an addition was undone."""
    match removal:
        case Removal.RESTORED:
            return tr("restored as it was before")
        case Removal.REMOVED:
            return tr("certificate removed; later changes kept")
        case Removal.NOT_THERE:
            return tr("certificate no longer present")
        case Removal.FAILED:
            return tr("could not be written")

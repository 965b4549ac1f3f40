"""Whether an update lost a CA, asked at the start: it costs nothing where none was ever added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.services.jdks.state_files import journal_path

if TYPE_CHECKING:
    from handfast.core.progress import Progress


def lost_trust_at_start(progress: Progress) -> tuple[str, ...]:
    """A sentence for each CA that some trust store lost; for another thread."""
    path = journal_path()
    if path is None or not path.exists():
        return ()
    # Not loaded by those who never added one.
    from handfast.services.checks.jdk_trust_checks import lost_authorities, lost_words
    from handfast.services.jdks.installations import find_jdks
    from handfast.services.jdks.journal import read_journal
    from handfast.services.jdks.trust_stores import read_trust_stores

    stores = read_trust_stores(find_jdks(), progress=progress)
    return tuple(lost_words(each) for each in lost_authorities(read_journal(), stores))

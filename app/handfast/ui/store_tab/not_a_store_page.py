"""A file that turned out to be no keystore: what it is, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.services.describe.loose_files import LooseFile, look_at
from handfast.services.files.file_kinds import FileKind, kind_of_file
from handfast.services.files.store_files import read_file
from handfast.ui.store_tab.loose_file_page import LoosePage

if TYPE_CHECKING:
    from handfast.core.progress import Progress
    from handfast.ui.program.jobs import Job, Jobs
    from handfast.ui.store_tab.store_view import StoreView


def look_closer(view: StoreView, jobs: Jobs) -> Job:
    """See what it is off the GUI thread, and show it in the tab."""
    path = view.path

    def work(progress: Progress) -> LooseFile | FileKind:
        return look_at(read_file(path)[0]) or kind_of_file(path, progress=progress)

    def show(found: LooseFile | FileKind) -> None:
        if isinstance(found, FileKind):
            if found.is_certificates:
                view.page.offer_import()
            return
        view.is_no_store.emit(path)
        page = LoosePage(found, path.name, view)
        page.import_requested.connect(lambda: view.import_requested.emit(path))
        view.show_page(page)

    return jobs.run(work, done=show, failed=lambda _error: None)

"""Reading the file of a tab again, also under a password that somebody else gave it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.core.errors import PasswordNeeded, WrongPassword
from handfast.core.password import Password
from handfast.core.store import shorten

if TYPE_CHECKING:
    from handfast.core.errors import HandfastError
    from handfast.core.progress import Progress
    from handfast.ui.program.jobs import Job, Jobs
    from handfast.ui.store_tab.store_opening import Reading
    from handfast.ui.store_tab.store_view import StoreView


def reload(view: StoreView, jobs: Jobs, password: Password | None = None) -> Job | None:
    """Take what the file holds now as an edit: undo brings back what was shown before.

    Where it has another password by now, that is asked for above what is shown, which stays.
    """
    store = view.store
    if store is None:
        return None
    wanted = store.password if password is None else password

    def work(progress: Progress) -> Reading:
        return view.read(wanted, progress)

    def done(result: Reading) -> None:
        view.opened, rows = result
        if view.history is None:
            return
        view.rows.extend(rows)
        view.replace_history(view.history.apply("Reload", view.opened.store).mark_saved())

    def failed(error: HandfastError) -> None:
        if not isinstance(error, PasswordNeeded | WrongPassword):
            view.tell_problem(error)
            return
        name = shorten(view.path.name)
        changed = WrongPassword(
            f"“{name}” has another password by now."
            if password is None
            else f"This is not the password of “{name}”.",
            causes=("It was changed by another program. What is shown is from before.",),
            remedy="Give its password to see what it holds now.",
        )
        view.tell_problem(changed, ask=lambda text: view.reload(Password(text)))

    return jobs.run(work, done=done, failed=failed)

"""What is needed in many places stands in one: a password’s row, opening, a decorator."""

from __future__ import annotations

import ast

from tests.support.arrows import PACKAGE

UI = PACKAGE / "ui"


def callers(*names: str) -> set[str]:
    """The files of ``ui/`` that call one of these."""
    return {
        path.relative_to(UI).as_posix()
        for path in UI.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name | ast.Attribute)
        and (node.func.id if isinstance(node.func, ast.Name) else node.func.attr) in names
    }


def test_a_keystore_is_opened_by_its_document_or_beneath_a_field() -> None:
    assert callers("open_file", "open_unlocked") == {"widgets/keystore_opener.py"}
    assert callers("KeystoreOpener") == {
        "mutual_tls/unlock_page.py",
        "widgets/fields/store_field.py",
    }


def test_the_password_of_what_exists_is_asked_for_in_one_row() -> None:
    assert callers("PasswordRow") == {
        "widgets/secrets/unlock_row.py",
        "mutual_tls/unlock_page.py",
        "store_tab/opening_page.py",
        "widgets/problem_bar.py",
        "widgets/fields/store_field.py",
        "wizards/sources_page.py",
    }
    # In the others a password is chosen, or given to somebody else.
    assert callers("PasswordField") == {
        "authority/both_sides_dialog.py",
        "dialogs/copy_dialog.py",
        "dialogs/entry_password_dialog.py",
        "dialogs/key_export_dialog.py",
        "dialogs/password_dialog.py",
        "dialogs/store_dialog.py",
        "live/probe_window.py",
        "widgets/secrets/password_row.py",
        "wizards/request.py",
        "wizards/target_page.py",
    }


def test_frozen_dataclasses_are_created_in_the_quick_way() -> None:
    """The library takes ten times as long for each: ``core/frozen.py``."""
    slow = []
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if path.name != "frozen.py" and "(frozen=True" in text:
            is_quick = "from handfast.core.frozen import dataclass\n" in text
            if not is_quick or "dataclasses.dataclass(frozen" in text:
                slow.append(path.relative_to(PACKAGE).as_posix())
    assert slow == []

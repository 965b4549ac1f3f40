"""No text of a file can be taken for HTML: every label, tip, and box in ``ui/`` is looked at.

Qt takes a text with tags for HTML where nothing says otherwise, and then reads the files that its
images name. A text that stands in the source is safe; any other is shown by a part whose format is
plain, or goes through ``plain``. What windows show in truth is read in ``tests/ui``.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

import handfast.ui

if TYPE_CHECKING:
    from collections.abc import Iterator

UI: Final = Path(handfast.ui.__path__[0])
FILES: Final = sorted(UI.rglob("*.py"))
#: What shows a text as a tip, of which Qt guesses the format.
TIPS: Final = frozenset(
    ("setToolTip", "setStatusTip", "setWhatsThis", "setTabToolTip", "setInformativeText")
)
#: What always takes HTML.
RICH: Final = frozenset(("setHtml", "setMarkdown", "insertHtml", "RichText", "MarkdownText"))
#: Functions whose result Qt takes for plain text.
PLAIN: Final = frozenset(("plain",))
#: Values that no file decides, each with its reason.
OURS: Final = {
    "details/validity_bar.py: setToolTip": "two dates",
    "dialogs/about.py: setInformativeText": "versions of Python and Qt",
    "dialogs/chain_dialog.py: setToolTip": "a parameter, which each caller gives as a literal",
    "widgets/secrets/new_password.py: setToolTip": "the strength of a password, in our words",
    "widgets/values.py: setToolTip": "the label of a row, in our words",
    "widgets/whats_this.py: setWhatsThis": "a table of texts",
    "window/actions/window_actions.py: setToolTip": "the text of an action, and its shortcut",
    "window/actions/window_actions.py: setStatusTip": "the text of an action",
    "window/tabbed_window.py: setTabToolTip": "made plain where it is put together",
}
#: Who shows HTML, and of what.
OF_OUR_OWN_PAGES: Final = {
    "rehearsal/printing.py": "a report, whose values are escaped",
    "help/guide_window.py": "the pages of the guide",
}
_FUNCTIONS_OF_TEXTS = frozenset(("tr", "tr_in"))


def is_safe(text: ast.expr) -> bool:
    """Whether an expression gives a text of ours alone, or one that was made plain."""
    match text:
        case ast.Constant():
            return True
        case ast.Call(func=ast.Name(id=name)) if name in PLAIN:
            return True
        case ast.Call(func=ast.Name(id=name), keywords=[]) if name in _FUNCTIONS_OF_TEXTS:
            return True
        case ast.IfExp(body=first, orelse=second) | ast.BinOp(left=first, right=second):
            return is_safe(first) and is_safe(second)
        case ast.BoolOp(values=values):
            return all(map(is_safe, values))
        case ast.Name(id=name):
            return name.isupper()
        case ast.Subscript(value=ast.Name(id=name)) | ast.Attribute(attr=name):
            # A table of texts.
            return name.isupper()
    return False


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else ast.unparse(called)
            if name in names:
                yield node


def unsafe_tips(source: str) -> set[str]:
    found = set()
    for call in calls(ast.parse(source), *TIPS):
        assert isinstance(call.func, ast.Attribute)
        if not is_safe(call.args[-1]):
            found.add(call.func.attr)
    return found


def unsafe_labels(source: str) -> list[str]:
    """Labels and boxes whose format Qt guesses, and that show more than texts of ours."""
    tree = ast.parse(source)
    shown: dict[str, list[ast.expr]] = {}
    fixed: set[str] = set()
    for call in calls(tree, "setText", "setTextFormat"):
        assert isinstance(call.func, ast.Attribute)
        target = ast.unparse(call.func.value)
        if call.func.attr == "setTextFormat":
            fixed.add(target)
        else:
            shown.setdefault(target, []).append(call.args[0])
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign | ast.AnnAssign) or not isinstance(node.value, ast.Call):
            continue
        made = ast.unparse(node.value.func)
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if made not in {"QLabel", "QMessageBox"}:
            continue
        first = [
            each for each in node.value.args[:1] if ast.unparse(each) not in {"self", "parent"}
        ]
        for target in map(ast.unparse, targets):
            texts = [*shown.get(target, []), *(first if made == "QLabel" else [])]
            if target not in fixed and not all(map(is_safe, texts)):
                found.append(target)
    # One that nothing keeps by a name can only show what it was created with.
    kept = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Assign | ast.AnnAssign)
    }
    return [
        *found,
        *(
            ast.unparse(call)
            for call in calls(tree, "QLabel")
            if id(call) not in kept and call.args and not is_safe(call.args[0])
        ),
    ]


SOURCES: Final = {path.relative_to(UI).as_posix(): path.read_text("utf-8") for path in FILES}


def test_labels_have_a_format_or_show_our_own_texts() -> None:
    found = {name: unsafe_labels(source) for name, source in SOURCES.items()}
    assert {name: labels for name, labels in found.items() if labels} == {}


def test_tips_are_ours_or_made_plain_and_each_exception_is_still_one() -> None:
    found = {f"{name}: {each}" for name, source in SOURCES.items() for each in unsafe_tips(source)}
    assert found == set(OURS)


def test_only_our_own_pages_are_html() -> None:
    used = {name for name, source in SOURCES.items() if RICH & names_in(source)}
    assert used <= set(OF_OUR_OWN_PAGES)


def names_in(source: str) -> set[str]:
    return {node.attr for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute)}


def test_models_make_their_tips_plain() -> None:
    having = {name: source for name, source in SOURCES.items() if "ToolTipRole" in source}
    assert having
    assert all("plain(" in source for source in having.values())


@pytest.mark.parametrize(
    ("source", "labels", "tips"),
    [
        ("a = QLabel(tr('Name'))", [], set()),
        ("a = QLabel(alias)", ["a"], set()),
        ("a = QLabel(self)\na.setText(entry.alias)", ["a"], set()),
        ("a = QLabel(self)\na.setTextFormat(P)\na.setText(entry.alias)", [], set()),
        ("self.box = QMessageBox(parent)\nself.box.setText(f'{name}')", ["self.box"], set()),
        ("form.addRow(QLabel(f'<b>{alias}'))", ["QLabel(f'<b>{alias}')"], set()),
        ("a.setToolTip(path)", [], {"setToolTip"}),
        ("a.setToolTip(tr('Remove {name}', name=name))", [], {"setToolTip"}),
        ("a.setToolTip(plain(path))", [], set()),
        ("a.setToolTip(plain(path) if path else '')", [], set()),
        ("tabs.setTabToolTip(2, path)", [], {"setTabToolTip"}),
        ("box.setInformativeText(error.problem)", [], {"setInformativeText"}),
    ],
)
def test_the_test_itself_finds_them(source: str, labels: list[str], tips: set[str]) -> None:
    assert (unsafe_labels(source), unsafe_tips(source)) == (labels, tips)

"""No code decides by reading a text that is meant for people: state is an enum or a field.

Found are comparisons, containment, and searches of attributes that hold sentences or labels, and
comparisons of any text with a literal that reads like a sentence.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[2] / "app/handfast"
#: Attributes that hold what a person reads.
SENTENCES = frozenset(
    {
        "problem", "remedy", "message", "why", "meaning", "trouble", "causes", "remarks", "notes",
        "protection", "title", "words", "summary", "warnings",
    }
)  # fmt: skip
#: Methods that look into a text.
SEARCHES = frozenset(
    {
        "startswith", "endswith", "find", "rfind", "index", "count", "partition", "rpartition",
        "removeprefix", "removesuffix", "split", "rsplit",
    }
)  # fmt: skip
#: Functions of ``re`` that do.
PATTERNS = frozenset({"search", "match", "fullmatch", "findall", "finditer"})
#: What makes texts for people, and what of a widget shows one. Lines that are typed into have
#: ``text``, which is not among them.
TEXTS = frozenset({"tr", "tr_count", "tr_in", "visible", "plain"})
SHOWN = frozenset(
    {"toolTip", "statusTip", "whatsThis", "accessibleName", "windowTitle", "itemText",
     "currentText", "findText", "placeholderText", "title"}
)  # fmt: skip
#: What is compared here is no sentence, by file and line of code.
ALLOWED = {
    # The words of OpenSSL and of other programs, which have no fields.
    ("handshake/live/faults.py", "*"),
    ("handshake/explaining.py", "*"),
    # Named by the person who wrote the file: a JSON field and a title of a partnership.
    ("services/partnerships.py", "*"),
    # The titles of steps are compared with themselves, to see whether one is shown already.
    ("ui/wizards/steps.py", "*"),
}
#: Three words in a row, the first beginning with a capital: a sentence.
_SENTENCE = re.compile(r"^[A-Z“][\w’'-]* [\w’'-]+ [\w’'-]+")
#: A label: one word or more, the first beginning with a capital and going on in small letters.
_LABEL = re.compile(r"^[A-Z][A-Za-z]{2,}(?: [A-Za-z]+)*$")


def is_sentence(node: ast.AST) -> bool:
    """Whether an expression is an attribute that holds what a person reads."""
    return isinstance(node, ast.Attribute) and node.attr in SENTENCES


def is_text_for_people(node: ast.AST) -> bool:
    """Whether an expression is what a function for texts gives, or what a widget shows of it."""
    if not isinstance(node, ast.Call):
        return False
    called = node.func.id if isinstance(node.func, ast.Name) else ""
    shown = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    return called in TEXTS or shown in SHOWN


def literals(node: ast.AST) -> list[str]:
    """The texts in a literal, be it one or a tuple, list or set of them."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return [text for each in node.elts for text in literals(each)]
    return []


def found_in(tree: ast.AST) -> list[tuple[int, str]]:
    """Each line that decides by a text for people, with the code."""
    found: list[tuple[int, str]] = []

    def note(node: ast.expr) -> None:
        found.append((node.lineno, ast.unparse(node)))

    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            # Only to see whether there is one, or whether two are the same error.
            against_nothing = any(
                isinstance(each, ast.Constant) and each.value in (None, "") for each in sides
            )
            reads = any(is_sentence(each) or is_text_for_people(each) for each in sides)
            reads = reads and not against_nothing
            texts = [text for each in sides for text in literals(each)]
            is_label = any(isinstance(each, ast.Attribute) and each.attr == "label"
                           for each in sides) and any(map(_LABEL.match, texts))  # fmt: skip
            if reads or is_label or any(map(_SENTENCE.match, texts)):
                note(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner, arguments = node.func.value, node.args
            texts = [text for each in arguments for text in literals(each)]
            is_search = node.func.attr in SEARCHES and (
                is_sentence(owner) or is_text_for_people(owner)
            )
            is_search = is_search or node.func.attr == "findText"
            is_ending = node.func.attr in {"startswith", "endswith"}
            is_pattern = node.func.attr in PATTERNS and any(map(is_sentence, arguments))
            if is_search or is_pattern or (is_ending and any(map(_SENTENCE.match, texts))):
                note(node)
    return found


def test_no_code_reads_what_is_meant_for_people() -> None:
    wrong = []
    for path in sorted(SOURCES.rglob("*.py")):
        name = path.relative_to(SOURCES).as_posix()
        if (name, "*") in ALLOWED:
            continue
        wrong += [
            f"{name}:{line}: {code}"
            for line, code in found_in(ast.parse(path.read_text(encoding="utf-8")))
            if (name, code) not in ALLOWED
        ]
    assert wrong == []


@pytest.mark.parametrize(
    "code",
    [
        'entry.trouble.startswith("Its key is damaged")',
        'words.startswith("Its key is damaged")',
        'line.label == "Written"',
        'name.label != "DNS name"',
        'row.label not in ("Object identifier", "Critical")',
        'any(word in store.protection for word in ("RC2", "3DES"))',
        "each.remedy in {NEEDS_NAME, WRONG_NAME}",
        "UNTRIED not in remark.message",
        "name not in error.problem",
        'error.problem.rpartition("(")',
        're.search("RC2", store.protection)',
        'text == "The store is locked"',
        'words == tr("Weak")',
        'tr("Weak") == words',
        'box.currentText() == "JKS"',
        'button.toolTip().startswith("Copy")',
        "box.setCurrentIndex(box.findText(wanted))",
    ],
)
def test_it_finds_such_code(code: str) -> None:
    assert found_in(ast.parse(code))


@pytest.mark.parametrize(
    "code",
    [
        "bool(entry.trouble)",
        'entry.trouble != ""',
        "entry.is_damaged",
        'name.startswith("SHA1")',
        'text = "The store is locked"',
        "row.kind is RowKind.HOST",
    ],
)
def test_it_lets_other_code_be(code: str) -> None:
    assert not found_in(ast.parse(code))

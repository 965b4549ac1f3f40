"""Texts for people go through one function and can be translated; the odd phrases stay out.

The voice is that of the style guide in CONTRIBUTING.md: American English, the everyday verb, whole
sentences.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "app" / "handfast"
FUNCTIONS = {"tr": 1, "tr_count": 3, "tr_in": 2}
#: What no text for people says, with what it says instead.
BANNED = {
    r"\banew\b": "again, or a new …",
    r"\bby now\b": "already",
    r"\bmeanwhile\b": "in the meantime",
    r"\bwho(m|mever|ever)\b": "anyone who, or the side that",
    r"\blies? in\b": "is stored in",
    r"\bstands? in (?!for\b|the way\b)": "is in",
    r"\b(take|takes|taken|taking|took) (up(?! to\b)|in|off|away)\b": "resume, add, remove",
    r"\btak(e|es|ing) a backup\b": "restore from, or create, a backup",
    r"\bthat (is|are) there\b": "existing",
    r"\bthe \w+ before\b(?= (could|is|was|as)\b|[.,])": "the previous …",
    r"(?<!here )\bis no (keystore|certificate|JSON|number|CA|file|folder|key)\b": "is not a …",
    r"\bhas \{?\w+\}? MB\b": "is … MiB",
    r"\btells? of\b|\btold of\b": "reports, shows",
    r"\bgives? (it |its |the |your |a )?(\w+’s )?passwords?\b": "enter",
    r"\b(somebody|nobody|everybody|everybody’s|nobody’s)\b": "another user, or a passive",
    r"\bfell silent\b": "stopped responding",
    r"\bin the clear\b": "unencrypted",
    r"\brecognised\b|\borganisation|\bserialised\b|\bcolour\b": "American spelling",
    r"\bonce more\b": "again, or Confirm password",
    r"\bcancelled\b": "canceled",
    r"\banother (\w+ )?\w+ than\b": "a different … than",
    r"\bthe own\b": "its own, or …’s own",
}
#: Of these, what is odd only where a person reads it: comments may speak of whoever calls.
ONLY_IN_TEXTS = frozenset(
    pattern
    for pattern in BANNED
    if any(part in pattern for part in ("who(", "somebody", "cancelled", "another", "the own"))
)
#: What is not for people, or not in their language, by file and part of the text.
NOT_FOR_PEOPLE = {
    # What goes to a partner, whose language is not known.
    ("flows/handover.py", "*"),
    # A file for a program.
    ("cli/output/metrics.py", "*"),
    ("services/demo.py", "The two-party example"),
    # A reason for a developer: the module of another system.
    ("ui/program/single_instance/instance.py", "Windows has a named pipe"),
}  # fmt: skip
#: Three words in a row, the first with a capital: a sentence.
_SENTENCE = re.compile(r"^[A-Z“{][\w’'“”{}]* [\w’'“”{},]+ [\w’'“”{},]+.*[.?!…]$", re.DOTALL)


def literal(node: ast.expr) -> str | None:
    """The text of a literal, with ``{}`` for what an f-string puts in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
        )
    return None


#: What of Qt shows a text: the methods and classes of which an argument is read by a person.
_SHOWING = frozenset(
    {
        "addAction", "addButton", "addItem", "addMenu", "addRow", "addTab",
        "setAccessibleDescription",
        "setAccessibleName", "setHeaderLabels", "setInformativeText", "setPlaceholderText",
        "setPrefix", "setSpecialValueText", "setStatusTip", "setSuffix", "setTabText", "setText",
        "setTitle", "setToolTip", "setWhatsThis", "setWindowTitle",
        "CheckBox", "CopyableValue", "Fold", "QAction", "QCheckBox", "QGroupBox", "QLabel", "QMenu",
        "QPushButton", "QRadioButton", "RadioButton", "StateLine", "TextLabel", "WrapLabel",
        "SummaryLine", "caption", "heading", "title", "window_button",
    }
)  # fmt: skip
#: Names that are the same in every language.
_NAMES = re.compile(
    r"[^A-Za-z]*|Handfast( \{\})?|&?(PEM|DER|P?&?KCS#7|SHA-1|SHA-256|TLS|English)|"
    r"[\w.]*example\.com[:\d]*"
)


def texts_shown(tree: ast.AST) -> list[tuple[int, str]]:
    """Each literal that is handed to Qt to be shown, and does not go through the function."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        if name not in _SHOWING:
            continue
        kinds = ("error", "locked", "ok", "warning", "info")
        named = [each.value for each in node.keywords if name == "SummaryLine"]
        for argument in (*node.args, *named):
            text = literal(argument)
            if text is not None and text not in kinds and not _NAMES.fullmatch(text):
                found.append((node.lineno, text))
    return found


#: What makes a button, a menu entry, or the title of a window of its first text.
_TITLED = frozenset(
    {
        "addAction", "addButton", "addMenu", "addTab", "add_action", "setWindowTitle",
        "AgreeButton", "CopyButton", "PathField", "QAction", "QMenu", "QPushButton",
        "_FootButton", "_button", "button", "window_button",
    }
)  # fmt: skip
#: Words that have a small letter within a title.
_SMALL = frozenset(
    [
        "a",
        "an",
        "the",
        "and",
        "or",
        "of",
        "to",
        "in",
        "into",
        "for",
        "from",
        "with",
        "on",
        "as",
        "at",
        "by",
        "cacerts",
        "onto",
    ]
)


def titles_of(tree: ast.AST) -> list[tuple[int, str]]:
    """Each text of a button, a menu entry, or a window."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        named = [each.value for each in node.keywords if each.arg in {"button", "title"}]
        first = node.args[:1] if name in _TITLED else []
        # The rest may be a tool tip; a picture or a parent may come before the text.
        if name in _TITLED and not any(texts_of(each) for each in first):
            first = node.args[1:2]
        if name in {"CommandFold", "Fold", "FlowStep"}:
            # A heading within a page is a sentence.
            continue
        for argument in (*first, *named):
            contexts = {
                id(below.args[0])
                for below in ast.walk(argument)
                if is_call_of(below, {"tr_in"}) and isinstance(below, ast.Call)
            }
            found += [
                (below.lineno, text)
                for below in ast.walk(argument)
                if is_call_of(below, FUNCTIONS) and isinstance(below, ast.Call)
                for each in below.args
                if id(each) not in contexts and (text := literal(each)) is not None
            ]
    return found


def small_words(text: str) -> list[str]:
    """The words of a title that should begin with a capital; names in it are as they are."""
    plain = re.sub(r"“[^”]*”|\{\w*\}", "", text).replace("&", "")
    words = re.findall(r"[A-Za-z][\w’'-]*", plain)
    return [
        word
        for at, word in enumerate(words)
        if word[0].islower() and (word not in _SMALL or (at == 0 and plain.startswith(word)))
    ]


def is_call_of(node: ast.AST, names: object) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names  # type: ignore[operator]
    )


def texts_of(tree: ast.AST) -> list[tuple[int, str]]:
    """Each text that is passed to the function."""
    found = []
    for node in ast.walk(tree):
        if is_call_of(node, FUNCTIONS):
            for argument in node.args:  # type: ignore[attr-defined]
                text = literal(argument)
                if text is not None:
                    found.append((argument.lineno, text))
    return found


def sentences_beside(tree: ast.AST) -> list[tuple[int, str]]:
    """Each literal that reads like a sentence and does not go through the function."""
    covered = {
        id(below)
        for node in ast.walk(tree)
        if is_call_of(node, FUNCTIONS)
        for below in ast.walk(node)
    }
    for node in ast.walk(tree):
        # Docstrings, and comments on attributes.
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            covered.add(id(node.value))
        if isinstance(node, ast.JoinedStr):
            covered |= {id(part) for part in ast.walk(node) if part is not node}
        # Bugs of the program, which no person is meant to see.
        if isinstance(node, ast.Raise) and node.exc is not None:
            raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            if isinstance(raised, ast.Name) and raised.id in {
                "AssertionError", "NotImplementedError", "RuntimeError", "TypeError", "ValueError",
            }:  # fmt: skip
                covered |= {id(below) for below in ast.walk(node)}
    return [
        (node.lineno, text)
        for node in ast.walk(tree)
        if id(node) not in covered and isinstance(node, ast.expr)
        if (text := literal(node)) is not None and _SENTENCE.match(text)
    ]


@cache
def modules() -> list[tuple[str, ast.AST]]:
    return [
        (path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted(PACKAGE.rglob("*.py"))
    ]


def test_no_text_says_what_the_style_guide_keeps_out() -> None:
    wrong = [
        f"{name}:{line}: “{found.group()}” ({better}): {text[:80]}"
        for name, tree in modules()
        for line, text in texts_of(tree)
        for pattern, better in BANNED.items()
        if (found := re.search(pattern, text, re.IGNORECASE))
    ]
    assert wrong == []


def remarks_of(source: str) -> list[tuple[int, str]]:
    """Each line of a comment or a docstring."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    found = [(each.start[0], each.string) for each in tokens if each.type == tokenize.COMMENT]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and (text := literal(first.value)) is not None:
                lines = text.splitlines()
                found += [(first.lineno + at, line) for at, line in enumerate(lines)]
    return found


def test_no_comment_or_docstring_says_it_either() -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)}:{line}: “{found.group()}” ({BANNED[pattern]}): {text[:80]}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for line, text in remarks_of(path.read_text(encoding="utf-8"))
        for pattern in BANNED.keys() - ONLY_IN_TEXTS
        if (found := re.search(pattern, text, re.IGNORECASE))
    ]
    assert wrong == []


def test_it_finds_a_phrase_in_comments_and_docstrings() -> None:
    source = '"""It lies in the file."""\n\n\ndef f():\n    """Anew."""\n    # By now.\n'
    assert [line for line, _text in sorted(remarks_of(source))] == [1, 5, 6]


def test_no_document_says_it_either() -> None:
    documents = [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "resources").rglob("*.md"),
    ]
    assert documents
    wrong = [
        f"{path.relative_to(ROOT)}:{number}: “{found.group()}” ({better})"
        for path in documents
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for pattern, better in BANNED.items()
        if (found := re.search(pattern, line, re.IGNORECASE))
    ]
    assert wrong == []


def test_no_text_goes_past_the_function() -> None:
    wrong = [
        f"{name}:{line}: {text[:80]}"
        for name, tree in modules()
        for line, text in sentences_beside(tree)
        if not any(name == file and (part == "*" or part in text) for file, part in NOT_FOR_PEOPLE)
    ]
    assert wrong == []


def test_no_label_goes_past_the_function() -> None:
    wrong = [
        f"{name}:{line}: {text[:80]}"
        for name, tree in modules()
        if name.startswith(("ui/", "flows/")) and (name, "*") not in NOT_FOR_PEOPLE
        for line, text in texts_shown(tree)
    ]
    assert wrong == []


def test_buttons_menus_and_windows_have_titles_in_title_case() -> None:
    wrong = [
        f"{name}:{line}: {text}"
        for name, tree in modules()
        if name.startswith("ui/") or name == "core/commands.py"
        for line, text in titles_of(tree)
        if small_words(text) and not text.endswith(".")
    ]
    assert wrong == []


def test_it_finds_a_title_that_is_a_sentence() -> None:
    (found,) = titles_of(ast.parse('page.add_action(tr("&Open the folder"), shown, act)'))
    assert small_words(found[1]) == ["folder"]
    assert titles_of(ast.parse('CheckBox(tr("Keep the old one"))')) == []
    assert small_words("Import “my own” into {file}") == []


def test_no_page_says_by_itself_that_it_is_english() -> None:
    wrong = [
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.expr) and 'html lang="' in (literal(node) or "")
        if (name, "*") not in NOT_FOR_PEOPLE and name != "core/language.py"
    ]
    assert wrong == []


def test_each_text_is_a_literal_that_is_filled_by_name() -> None:
    """Else nothing collects it for the translators, or its values are missing."""
    wrong = []
    for name, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                wrong += [
                    f"{name}:{node.lineno}: inside an f-string"
                    for below in ast.walk(node)
                    if is_call_of(below, FUNCTIONS)
                ]
            if not is_call_of(node, FUNCTIONS):
                continue
            assert isinstance(node, ast.Call)
            assert isinstance(node.func, ast.Name)
            place = f"{name}:{node.lineno}"
            count = FUNCTIONS[node.func.id]
            texts = node.args if node.func.id != "tr_count" else node.args[:2]
            if len(node.args) != count or any(not isinstance(each, ast.Constant) for each in texts):
                wrong.append(f"{place}: not a literal")
                continue
            given = {each.arg for each in node.keywords}
            if None in given or (not given and node.func.id != "tr_count"):
                continue
            given |= {"count"} if node.func.id == "tr_count" else set()
            asked = {
                field
                for each in texts
                for field in re.findall(r"(?<!\{)\{(\w*)\}", str(each.value))  # type: ignore[attr-defined]
            }
            if asked - given or given - asked - {"count"}:
                wrong.append(f"{place}: asks for {asked}, gets {given}")
    assert wrong == []


@pytest.mark.parametrize(
    "code",
    [
        'raise Refused("The file is gone already.")',
        'Finding(message=f"The key of {alias} is weak.")',
        'label.setText("Choose the keystore first.")',
    ],
)
def test_it_finds_a_text_that_goes_past(code: str) -> None:
    assert sentences_beside(ast.parse(code))


def test_it_finds_a_label_that_goes_past() -> None:
    assert texts_shown(ast.parse('button.setText("Open")'))
    assert texts_shown(ast.parse('column.addWidget(caption(f"of {total}"))'))
    assert not texts_shown(ast.parse('button.setText(tr("Open"))'))


@pytest.mark.parametrize(
    "code",
    [
        'raise Refused(tr("The file is gone already."))',
        '"""The text of a docstring stays."""',
        'raise TypeError("The caller is at fault here.")',
        'name == "CN=Acme, O=Acme"',
    ],
)
def test_it_lets_other_literals_be(code: str) -> None:
    assert not sentences_beside(ast.parse(code))


@pytest.mark.parametrize(
    "text",
    [
        "Make the pair anew", "It lies in the file", "Take up the setup", "Give the password",
        "Nobody used it", "This is no keystore", "those whom it trusts",
        "Cancelled.", "It has another format than expected", "the own certificate of the client",
    ],
)  # fmt: skip
def test_it_finds_a_phrase(text: str) -> None:
    assert any(re.search(pattern, text, re.IGNORECASE) for pattern in BANNED)

"""What is said of arguments that make no sense."""

from __future__ import annotations

import re

_INVALID = re.compile(
    r"argument (?P<name>\S+): invalid (?P<what>\w+)(?: value)?: (?P<rest>.*)", re.DOTALL
)
_NUMBERS = {"int": "a whole number", "float": "a number"}


def in_words(message: str) -> str:
    """What the library says of a value, without the words and quotation marks of Python."""
    found = _INVALID.fullmatch(message)
    if found is None:
        return message
    value, _, choices = found["rest"].partition(" (choose from ")
    if value[:1] in "'\"":
        value = value[1:-1]
    if found["what"] in _NUMBERS:
        return f"{found['name']} takes {_NUMBERS[found['what']]}, which “{value}” is not"
    *others, last = choices.removesuffix(")").replace("'", "").split(", ")
    listed = f"{', '.join(others)} or {last}" if others else last
    return f"{found['name']} does not take “{value}”, but {listed}"

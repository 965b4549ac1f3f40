"""What is said of arguments that make no sense."""

from __future__ import annotations

import re

_INVALID = re.compile(
    r"argument (?P<name>\S+): invalid (?P<what>\w+)(?: value)?: (?P<rest>.*)", re.DOTALL
)
_UNKNOWN = "unrecognized arguments: "
_NUMBERS = {"int": "a whole number", "float": "a number"}


def in_words(message: str) -> str:
    """What the library says of a value, without the words and quotation marks of Python."""
    if message.startswith(_UNKNOWN):
        return _UNKNOWN + _without_values(message.removeprefix(_UNKNOWN))
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


def _without_values(arguments: str) -> str:
    """Arguments up to the first option and without its value, which may be a password."""
    words: list[str] = []
    for word in arguments.split(" "):
        words.append(word.partition("=")[0] if word.startswith("-") else word)
        if word.startswith("-"):
            break
    return " ".join(words)


def remedy_for(message: str, program: str) -> str:
    """What to do about a message of the library; ``program`` is the verb with its name."""
    if message.startswith(_UNKNOWN) and "pass" in _without_values(message).lower():
        return (
            "Passwords are never part of a command line, where others see them: write it into "
            f"a file, and name that file. See {program} --help."
        )
    return f"See {program} --help."

"""What is said of arguments that make no sense."""

from __future__ import annotations

import re

from handfast.core.language import alternatives, tr

_INVALID = re.compile(
    r"argument (?P<name>\S+): invalid (?P<what>\w+)(?: value)?: (?P<rest>.*)", re.DOTALL
)
_UNKNOWN = "unrecognized arguments: "


def in_words(message: str) -> str:
    """What the library says of a value, without the words and quotation marks of Python."""
    if message.startswith(_UNKNOWN):
        return tr(
            "unrecognized arguments: {arguments}",
            arguments=_without_values(message.removeprefix(_UNKNOWN)),
        )
    found = _INVALID.fullmatch(message)
    if found is None:
        return message
    value, _, choices = found["rest"].partition(" (choose from ")
    if value[:1] in "'\"":
        value = value[1:-1]
    if found["what"] == "int":
        return tr(
            "{option} requires a whole number, not “{value}”", option=found["name"], value=value
        )
    if found["what"] == "float":
        return tr("{option} requires a number, not “{value}”", option=found["name"], value=value)
    listed = alternatives(choices.removesuffix(")").replace("'", "").split(", "))
    return tr(
        "{option} accepts {choices}, not “{value}”",
        option=found["name"],
        choices=listed,
        value=value,
    )


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
        return tr(
            "Passwords are never part of a command line, where others can see them. Write the "
            "password to a file, and name that file. See {program} --help.",
            program=program,
        )
    return tr("See {program} --help.", program=program)

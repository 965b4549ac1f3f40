"""What is said of arguments that make no sense."""

from __future__ import annotations

import re

from handfast.core.language import alternatives, tr

_INVALID = re.compile(
    r"argument (?P<name>\S+): invalid (?P<what>\w+)(?: value)?: (?P<rest>.*)", re.DOTALL
)
_UNKNOWN = "unrecognized arguments: "
_REQUIRED = "the following arguments are required: "
_ONE_OF = re.compile(r"one of the arguments (?P<names>.*) is required")
_NO_VALUE = re.compile(r"argument (?P<name>\S+): expected (?:one argument|at least one argument)")
_NOT_WITH = re.compile(r"argument (?P<name>\S+): not allowed with argument (?P<other>\S+)")


def in_words(message: str) -> str:
    """What the library says, as a sentence without the words and quotation marks of Python.

    The library’s messages have no fields; those that no pattern here knows pass as they are.
    """
    if message.startswith(_UNKNOWN):
        return tr(
            "Unrecognized arguments: {arguments}.",
            arguments=_without_values(message.removeprefix(_UNKNOWN)),
        )
    if message.startswith(_REQUIRED):
        return tr(
            "These arguments are required: {arguments}.", arguments=message.removeprefix(_REQUIRED)
        )
    if one := _ONE_OF.fullmatch(message):
        return tr("One of these is required: {options}.", options=one["names"])
    if lone := _NO_VALUE.fullmatch(message):
        return tr("{option} requires a value.", option=lone["name"])
    if both := _NOT_WITH.fullmatch(message):
        return tr(
            "{option} cannot be combined with {other}.", option=both["name"], other=both["other"]
        )
    if found := _INVALID.fullmatch(message):
        return _about_value(found)
    return f"{message[:1].upper()}{message[1:]}."


def _about_value(found: re.Match[str]) -> str:
    option = found["name"]
    value, _, choices = found["rest"].partition(" (choose from ")
    if value[:1] in "'\"":
        value = value[1:-1]
    if found["what"] == "int":
        return tr("{option} requires a whole number, not “{value}”.", option=option, value=value)
    if found["what"] == "float":
        return tr("{option} requires a number, not “{value}”.", option=option, value=value)
    return tr(
        "{option} accepts {choices}, not “{value}”.",
        option=option,
        choices=alternatives(choices.removesuffix(")").replace("'", "").split(", ")),
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

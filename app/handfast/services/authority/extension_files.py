"""Extension presets: those that everybody has, and a person’s own as files that can be shared."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from handfast.core.errors import Damaged, FileProblem, HandfastError, InvalidInput, Unsupported
from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.services.authority.extension_plan import ExtensionPlan
from handfast.services.files.store_files import read_named_file, write_file
from handfast.services.policy.overwriting import check_different, check_output

if TYPE_CHECKING:
    from collections.abc import Sequence

_KIND: Final = "handfast-extensions"
_VERSION: Final = 1
#: A plan of a thousand names is smaller.
_MAX_BYTES: Final = 4 << 20

_SIGN: Final = ("digitalSignature",)
_SIGN_AND_RSA: Final = ("digitalSignature", "keyEncipherment")
#: By the name that the console has for each.
PRESETS: Final = {
    "tls-client": ExtensionPlan(
        title=tr("TLS client"), key_usage=_SIGN_AND_RSA, extended_key_usage=("clientAuth",)
    ),
    "tls-server": ExtensionPlan(
        title=tr("TLS server"), key_usage=_SIGN_AND_RSA, extended_key_usage=("serverAuth",)
    ),
    "tls-both": ExtensionPlan(
        title=tr("TLS client and server"),
        key_usage=_SIGN_AND_RSA,
        extended_key_usage=("serverAuth", "clientAuth"),
    ),
    "ca": ExtensionPlan(title=tr("CA"), is_ca=True, key_usage=("keyCertSign", "cRLSign")),
    "code-signing": ExtensionPlan(
        title=tr("Code signing"), key_usage=_SIGN, extended_key_usage=("codeSigning",)
    ),
    "smime": ExtensionPlan(
        title=tr("S/MIME"), key_usage=_SIGN_AND_RSA, extended_key_usage=("emailProtection",)
    ),
}
#: The preset of each purpose that the other verbs and wizards name.
OF_PURPOSE: Final = {
    "client": "tls-client",
    "server": "tls-server",
    "both": "tls-both",
    "ca": "ca",
    "code-signing": "code-signing",
}


def plan_json(plan: ExtensionPlan) -> str:
    """A plan as the text of a file."""
    record: dict[str, Any] = {"kind": _KIND, "version": _VERSION}
    for field in dataclasses.fields(plan):
        value = getattr(plan, field.name)
        record[field.name] = list(value) if isinstance(value, tuple) else value
    return json.dumps(record, indent=1, ensure_ascii=False) + "\n"


def parse_plan(data: bytes, name: str) -> ExtensionPlan:
    """The plan in a file, whose values are right as well.

    :raises Damaged: it is not JSON, or not of this kind; the cause says what is wrong
    :raises Unsupported: a newer program wrote it
    :raises InvalidInput: one of its values cannot be in a certificate
    """
    if len(data) > _MAX_BYTES:
        raise _damaged(name, tr("It is too large to be a preset."))
    try:
        record = json.loads(data)
    except (ValueError, RecursionError):
        raise _damaged(name, tr("It is not JSON.")) from None
    if not isinstance(record, dict) or record.get("kind") != _KIND:
        raise _damaged(name, tr("It is not marked as a Handfast preset."))
    if record.get("version") != _VERSION:
        raise Unsupported(
            tr("“{name}” was written by another version of Handfast.", name=shorten(name)),
            remedy=tr("Use a newer version, or create the preset again."),
        )
    plan = _plan(record, name)
    for problem in plan.problems():
        raise problem
    return plan


def _plan(record: dict[str, Any], name: str) -> ExtensionPlan:
    known = {field.name: field for field in dataclasses.fields(ExtensionPlan)}
    values: dict[str, Any] = {}
    for key, value in record.items():
        if key in {"kind", "version"}:
            continue
        if key not in known:
            raise _damaged(name, tr("It has an unknown part, “{key}”.", key=shorten(key)))
        if not _is_right(key, value):
            raise _damaged(name, tr("The value of “{key}” has the wrong type.", key=key))
        values[key] = tuple(value) if isinstance(value, list) else value
    return ExtensionPlan(**values)


def _is_right(key: str, value: object) -> bool:
    match key:
        case "title":
            return isinstance(value, str)
        case "is_ca":
            return value is None or isinstance(value, bool)
        case "path_length":
            return value is None or (isinstance(value, int) and not isinstance(value, bool))
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _damaged(name: str, cause: str) -> Damaged:
    return Damaged(
        tr("“{name}” is not a preset that Handfast can read.", name=shorten(name)),
        causes=(cause,),
        remedy=tr("Save a preset in the extension editor to see the format."),
    )


def read_plan(path: Path) -> ExtensionPlan:
    """The plan in a file; see :func:`parse_plan`.

    :raises FileProblem: it cannot be read
    """
    return parse_plan(read_named_file(path)[0], path.name)


def write_plan(plan: ExtensionPlan, path: Path, *, replace: bool = False) -> None:
    """Write a plan to a file, whole or not at all.

    :raises AlreadyExists: there is one, and it is not to be replaced
    :raises InvalidInput: the plan cannot be in a certificate
    """
    for problem in plan.problems():
        raise problem
    if not (replace and _is_plan(path)):
        check_output(path, replace=replace)
    write_file(path, plan_json(plan).encode("utf-8"), overwrite=replace, new_mode=0o644)


def titled(plan: ExtensionPlan, path: Path) -> ExtensionPlan:
    """A plan under the name of its file, where it has none of its own."""
    return plan if plan.title else dataclasses.replace(plan, title=path.stem)


def check_new_plan(plan: ExtensionPlan, path: Path, *, beside: Sequence[Path] = ()) -> None:
    """Let a plan be written to a file that is not there yet, or that holds the same already.

    :param beside: other files that are written at the same time
    :raises AlreadyExists: there is such a file, which holds something else
    :raises FileProblem: its folder is not there
    """
    check_different([*beside, path])
    if not path.parent.is_dir():
        raise FileProblem(
            tr(
                "“{path}” could not be created: the folder “{parent}” does not exist.",
                path=path,
                parent=path.parent,
            ),
            remedy=tr("Create the folder first, or name another."),
        )
    if not (_is_plan(path) and read_plan(path) == plan):
        check_output(path, replace=False)


def _is_plan(path: Path) -> bool:
    """Whether what would be replaced is a preset itself, and no other record of Handfast."""
    try:
        read_plan(path)
    except HandfastError:
        return False
    return True


def plan_named(text: str) -> ExtensionPlan:
    """The preset of that name, or the one in a file.

    :raises InvalidInput: there is neither
    """
    known = PRESETS.get(text.strip().lower())
    if known is not None:
        return known
    path = Path(text)
    if not path.exists() and "/" not in text and "." not in text:
        raise InvalidInput(
            tr("There is no preset “{name}”.", name=shorten(text)),
            field="extensions",
            remedy=tr("Choose from {choices}, or name a file.", choices=", ".join(PRESETS)),
        )
    return read_plan(path)

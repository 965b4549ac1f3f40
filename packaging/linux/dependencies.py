"""What the frozen folder needs of the system: python packaging/linux/dependencies.py deb|rpm FOLDER

Prints one line of YAML. The tools of each family find it out from the libraries themselves:
``dpkg-shlibdeps`` for packages of Debian, with the oldest version that has every symbol, and
``elfdeps`` for names that mean the same in every distribution with rpm.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from tidy import libraries

#: Where rpm keeps the program that finds the dependencies of ELF files.
ELFDEPS = "/usr/lib/rpm/elfdeps"
#: Debian's package of a library that the folder brings itself.
BUNDLED_PACKAGES = ("libbz2-1.0",)
#: Packages that record which version brought which symbol. For the others Debian names the version
#: that the build machine has, though an older one of the same name does as well.
EXACT = ("libc6", "libstdc++6", "libgcc-s1", "libssl3")


def of_debian(folder: Path) -> list[str]:
    """Dependencies such as ``libc6 (>= 2.34)``, in order."""
    with tempfile.TemporaryDirectory() as name:
        control = Path(name, "debian", "control")
        control.parent.mkdir()
        control.write_text("Source: handfast\n\nPackage: handfast\nArchitecture: any\n")
        files = libraries(folder)
        places = sorted({path.parent for path in files if ".so" in path.name})
        done = subprocess.run(
            [
                "dpkg-shlibdeps", "-O", "--ignore-missing-info", "--warnings=0",
                *(f"-x{each}" for each in BUNDLED_PACKAGES),
                *(f"-l{place}" for place in places), *map(str, files),
            ],
            cwd=name, capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode != 0:
        raise SystemExit(done.stderr)
    needed = [each.strip() for each in done.stdout.partition("Depends=")[2].split(",")]
    return [each if each.partition(" ")[0] in EXACT else each.partition(" ")[0] for each in needed]


def of_rpm(folder: Path) -> list[str]:
    """Dependencies such as ``libc.so.6(GLIBC_2.34)(64bit)``, in order."""
    files = "\n".join(map(str, libraries(folder)))
    needed, provided = (
        {
            line
            # Its exit code tells nothing: it is 1 once the input ends.
            for line in subprocess.run(
                [ELFDEPS, side], input=files, capture_output=True, text=True, check=False
            ).stdout.split("\n")
            if line
        }
        for side in ("--requires", "--provides")
    )
    if not needed:
        raise SystemExit(f"{ELFDEPS} finds no dependency")
    own = {each.partition("(")[0] for each in provided}
    # These are of the loader, which comes with the C library.
    own |= {"rtld", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
    return [*sorted(each for each in needed if each.partition("(")[0] not in own), "/bin/sh"]


if __name__ == "__main__":
    find = {"deb": of_debian, "rpm": of_rpm}[sys.argv[1]]
    sys.stdout.write(json.dumps(find(Path(sys.argv[2]).absolute())) + "\n")

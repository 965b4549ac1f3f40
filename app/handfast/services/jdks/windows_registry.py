"""The JDKs that the registry of Windows names; elsewhere there are none."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The keys below which each version has one, and where in that the folder stands: below which
#: key, and by which value.
REGISTRY_KEYS: Final = (
    (r"SOFTWARE\JavaSoft\JDK", "", "JavaHome"),
    (r"SOFTWARE\JavaSoft\JRE", "", "JavaHome"),
    (r"SOFTWARE\JavaSoft\Java Development Kit", "", "JavaHome"),
    (r"SOFTWARE\JavaSoft\Java Runtime Environment", "", "JavaHome"),
    (r"SOFTWARE\Eclipse Adoptium\JDK", r"\hotspot\MSI", "Path"),
    (r"SOFTWARE\Eclipse Adoptium\JRE", r"\hotspot\MSI", "Path"),
    (r"SOFTWARE\Eclipse Foundation\JDK", r"\hotspot\MSI", "Path"),
    (r"SOFTWARE\AdoptOpenJDK\JDK", r"\hotspot\MSI", "Path"),
    (r"SOFTWARE\Microsoft\JDK", r"\hotspot\MSI", "Path"),
    (r"SOFTWARE\Semeru\JDK", r"\openj9\MSI", "Path"),
    (r"SOFTWARE\Azul Systems\Zulu", "", "InstallationPath"),
)


def registered_homes() -> Iterator[str]:
    """The homes by the keys of the vendors, for the whole machine and for this person."""
    if sys.platform != "win32":
        return
    import winreg

    for root in (winreg.HKEY_LOCAL_MACHINE, winreg.HKEY_CURRENT_USER):
        for view in (winreg.KEY_WOW64_64KEY, winreg.KEY_WOW64_32KEY):
            access = winreg.KEY_READ | view
            for key, below, value in REGISTRY_KEYS:
                with contextlib.suppress(OSError), winreg.OpenKey(root, key, 0, access) as vendor:
                    for number in range(winreg.QueryInfoKey(vendor)[0]):
                        name = winreg.EnumKey(vendor, number) + below
                        with (
                            contextlib.suppress(OSError),
                            winreg.OpenKey(vendor, name, 0, access) as version,
                        ):
                            found, kind = winreg.QueryValueEx(version, value)
                            if kind in {winreg.REG_SZ, winreg.REG_EXPAND_SZ} and found:
                                yield str(found)

"""A partner who works with keytool: makes a pair, sends its certificate, trusts ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.tools import Tool

PASSWORD = "the partner's"


class Partner:
    """The other side, in a folder of its own."""

    def __init__(self, keytool: Tool, folder: Path, *, purpose: str = "server") -> None:
        folder.mkdir(exist_ok=True)
        self._keytool = keytool
        self.folder = folder
        self.purpose = purpose
        self.keys = folder / "globex-keys.p12"
        self.trust = folder / "globex-trust.p12"

    def _options(self, store: Path) -> list[str | Path]:
        return ["-keystore", store, "-storepass", PASSWORD, "-storetype", "PKCS12"]

    def make_pair(self, alias: str, *, host: str = "api.globex.example", more: str = "") -> Path:
        """A new pair; its certificate in the file to be sent."""
        self._keytool(
            "-genkeypair", "-alias", alias, "-keyalg", "EC", "-groupname", "secp256r1",
            "-dname", f"CN={host}, O=Globex", "-ext", f"SAN=dns:{host}",
            "-ext", f"EKU={self.purpose}Auth", *more.split(), *self._options(self.keys),
        )  # fmt: skip
        sent = self.folder / f"{alias}.cer"
        self._keytool("-exportcert", "-alias", alias, "-file", sent, *self._options(self.keys))
        return sent

    def fingerprint(self, alias: str) -> str:
        """What the partner reads out on the telephone."""
        told = self._keytool("-list", "-v", "-alias", alias, *self._options(self.keys)).stdout
        line = next(each for each in told.splitlines() if "SHA256:" in each)
        return line.partition("SHA256:")[2].strip()

    def trust_us(self, certificate: Path) -> None:
        """Import what we sent."""
        self._keytool(
            "-importcert", "-noprompt", "-alias", "acme", "-file", certificate,
            *self._options(self.trust),
        )  # fmt: skip

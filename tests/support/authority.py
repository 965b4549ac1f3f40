"""A CA by the real openssl: a root, an intermediate, and what they sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.tools import Tool


class Authority:
    """A root, an intermediate, and what they sign, by the real openssl."""

    def __init__(self, openssl: Tool, folder: Path) -> None:
        self._openssl, self._folder = openssl, folder
        self.root = self._make("root", None)
        self.issuing = self._make("issuing", "root")
        self.stranger = self._make("stranger", None)

    def _make(self, name: str, issuer: str | None) -> str:
        folder = self._folder
        key, request, pem = (folder / f"{name}.{ending}" for ending in ("key", "csr", "pem"))
        (folder / "ca.ext").write_text(
            "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n"
        )
        self._openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                      "-nodes", "-keyout", key, "-out", request,
                      "-subj", f"/CN={name} CA")  # fmt: skip
        signer = ["-signkey", key] if issuer is None else [
            "-CA", folder / f"{issuer}.pem", "-CAkey", folder / f"{issuer}.key", "-CAcreateserial",
        ]  # fmt: skip
        self._openssl("x509", "-req", "-in", request, "-days", "300", "-out", pem,
                      "-extfile", folder / "ca.ext", *signer)  # fmt: skip
        return pem.read_text()

    def sign(self, request: Path) -> str:
        out = self._folder / "leaf.pem"
        self._openssl("x509", "-req", "-in", request, "-days", "200", "-out", out,
                      "-CA", self._folder / "issuing.pem", "-CAkey", self._folder / "issuing.key",
                      "-CAcreateserial", "-copy_extensions", "copy")  # fmt: skip
        return out.read_text()

    def pkcs7(self, *certificates: str) -> bytes:
        given = self._folder / "given.pem"
        given.write_text("".join(certificates))
        out = self._folder / "reply.p7b"
        self._openssl("crl2pkcs7", "-nocrl", "-certfile", given, "-outform", "DER", "-out", out)
        return out.read_bytes()

"""The files of two parties: a sound set, and one for each way in which a certificate is wrong."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ObjectIdentifier

from tests.handshake.making import CLIENT, HOST, SERVER, make, new_key, revoke

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.handshake.making import Made

PASSWORD = "changeit"


def _constrained(root: Made) -> Made:
    permitted = x509.NameConstraints([x509.DNSName("acme.example")], None)
    return make("Acme Issuing", by=root, ca=True, extra=[(permitted, True)])


def _critical() -> tuple[x509.ExtensionType, bool]:
    return x509.UnrecognizedExtension(ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00"), True


class Files:
    """A folder with everything, made as it is asked for; names of faults give wrong certificates.

    ``NAME.pem`` is a certificate with its chain, ``NAME.key`` its key, ``NAME.p12`` both.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = make("Acme Root", ca=True)
        self.between = make("Acme Issuing", by=self.root, ca=True)
        self.old = make("Old Root", ca=True, kind="rsa")
        stranger = make("Umbrella Root", ca=True)
        limited = make("Acme Limited", by=self.root, ca=True, path_length=0)
        below = make("Acme Below", by=limited, ca=True)
        late = make("Acme Late", by=self.root, ca=True, starts=-900, ends=-5)
        no_ca = make("Acme Web", by=self.between)
        # The same name as a root that is trusted, and another key.
        renewed = make("Acme Root", ca=True)
        self.made: dict[str, Made] = {"root": self.root, "stranger": stranger, "old": self.old}
        short = new_key("rsa-1024")
        for side, usage in (("server", SERVER), ("client", CLIENT)):
            other = CLIENT if side == "server" else SERVER

            def leaf(by: Made | None, usages: Sequence[object] = (usage,), **more: object) -> Made:
                name = HOST if side == "server" else "partner client"  # noqa: B023
                return make(name, by=by, usages=usages, **more)  # type: ignore[arg-type]

            kinds: dict[str, Callable[[], Made]] = {
                "good": lambda leaf=leaf: leaf(self.between),
                "untrusted": lambda leaf=leaf: leaf(stranger),
                "self-signed": lambda leaf=leaf: leaf(None),
                "missing-intermediate": lambda leaf=leaf: leaf(self.between),
                "expired": lambda leaf=leaf: leaf(self.between, starts=-400, ends=-35),
                "expired-above": lambda leaf=leaf: leaf(late),
                "not-yet-valid": lambda leaf=leaf: leaf(self.between, starts=20),
                "host-mismatch": lambda leaf=leaf: leaf(self.between, sans=("api.acme.example",)),
                "wrong-purpose": lambda leaf=leaf, other=other: leaf(self.between, (other,)),
                "weak-key": lambda leaf=leaf: leaf(self.between, key=short),
                "weak-signature": lambda leaf=leaf: leaf(self.old, kind="rsa"),
                "name-constraint": lambda leaf=leaf: leaf(_constrained(self.root)),
                "path-length": lambda leaf=leaf: leaf(below),
                "not-a-ca": lambda leaf=leaf: leaf(no_ca),
                "unknown-critical-extension": lambda leaf=leaf: leaf(
                    self.between, extra=[_critical()]
                ),
                "stale-certificate": lambda leaf=leaf: leaf(renewed),
                "rsa": lambda leaf=leaf: leaf(self.between, kind="rsa"),
                "ed25519": lambda leaf=leaf: leaf(self.between, kind="ed25519"),
            }
            for kind, build in kinds.items():
                self.made[f"{side}-{kind}"] = build()
        for name, made in self.made.items():
            self._write(name, made)
        self._sign_weakly()
        (folder / "revoked.crl").write_bytes(revoke(self.between, self.made["client-good"]))
        lists = [revoke(self.between, self.made["server-good"]), revoke(self.root)]
        (folder / "revoked.pem").write_bytes(
            b"".join(x509.load_der_x509_crl(each).public_bytes(Encoding.PEM) for each in lists)
        )
        both = (folder / "root.pem").read_text() + (folder / "old.pem").read_text()
        (folder / "trusted.pem").write_text(both)
        self._stores()

    def _write(self, name: str, made: Made) -> None:
        chain = made.full_chain
        if name.endswith("missing-intermediate"):
            chain = chain[:1]
        elif len(chain) > 1:
            chain = chain[:-1]
        path = self.folder / name
        path.with_suffix(".pem").write_text("".join(each.pem() for each in chain))
        if above := "".join(each.pem() for each in chain[1:]):
            (self.folder / f"{name}.above").write_text(above)
        path.with_suffix(".der").write_bytes(made.certificate.der)
        key = made.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.with_suffix(".key").write_bytes(key)

    def _sign_weakly(self) -> None:
        """Sign with SHA-1, which the library does not do any more and openssl does."""
        for side, usage in (("server", "serverAuth"), ("client", "clientAuth")):
            name = f"{side}-weak-signature"
            extensions = f"subjectAltName=DNS:{HOST}\nextendedKeyUsage={usage}\n"
            (self.folder / "weak.cnf").write_text(extensions)
            self.run("openssl", "req", "-new", "-key", f"{name}.key", "-subj", f"/CN={HOST}",
                     "-out", "weak.csr")  # fmt: skip
            self.run("openssl", "x509", "-req", "-sha1", "-in", "weak.csr", "-CA", "old.pem",
                     "-CAkey", "old.key", "-CAcreateserial", "-extfile", "weak.cnf", "-days",
                     "300", "-out", f"{name}.pem")  # fmt: skip
            self.run("openssl", "x509", "-in", f"{name}.pem", "-outform", "DER", "-out",
                     f"{name}.der")  # fmt: skip

    def _stores(self) -> None:
        for name in self.made:
            if name.startswith(("server", "client")):
                self.run("openssl", "pkcs12", "-export", "-in", f"{name}.pem", "-inkey",
                         f"{name}.key", "-name", "own", "-out", f"{name}.p12",
                         "-passout", f"pass:{PASSWORD}")  # fmt: skip
        for name, trusted in {"trust": ("root", "old"), "strangers": ("stranger",)}.items():
            for each in trusted:
                self.run("keytool", "-importcert", "-noprompt", "-alias", each,
                         "-file", f"{each}.der", "-keystore", f"{name}.p12",
                         "-storepass", PASSWORD)  # fmt: skip
        self.run("keytool", "-importkeystore", "-srckeystore", "server-good.p12", "-srcstorepass",
                 PASSWORD, "-destkeystore", "server.jks", "-deststoretype", "JKS",
                 "-deststorepass", PASSWORD)  # fmt: skip
        self.run("keytool", "-importkeystore", "-srckeystore", "server-good.p12", "-srcstorepass",
                 PASSWORD, "-destkeystore", "differing.jks", "-deststoretype", "JKS",
                 "-deststorepass", PASSWORD, "-srcalias", "own",
                 "-destkeypass", "of-its-own")  # fmt: skip
        self.run("keytool", "-importkeystore", "-srckeystore", "server-good.p12", "-srcstorepass",
                 PASSWORD, "-destkeystore", "server.jceks", "-deststoretype", "JCEKS",
                 "-deststorepass", PASSWORD)  # fmt: skip
        # What another program than Java trusts in it, Java does not see.
        self.run("openssl", "pkcs12", "-export", "-nokeys", "-in", "root.pem", "-out",
                 "unmarked.p12", "-passout", f"pass:{PASSWORD}")  # fmt: skip
        self.run("openssl", "pkcs12", "-export", "-legacy", "-in", "server-good.pem", "-inkey",
                 "server-good.key", "-out", "legacy.p12",
                 "-passout", f"pass:{PASSWORD}")  # fmt: skip
        self.run("openssl", "pkey", "-in", "server-good.key", "-aes256", "-passout",
                 "pass:of-its-own", "-out", "locked.key")  # fmt: skip
        self.run("openssl", "req", "-new", "-key", "server-good.key", "-subj", "/CN=localhost",
                 "-out", "server.csr")  # fmt: skip
        # A pair as it is before its reply comes: signed by itself.
        self.run("openssl", "req", "-x509", "-key", "server-missing-intermediate.key", "-subj",
                 "/CN=localhost", "-out", "awaiting.pem")  # fmt: skip
        self.run("openssl", "pkcs12", "-export", "-in", "awaiting.pem", "-inkey",
                 "server-missing-intermediate.key", "-name", "own", "-out", "awaiting.p12",
                 "-passout", f"pass:{PASSWORD}")  # fmt: skip
        folder = self.folder
        text = (folder / "server-good.pem").read_text()
        (folder / "utf16.pem").write_bytes(text.encode("utf-16"))
        one_line = "".join(text.split("-----")[2].split())
        (folder / "one-line.pem").write_text(f"-----BEGIN CERTIFICATE-----{one_line}-----END ")
        (folder / "cut.p12").write_bytes((folder / "server-good.p12").read_bytes()[:700])
        (folder / "cut.jks").write_bytes((folder / "server.jks").read_bytes()[:700])
        (folder / "empty.p12").write_bytes(b"")
        (folder / "page.html").write_text("<!DOCTYPE html>\n<html><body>Sign in</body></html>\n")
        reverse = [each.certificate.pem() for each in (self.root, self.between)]
        (folder / "disorder.pem").write_text(
            "".join([self.made["server-good"].certificate.pem(), *reverse])
        )

    def run(self, *command: str) -> None:
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise AssertionError(f"{command}: {done.stdout}{done.stderr}")

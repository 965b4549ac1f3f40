"""What an integration engineer has on disk: stores with partners in them, and what those sent."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from cryptography.x509.oid import ExtendedKeyUsageOID

from handfast.core.entry import SecretKey
from handfast.core.keys import SecretMaterial
from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.files.saving import new_store, save_store
from tests.support.issued import issue

# Names are given as keytool writes them, the country first; programs print them from the end.
WEAK_BITS = 1024
PASSWORD = "correct horse battery"  # noqa: S105 - guards nothing but this example


def make_stores(folder: Path) -> None:
    """A store with a bit of everything, and one that asks for its password."""
    folder.mkdir()
    root = issue(C="AU", O="Acme Pty Ltd", CN="Acme Root CA", is_ca=True, ends=3000)
    middle = issue(issuer=root, C="AU", O="Acme Pty Ltd", CN="Acme Issuing CA 2", is_ca=True)
    outbound = issue(
        issuer=middle,
        C="AU",
        O="Acme Pty Ltd",
        OU="Integration",
        CN="servicenow.acme.example",
        sans=("servicenow.acme.example", "api.acme.example"),
    )
    hosts = [f"node-{number:02}.payments.acme.example" for number in range(1, 101)]
    gateway = issue(C="AU", O="Acme Pty Ltd", CN="payments-gateway", sans=hosts, ends=18)
    old = issue(C="IE", O="Globex Corporation", CN="MAINFRAME.LEGACY", starts=-2000, ends=-170)
    bank = issue(C="DE", O="First Bank", CN="client.bank.example", rsa_bits=2048)
    store = new_store(Format.PKCS12, Password("changeit")).with_entries(
        [
            outbound.pair("servicenow-outbound"),
            gateway.pair("payments-gateway"),
            old.trusted("legacy-mainframe"),
            bank.trusted("first-bank"),
            root.trusted("acme-root"),
            SecretKey(alias="cookie-key", algorithm="AES", material=SecretMaterial(b"k" * 32)),
        ]
    )
    save_store(store, folder / "partners.p12")
    guarded = new_store(Format.PKCS12, Password(PASSWORD)).with_entries([bank.trusted("bank")])
    save_store(guarded, folder / "guarded.p12")


def make_partner_files(folder: Path) -> list[Path]:
    """One that is fine, one that has ended, one with a key by mistake, and one that is weak."""
    who = {"C": "IE", "O": "Globex Corporation"}
    good = issue(**who, CN="api.globex.example", sans=("api.globex.example",))
    ended = issue(**who, CN="old.globex.example", ends=-40)
    weak = issue(**who, CN="weak.globex.example", rsa_bits=WEAK_BITS, sha1=True)
    mixed = issue(**who, CN="batch.globex.example")
    contents = {
        "api-globex.cer": good.certificate.der,
        "old-globex.pem": ended.certificate.pem().encode(),
        "weak-globex.crt": weak.certificate.der,
        "batch-globex.pem": mixed.private_pem() + mixed.certificate.pem().encode(),
    }
    paths = []
    for name, data in contents.items():
        path = folder / name
        path.write_bytes(data)
        paths.append(path)
    return paths


def make_set_up_partner(folder: Path, *, days: int) -> Path:
    """The certificate of a partner’s server, which ends so many days from now."""
    path = folder / f"globex-{'old' if days < 0 else 'new'}.cer"
    made = issue(
        O="Globex Corporation",
        CN="api.globex.example",
        sans=("api.globex.example",),
        ends=days,
        usages=(ExtendedKeyUsageOID.SERVER_AUTH,),
    )
    path.write_bytes(made.certificate.der)
    return path

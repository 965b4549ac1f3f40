"""What Handfast says of a file of the corpus, in the corpus's own words."""

from __future__ import annotations

import csv
import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handfast.core.entry import KeyPair, SecretKey
from handfast.core.errors import HandfastError, Unsupported
from handfast.core.password import Password
from handfast.formats.content import Content, classify
from handfast.formats.registry import read_store
from handfast.services.exchange.certificate_files import read_certificates

if TYPE_CHECKING:
    from handfast.core.entry import Entry
    from handfast.core.store import Store

#: Beside the checkout, unless told otherwise.
CORPUS = Path(
    os.environ.get("HANDFAST_CORPUS")
    or Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
)

#: What is no store and is told by name: the row opens where it is named so.
NAMED: dict[str, set[Content]] = {
    "csr-der": {Content.REQUEST},
    "csr-pem": {Content.REQUEST},
    "crl-der": {Content.REVOCATION_LIST},
    "crl-pem": {Content.REVOCATION_LIST},
    "pubkey-der": {Content.PUBLIC_KEY},
    "pubkey-pem": {Content.PUBLIC_KEY},
    "pkcs8-der": {Content.PRIVATE_KEY},
    "pkcs8-enc-der": {Content.ENCRYPTED_PRIVATE_KEY},
    "tradkey-der": {Content.PRIVATE_KEY},
    "openssh-key": {Content.OPENSSH_PRIVATE_KEY},
    "openssh-pub": {Content.OPENSSH_PUBLIC_KEY},
}
#: Certificates alone, which are imported rather than opened.
CERTIFICATES = {"x509-der"}
#: How Java calls what an entry is.
KINDS = {
    "PrivateKeyEntry": "key-pair",
    "SecretKeyEntry": "secret-key",
    "trustedCertEntry": "trusted-certificate",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the manifest, with what the readers saw in the file."""

    path: str
    format: str
    password: str
    key_passwords: tuple[str, ...]
    expected: str
    special: str
    tier: str
    entries: tuple[dict[str, Any], ...] = field(default=(), repr=False)

    @property
    def data(self) -> bytes:
        return (CORPUS / self.path).read_bytes()

    @property
    def is_password_known(self) -> bool:
        return self.password != "<unknown>"

    def store(self) -> Store:
        """The file as a store, under the passwords that the manifest gives."""
        given = {"<empty>": "", "<null>": None, "<unknown>": None, "": None}
        text = given.get(self.password, self.password)
        data, password = self.data, None if text is None else Password(text)
        aliases = [entry["alias"] for entry in self.entries]
        by_key = {
            entry["alias"]: Password(entry["keypw"]) for entry in self.entries if entry.get("keypw")
        }
        own = dict.fromkeys(aliases, None) | by_key
        return read_store(
            data, password, entry_passwords={name: each for name, each in own.items() if each}
        )


def rows() -> list[Row]:
    """The manifest; empty where there is no corpus."""
    manifest = CORPUS / "MANIFEST.tsv"
    if not manifest.is_file():
        return []
    with (CORPUS / "EXPECTED.jsonl").open(encoding="utf-8") as lines:
        seen = {one["path"]: one.get("entries") or () for one in map(json.loads, lines)}
    with manifest.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [
            Row(
                path=line["path"],
                format=line["format"],
                password=line["password"],
                key_passwords=tuple(
                    each for each in line["key_password"].split("|") if each not in {"", "=store"}
                ),
                expected=line["expected"],
                special=line["special"],
                tier=line["tier"],
                entries=tuple(seen.get(line["path"], ())),
            )
            for line in reader
        ]


def answer(row: Row) -> str:
    """``opens`` or ``rejects``; anything but a typed error is let through."""
    try:
        if row.format in NAMED:
            return "opens" if classify(row.data) in NAMED[row.format] else "rejects"
        if row.format.startswith("pkcs7") and classify(row.data) is Content.PKCS7_OTHER:
            # A message that is encrypted or compressed is no bundle, and named so.
            return "opens"
        if row.format in CERTIFICATES:
            read_certificates(row.data)
        else:
            row.store()
    except HandfastError:
        return "rejects"
    return "opens"


def differences(row: Row, store: Store) -> list[str]:
    """What Java saw in a store and we do not, a line each."""
    found: list[str] = []
    for wanted in row.entries:
        same = [e for e in store.entries if e.alias.casefold() == wanted["alias"].casefold()]
        # Where the file names nothing, each reader makes up aliases of its own.
        if not any(_is_same(entry, wanted) for entry in same or store.entries):
            shown = [(e.kind, e.is_locked, e.trouble) for e in same]
            found.append(f"{wanted['alias']}: {wanted['kind']}, here {shown}")
    return found


def _is_same(entry: Entry, wanted: dict[str, Any]) -> bool:
    kind = KINDS.get(wanted["kind"])
    if kind is None:
        return True
    if kind != entry.kind:
        return False
    certificates = [certificate["sha256"] for certificate in wanted["certs"]]
    # A secret key with certificates, which Bouncy Castle allows, is shown without them.
    if (
        kind != "secret-key"
        and [certificate.sha256 for certificate in entry.chain][: len(certificates)] != certificates
    ):
        return False
    digest = wanted.get("keysha256")
    if digest is None:
        return True
    if isinstance(entry, SecretKey):
        material = entry.material
        return material is not None and hashlib.sha256(material.reveal()).hexdigest() == digest
    return (
        isinstance(entry, KeyPair)
        and entry.key is not None
        and (hashlib.sha256(entry.key.pkcs8).hexdigest() == digest or _is_reencoded(entry))
    )


def _is_reencoded(pair: KeyPair) -> bool:
    """Java writes keys anew as it reads them; then the certificate tells that it is the one."""
    assert pair.key is not None
    try:
        pair.key.load()
    except Unsupported:
        # Of an algorithm that only the other reader knows: the certificate must do.
        return True
    return not pair.chain or pair.key.fits(pair.chain[0].public_key_der)

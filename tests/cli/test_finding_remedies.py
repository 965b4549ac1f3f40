"""What a finding offers to press mends it: each command, carried out, ends the finding.

The commands are those of the buttons (services/checks/remedies.py). Each is carried out on the
console, or by the flow where only the window has it, on a keystore of each fault that a check
knows; the CA that a remedy asks is another keystore of the test. Afterwards the finding is gone
from its entry and from what took its place, and nothing worse came.
"""

from __future__ import annotations

import dataclasses
import shutil
from typing import TYPE_CHECKING, Any, Final

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from handfast.cli.main import main
from handfast.core.commands import Command
from handfast.core.entry import KeyPair, TrustedCertificate
from handfast.core.errors import WrongPassword
from handfast.core.password import Password
from handfast.core.store import Format, Store
from handfast.flows.entries.chain import EditChainFlow
from handfast.services.checks import remedies
from handfast.services.checks.findings import SEVERITIES, Finding, Part
from handfast.services.checks.remedies import commands_for
from handfast.services.checks.store_checks import check_store
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from tests.handshake.making import CLIENT, PASSWORD, SERVER, make, store, trusting
from tests.services.test_check_rows import BETWEEN, FAULTS, LEAF, MAIL, ROOT, pair, read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OWN: Final = Password("a word of its own")
STRONG: Final = "a quite different password"


def _with_reply_beside() -> Store:
    own = dataclasses.replace(make("client", usages=[CLIENT]), issuer=None)
    issued = make("client", by=BETWEEN, usages=[CLIENT], key=own.key)
    beside = TrustedCertificate(alias="reply", certificate=issued.certificate)
    entries = (own.pair("client"), beside, *trusting(BETWEEN, ROOT).entries)
    return Store(format=Format.PKCS12, entries=entries, password=PASSWORD)


def _jks(made: Store) -> Store:
    return new_store(Format.JKS, PASSWORD).with_entries(made.entries)


def _known_password(made: Store) -> Store:
    return new_store(Format.PKCS12, Password("changeit")).with_entries(made.entries)


def _own_password() -> Store:
    entry = dataclasses.replace(LEAF.pair("api"), password=OWN)
    return new_store(Format.JKS, PASSWORD).with_entries((entry,))


def _known_key_password() -> Store:
    entry = dataclasses.replace(LEAF.pair("api"), password=Password("changeit"))
    return new_store(Format.JKS, PASSWORD).with_entries((entry,))


def _alike() -> Store:
    entries = (LEAF.pair("api"), make("localhost", by=BETWEEN).pair("API"))
    return Store(format=Format.PKCS12, entries=entries, password=PASSWORD)


def _key_in_trust_store() -> Store:
    others = [make(f"Partner {each}") for each in range(12)]
    entries = (LEAF.pair("api"), *trusting(*others).entries)
    return Store(format=Format.PKCS12, entries=entries, password=PASSWORD)


def _plain_pem() -> Store:
    key = LEAF.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return read(key + "".join(each.pem() for each in LEAF.full_chain))


def _mixed_up() -> Store:
    chain = [LEAF.certificate, ROOT.certificate, BETWEEN.certificate]
    return _jks(pair(LEAF, chain=chain))


def _with_a_stranger() -> Store:
    chain = [*LEAF.full_chain, make("Nobody’s CA", ca=True).certificate]
    return _jks(pair(LEAF, chain=chain))


def _backwards() -> Store:
    return _jks(pair(LEAF, chain=LEAF.full_chain[::-1]))


def _foreign_key() -> Store:
    entry = dataclasses.replace(LEAF.pair("api"), key=make("x", by=BETWEEN).pair("x").key)
    return store(entry)


def _bare_key() -> Store:
    return store(dataclasses.replace(LEAF.pair("api"), chain=()))


def _issuer_beside() -> Store:
    entries = (LEAF.pair("api", chain=[LEAF.certificate]), *trusting(BETWEEN, ROOT).entries)
    return Store(format=Format.PKCS12, entries=entries, password=PASSWORD)


MORE: Final[dict[str, Callable[[], Store]]] = {
    "reply beside its pair": _with_reply_beside,
    "JKS with a key": lambda: _jks(pair(LEAF)),
    "JKS with a trusted certificate": lambda: _jks(trusting(ROOT)),
    "well-known password": lambda: _known_password(pair(LEAF)),
    "well-known password of a trust store": lambda: _known_password(trusting(ROOT)),
    "key with a password of its own": _own_password,
    "key with a well-known password": _known_key_password,
    "aliases that differ in case": _alike,
    "key in a trust store": _key_in_trust_store,
    "key in the clear": _plain_pem,
    "chain out of order": _mixed_up,
    "chain with a stranger": _with_a_stranger,
    "chain from the root down": _backwards,
    "key of another certificate": _foreign_key,
    "key without a certificate": _bare_key,
    "issuer beside the pair": _issuer_beside,
    "the same certificate twice": lambda: Store(
        format=Format.PKCS12,
        entries=(
            TrustedCertificate(alias="one", certificate=ROOT.certificate),
            TrustedCertificate(alias="two", certificate=ROOT.certificate),
        ),
        password=PASSWORD,
    ),
    "weak key of a CA in the chain": lambda: pair(
        make("localhost", by=make("Weak CA", ca=True, kind="rsa-1024", by=ROOT))
    ),
    "self-signed and expired": lambda: pair(make("localhost", ends=-1, usages=[SERVER])),
    "self-signed and expiring": lambda: pair(
        make("localhost", starts=-300, ends=9, usages=[SERVER])
    ),
    "self-signed for mail": lambda: pair(make("m", usages=[MAIL])),
}
STORES: Final = {**{name: row[0] for name, row in FAULTS.items()}, **MORE}
#: What another test carries out, because it needs a JDK, a running window, or an odd file.
ELSEWHERE: Final = {Command.INVENTORY, Command.JDKS, Command.UNLOCK}


class Desk:
    """Somebody at a console with one keystore, and the CA to which they write."""

    def __init__(self, folder: Path, made: Store) -> None:
        self.folder = folder
        suffix = {Format.JKS: "jks", Format.PEM: "pem"}.get(made.format, "p12")
        self.path = folder / f"keys.{suffix}"
        save_store(made, self.path)
        self._write("password", made.password)
        self._write("own", OWN)
        self._write("known", Password("changeit"))
        self._write("strong", Password(STRONG))
        self._write("ca-password", PASSWORD)
        self.ca = folder / "ca.p12"
        save_store(store(make("Orderly CA", ca=True).pair("ca")), self.ca)

    def _write(self, name: str, password: Password | None) -> None:
        (self.folder / name).write_text(password.reveal() if password is not None else "")

    def _file(self, name: str) -> str:
        return str(self.folder / name)

    def store(self) -> Store:
        """The keystore as it is on the disk."""
        secret = (self.folder / "password").read_text()
        password = Password(secret) if secret else None
        try:
            return open_file(self.path, password, entry_passwords={"api": OWN}).store
        except WrongPassword:
            return open_file(self.path, password).store

    def run(self, verb: str, *arguments: str) -> None:
        """A verb on the keystore, which must do what it is asked."""
        self.on(self.path, "password", verb, *arguments)

    def on(self, path: Path, secret: str, verb: str, *arguments: str) -> None:
        line = [verb, str(path), *arguments, "--password-file", self._file(secret)]
        if path == self.path:
            line += ["--key-password-file", self._file("own")]
            line += ["--key-password-file", self._file("known")]
        assert main(line) == 0, " ".join(line)

    def certified(self, alias: str, *, san: str = "dns:localhost") -> None:
        """A request for a pair, the CA’s answer, and the answer on the pair."""
        request, reply = self._file("request.csr"), self._file("reply.pem")
        self.run("request", "--alias", alias, "--out", request, "--force", "--dname",
                 "CN=localhost", "--san", san, "--purpose", "both")  # fmt: skip
        self.on(self.ca, "ca-password", "sign", "--alias", "ca", "--request", request, "--out",
                reply, "--force", "--chain", "--purpose", "both")  # fmt: skip
        self.run("reply", reply, "--alias", alias)


def carry_out(desk: Desk, command: Command, finding: Finding) -> None:
    """Do what a button beside a finding leads to, as its remedy says, to the end."""
    alias = finding.alias
    entry = desk.store().find(alias) if alias else None
    match command:
        case Command.RENEW if isinstance(entry, KeyPair) and entry.chain[0].is_self_signed:
            more = ["--new-key"] if finding.code == "weak-key" else []
            desk.run("renew", "--alias", alias, *more)
        case Command.RENEW | Command.REQUEST | Command.IMPORT_REPLY:
            desk.certified(alias)
        case Command.GENERATE:
            desk.run("generate", "--alias", "in-its-place", "--dname", "CN=localhost", "--san",
                     "dns:localhost", "--purpose", "both")  # fmt: skip
            desk.run("delete", alias)
        case Command.SAVE_AS:
            desk.path = _converted(desk)
        case Command.CHANGE_PASSWORD:
            desk.run("password", "--new-password-file", desk._file("strong"))
            shutil.copy(desk._file("strong"), desk._file("password"))
        case Command.SET_ENTRY_PASSWORD:
            desk.run("password", "--alias", alias, "--new-password-file", desk._file("password"))
        case Command.DELETE:
            desk.run("delete", alias)
        case Command.RENAME:
            desk.run("rename", alias, "another-name")
        case Command.PUT_REPLY:
            desk.run("reply")
        case Command.EXPORT_KEY_PAIR:
            desk.run("export-key", "--alias", alias, "--out", desk._file("moved.p12"),
                     "--out-password-file", desk._file("strong"))  # fmt: skip
            desk.run("delete", alias)
        case Command.COMPLETE_CHAIN:
            issuers = desk.folder / "issuers.pem"
            issuers.write_text(BETWEEN.certificate.pem() + ROOT.certificate.pem())
            desk.run("complete", "--alias", alias, "--from", str(issuers))
        case Command.IMPORT_CERTIFICATE:
            assert isinstance(entry, TrustedCertificate)
            newer = ROOT if finding.code == "chain-incomplete" else make("Successor", ca=True)
            (desk.folder / "newer.pem").write_text(newer.certificate.pem())
            desk.run("import", desk._file("newer.pem"), "--alias", "newer")
            if finding.code != "chain-incomplete":
                desk.run("delete", alias)
        case Command.EDIT_CHAIN:
            _edit_chain(desk, alias)
        case _:
            pytest.fail(f"nobody carries out {command}")


def _converted(desk: Desk) -> Path:
    target = desk.folder / "converted.p12"
    if desk.store().password is None:
        shutil.copy(desk._file("strong"), desk._file("dest"))
    else:
        shutil.copy(desk._file("password"), desk._file("dest"))
    # What does not belong to a chain is left out only on demand.
    desk.run("convert", str(target), "--dest-password-file", desk._file("dest"), "--allow-loss")
    shutil.copy(desk._file("dest"), desk._file("password"))
    return target


def _edit_chain(desk: Desk, alias: str) -> None:
    """Only what belongs there, in order: the leaf, those above it, and no more than peers take."""
    opened = desk.store()
    entry = opened.get(alias)
    assert isinstance(entry, KeyPair)
    flow = EditChainFlow(opened, entry)
    key = entry.key
    assert key is not None
    leaf = next(each for each in entry.chain if key.fits(each.public_key_der))
    wanted = [leaf]
    rest = [*entry.chain, BETWEEN.certificate, ROOT.certificate]
    while not wanted[-1].is_self_signed:
        above = next((each for each in rest if wanted[-1].is_issued_by(each)), None)
        if above is None:
            break
        wanted.append(above)
    flow._set(wanted)
    assert [each for each in flow.problems() if each.severity != "warning"] == []
    save_store(flow.run(), desk.path, overwrite=True)


def offers(name: str) -> list[tuple[Finding, Command]]:
    """Each finding of a store that offers something, with each of its offers."""
    made = STORES[name]()
    return [
        (finding, command)
        for finding in check_store(made)
        for command in commands_for(finding, made)
        if command not in ELSEWHERE
    ]


@pytest.mark.parametrize("name", STORES)
def test_what_a_finding_offers_ends_it(name: str, tmp_path: Path) -> None:
    made = STORES[name]()
    before = check_store(made)
    for number, finding in enumerate(before):
        for command in commands_for(finding, made):
            if command in ELSEWHERE or _is_of_a_ca_that_never_was(finding, made):
                continue
            folder = tmp_path / f"{number}-{command.name}"
            folder.mkdir()
            desk = Desk(folder, made)
            carry_out(desk, command, finding)
            after = check_store(desk.store())
            label = (finding.code, finding.alias, command)
            assert [each for each in after if _is_the_same(each, finding)] == [], label
            known = {each.code for each in before}
            worse = [
                each.message
                for each in after
                if each.code not in known
                and SEVERITIES.index(each.severity) <= SEVERITIES.index(finding.severity)
            ]
            assert worse == [], label


def _is_of_a_ca_that_never_was(finding: Finding, made: Store) -> bool:
    """The root above a made-up certificate, which there is nowhere to import."""
    entry = made.find(finding.alias) if finding.alias else None
    return finding.code == "chain-incomplete" and (
        isinstance(entry, TrustedCertificate)
        and not entry.certificate.is_issued_by(ROOT.certificate)
    )


def _is_the_same(now: Finding, before: Finding) -> bool:
    """Of the same entry or what took its place, and as bad."""
    places = {before.alias, "in-its-place", "another-name", "newer"}
    return (now.code, now.part) == (before.code, before.part) and (
        now.alias in places if before.alias else now.message == before.message
    )


def test_every_command_that_is_offered_at_all_is_carried_out() -> None:
    every = [each for name in STORES for each in offers(name)]
    assert len(every) > 90
    tables: list[Any] = [remedies._BY_CODE, *remedies._BY_PART.values()]
    offered = {
        command
        for table in tables
        for by_kind in table.values()
        for commands in by_kind.values()
        for command in commands
    }
    assert {command for _finding, command in every} == offered - ELSEWHERE


def test_what_nothing_here_can_mend_offers_nothing() -> None:
    """What is sealed for somebody else, and the certificates of CAs, which only these replace."""
    sealed = Finding(
        severity="warning", code="undecrypted-part", message="", why="", remedy="",
        part=Part.SEALED,
    )  # fmt: skip
    assert commands_for(sealed, None) == ()
    made = FAULTS["expired intermediate in the chain"][0]()
    above = next(each for each in check_store(made) if each.code == "expired")
    assert above.part is Part.ABOVE
    assert Command.RENEW not in commands_for(above, made)
    assert "CA’s current certificate" in above.remedy

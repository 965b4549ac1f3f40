"""Both sides of a test setup in one go: a CA, and a client and a server that it issues."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import TYPE_CHECKING, Final

from handfast.core.distinguished_name import escape_value
from handfast.core.errors import AlreadyExists, FileProblem
from handfast.core.frozen import dataclass
from handfast.core.host_names import is_address
from handfast.core.language import tr
from handfast.core.progress import no_progress
from handfast.core.store import Format
from handfast.services.authority.issuer import issuer_of
from handfast.services.authority.journal import JOURNAL_ENDING, record_issued
from handfast.services.exchange.exporting import encode_certificates
from handfast.services.exchange.generating import PairRequest, check_request, make_pair
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.saving import new_store, save_store
from handfast.services.files.store_files import write_file
from handfast.services.policy.new_pairs import DEFAULT_DAYS, DEFAULT_TEST_KEY

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.entry import KeyPair
    from handfast.core.password import Password
    from handfast.core.progress import Progress

#: The aliases in the keystores, and the beginnings of their names.
CA, SERVER, CLIENT = "ca", "server", "client"
#: What the name of a keystore ends with, by its format.
ENDINGS: Final = {Format.PKCS12: "p12", Format.JKS: "jks"}
_CA_YEARS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class BothSides:
    """What both sides are called, and how their keystores are made."""

    #: The host that clients connect to; further ones are for the same server.
    hosts: tuple[str, ...] = ("localhost",)
    #: The common name of the client.
    client: str = "test-client"
    #: The common name of the CA.
    authority: str = "Test CA"
    key: str = DEFAULT_TEST_KEY
    days: int = DEFAULT_DAYS
    format: Format = Format.PKCS12

    def requests(self) -> tuple[PairRequest, PairRequest, PairRequest]:
        """The CA, the server, and the client."""
        sans = tuple(f"{'ip' if is_address(each) else 'dns'}:{each}" for each in self.hosts)
        first = self.hosts[0] if self.hosts else ""
        return (
            PairRequest(
                alias=CA,
                name=_named(self.authority),
                key=self.key,
                days=max(_CA_YEARS * 365, self.days),
                purpose="ca",
                path_length=0,
            ),
            PairRequest(
                alias=SERVER,
                name=_named(first),
                key=self.key,
                days=self.days,
                purpose="server",
                sans=sans,
            ),
            PairRequest(
                alias=CLIENT, name=_named(self.client), key=self.key, days=self.days,
                purpose="client",
            ),
        )  # fmt: skip

    def files(self) -> dict[str, str]:
        """The names of the files, and what each is."""
        ending = ENDINGS[self.format]
        return {
            f"ca.{ending}": tr("the CA; it signs requests, and revokes"),
            f"ca.{ending}{JOURNAL_ENDING}": tr("the journal of the CA"),
            "ca.pem": tr("the certificate of the CA, for programs that take PEM"),
            f"server.{ending}": tr("the key pair of the server"),
            f"server-trust.{ending}": tr(
                "the trust store of the server: it trusts clients of the CA"
            ),
            f"client.{ending}": tr("the key pair of the client"),
            f"client-trust.{ending}": tr(
                "the trust store of the client: it trusts servers of the CA"
            ),
        }


def _named(common_name: str) -> str:
    """A common name as a distinguished name, with what has a meaning there escaped."""
    return f"CN={escape_value(common_name)}"


def make_both_sides(
    folder: Path, plan: BothSides, password: Password, progress: Progress = no_progress
) -> dict[Path, str]:
    """Create all files, or none; what each is, by its path.

    :raises AlreadyExists: one of them is there already
    :raises InvalidInput: a name, the key, or the days cannot be used
    :raises FileProblem: the folder cannot be written
    """
    for each in plan.requests():
        check_request(each)
    names = plan.files()
    is_new = _prepare(folder, names)
    try:
        _write(folder, plan, password, progress)
    except BaseException:
        # Half of a setup is of no use, and would stand in the way of the next attempt.
        with contextlib.suppress(OSError):
            for name in names:
                (folder / name).unlink(missing_ok=True)
            if is_new:
                folder.rmdir()
        raise
    return {folder / name: what for name, what in names.items()}


def _prepare(folder: Path, names: dict[str, str]) -> bool:
    """See that nothing is there yet; whether the folder was created."""
    try:
        is_new = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
        taken = [name for name in names if (folder / name).exists()]
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FileProblem(
            tr("“{folder}” cannot be used: {strerror}.", folder=folder, strerror=reason),
            remedy=tr("Name another folder."),
        ) from error
    if taken:
        raise AlreadyExists(
            tr("“{name}” already exists in “{folder}”.", name=taken[0], folder=folder.name),
            causes=(tr("Keystores are never overwritten by a new setup."),),
            remedy=tr("Name a folder that is empty or does not exist yet."),
        )
    return is_new


def _write(folder: Path, plan: BothSides, password: Password, progress: Progress) -> None:
    ending = ENDINGS[plan.format]
    of_ca, of_server, of_client = plan.requests()
    ca = make_pair(of_ca, progress)
    issuer = issuer_of(ca)
    keystore = folder / f"ca.{ending}"
    _save(keystore, plan, password, ca)
    used: set[int] = set()
    for request in (of_server, of_client):
        progress(0, 0)
        pair = make_pair(request, progress, issuer=issuer, used_serials=used)
        leaf = pair.chain[0]
        used.add(int(leaf.serial, 16))
        record_issued(keystore, issuer.certificate, leaf, dt.datetime.now(dt.UTC))
        _save(folder / f"{request.alias}.{ending}", plan, password, pair)
        trusted = import_certificates(new_store(plan.format, password), [(issuer.certificate, CA)])
        save_store(trusted, folder / f"{request.alias}-trust.{ending}")
    data = encode_certificates((issuer.certificate,), "pem")
    write_file(folder / "ca.pem", data, new_mode=0o644)


def _save(path: Path, plan: BothSides, password: Password, pair: KeyPair) -> None:
    save_store(new_store(plan.format, password).with_entries([pair]), path)

"""Clients that a server must refuse, each with a certificate of its own, from a CA.

An auditor asks for the proof that a server refuses who must not come in. Each of these clients is
wrong in one way only, and otherwise as good as the one that is accepted. Their keys live in memory
alone, are never written, and end with the test. What the CA signs for them is in its journal.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from handfast.core.certificates.certificate import Certificate
from handfast.core.distinguished_name import parse_name
from handfast.core.entry import KeyPair
from handfast.core.errors import InvalidInput, Refused
from handfast.core.frozen import dataclass
from handfast.core.keys import PrivateKey
from handfast.core.language import tr
from handfast.services.authority.as_written import as_written
from handfast.services.authority.issuer import Issuer, sign_with
from handfast.services.authority.issuing import write_revocation_list
from handfast.services.authority.journal import (
    journal_path,
    read_journal,
    revoke,
    update_journal,
)
from handfast.services.authority.profiles import AddedExtension, Profile, profile_extensions
from handfast.services.authority.revocation_lists import create_revocation_list
from handfast.services.authority.signing import issue_certificate
from handfast.services.exchange.generating import generate_key
from handfast.services.policy.overwriting import check_different, check_output

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from handfast.core.progress import Progress
    from handfast.services.authority.journal import Journal

#: The alias that each has in its own small keystore, which is never written.
ALIAS: Final = "client"
_DEFAULT_NAME: Final = "CN=Handfast test client"
#: RFC 2606 keeps this ending from ever being somebody’s.
_WRONG_HOST: Final = "wrong-name.handfast.invalid"
#: A certificate for a test starts a little earlier, because clocks differ.
_SKEW: Final = dt.timedelta(minutes=5)


class NegativeCase(Enum):
    """The clients of a negative test, in the order in which they call."""

    #: From the CA and right in every respect: without it a refusal would prove nothing.
    GOOD = "good"
    NONE = "none"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    FOREIGN_CA = "foreign-ca"
    #: Signed by another key under the name and the key identifier of the CA.
    FORGED_SIGNATURE = "forged-signature"
    WRONG_PURPOSE = "wrong-purpose"
    #: Issued by an intermediate CA that is not presented.
    BROKEN_CHAIN = "broken-chain"
    #: Issued with the key of a client’s certificate.
    NOT_A_CA = "not-a-ca"
    WRONG_NAME = "wrong-name"
    REVOKED = "revoked"
    #: The good one again: that the server still answers shows what the refusals mean.
    GOOD_AGAIN = "good-again"

    @property
    def is_good(self) -> bool:
        """Whether the server is to accept this one."""
        return self in {NegativeCase.GOOD, NegativeCase.GOOD_AGAIN}


@dataclass(frozen=True, slots=True, kw_only=True)
class NegativeClient:
    """One client; ``pair`` is None where it presents no certificate or cannot be made."""

    case: NegativeCase
    pair: KeyPair | None = dataclasses.field(default=None, repr=False)
    #: Why this one cannot be made, in a sentence; empty where it can.
    obstacle: str = ""

    @property
    def certificate(self) -> Certificate | None:
        """What it presents as its own."""
        return self.pair.certificate if self.pair is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class NegativeClients:
    """All of them, and what the CA signed for them."""

    issuer: Certificate
    clients: tuple[NegativeClient, ...]
    #: Certificates that the key of the CA signed, to be recorded before any is used.
    issued: tuple[Certificate, ...]

    def find(self, case: NegativeCase) -> NegativeClient:
        """The client of a case."""
        return next(each for each in self.clients if each.case is case)


def make_negative_clients(
    issuer: Issuer,
    *,
    model: KeyPair | None = None,
    used_serials: Collection[int] = (),
    now: dt.datetime | None = None,
    progress: Progress | None = None,
) -> NegativeClients:
    """Make the clients of a test. Nothing is written, here or later, but lines of the journal.

    :param model: the key pair of a client that the server accepts; its names are used
    :raises InvalidInput: the model presents no certificate, or its key is locked
    :raises Refused: the CA may not issue a certificate with these names
    """
    return _Maker(issuer, model, used_serials, now or dt.datetime.now(dt.UTC), progress).make()


def record_negative_clients(
    keystore: Path, issuer: Issuer, made: NegativeClients, now: dt.datetime | None = None
) -> Journal:
    """Write into the journal what the CA signed for a test, and that the revoked one is revoked.

    To be called before any of them is used.

    :raises Refused: one of the serial numbers was used in the meantime
    """
    moment = (now or dt.datetime.now(dt.UTC)).replace(microsecond=0)
    revoked = made.find(NegativeCase.REVOKED).certificate

    def add(journal: Journal) -> Journal:
        used = journal.serials()
        for each in made.issued:
            if int(each.serial, 16) in used:
                raise Refused(
                    tr("Another program used a serial number of the test in the meantime."),
                    remedy=tr("Run the test again. No connection was made."),
                )
            journal = journal.with_issued(issuer.certificate, each, moment)
        if revoked is not None:
            journal = revoke(journal, issuer.certificate, int(revoked.serial, 16), now=moment)
        return journal

    return update_journal(keystore, add)


def check_outputs(
    keystore: Path, written: Sequence[Path], *, replace: bool, read: Sequence[Path] = ()
) -> None:
    """Let a test write its report and its revocation list.

    :param keystore: that of the CA, which stays, as its journal and what else is ``read``
    :raises Refused: one of them must not be replaced
    :raises InvalidInput: they have the same name
    """
    check_different(written)
    for each in written:
        check_output(
            each, replace=replace, sources=(keystore,), read=(journal_path(keystore), *read)
        )


def prepare_negative_test(
    keystore: Path,
    issuer: Issuer,
    *,
    model: KeyPair | None = None,
    list_path: Path | None = None,
    replace: bool = False,
    progress: Progress | None = None,
) -> tuple[NegativeClients, Journal]:
    """Make the clients, record them in the journal of the CA, and write the revocation list.

    :param list_path: where the list goes that the server is to load; None for no file
    :raises Refused: the CA may not issue this, or the file must not be replaced
    """
    if list_path is not None:
        check_outputs(keystore, [list_path], replace=replace)
    used = read_journal(journal_path(keystore)).serials()
    made = make_negative_clients(issuer, model=model, used_serials=used, progress=progress)
    journal = record_negative_clients(keystore, issuer, made)
    if list_path is not None:
        journal = write_revocation_list(keystore, issuer, out=list_path, replace=replace)
    return made, journal


def revocation_list_for_test(issuer: Issuer, journal: Journal) -> bytes:
    """The list in DER for a server in this very program; its number is not used up."""
    return create_revocation_list(issuer, journal)[0]


class _Maker:
    def __init__(
        self,
        issuer: Issuer,
        model: KeyPair | None,
        used_serials: Collection[int],
        now: dt.datetime,
        progress: Progress | None,
    ) -> None:
        if model is not None and (model.certificate is None or model.is_locked):
            raise InvalidInput(
                tr("The key pair of the client has no certificate, or its key is locked."),
                field="identity",
            )
        if model is not None and model.certificate is not None:
            _check_model(model.certificate, issuer)
        self._issuer, self._model = issuer, model
        self._used = set(used_serials)
        self._now = now.replace(microsecond=0)
        self._progress = progress
        self._choice = self._kind_of_key()
        self._is_rsa = self._choice.startswith("rsa")
        self._subject, self._names = self._subject_and_names()
        self._issued: list[Certificate] = []
        #: One for all: a server learns nothing from that, and RSA keys take their time.
        self._key = self._new_key()

    def make(self) -> NegativeClients:
        model = self._model
        good = model if model is not None else self._pair(self._issue())
        makers: dict[NegativeCase, Callable[[], KeyPair]] = {
            NegativeCase.EXPIRED: lambda: self._pair(self._issue(start=-8, days=7)),
            NegativeCase.NOT_YET_VALID: self._not_yet_valid,
            NegativeCase.FOREIGN_CA: self._foreign,
            NegativeCase.FORGED_SIGNATURE: self._forged,
            NegativeCase.WRONG_PURPOSE: lambda: self._pair(self._issue(profile=Profile.SERVER)),
            NegativeCase.BROKEN_CHAIN: self._broken_chain,
            NegativeCase.NOT_A_CA: self._below_client,
            NegativeCase.WRONG_NAME: self._wrong_name,
            NegativeCase.REVOKED: lambda: self._pair(self._issue()),
        }
        clients = []
        for case in NegativeCase:
            pair, obstacle = None, ""
            if case.is_good:
                pair = good
            elif case in makers:
                try:
                    pair = makers[case]()
                except _Obstacle as found:
                    obstacle = str(found)
            clients.append(NegativeClient(case=case, pair=pair, obstacle=obstacle))
        return NegativeClients(
            issuer=self._issuer.certificate, clients=tuple(clients), issued=tuple(self._issued)
        )

    # --- what all have in common -------------------------------------------------------------

    def _kind_of_key(self) -> str:
        """The kind that the server knows: that of the model, else that of the CA."""
        if self._model is not None:
            return "rsa:2048" if self._model.algorithm.startswith("RSA") else "ec:P-256"
        return "rsa:2048" if isinstance(self._issuer.key, rsa.RSAPrivateKey) else "ec:P-256"

    def _subject_and_names(self) -> tuple[x509.Name, x509.SubjectAlternativeName | None]:
        leaf = self._model.certificate if self._model is not None else None
        if leaf is None:
            return parse_name(_DEFAULT_NAME), None
        names = leaf.extension(x509.SubjectAlternativeName.oid)
        return (
            leaf.subject_name or x509.Name([]),
            names if isinstance(names, x509.SubjectAlternativeName) else None,
        )

    def _new_key(self) -> Any:  # noqa: ANN401 - one of the library's many key classes
        if self._progress is not None:
            self._progress(0, 0)
        return generate_key(self._choice)

    def _extensions(
        self, profile: Profile, names: x509.SubjectAlternativeName | None
    ) -> list[AddedExtension]:
        found = list(profile_extensions(profile, is_rsa=self._is_rsa))
        if names is not None:
            found.append(AddedExtension(names, critical=False))
        return found

    def _issue(
        self,
        *,
        start: int = 0,
        days: int = 1,
        profile: Profile = Profile.CLIENT,
        by: Issuer | None = None,
    ) -> Certificate:
        """A certificate for the key of the test, from ``start`` days after now on."""
        issuer = by or self._issuer
        certificate, _ = issue_certificate(
            subject=self._subject,
            public_key=self._key.public_key(),
            issuer=issuer,
            extensions=self._extensions(profile, self._names),
            days=days,
            is_ca=False,
            used_serials=self._used,
            now=self._now + dt.timedelta(days=start) - _SKEW,
        )
        self._note(certificate, by)
        return certificate

    def _note(self, certificate: Certificate, by: Issuer | None) -> None:
        self._used.add(int(certificate.serial, 16))
        if by is None:
            self._issued.append(certificate)

    def _pair(
        self, leaf: Certificate, above: Sequence[Certificate] | None = None, key: object = None
    ) -> KeyPair:
        chosen: Any = key or self._key
        pkcs8 = chosen.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        chain = (leaf, *(self._issuer.pair.chain if above is None else above))
        return KeyPair(alias=ALIAS, chain=chain, key=PrivateKey(pkcs8))

    # --- what is wrong with each --------------------------------------------------------------

    def _not_yet_valid(self) -> KeyPair:
        start = self._now + dt.timedelta(days=1)
        if self._issuer.end_within(start) < start:
            raise _Obstacle(tr("The CA expires before such a certificate would start."))
        return self._pair(self._issue(start=1, days=7))

    def _foreign(self) -> KeyPair:
        stranger = self._stranger(parse_name("CN=Handfast foreign CA"), None)
        return self._pair(self._issue(by=stranger), stranger.pair.chain)

    def _forged(self) -> KeyPair:
        own = self._issuer.authority_key_identifier.key_identifier
        forger = self._stranger(self._issuer.name, own, self._issuer.certificate.subject_der)
        # With the true chain above it, the signature is all that is wrong.
        return self._pair(self._issue(by=forger))

    def _stranger(
        self, name: x509.Name, key_id: bytes | None, name_as_written: bytes | None = None
    ) -> Issuer:
        """A CA that nobody trusts, which has borrowed a name and the identifier of a key."""
        key = self._new_key()
        own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        own = x509.SubjectKeyIdentifier(key_id) if key_id is not None else own
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._now - _SKEW)
            .not_valid_after(self._now + dt.timedelta(days=30))
            .add_extension(own, critical=False)
        )
        for each in profile_extensions(Profile.CA, is_rsa=self._is_rsa):
            builder = builder.add_extension(each.value, critical=each.critical)
        certificate = as_written(Certificate(sign_with(builder, key)), key, subject=name_as_written)
        return Issuer(self._pair(certificate, (), key), certificate, name, key)

    def _broken_chain(self) -> KeyPair:
        # The intermediate CA is never certified: nobody is shown its certificate.
        between = self._stranger(parse_name("CN=Handfast intermediate CA"), None)
        return self._pair(self._issue(by=between))

    def _below_client(self) -> KeyPair:
        client = self._issue()
        holder = self._pair(client)
        name = client.subject_name
        if name is None or not len(name.rdns):
            raise _Obstacle(tr("The client has no subject that could be an issuer’s name."))
        return self._pair(self._issue(by=Issuer(holder, client, name, self._key)), holder.chain)

    def _wrong_name(self) -> KeyPair:
        """Another name of the same kinds, from the same CA."""
        subject, names = self._subject, self._names
        self._subject = parse_name(f"CN={_WRONG_HOST}")
        self._names = x509.SubjectAlternativeName([x509.DNSName(_WRONG_HOST)])
        try:
            return self._pair(self._issue())
        except Refused as error:
            raise _Obstacle(tr("The name constraints of the CA allow no other name.")) from error
        finally:
            self._subject, self._names = subject, names


def _check_model(leaf: Certificate, issuer: Issuer) -> None:
    """Let a client be the one that is accepted: of another CA it would show nothing."""
    if not leaf.is_issued_by(issuer.certificate):
        raise InvalidInput(
            tr("The CA did not issue the certificate of this client."),
            field="identity",
            causes=(
                tr("The other clients come from the CA; the server must trust it for this one."),
            ),
            remedy=tr("Choose a client that the CA issued, or none: one is then created."),
        )


class _Obstacle(Exception):
    """Why a client cannot be made."""

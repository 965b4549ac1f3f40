"""A row of the tree: what it shows is put together when it is first painted, searched or sorted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from handfast.core.certificates.certificate import group_fingerprint
from handfast.core.collation import sort_key
from handfast.core.entry import TrustedCertificate
from handfast.core.language import tr
from handfast.core.visible_text import alias_text, visible
from handfast.services.describe.validity import (
    Validity,
    date_text,
    end_text,
    moment_text,
    validity_of,
)

if TYPE_CHECKING:
    from handfast.core.certificates.certificate import Certificate
    from handfast.core.entry import Entry

(
    NAME, COMMON_NAME, VALID_UNTIL, ISSUER, ALGORITHM, SERIAL, SHA256, MODIFIED, SUBJECT,
    VALID_FROM, ISSUER_ORGANIZATION, KEY_SIZE, CURVE, SUBJECT_KEY_ID, AUTHORITY_KEY_ID,
    OWN_PASSWORD,
) = range(16)  # fmt: skip
COLUMNS = (
    tr("Alias"),
    tr("Common name"),
    tr("Valid until"),
    tr("Issuer"),
    tr("Algorithm"),
    tr("Serial number"),
    "SHA-256",
    tr("Modified"),
    tr("Subject"),
    tr("Valid from"),
    tr("Issuer’s organization"),
    tr("Key size"),
    tr("Curve"),
    tr("Subject key identifier"),
    tr("Authority key identifier"),
    tr("Own password"),
)
_MAX_SIZE_DIGITS = 6
#: What is sorted as people sort names.
_NAME_COLUMNS = frozenset({COMMON_NAME, ISSUER, SUBJECT, ISSUER_ORGANIZATION})


@dataclass(eq=False, slots=True)
class Node:
    """One row of the tree: a group, an entry or a certificate of a chain."""

    name: str
    entry: Entry | None = None
    certificate: Certificate | None = None
    #: Whether it stands for the entry, not for a certificate of its chain.
    is_entry: bool = False
    _texts: tuple[str, ...] | None = None

    def text(self, column: int) -> str:
        """What is in a column."""
        if column == NAME:
            return self.name
        if column >= SUBJECT:
            # Apart from the others: these take the library, which is slow to load, or are rare.
            return self._rare_text(column)
        return self.texts[column]

    @property
    def texts(self) -> tuple[str, ...]:
        """What is in each column up to the subject."""
        if self._texts is None:
            self._texts = self._make_texts()
        return self._texts

    def _rare_text(self, column: int) -> str:
        certificate = self.certificate
        if column == OWN_PASSWORD:
            return self._own_password
        if column == KEY_SIZE:
            bits = certificate.key_bits if certificate is not None else None
            if certificate is None and self.entry is not None:
                bits = self.entry.bits
            return str(bits) if bits else ""
        if certificate is None:
            return ""
        if column == SUBJECT:
            return certificate.subject
        if column == VALID_FROM:
            start = certificate.not_before
            return date_text(start) if start is not None else ""
        # Nothing of this is needed before the column is shown.
        from handfast.services.describe import certificate_columns

        return {
            ISSUER_ORGANIZATION: certificate_columns.issuer_organization,
            CURVE: certificate_columns.curve,
            SUBJECT_KEY_ID: certificate_columns.subject_key_id,
            AUTHORITY_KEY_ID: certificate_columns.authority_key_id,
        }[column](certificate)

    @property
    def _own_password(self) -> str:
        """Whether the key of the entry has a password of its own, as far as that is known."""
        entry = self.entry
        if not self.is_entry or entry is None or isinstance(entry, TrustedCertificate):
            return ""
        if entry.is_untried:
            return ""
        return tr("Yes") if entry.password is not None or entry.is_locked else tr("No")

    def key(self, column: int) -> str:
        """What it is sorted by; dates by time, not by their words."""
        if column == NAME:
            return sort_key(self.name)
        certificate = self.certificate
        if column == VALID_UNTIL and certificate is not None:
            end = certificate.not_after
            return end.isoformat() if end is not None else ""
        if column == VALID_FROM and certificate is not None:
            start = certificate.not_before
            return start.isoformat() if start is not None else ""
        if column == MODIFIED and self.is_entry and self.entry is not None:
            created = self.entry.created
            return created.isoformat() if created is not None else ""
        if column == KEY_SIZE:
            # As numbers: 256 before 2048.
            return self.text(column).rjust(_MAX_SIZE_DIGITS)
        if column in _NAME_COLUMNS:
            return sort_key(self.text(column))
        return self.text(column).casefold()

    def state(self, expiry_days: int) -> str:
        """``damaged``, ``lock``, ``expired``, ``expiring``, ``ok``, or empty if unknown."""
        entry, certificate = self.entry, self.certificate
        if self.is_entry and entry is not None:
            if entry.trouble:
                return "damaged"
            if entry.is_locked:
                return "lock"
        if certificate is None:
            return ""
        if certificate.not_after is None and not certificate.is_readable:
            return "damaged"
        return _STATES.get(validity_of(certificate, expiry_days=expiry_days), "")

    def tip(self, column: int) -> str:
        """What the pointer is told: the date in full, and what does not fit the column."""
        certificate = self.certificate
        if column == VALID_UNTIL and certificate is not None:
            start, end = certificate.not_before, certificate.not_after
            if start is not None and end is not None:
                return tr(
                    "Valid from {start}\nto {end}", start=moment_text(start), end=moment_text(end)
                )
        if column == NAME and self.is_entry and self.entry is not None:
            why = self.entry.trouble or (_closed(self.entry) if self.entry.is_locked else "")
            name = visible(self.name)
            return f"{name}\n{why}" if why else name
        return visible(self.text(column))

    def _make_texts(self) -> tuple[str, ...]:
        entry, certificate = self.entry, self.certificate
        modified = ""
        if self.is_entry and entry is not None and entry.created is not None:
            modified = date_text(entry.created)
        if certificate is None:
            size = f"{entry.algorithm} {entry.bits or ''}".strip() if entry is not None else ""
            return (self.name, "", "", "", size, "", "", modified)
        return (
            self.name,
            certificate.common_name,
            end_text(certificate.not_after, datetime.now(UTC)),
            certificate.issuer_common_name,
            f"{certificate.key_algorithm} {certificate.key_bits or ''}".strip(),
            certificate.serial,
            group_fingerprint(certificate.sha256),
            modified,
        )


_STATES = {
    Validity.VALID: "ok",
    Validity.EXPIRING: "expiring",
    Validity.EXPIRED: "expired",
    Validity.NOT_YET_VALID: "expiring",
    Validity.UNKNOWN: "",
}


def _closed(entry: Entry) -> str:
    if entry.is_untried:
        return tr("Not tried yet: each key of this keystore takes a moment to open")
    return tr("Locked (password not entered)")


def entry_node(entry: Entry) -> Node:
    """The row of an entry."""
    chain = entry.chain
    name = entry.alias or alias_text("")
    if entry.is_untried:
        name = tr("{alias}  (not tried)", alias=name)
    elif entry.is_locked:
        name = tr("{alias}  (locked)", alias=name)
    return Node(name, entry, chain[0] if chain else None, is_entry=True)


def chain_node(entry: Entry, number: int) -> Node:
    """The row of one certificate of a key pair's chain."""
    certificate = entry.chain[number]
    return Node(certificate.common_name or tr("(unreadable certificate)"), entry, certificate)


def search_text(entry: Entry) -> str:
    """Everything that the filter looks at, case folded: texts of the row and of its chain."""
    texts: list[str] = []
    nodes = [entry_node(entry)]
    if entry.kind == "key-pair":
        nodes += [chain_node(entry, number) for number in range(len(entry.chain))]
    for node in nodes:
        texts += node.texts
        certificate = node.certificate
        if certificate is not None:
            texts += (
                certificate.subject,
                certificate.issuer,
                *certificate.san,
                certificate.sha256,
            )
            if certificate.not_after is not None:
                texts.append(certificate.not_after.isoformat())
    # A word that is in several columns is kept once: this is held for every entry.
    return " ".join(dict.fromkeys(texts)).casefold()

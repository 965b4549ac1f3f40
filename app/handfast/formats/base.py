"""What a format module offers, and what it may spend."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from handfast.core.certificates.summary import MAX_CERTIFICATE_BYTES
from handfast.core.errors import TooCostly, WrongPassword
from handfast.core.frozen import dataclass
from handfast.core.language import grouped, tr, tr_count

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from handfast.core.entry import KeyPair, SecretKey
    from handfast.core.password import Password
    from handfast.core.progress import Progress
    from handfast.core.store import Format, Store


#: What to do about a store that costs more than is reasonable.
ONLY_IF_KNOWN = tr("Open it only if you trust its source; you can cancel at any time.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much work reading may cost before somebody has agreed to more."""

    #: Java refuses more (`sun.security.pkcs12.PKCS12KeyStore.MAX_ITERATION_COUNT`).
    iterations: int = 5_000_000
    #: Rounds of key derivation over a whole file, where they run in Python: two seconds' worth.
    #: What is beyond stays locked until somebody asks for that very key. A store that Firefox
    #: makes of one certificate takes 3,600,000; NSS and GnuTLS with 3DES, 4,200,000.
    rounds: int = 4_500_000
    #: Bytes of a text, which is taken apart in Python: ten thousand certificates.
    text: int = 8 * 2**20
    #: Bytes that scrypt may take.
    memory: int = 2**27
    #: Bytes that are decrypted in Python: Twofish takes a second for a megabyte.
    twofish: int = 2**19
    #: Entries of one file: twice as many as the largest stores seen anywhere, and each must be
    #: shown as well.
    entries: int = 20_000
    #: Certificates of one file, those in chains included.
    certificates: int = 40_000
    #: Names, identifiers and the like in all its certificates, beyond a hundred for each. Real ones
    #: have fifty, which are shown in fifty microseconds; a few that are packed with names of one
    #: letter would take minutes.
    values: int = 600_000
    #: Bytes of one file. What is made of them takes up to ten times as much.
    size: int = 24 * 2**20
    #: Nesting of ASN.1 values and of safe contents.
    depth: int = 64
    #: What counts the rounds that are spent, where somebody asks for that.
    meter: WorkMeter | None = field(default=None, compare=False, repr=False)

    def budget(self) -> WorkBudget:
        """The rounds for one file, all of them left."""
        return WorkBudget(self.rounds, self.meter)


DEFAULT_LIMITS = Limits()
#: For a store that somebody has opened already, or means to open however long it takes. There is
#: an end to memory all the same.
AGREED_LIMITS = Limits(
    iterations=2**31 - 1,
    rounds=10**12,
    entries=10**7,
    certificates=10**7,
    values=2**40,
    size=2**40,
    text=2**40,
    memory=2**30,
    twofish=2**26,
)


def check_size(data: bytes, limits: Limits, *, size: int | None = None) -> None:
    """Refuse a file that is too large to be read without asking.

    ``size`` is that of the file where ``data`` is its beginning alone.
    """
    size = len(data) if size is None else size
    # Nearly all others start with a number of four bytes, or as ASN.1 does.
    is_text = data[:1] not in (b"\0", b"\xfe", b"\xce", b"0") or data[:2] == b"\xfe\xff"
    if size > (limits.text if is_text else limits.size):
        raise TooCostly(
            tr(
                "The file is {size} MiB, larger than almost any keystore.",
                size=grouped(size // 2**20),
            ),
            causes=(tr("It is exceptionally large, or was created to exhaust memory."),),
            remedy=ONLY_IF_KNOWN,
        )


#: The tags of an identifier and of the kinds of general names (RFC 5280, 4.2.1.6). As bytes of
#: anything else they are rare enough.
_VALUES = b"\x06\x81\x82\x86\x87\x88\xa0\xa4"
_USUAL_VALUES_PER_CERTIFICATE = 100


def check_values(store: Store, limits: Limits) -> None:
    """Refuse certificates of which a file makes too much work for whoever shows them."""
    looked_into = [
        certificate.der
        for entry in store.entries
        for certificate in entry.chain
        if len(certificate.der) <= MAX_CERTIFICATE_BYTES
    ]
    # Counted in the library's C: looking properly is what takes the time. Where all together stay
    # below the limit, none needs to be looked at by itself.
    left = limits.values - _count_values(b"".join(looked_into))
    if left < 0:
        left = limits.values - sum(
            max(0, _count_values(der) - _USUAL_VALUES_PER_CERTIFICATE) for der in looked_into
        )
    if left < 0:
        raise larger_than_any(
            tr(
                "The certificates in the file contain more names and identifiers than "
                "Handfast reads without confirmation."
            ),
            None,
        )


def _count_values(der: bytes) -> int:
    return len(der) - len(der.translate(None, _VALUES))


def too_many(limits: Limits, offset: int | None = None) -> TooCostly:
    """The error for more entries than anybody has."""
    return larger_than_any(
        tr(
            "The file contains more than {entries} entries, more than Handfast reads without "
            "confirmation.",
            entries=grouped(limits.entries),
        ),
        offset,
    )


def too_many_certificates(limits: Limits, offset: int) -> TooCostly:
    """The error for more certificates in the chains of a file than anybody has."""
    return larger_than_any(
        tr(
            "The file contains more than {certificates} certificates, more than Handfast reads "
            "without confirmation.",
            certificates=grouped(limits.certificates),
        ),
        offset,
    )


def larger_than_any(problem: str, offset: int | None) -> TooCostly:
    """The error for a file with more of something in it than anybody has."""
    return TooCostly(
        problem,
        causes=(tr("It is exceptionally large, or was created to keep a program busy."),),
        remedy=ONLY_IF_KNOWN,
        offset=offset,
    )


class BudgetExceeded(Exception):
    """Opening this key as well would take too long; it stays locked until it is asked for."""


class UntriedRemark(str):
    """A remark on keys that are not tried yet, by its type: it goes once they are."""

    __slots__ = ()


def untried_remark(count: int) -> UntriedRemark:
    """What a person should know of so many keys that were :class:`BudgetExceeded`."""
    return UntriedRemark(
        tr_count(
            "{count} key has not been tried yet, because each takes a while; unlock it when "
            "you need it.",
            "{count} keys have not been tried yet, because each takes a while; unlock those "
            "that you need.",
            count,
        )
    )


class WorkMeter:
    """How many rounds were spent, for whoever decides whether to go on."""

    __slots__ = ("spent",)

    def __init__(self) -> None:
        self.spent = 0


class WorkBudget:
    """The rounds that may still be spent on one file."""

    __slots__ = ("_left", "_meter")

    def __init__(self, rounds: int, meter: WorkMeter | None = None) -> None:
        self._left = rounds
        self._meter = meter

    def spend(self, rounds: int) -> None:
        """:class:`BudgetExceeded` where there are not that many left; none are taken then."""
        if rounds > self._left:
            raise BudgetExceeded
        self._left -= rounds
        if self._meter is not None:
            self._meter.spent += rounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a format can hold, as data: what the UI and the converter ask."""

    format: Format
    #: One line for a chooser.
    summary: str
    #: Usual endings, without the dot, the first being the default.
    endings: tuple[str, ...]
    can_write: bool
    kinds: frozenset[str]
    #: Whether a key may have a password of its own.
    entry_passwords: bool
    #: Whether a store may be written without any password.
    passwordless: bool
    creation_dates: bool
    #: Whether Java opens it only under a password of printable ASCII (`javax.crypto` derives a
    #: key of this format from nothing else, and calls any other password wrong).
    plain_passwords: bool = field(default=False)
    #: Whether a chain is read in the order in which it was written; elsewhere issuer and
    #: subject decide, and certificates that do not belong to it are apart.
    keeps_chain_order: bool = field(default=True)


@runtime_checkable
class HasSealedKey(Protocol):
    """The ``native`` of an entry whose key may be locked."""

    @property
    def sealed(self) -> bytes:
        """The key as it is in the file, encrypted."""

    def without_open_key(self) -> Self:
        """The same, as it was before the key was opened: neither the key nor its password."""


def stands_alone(native: object) -> bool:
    """Whether an equal copy does in the place of the ``native`` of an entry.

    Where it says nothing, other parts of the keystore may refer to that very object.
    """
    return native is None or getattr(native, "stands_alone", False) is True


class FormatModule(Protocol):
    """The functions that each format module has at its top level.

    They take and give bytes; only :class:`~handfast.core.errors.HandfastError` leaves them.
    """

    CAPABILITIES: Capabilities

    def read(
        self,
        data: bytes,
        password: Password | None,
        *,
        entry_passwords: Mapping[str, Password],
        limits: Limits,
        progress: Progress,
    ) -> Store:
        """The store in ``data``.

        With ``password=None`` whatever is unencrypted is read, keys locked, integrity
        unverified; PasswordNeeded where nothing does. A password that does not fit is
        WrongPassword. A key that neither the password nor its own in ``entry_passwords`` (by
        alias) opens comes back locked, and the rest is read all the same.
        """

    def write(self, store: Store, *, progress: Progress) -> bytes:
        """The file. Protected by ``store.password``, each key by its own where it has one."""

    def unlock(
        self,
        store: Store,
        entry: KeyPair | SecretKey,
        password: Password,
        *,
        progress: Progress,
    ) -> KeyPair | SecretKey:
        """A locked entry opened, its ``password`` set where it differs from the store's."""


def wrong_password(wanted: Format) -> WrongPassword:
    """That a password does not fit, of a format in which a change of the file looks the same."""
    return WrongPassword(
        tr("Wrong password for this {title} keystore.", title=wanted.title),
        causes=(
            tr("It was mistyped, or it belongs to another keystore."),
            tr("The file was changed: the format cannot distinguish the two."),
        ),
        remedy=tr("Try again; passwords are case-sensitive."),
    )

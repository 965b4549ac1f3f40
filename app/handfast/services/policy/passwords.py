"""What the password of a keystore must be, and what is unwise about one.

Every face asks :func:`judge_password` before it writes a store under a password that a person
chose, and :func:`judge_kept_password` where the store keeps the one it has.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Literal

from handfast.core.errors import InvalidInput, PasswordNeeded
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.store import Format
from handfast.formats.registry import module_for

if TYPE_CHECKING:
    from handfast.core.errors import HandfastError
    from handfast.core.password import Password

#: keytool (``sun.security.tools.keytool.Main``) neither creates nor changes a keystore with fewer.
MIN_KEYSTORE_PASSWORD_CHARS = 6
#: OpenSSL (``PEM_def_callback``) does not encrypt a key with fewer.
MIN_PEM_PASSWORD_CHARS = 4

#: Passwords that manuals and tools come with, in lower case: attackers try them first.
WELL_KNOWN_PASSWORDS = frozenset(
    {
        "",
        "123456",
        "changeit",
        "changeme",
        "keystore",
        "password",
        "secret",
        "storepass",
    }
)


class PasswordIssue(Enum):
    """What may be said against a password."""

    MISSING = auto()
    TOO_SHORT = auto()
    #: Java derives keys of this format from printable ASCII only.
    NOT_FOR_JAVA = auto()
    WELL_KNOWN = auto()
    NOT_ASCII = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordVerdict:
    """One thing that may be said against a password; an error refuses it."""

    issue: PasswordIssue
    severity: Literal["error", "warning"]
    message: str
    remedy: str = ""

    @property
    def is_error(self) -> bool:
        return self.severity == "error"

    def to_error(self) -> HandfastError:
        """The verdict as the error that refuses the password: a usage error, or exit code 3."""
        if self.issue is PasswordIssue.MISSING:
            return PasswordNeeded(self.message, remedy=self.remedy)
        causes: tuple[str, ...] = ()
        if self.issue is PasswordIssue.NOT_FOR_JAVA:
            causes = (tr("Java considers any other password of such a keystore wrong."),)
        return InvalidInput(self.message, field="password", causes=causes, remedy=self.remedy)


def is_well_known(password: Password | None) -> bool:
    """Whether a password is in manuals, or is empty; upper and lower case are the same."""
    return password is not None and password.reveal().lower() in WELL_KNOWN_PASSWORDS


def min_password_chars(wanted: Format) -> int:
    """How many characters the password of a new store of a format needs."""
    return MIN_PEM_PASSWORD_CHARS if wanted is Format.PEM else MIN_KEYSTORE_PASSWORD_CHARS


def password_hint(wanted: Format) -> str:
    """What a person is told beside the field before anything is typed."""
    return tr("At least {minimum} characters.", minimum=min_password_chars(wanted))


def judge_password(password: Password | None, wanted: Format) -> tuple[PasswordVerdict, ...]:
    """What may be said against a password that a person chooses for a store; an error stands alone.

    Where a store may go without a password, as a PEM file of certificates, nobody asks.
    """
    if password is None or password.is_empty:
        return (
            PasswordVerdict(
                issue=PasswordIssue.MISSING,
                severity="error",
                message=tr("A password is required."),
                remedy=tr(
                    "Enter at least {minimum} characters.", minimum=min_password_chars(wanted)
                ),
            ),
        )
    text, minimum = password.reveal(), min_password_chars(wanted)
    if len(text) < minimum:
        return (
            PasswordVerdict(
                issue=PasswordIssue.TOO_SHORT,
                severity="error",
                message=tr(
                    "Use at least {minimum} characters: OpenSSL does not encrypt a key with fewer.",
                    minimum=minimum,
                )
                if wanted is Format.PEM
                else tr(
                    "Use at least {minimum} characters: keytool refuses to create or change "
                    "keystores with shorter passwords.",
                    minimum=minimum,
                ),
                remedy=tr("Choose a longer password."),
            ),
        )
    if refused := judge_kept_password(password, wanted):
        return refused
    found: list[PasswordVerdict] = []
    if is_well_known(password):
        found.append(
            PasswordVerdict(
                issue=PasswordIssue.WELL_KNOWN,
                severity="warning",
                message=tr("This is a well-known default password; attackers try it first."),
                remedy=tr("Choose your own password."),
            )
        )
    if not text.isascii():
        found.append(
            PasswordVerdict(
                issue=PasswordIssue.NOT_ASCII,
                severity="warning",
                message=tr("Some programs accept only ASCII characters in passwords."),
            )
        )
    return tuple(found)


def judge_kept_password(password: Password | None, wanted: Format) -> tuple[PasswordVerdict, ...]:
    """What may be said against a password that a store already has, for a store of a format.

    It opened the store, so that its length is its owner's choice; another format may not take it.
    """
    if password is None or not module_for(wanted).CAPABILITIES.plain_passwords:
        return ()
    if all(" " <= character <= "~" for character in password.reveal()):
        return ()
    return (
        PasswordVerdict(
            issue=PasswordIssue.NOT_FOR_JAVA,
            severity="error",
            message=tr(
                "Java opens a {title} keystore only with a password of printable ASCII characters.",
                title=wanted.title,
            ),
            remedy=tr("Choose another password, or a JKS keystore, which accepts any."),
        ),
    )


def check_password(
    password: Password | None, wanted: Format, *, kept: Password | None = None
) -> tuple[str, ...]:
    """The warnings about a password for a store, a sentence each.

    ``kept`` is the password that the store has already: staying with it is no new choice.

    :raises PasswordNeeded: there is none, or it is empty
    :raises InvalidInput: it is too short, or Java could not open the store
    """
    if password is not None and kept is not None and password == kept:
        verdicts = judge_kept_password(password, wanted)
    else:
        verdicts = judge_password(password, wanted)
    for verdict in verdicts:
        if verdict.is_error:
            raise verdict.to_error()
    return tuple(verdict.message for verdict in verdicts)

"""The errors that a person or a script is told about.

Every expected failure is a :class:`HandfastError`: a *problem* in one sentence, the likely
*causes*, and the *remedy*. ``kind`` is stable and is in JSON; ``code`` is the exit code of the
console face. Nothing secret may be put in any of them.
"""

from __future__ import annotations

from typing import ClassVar, Self


class HandfastError(Exception):
    """A failure with words for the person: problem, causes, remedy."""

    kind: ClassVar[str] = "error"
    code: ClassVar[int] = 2
    #: Whether the problem says which file it is about; an error may differ from its class.
    names_file: bool = False

    def __init__(
        self,
        problem: str,
        *,
        causes: tuple[str, ...] = (),
        remedy: str = "",
        offset: int | None = None,
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.causes = causes
        self.remedy = remedy
        #: Where in the file the trouble is, in bytes from its start, where that is known.
        self.offset = offset

    def __copy__(self) -> Self:
        """The same error again; what an error is created with differs from class to class."""
        made = type(self).__new__(type(self), *self.args)
        made.__dict__.update(self.__dict__)
        return made

    def without_frames(self) -> Self:
        """This error, for whoever keeps it longer than it takes to tell it.

        A traceback holds each frame that the error passed through, and all that called them, with
        the passwords, keys and stores in their variables.
        """
        self.__cause__ = self.__context__ = None
        return self.with_traceback(None)


class InvalidInput(HandfastError):
    """A value that a person typed cannot be used; ``field`` names it where there is one."""

    kind = "usage"
    code = 2

    def __init__(
        self,
        problem: str,
        *,
        field: str = "",
        causes: tuple[str, ...] = (),
        remedy: str = "",
    ) -> None:
        super().__init__(problem, causes=causes, remedy=remedy)
        self.field = field


class NotFound(InvalidInput):
    """The alias that was asked for is not in the store."""

    kind = "no-such-alias"


class FingerprintDiffers(HandfastError):
    """The certificate is not the one whose fingerprint was expected."""

    kind = "fingerprint-differs"
    code = 1


class WrongPassword(HandfastError):
    """A password was given and does not fit."""

    kind = "wrong-password"
    code = 3


class PasswordNeeded(HandfastError):
    """Nothing can be read, or nothing new protected, without a password."""

    kind = "password-needed"
    code = 3


class KeyLocked(PasswordNeeded):
    """A key is needed, and no password that is known opens it."""


class Damaged(HandfastError):
    """A keystore of a known format whose bytes do not hold together."""

    kind = "damaged"
    code = 4


class NotAKeystore(HandfastError):
    """The content is something else, or nothing at all."""

    kind = "not-a-keystore"
    code = 4


class Unsupported(HandfastError):
    """Recognized, but it uses something that Handfast does not read or write."""

    kind = "unsupported"
    code = 5


class UnknownAlgorithm(Unsupported):
    """It is protected by an algorithm that is not known here; ``algorithm`` identifies it."""

    def __init__(self, problem: str, *, algorithm: str, remedy: str = "") -> None:
        super().__init__(problem, remedy=remedy)
        self.algorithm = algorithm


class TooCostly(Unsupported):
    """Reading would take more work than is reasonable; the person can agree to go on."""

    kind = "too-costly"


class Refused(HandfastError):
    """Not done, so that nothing is lost."""

    kind = "refused"
    code = 6


class NetworkForbidden(Refused):
    """Somebody chose that the network is not used."""

    kind = "network-forbidden"


class AlreadyExists(Refused):
    """The alias or the file is there already.

    ``may_be_replaced``: whether that helps, once a person agrees to it.
    """

    kind = "already-exists"

    def __init__(
        self,
        problem: str,
        *,
        causes: tuple[str, ...] = (),
        remedy: str = "",
        may_be_replaced: bool = True,
    ) -> None:
        super().__init__(problem, causes=causes, remedy=remedy)
        self.may_be_replaced = may_be_replaced


class ChangedOnDisk(Refused):
    """Somebody else changed the file since it was opened."""

    kind = "changed-on-disk"


class WouldLose(Refused):
    """The target cannot hold something that the store has; ``losses`` names each thing.

    ``locked`` are the aliases of keys that a password would bring along; ``leaves_nothing`` says
    that without what is lost, nothing comes over at all.
    """

    kind = "would-lose"

    def __init__(
        self,
        problem: str,
        *,
        losses: tuple[str, ...] = (),
        locked: tuple[str, ...] = (),
        leaves_nothing: bool = False,
        causes: tuple[str, ...] = (),
        remedy: str = "",
    ) -> None:
        super().__init__(problem, causes=causes or losses, remedy=remedy)
        self.losses = losses
        self.locked = locked
        self.leaves_nothing = leaves_nothing


class FileProblem(HandfastError):
    """The file system said no."""

    kind = "file"
    code = 7
    names_file = True


class IsAFolder(FileProblem):
    """A folder stands where a file was expected."""


class Cancelled(HandfastError):
    """The person stopped the work; nothing was changed."""

    kind = "cancelled"
    code = 1


class InternalFault(HandfastError):
    """The program itself is at fault. Not one of the answers that a verb can give."""

    kind = "internal"
    #: EX_SOFTWARE of sysexits.h.
    code = 70

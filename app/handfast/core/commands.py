"""What a remedy can lead to: the commands of the program that advice names, one press away.

Whoever gives advice names commands from here, and every face makes of them what it can: the window
a button, a text the name of the command. So no advice names what the program cannot do.
"""

from __future__ import annotations

from enum import Enum, auto

from handfast.core.language import tr


class Command(Enum):
    """Something that a person can do about a finding or a failure."""

    OPEN = auto()
    SAVE_AS = auto()
    CHANGE_PASSWORD = auto()
    SET_ENTRY_PASSWORD = auto()
    GENERATE = auto()
    RENEW = auto()
    SIGN = auto()
    REVOKE = auto()
    CREATE_CRL = auto()
    REQUEST = auto()
    #: Put the certificate that stands beside a key pair, as a trusted one, on the pair.
    PUT_REPLY = auto()
    IMPORT_REPLY = auto()
    IMPORT_CERTIFICATE = auto()
    EXPORT_CERTIFICATE = auto()
    IMPORT_KEY_PAIR = auto()
    EXPORT_KEY_PAIR = auto()
    COMPLETE_CHAIN = auto()
    EDIT_CHAIN = auto()
    VERIFY = auto()
    CHECK = auto()
    JDKS = auto()
    RENAME = auto()
    DELETE = auto()
    #: Show the part of the window where it is unlocked.
    UNLOCK = auto()
    #: Show this keystore among others by expiry date, and take reminders from there.
    INVENTORY = auto()
    REHEARSE = auto()
    PROBE = auto()

    @property
    def label(self) -> str:
        """What stands on a button that does it; an ellipsis where it asks something first."""
        return _labels()[self]


def _labels() -> dict[Command, str]:
    return {
        Command.OPEN: tr("Open…"),
        Command.SAVE_AS: tr("Save As…"),
        Command.CHANGE_PASSWORD: tr("Change Password…"),
        Command.SET_ENTRY_PASSWORD: tr("Set Key Password…"),
        Command.GENERATE: tr("Generate Key Pair…"),
        Command.RENEW: tr("Renew Certificate…"),
        Command.SIGN: tr("Sign Request…"),
        Command.REVOKE: tr("Revoke Certificates…"),
        Command.CREATE_CRL: tr("Create Revocation List…"),
        Command.REQUEST: tr("Create Request…"),
        Command.PUT_REPLY: tr("Import &onto Key Pair…"),
        Command.IMPORT_REPLY: tr("Import CA Reply…"),
        Command.IMPORT_CERTIFICATE: tr("Import Certificate…"),
        Command.EXPORT_CERTIFICATE: tr("Export Certificate…"),
        Command.IMPORT_KEY_PAIR: tr("Import Key Pair…"),
        Command.EXPORT_KEY_PAIR: tr("Export Key Pair…"),
        Command.COMPLETE_CHAIN: tr("Complete Chain…"),
        Command.EDIT_CHAIN: tr("Edit Chain…"),
        Command.VERIFY: tr("Verify Certificate…"),
        Command.CHECK: tr("Check"),
        Command.JDKS: tr("JDKs on This Machine…"),
        Command.RENAME: tr("Rename…"),
        Command.DELETE: tr("Delete"),
        Command.UNLOCK: tr("Show Details"),
        Command.INVENTORY: tr("Find What Expires First…"),
        Command.REHEARSE: tr("Rehearse Mutual TLS…"),
        Command.PROBE: tr("Probe a Live Endpoint…"),
    }

"""Which commands mend a cause, where its files are not at hand and no remedy can be applied."""

from __future__ import annotations

from typing import Final

from handfast.core.commands import Command

_ISSUED_AGAIN: Final = (Command.RENEW, Command.REQUEST)

#: By the code of the cause. What is not here is to be done elsewhere: in the configuration of a
#: program, on the network, or by the other party.
COMMANDS: Final[dict[str, tuple[Command, ...]]] = {
    "untrusted": (Command.IMPORT_CERTIFICATE,),
    "missing-intermediate": (Command.COMPLETE_CHAIN, Command.IMPORT_REPLY),
    "expired": (Command.RENEW,),
    "wrong-purpose": _ISSUED_AGAIN,
    "host-mismatch": (Command.GENERATE, Command.REQUEST),
    "no-identity": (Command.IMPORT_KEY_PAIR, Command.GENERATE),
    "key-password": (Command.SET_ENTRY_PASSWORD,),
    "wrong-password": (Command.OPEN,),
    "wrong-format": (Command.OPEN, Command.SAVE_AS),
    "weak-signature": _ISSUED_AGAIN,
    "weak-key": (Command.GENERATE,),
    "no-shared-algorithm": (Command.GENERATE,),
    "ca-list-mismatch": (Command.COMPLETE_CHAIN, Command.IMPORT_REPLY),
    "not-a-ca": (Command.IMPORT_CERTIFICATE,),
    "stale-certificate": (Command.EXPORT_CERTIFICATE, Command.IMPORT_CERTIFICATE),
    "chain-order": (Command.EDIT_CHAIN, Command.IMPORT_REPLY),
    "path-length": (Command.VERIFY,),
    "name-constraint": (Command.VERIFY,),
    "unknown-critical-extension": (Command.VERIFY,),
    "revoked": (Command.REQUEST, Command.VERIFY),
    "empty-trust-store": (Command.SAVE_AS, Command.IMPORT_CERTIFICATE),
    "key-mismatch": (Command.IMPORT_REPLY,),
    "refused-by-peer": (Command.EXPORT_CERTIFICATE, Command.PROBE),
    "tls-version": (Command.PROBE,),
    "unreachable": (Command.PROBE,),
    "timeout": (Command.PROBE,),
    "not-tls": (Command.PROBE,),
}

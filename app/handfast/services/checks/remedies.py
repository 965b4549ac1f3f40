"""Which commands mend a finding, by its code and by what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.core.commands import Command
from handfast.services.checks.findings import Part

if TYPE_CHECKING:
    from handfast.core.store import Store
    from handfast.services.checks.findings import Finding

_PAIR, _TRUSTED, _STORE = "key-pair", "trusted-certificate", ""
_ISSUED_AGAIN: Final[dict[str, tuple[Command, ...]]] = {
    _PAIR: (Command.RENEW, Command.REQUEST, Command.IMPORT_REPLY)
}
_GONE: Final = (Command.DELETE,)
#: What brings another certificate onto a pair, with those of the CAs above it.
_ANOTHER_CHAIN: Final = (Command.IMPORT_REPLY, Command.REQUEST)

#: For each code what mends it, by the kind of the entry; empty for the keystore as a whole. What is
#: not here can only be waited for, asked of somebody else, or done with the file outside.
_BY_CODE: Final[dict[str, dict[str, tuple[Command, ...]]]] = {
    "alias-case-collision": {
        _PAIR: (Command.RENAME,),
        _TRUSTED: (Command.RENAME,),
        "secret-key": (Command.RENAME,),
    },
    "chain-broken": {_PAIR: (Command.EDIT_CHAIN, Command.IMPORT_REPLY)},
    "chain-incomplete": {
        _PAIR: (Command.COMPLETE_CHAIN, Command.IMPORT_REPLY),
        _TRUSTED: (Command.IMPORT_CERTIFICATE,),
    },
    "chain-order": {_PAIR: (Command.EDIT_CHAIN, Command.IMPORT_REPLY)},
    "damaged": {_PAIR: _GONE, _TRUSTED: _GONE, "secret-key": _GONE},
    "duplicate-certificate": {_PAIR: _GONE, _TRUSTED: _GONE},
    "entry-password-differs": {
        _PAIR: (Command.SET_ENTRY_PASSWORD,),
        "secret-key": (Command.SET_ENTRY_PASSWORD,),
    },
    "expired": {
        _PAIR: (Command.RENEW,),
        _TRUSTED: (Command.IMPORT_CERTIFICATE, Command.DELETE),
    },
    # What may wait goes into a calendar, with what expires in other keystores.
    "expiring": {
        _PAIR: (Command.RENEW, Command.INVENTORY),
        _TRUSTED: (Command.IMPORT_CERTIFICATE, Command.INVENTORY),
    },
    "invisible-to-java": {
        _STORE: (Command.SAVE_AS,),
        _PAIR: (Command.SAVE_AS,),
        _TRUSTED: (Command.SAVE_AS,),
        "secret-key": (Command.SAVE_AS,),
    },
    "key-mismatch": {_PAIR: (Command.IMPORT_REPLY, Command.REQUEST)},
    "keys-not-tried": {_STORE: (Command.UNLOCK, Command.SAVE_AS)},
    "legacy-format": {_STORE: (Command.SAVE_AS,)},
    "no-san": {_PAIR: (Command.GENERATE,)},
    "no-shared-algorithm": {_PAIR: (Command.GENERATE,)},
    "oversized-chain": {_PAIR: (Command.EDIT_CHAIN,)},
    "private-key-in-trust-store": {_PAIR: (Command.EXPORT_KEY_PAIR, Command.DELETE)},
    "reply-not-on-pair": {_PAIR: (Command.PUT_REPLY,)},
    "trust-lost": {_STORE: (Command.JDKS,)},
    "undecrypted-part": {_STORE: (Command.UNLOCK,)},
    "unprotected-key": {
        _STORE: (Command.CHANGE_PASSWORD, Command.SAVE_AS),
        _PAIR: (Command.CHANGE_PASSWORD,),
        "secret-key": (Command.CHANGE_PASSWORD,),
    },
    "unreadable-certificate": {_TRUSTED: _GONE},
    "unreadable-entry": {_PAIR: _GONE, _TRUSTED: _GONE, "secret-key": _GONE},
    "weak-key": {_PAIR: (Command.GENERATE,)},
    "weak-signature": _ISSUED_AGAIN,
    "well-known-password": {
        _STORE: (Command.CHANGE_PASSWORD,),
        _PAIR: (Command.SET_ENTRY_PASSWORD,),
        "secret-key": (Command.SET_ENTRY_PASSWORD,),
    },
    # To renew a certificate keeps what it is for.
    "wrong-purpose": {_PAIR: (Command.GENERATE, Command.REQUEST, Command.IMPORT_REPLY)},
}
#: The same where a finding is about a part that its code does not tell; empty: nothing here does.
_BY_PART: Final[dict[Part, dict[str, dict[str, tuple[Command, ...]]]]] = {
    Part.ABOVE: {
        "expired": {_PAIR: _ANOTHER_CHAIN},
        "expiring": {_PAIR: (*_ANOTHER_CHAIN, Command.INVENTORY)},
        "invisible-to-java": {_PAIR: _ANOTHER_CHAIN},
        "no-shared-algorithm": {_PAIR: _ANOTHER_CHAIN},
        "weak-key": {_PAIR: _ANOTHER_CHAIN},
        "weak-signature": {_PAIR: _ANOTHER_CHAIN},
        "wrong-purpose": {_PAIR: _ANOTHER_CHAIN},
    },
    Part.ABSENT: {"chain-incomplete": {_PAIR: _ANOTHER_CHAIN}},
    Part.CERTIFICATE: {
        "oversized-chain": {_PAIR: (Command.REQUEST, Command.IMPORT_REPLY)},
        "invisible-to-java": {
            _PAIR: (Command.RENEW, Command.REQUEST, Command.IMPORT_REPLY, Command.DELETE),
            _TRUSTED: _GONE,
        },
    },
    Part.SEALED: {"undecrypted-part": {}},
}


def commands_for(finding: Finding, store: Store | None) -> tuple[Command, ...]:
    """What mends a finding of this keystore, the best first; empty where no command does."""
    kind = _STORE
    if finding.alias:
        entry = store.find(finding.alias) if store is not None else None
        if entry is None:
            return ()
        kind = entry.kind
    return commands_for_kind(finding.code, kind, finding.part)


def commands_for_kind(code: str, kind: str, part: Part = Part.ITSELF) -> tuple[Command, ...]:
    """The same by the kind of what it is about; empty for the keystore itself."""
    by_kind = _BY_PART.get(part, {}).get(code)
    return (by_kind if by_kind is not None else _BY_CODE.get(code, {})).get(kind, ())

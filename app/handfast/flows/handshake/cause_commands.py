"""Which commands mend a cause of a failed handshake, each in a keystore that is at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.core.commands import Command
from handfast.core.frozen import dataclass
from handfast.handshake.report.commands import COMMANDS
from handfast.handshake.report.party import other_side

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handfast.flows.open_store import OpenStore
    from handfast.handshake.report.causes import Cause
    from handfast.handshake.report.party import Side

#: These have nothing to do with the keystores of a handshake, which were opened already.
_NOT_IN_A_KEYSTORE: Final = frozenset({Command.OPEN, Command.PROBE})
#: These bring a pair in, or write the whole keystore.
_WITHOUT_A_PAIR: Final = frozenset({Command.GENERATE, Command.IMPORT_KEY_PAIR, Command.SAVE_AS})
#: These say that the trust store of a side lacks what the other one presents.
_DISTRUST: Final = frozenset({"untrusted", "empty-trust-store"})


@dataclass(frozen=True, slots=True, kw_only=True)
class StoresAtHand:
    """The keystores of one side, as far as they are ours to change; what is not is None."""

    keys: OpenStore | None = None
    #: The pair that must be presented; empty where the program chooses.
    alias: str = ""
    trust: OpenStore | None = None


def commands_for(cause: Cause, sides: Mapping[Side, StoresAtHand]) -> tuple[Command, ...]:
    """What mends a cause in a keystore at hand, where no remedy is applied by itself."""
    if cause.action is not None:
        return ()
    offered = COMMANDS.get(cause.code, ())
    if is_for_them(cause, sides):
        # Their trust store is theirs to change; ours to do is to send what belongs in it.
        offered = (Command.EXPORT_CERTIFICATE,)
    return tuple(each for each in offered if target_of(each, cause, sides) is not None)


def is_for_them(cause: Cause, sides: Mapping[Side, StoresAtHand]) -> bool:
    """Whether a party that is reached over the network does not trust our certificate."""
    return cause.code in _DISTRUST and cause.side not in sides


def target_of(
    command: Command, cause: Cause, sides: Mapping[Side, StoresAtHand]
) -> tuple[OpenStore, str] | None:
    """The keystore that a command changes for a cause, and the alias that it is about.

    None where it is missing: the pair of a partner that is known by its certificate only, or
    anything of a party that is reached over the network.
    """
    if command in _NOT_IN_A_KEYSTORE:
        return None
    side = cause.side
    if cause.code == "stale-certificate":
        # Who verifies imports; who presents it sends the certificate of today.
        verifier = cause.namesake.verifier if cause.namesake is not None else side
        is_sent = command is Command.EXPORT_CERTIFICATE
        side = other_side(verifier) if is_sent else verifier
    elif is_for_them(cause, sides):
        side = other_side(side)
    at_hand = sides.get(side, StoresAtHand())
    is_empty = cause.code == "empty-trust-store" and command is not Command.EXPORT_CERTIFICATE
    if command is Command.IMPORT_CERTIFICATE or is_empty:
        return None if at_hand.trust is None else (at_hand.trust, "")
    found = at_hand.keys
    if found is None or command in _WITHOUT_A_PAIR:
        return None if found is None else (found, "")
    alias = at_hand.alias or cause.refused_alias
    pairs = [each for each in found.store.key_pairs if alias in {"", each.alias}]
    return (found, pairs[0].alias) if pairs else None

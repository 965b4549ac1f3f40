"""Whether what a person asks for may use the network. Nothing uses it unasked."""

from __future__ import annotations

import os

from handfast.core.errors import NetworkForbidden

#: Set to anything, it forbids the network to the whole program, the console face included.
VARIABLE = "HANDFAST_NO_NETWORK"


class _Chosen:
    """For the whole program, as the network is."""

    remedy = ""


def forbid_network(remedy: str) -> None:
    """From now on refuse; ``remedy`` says where it can be allowed again."""
    _Chosen.remedy = remedy


def allow_network() -> None:
    """Take :func:`forbid_network` back; what the environment forbids stays forbidden."""
    _Chosen.remedy = ""


def check_network(purpose: str) -> None:
    """Raise :class:`NetworkForbidden` where the network must not be used.

    To be called before a name is looked up or a connection made; ``purpose`` is what for, as in
    ``“connect to api.example”``.
    """
    remedy = _Chosen.remedy
    if os.environ.get(VARIABLE):
        remedy = f"Unset {VARIABLE} in the environment to allow it."
    if remedy:
        raise NetworkForbidden(
            f"Handfast may not use the network, so it did not {purpose}.", remedy=remedy
        )

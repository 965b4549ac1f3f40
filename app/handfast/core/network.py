"""Whether what a person asks for may use the network. Nothing uses it unasked."""

from __future__ import annotations

import os
from typing import Final

from handfast.core.errors import NetworkForbidden
from handfast.core.frozen import dataclass
from handfast.core.language import tr

#: Set to anything, it forbids the network to the whole program, the console face included.
VARIABLE: Final = "HANDFAST_NO_NETWORK"

#: How long a server is waited for, where nobody chose another time.
DEFAULT_TIMEOUT_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPermission:
    """Goes with whatever connects or listens, so that the one who asks decides."""

    #: Where it can be allowed again; empty where it is allowed.
    remedy: str = ""

    def check(self, refusal: str) -> None:
        """Raise :class:`NetworkForbidden` where the network must not be used.

        To be called before a name is looked up or a connection made; ``refusal`` says what was not
        done, as in “Network access is off, so Handfast did not connect to api.example.” What the
        environment forbids stays forbidden.
        """
        remedy = self.remedy
        if os.environ.get(VARIABLE):
            remedy = tr("Unset {variable} in the environment to allow it.", variable=VARIABLE)
        if remedy:
            raise NetworkForbidden(refusal, remedy=remedy)


#: Where nobody but the environment may forbid it.
ALLOWED: Final = NetworkPermission()

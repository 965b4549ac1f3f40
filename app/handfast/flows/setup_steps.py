"""The steps of setting mutual TLS up, in their order, and which flow asks what of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from handfast.flows.base import FlowStep


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUpStep(FlowStep):
    """One step; an inner one belongs to the last before it that is not."""

    is_inner: bool = False


STEPS: Final[tuple[SetUpStep, ...]] = (
    SetUpStep(id="unlock", title="Open your stores"),
    SetUpStep(id="partner", title="You and your partner"),
    SetUpStep(id="pair", title="Our key pair"),
    SetUpStep(id="name", title="Name", is_inner=True),
    SetUpStep(id="key", title="Key and validity", is_inner=True),
    SetUpStep(id="names", title="Purpose and hosts", is_inner=True),
    SetUpStep(id="keystore", title="Keystore", is_inner=True),
    SetUpStep(id="make", title="Generate", is_inner=True),
    SetUpStep(id="handover", title="For your partner"),
    SetUpStep(id="certificates", title="Their certificate"),
    SetUpStep(id="truststore", title="Trust store", is_inner=True),
    SetUpStep(id="check", title="Check", is_inner=True),
    SetUpStep(id="import", title="Import", is_inner=True),
    SetUpStep(id="rehearsal", title="Rehearsal"),
    SetUpStep(id="recipe", title="Recipe"),
)
#: Steps that the flow of *Generate* asks, by what it calls them.
GENERATING: Final = {"name": "name", "key": "key", "names": "names", "keystore": "target"}
#: The same of *Import*.
IMPORTING: Final = {"certificates": "certificates", "truststore": "target", "check": "check"}

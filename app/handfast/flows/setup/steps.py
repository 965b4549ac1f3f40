"""The steps of setting mutual TLS up, in their order, and which flow asks what of them."""

from __future__ import annotations

from typing import Final

from handfast.core.language import tr
from handfast.flows.base import FlowStep

STEPS: Final[tuple[FlowStep, ...]] = (
    FlowStep(id="unlock", title=tr("Open your keystores")),
    FlowStep(id="partner", title=tr("You and your partner")),
    FlowStep(id="pair", title=tr("Your key pair")),
    FlowStep(id="name", title=tr("Name"), is_inner=True),
    FlowStep(id="key", title=tr("Key and validity"), is_inner=True),
    FlowStep(id="names", title=tr("Purpose and hosts"), is_inner=True),
    FlowStep(id="keystore", title=tr("Keystore"), is_inner=True),
    FlowStep(id="make", title=tr("Generate"), is_inner=True),
    FlowStep(id="request", title=tr("Request"), is_inner=True),
    FlowStep(id="reply", title=tr("CA reply"), is_inner=True),
    FlowStep(id="chain", title=tr("Chain"), is_inner=True),
    FlowStep(id="handover", title=tr("For your partner")),
    FlowStep(id="certificates", title=tr("Partner’s certificate")),
    FlowStep(id="truststore", title=tr("Trust store"), is_inner=True),
    FlowStep(id="check", title=tr("Check"), is_inner=True),
    FlowStep(id="import", title=tr("Import"), is_inner=True),
    FlowStep(id="rehearsal", title=tr("Rehearsal")),
    FlowStep(id="recipe", title=tr("Recipe")),
)
#: Steps that the flow of *Generate* asks, by what it calls them.
GENERATING: Final = {"name": "name", "key": "key", "names": "names", "keystore": "target"}
#: The same of *Import*.
IMPORTING: Final = {"certificates": "certificates", "truststore": "target", "check": "check"}

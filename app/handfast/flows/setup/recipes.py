"""The recipes that fit a partnership, filled in with its own stores."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handfast.core.errors import InvalidInput
from handfast.core.language import tr
from handfast.flows.store_catalogue import party_store
from handfast.handshake.engine.endpoint import host_of
from handfast.handshake.recipes import facts_of, make_recipe, recipes_for

if TYPE_CHECKING:
    from handfast.flows.setup.flow import SetUpFlow
from handfast.handshake.recipes import Recipe, RecipeKind


def recipe_kinds(flow: SetUpFlow) -> tuple[RecipeKind, ...]:
    """Those for our role, the ones first that read our stores as they are."""
    formats = [each.store.format for each in (flow.keystore, flow.truststore) if each is not None]
    return recipes_for(flow.draft.role, *formats)


def recipe_for(flow: SetUpFlow, recipe_id: str) -> Recipe:
    """One of them.

    :raises InvalidInput: a store of ours is not open
    """
    keys, trust = flow.keystore, flow.truststore
    if keys is None or trust is None:
        raise InvalidInput(
            tr("The recipe requires both of your keystores."),
            remedy=tr("Open the keystore that was closed."),
        )
    draft = flow.draft
    return make_recipe(
        recipe_id,
        facts_of(
            role=draft.role,
            keys=party_store(keys),
            alias=draft.alias or None,
            trust=party_store(trust),
            partner=draft.partner,
            host=host_of(draft.host.strip()),
            port=draft.port,
            # One that was moved away is not named; what it holds is in the trust store.
            partner_certificate=draft.partner_file if Path(draft.partner_file).is_file() else "",
            partner_certificate_is_der=draft.partner_file_is_der,
        ),
    )

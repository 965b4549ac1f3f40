"""How to configure each program with our keystores, filled in with the real files and aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.core.errors import InvalidInput
from handfast.core.language import enumerated, tr
from handfast.handshake.recipes import (
    curl,
    java,
    kafka,
    nginx,
    openssl,
    servicenow,
    spring,
    tomcat,
)
from handfast.handshake.recipes.facts import PairFacts, RecipeFacts, TrustFacts, facts_of
from handfast.handshake.recipes.recipe import (
    Fields,
    Paragraph,
    Placeholder,
    Recipe,
    RecipeKind,
    RecipeStep,
    Snippet,
)
from handfast.handshake.recipes.text import recipe_json, recipe_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.core.store import Format
    from handfast.handshake.report.party import Side

__all__ = [
    "RECIPES",
    "Fields",
    "PairFacts",
    "Paragraph",
    "Placeholder",
    "Recipe",
    "RecipeFacts",
    "RecipeKind",
    "RecipeStep",
    "Snippet",
    "TrustFacts",
    "facts_of",
    "find_recipe",
    "make_recipe",
    "needs_conversion",
    "recipe_json",
    "recipe_text",
    "recipes_for",
]

_MAKERS: Final[dict[str, tuple[RecipeKind, Callable[[RecipeFacts], Recipe]]]] = {
    kind.id: (kind, make)
    for kind, make in (
        (servicenow.KIND, servicenow.make),
        (java.KIND, java.make),
        (spring.KIND, spring.make),
        (tomcat.KIND, tomcat.make),
        (kafka.CLIENT, kafka.make_client),
        (kafka.BROKER, kafka.make_broker),
        (nginx.KIND, nginx.make),
        (curl.KIND, curl.make),
        (openssl.KIND, openssl.make),
    )
}
#: All of them, as a chooser shows them.
RECIPES: Final[tuple[RecipeKind, ...]] = tuple(kind for kind, _make in _MAKERS.values())


def recipes_for(
    role: Side, keystore: Format | None = None, truststore: Format | None = None
) -> tuple[RecipeKind, ...]:
    """Those for a role; first the ones that read stores of these formats as they are."""
    found = [each for each in RECIPES if role in each.roles]
    return tuple(sorted(found, key=lambda each: needs_conversion(each, keystore, truststore)))


def needs_conversion(
    kind: RecipeKind, keystore: Format | None = None, truststore: Format | None = None
) -> bool:
    """Whether the recipe begins by making a copy of a store in another format."""
    return not (
        (keystore is None or keystore in kind.formats)
        and (truststore is None or truststore in kind.trust_formats)
    )


def find_recipe(recipe_id: str) -> RecipeKind:
    """What a recipe is for.

    :raises InvalidInput: there is none of this name
    """
    if recipe_id not in _MAKERS:
        raise InvalidInput(
            tr("There is no recipe “{recipe_id}”.", recipe_id=recipe_id),
            field="recipe",
            remedy=tr("Choose one of these: {recipes}.", recipes=enumerated(list(_MAKERS))),
        )
    return _MAKERS[recipe_id][0]


def make_recipe(recipe_id: str, facts: RecipeFacts) -> Recipe:
    """A recipe filled in.

    :raises InvalidInput: there is none of this name, or it is not for this role
    """
    kind = find_recipe(recipe_id)
    make = _MAKERS[recipe_id][1]
    if facts.role not in kind.roles:
        raise InvalidInput(
            tr("The recipe “{name}” is not for a client.", name=recipe_id)
            if facts.role == "client"
            else tr("The recipe “{name}” is not for a server.", name=recipe_id),
            field="role",
            remedy=tr(
                "Choose one of these: {recipes}.",
                recipes=enumerated([each.id for each in recipes_for(facts.role)]),
            ),
        )
    return make(facts)

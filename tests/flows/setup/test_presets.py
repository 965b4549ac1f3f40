"""Presets: each choice can be made, has its reason, and fits the recipe at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from handfast.core.errors import InvalidInput
from handfast.flows.setup.presets import PRESETS, find_preset
from handfast.handshake.recipes import RECIPES
from handfast.services.authority.profiles import PURPOSES
from handfast.services.exchange.generating import KEY_CHOICES

if TYPE_CHECKING:
    from handfast.flows.setup.presets import Choice, Preset

CHOICES: tuple[Choice, ...] = ("role", "key", "purpose", "format", "strength", "days")


@pytest.mark.parametrize("preset", PRESETS, ids=lambda each: each.id)
def test_a_preset_gives_a_reason_for_each_choice(preset: Preset) -> None:
    assert [choice for choice, _why in preset.reasons] == list(CHOICES)
    for choice in CHOICES:
        assert preset.why(choice).endswith(".")
    assert preset.key in KEY_CHOICES
    assert preset.purpose in PURPOSES
    assert preset.purpose in {preset.role, "both"}
    assert find_preset(preset.id) is preset
    if preset.recipe:
        kind = next(each for each in RECIPES if each.id == preset.recipe)
        assert preset.role in kind.roles
        # What is made anew is made so that the program reads it as it is.
        assert preset.format in kind.formats


def test_a_preset_that_is_not_there() -> None:
    assert find_preset("").id == "other"
    with pytest.raises(InvalidInput):
        find_preset("nothing")

"""A recipe as text to copy, save or send: Markdown that reads well as it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from handfast.core.language import tr
from handfast.handshake.recipes.recipe import Fields, Paragraph

if TYPE_CHECKING:
    from handfast.handshake.recipes.recipe import Block, Recipe, Snippet

_MARKUP = {"arguments": "text", "curl": "text"}


def recipe_text(recipe: Recipe) -> str:
    """The whole recipe in Markdown."""
    parts = [f"# {recipe.title}", recipe.introduction]
    parts += [tr("**Attention:** {warning}", warning=each) for each in recipe.warnings]
    for number, step in enumerate(recipe.steps, 1):
        parts.append(f"## {number}. {step.title}")
        parts += [_block(each) for each in step.blocks]
    if recipe.placeholders:
        rows = "\n".join(f"- `{each.text}`: {each.meaning}" for each in recipe.placeholders)
        parts.append("## " + tr("Values to fill in") + f"\n\n{rows}")
    if recipe.notes:
        parts.append("## " + tr("Notes") + "\n\n" + "\n".join(f"- {each}" for each in recipe.notes))
    return "\n\n".join(parts) + "\n"


def recipe_json(recipe: Recipe) -> dict[str, Any]:
    """The shape that scripts rely on."""
    return {
        "id": recipe.id,
        "title": recipe.title,
        "introduction": recipe.introduction,
        "warnings": list(recipe.warnings),
        "steps": [
            {"title": step.title, "blocks": [_block_json(each) for each in step.blocks]}
            for step in recipe.steps
        ],
        "placeholders": [
            {"text": each.text, "meaning": each.meaning} for each in recipe.placeholders
        ],
        "notes": list(recipe.notes),
    }


def _block_json(block: Block) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"kind": "text", "text": block.text}
    if isinstance(block, Fields):
        rows = [{"label": label, "value": value} for label, value in block.rows]
        return {"kind": "fields", "rows": rows}
    return {
        "kind": "snippet",
        "language": block.language,
        "file": block.file_name or None,
        "text": block.text,
    }


def _block(block: Block) -> str:
    if isinstance(block, Paragraph):
        return block.text
    if isinstance(block, Fields):
        return "\n".join(f"- {label}: {_code(value)}" for label, value in block.rows)
    return _snippet(block)


def _snippet(snippet: Snippet) -> str:
    # A fence is longer than any row of backticks in what it holds.
    longest = max((len(each) for each in re.findall(r"`{3,}", snippet.text)), default=2)
    fence = "`" * (longest + 1)
    language = _MARKUP.get(snippet.language, snippet.language)
    head = f"`{snippet.file_name}`:\n\n" if snippet.file_name else ""
    return f"{head}{fence}{language}\n{snippet.text.rstrip()}\n{fence}"


def _code(value: str) -> str:
    tick = "``" if "`" in value else "`"
    return f"{tick}{value}{tick}"

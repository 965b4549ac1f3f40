"""A recipe: how to configure one program with our keystores, without any password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from handfast.core.frozen import dataclass

if TYPE_CHECKING:
    from handfast.core.store import Format
    from handfast.handshake.report.party import Side

Language: TypeAlias = Literal[
    "shell", "properties", "yaml", "xml", "nginx", "curl", "java", "arguments", "text"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placeholder:
    """A place where the person writes what Handfast does not tell, above all a password."""

    #: The text in the snippet: ``<keystore password>``, in XML ``[keystore password]``.
    text: str
    #: What belongs there, with the file that it is of.
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Words; a plain paragraph."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """A form that somebody fills in: the label of each field and what to put there."""

    rows: tuple[tuple[str, str], ...]
    placeholders: tuple[Placeholder, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """Text to be copied as it stands, but for its placeholders."""

    text: str
    language: Language
    #: The file that it is, or belongs into; empty for commands.
    file_name: str = ""
    placeholders: tuple[Placeholder, ...] = ()


Block: TypeAlias = Paragraph | Fields | Snippet


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeStep:
    """One thing to do."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How to tell one program of our key pair and of whom we trust."""

    id: str
    title: str
    #: One sentence.
    introduction: str
    steps: tuple[RecipeStep, ...]
    #: What will not work with these very files, the worst first.
    warnings: tuple[str, ...] = ()
    #: What is good to know.
    notes: tuple[str, ...] = ()

    @property
    def snippets(self) -> tuple[Snippet, ...]:
        return tuple(
            block for step in self.steps for block in step.blocks if isinstance(block, Snippet)
        )

    @property
    def placeholders(self) -> tuple[Placeholder, ...]:
        """All that is left to fill in, each once, in order."""
        return tuple(
            dict.fromkeys(
                each
                for step in self.steps
                for block in step.blocks
                if not isinstance(block, Paragraph)
                for each in block.placeholders
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeKind:
    """A recipe before it is filled in: for a chooser."""

    #: The name in presets and on the command line: ``spring-boot``.
    id: str
    title: str
    #: What it sets up, in a few words.
    summary: str
    roles: tuple[Side, ...]
    #: The formats that the program reads as its keystore; others are converted first.
    formats: tuple[Format, ...]
    #: The formats that the program reads as its trust store; others are converted first.
    trust_formats: tuple[Format, ...]
    #: The usual port of the server, by what we are; 0 where the recipe names no port.
    client_port: int = 0
    server_port: int = 0

    def usual_port(self, role: Side) -> int:
        """The one in the recipe unless the person names another."""
        return self.client_port if role == "client" else self.server_port

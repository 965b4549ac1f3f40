"""What a keystore can be in: Base64, a block of PEM, a JSON, YAML or XML document.

A store that was read out of something else remembers it, so that saving puts the store back
where it was, or refuses where that cannot be done without harm to the rest.
"""

from __future__ import annotations

import base64
from dataclasses import field
from enum import Enum

from handfast.core.errors import WouldLose
from handfast.core.frozen import dataclass
from handfast.core.language import tr


class WrappingKind(Enum):
    """In what the bytes of a store stood."""

    #: The whole file is Base64, with or without the lines of PEM around it.
    BASE64 = "base64"
    #: One value among others, in JSON, YAML, XML, a mail or another text.
    DOCUMENT = "document"
    #: One or more certificates in DER, read as a store of text is.
    DER = "der"


@dataclass(frozen=True, slots=True, kw_only=True)
class Base64Layer:
    """How one round of Base64 was written."""

    #: Characters in a line; 0 where there is one line.
    line_length: int
    line_end: str

    def encode(self, data: bytes) -> str:
        text = base64.b64encode(data).decode("ascii")
        if not self.line_length:
            return text
        size = self.line_length
        return self.line_end.join(text[at : at + size] for at in range(0, len(text), size))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrapping:
    """A file around a store."""

    kind: WrappingKind
    #: The file and the store in it as they were read. They may hold keys: not in repr.
    original: bytes = field(repr=False)
    payload: bytes = field(repr=False)
    #: What stands before and behind the Base64, in the encoding of the file.
    before: str = field(default="", repr=False)
    after: str = field(default="", repr=False)
    codec: str = "utf-8"
    #: The rounds of Base64, the outermost first.
    layers: tuple[Base64Layer, ...] = ()
    #: What a person should know of it, a sentence each.
    notes: tuple[str, ...] = ()

    def wrap(self, payload: bytes) -> bytes:
        """The file with another store in the place of the one that was read.

        :raises WouldLose: nothing but a copy can be saved
        """
        if payload == self.payload:
            return self.original
        if self.kind is not WrappingKind.BASE64:
            raise WouldLose(
                tr("The changed keystore cannot be saved into this file."),
                losses=(
                    tr("The other contents of the file, because only a keystore would be written.")
                    if self.kind is WrappingKind.DOCUMENT
                    else tr(
                        "The form of the file, which holds certificates in DER and nothing else."
                    ),
                ),
                remedy=tr("Save it under another name."),
            )
        text, data = "", payload
        for layer in reversed(self.layers):
            text = layer.encode(data)
            data = text.encode("ascii")
        return (self.before + text + self.after).encode(self.codec)

"""Keystores, certificates and keys inside of other texts: JSON, YAML, XML, mails, Base64.

The text is not parsed by its own rules: values are found by their shape. That reads a document
that was cut or pasted as well as a whole one, costs time in proportion to its length alone, and
gives the tricks of such formats (aliases, entities, nesting) nothing to work on.
"""

from __future__ import annotations

import base64
import re
from dataclasses import field
from typing import TYPE_CHECKING

from handfast.core.errors import Damaged
from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.formats.content import (
    BINARY_STORES,
    Content,
    classify,
    classify_block,
    is_json_text,
)
from handfast.formats.pem import armor as pem
from handfast.formats.wrapping import Base64Layer

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The shortest key there is has some forty bytes in DER.
_MIN_VALUE_BYTES = 40
#: Values looked at in one document, and rounds of Base64 around each.
_MAX_VALUES = 5_000
_MAX_LAYERS = 3
_SEPARATOR = r"(?:\\r|\\n|&#1[03];|&#x[adAD];|[ \t\r\n])"
_VALUE = re.compile(
    rf"[A-Za-z0-9+/_-]{{16,}}+={{0,2}}"
    rf"(?:{_SEPARATOR}++[A-Za-z0-9+/]++={{0,2}}(?=[\s\"'\\<,&\]}}]|\Z))*+"
)
#: What names a value: a key of JSON or YAML, an element or an attribute of XML, a mail's header.
_NAME = re.compile(
    r"""([\w][\w.:@/ -]{0,80})["']?\s{0,20}[:=>]\s{0,20}(?:-\s{1,8})?"""
    r"""[|>]?[-+]?\s{0,80}["'\[]{0,2}\s{0,80}\Z"""
)
_CHARS_BEFORE = 260
_KEYS = (Content.PRIVATE_KEY, Content.ENCRYPTED_PRIVATE_KEY)
_TEXTS = (Content.CERTIFICATE, *_KEYS, Content.PKCS7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """One thing that was found."""

    content: Content
    #: A keystore's bytes; for certificates and keys, their PEM. May be a key: not in repr.
    data: bytes = field(repr=False)
    #: What the document calls it; empty where it does not.
    name: str
    #: Where it stands, in characters, and the Base64 around it.
    start: int
    end: int
    layers: tuple[Base64Layer, ...] = ()

    @property
    def is_store(self) -> bool:
        return self.content in BINARY_STORES


def find_embedded(text: str, *, depth: int = 0) -> tuple[Embedded, ...]:
    """Everything of use in a text, in its order."""
    blocks = tuple(_blocks(text))
    found = [*blocks]
    position = seen = 0
    for block in (*blocks, None):
        stop = block.start if block is not None else len(text)
        for match in _VALUE.finditer(text, position, stop):
            seen += 1
            if seen > _MAX_VALUES:
                break
            value = _value(text, match.start(), match.group(), depth)
            if value is not None:
                found.append(value)
        if block is not None:
            position = block.end
    return tuple(sorted(found, key=lambda each: each.start))


def _blocks(text: str) -> Iterator[Embedded]:
    if "BEGIN" not in text and "begin" not in text:
        return
    for block in pem.find_blocks_in_text(text):
        content = classify_block(block)
        if not block.label or content not in (*_TEXTS, *BINARY_STORES):
            continue
        data = block.data
        if content in _TEXTS:
            raw = text[block.offset : block.end]
            data = _UNESCAPE.sub("\n", raw).encode() if block.headers else _armored(content, data)
        yield Embedded(
            content=content,
            data=data,
            name=_name_before(text, block.offset),
            start=block.offset,
            end=block.end,
        )


_UNESCAPE = re.compile(r"\\r\\n|\\n|\\r|&#1[03];|&#x[adAD];")


def _value(text: str, start: int, value: str, depth: int) -> Embedded | None:
    if len(value) < _MIN_VALUE_BYTES:
        return None
    decoded = pem.decode_base64(_UNESCAPE.sub("\n", value))
    if decoded is None or len(decoded) < _MIN_VALUE_BYTES * 3 // 4 or not _is_worth_it(decoded):
        return None
    layer = _layer(value)
    content = classify(decoded)
    data = decoded
    layers: tuple[Base64Layer, ...] = (layer,)
    if content in BINARY_STORES and pem.as_text(decoded) is None:
        pass
    elif content in _TEXTS and decoded[:1] == b"0":
        data = _armored(content, decoded)
    elif content in _TEXTS and b"BEGIN" in decoded:
        data = decoded if decoded.endswith(b"\n") else decoded + b"\n"
    else:
        inside = pem.as_text(decoded) if depth < _MAX_LAYERS - 1 else None
        deeper = find_embedded(inside, depth=depth + 1) if inside is not None else ()
        if len(deeper) != 1 or not deeper[0].layers:
            return None
        content, data, layers = deeper[0].content, deeper[0].data, (layer, *deeper[0].layers)
    return Embedded(
        content=content,
        data=data,
        name=_name_before(text, start),
        start=start,
        end=start + len(value),
        layers=layers,
    )


def _is_worth_it(decoded: bytes) -> bool:
    """Whether it may be one of the things looked for: nearly all values are not."""
    head = decoded[:32]
    return (
        head[0] in b"0\xfe\xce" or head[:3] == b"\0\0\0" or (head.isascii() and b"\0" not in head)
    )


def _layer(value: str) -> Base64Layer:
    first, end, _ = value.partition("\n")
    if not end:
        return Base64Layer(line_length=0, line_end="\n")
    line_end = "\r\n" if first.endswith("\r") else "\n"
    return Base64Layer(line_length=len(first.rstrip()), line_end=line_end)


def _armored(content: Content, data: bytes) -> bytes:
    label = {
        Content.CERTIFICATE: "CERTIFICATE",
        Content.PRIVATE_KEY: "PRIVATE KEY",
        Content.ENCRYPTED_PRIVATE_KEY: "ENCRYPTED PRIVATE KEY",
    }.get(content)
    if label is None:
        return b"".join(_of_bundle(data))
    return armored(label, data)


def _of_bundle(data: bytes) -> Iterator[bytes]:
    from handfast.formats.pkcs7 import certificates_in

    try:
        for certificate in certificates_in(data):
            yield armored("CERTIFICATE", certificate)
    except Damaged:
        return


def armored(label: str, data: bytes) -> bytes:
    """A block of PEM, with a line end behind it."""
    body = base64.encodebytes(data).decode("ascii").replace("\n", "")
    lines = [body[at : at + 64] for at in range(0, len(body), 64)]
    return "\n".join((f"-----BEGIN {label}-----", *lines, f"-----END {label}-----\n")).encode()


def _name_before(text: str, start: int) -> str:
    match = _NAME.search(text, max(0, start - _CHARS_BEFORE), start)
    if match is None:
        return ""
    name = match.group(1).strip()
    # An element of XML may have attributes behind its name.
    return name.split()[-1] if " " in name else name


# --- what kind of document it is -----------------------------------------------------------------

_KIND = re.compile(r"""^[ \t-]*["']?kind["']?[ \t]*:[ \t]*["']?(\w{1,40})""", re.MULTILINE)
_KIND_IN_JSON = re.compile(r'"kind"\s{0,20}:\s{0,20}"(\w{1,40})"')
_KINDS = {
    "Secret": tr("a Kubernetes Secret"),
    "SealedSecret": tr("a Kubernetes SealedSecret"),
    "ConfigMap": tr("a Kubernetes ConfigMap"),
    "Config": tr("a kubeconfig file"),
    "List": tr("a list of Kubernetes objects"),
}


def structured_name(text: str) -> str:
    """What a text is called in whose syntax a block of PEM is one value; else empty.

    In mails, listings, XML and many another text PEM stands as it does in a file by itself.
    """
    head = text[: 64 * 1024]
    lower = head.lstrip("\ufeff \t\r\n").lower()
    is_json = lower.startswith(("{", "["))
    kind = _KIND.search(head) or (_KIND_IN_JSON.search(head) if is_json else None)
    if kind is not None and ("apiVersion" in head or kind.group(1) in _KINDS):
        return _KINDS.get(kind.group(1), "a Kubernetes object")
    if "certificate-authority-data" in head:
        return _KINDS["Config"]
    if is_json and is_json_text(lower):
        if '"kty"' in head:
            return tr("a JSON Web Key Set") if '"keys"' in head else tr("a JSON Web Key")
        return tr("a JSON document")
    return ""


def document_name(text: str) -> str:
    """What a text is called in which something was found, with its article."""
    named = structured_name(text)
    if named:
        return named
    head = text[: 64 * 1024].lstrip("\ufeff \t\r\n")
    lower = head.lower()
    if lower.startswith("<"):
        if "<html" in lower:
            return tr("a web page")
        return tr("SAML metadata") if "entitydescriptor" in lower else tr("an XML document")
    if lower.startswith(("mime-version:", "received:", "return-path:", "from:", "content-type:")):
        return tr("an e-mail message")
    return tr("a YAML document") if _YAML.match(head) else tr("a text file")


#: Two lines, the first with a key; or the mark of a document.
_YAML = re.compile(
    r"---[ \t]*\r?\n|"
    r"(?:#[^\r\n]*\r?\n)*[A-Za-z_][\w.-]{0,80}:(?:[ \t]+[|>][-+]?)?[ \t]*\r?\n[ \t-]"
)

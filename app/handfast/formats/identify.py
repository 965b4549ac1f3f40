"""What a file is: the one answer that reading, importing, dropping and describing rely on."""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING

from handfast.core.asn1 import ber
from handfast.core.frozen import dataclass
from handfast.core.language import enumerated, listed, tr, tr_count
from handfast.core.store import Format
from handfast.formats.content import BINARY_STORES, Content, classify, classify_block, classify_der
from handfast.formats.content_words import not_a_keystore
from handfast.formats.embedded import (
    Embedded,
    armored,
    document_name,
    find_embedded,
    structured_name,
)
from handfast.formats.pem import armor as pem
from handfast.formats.wrapping import Base64Layer, Wrapping, WrappingKind

if TYPE_CHECKING:
    from handfast.core.errors import HandfastError

_FORMATS = {
    Content.JKS: Format.JKS,
    Content.JCEKS: Format.JCEKS,
    Content.PKCS12: Format.PKCS12,
    Content.BKS: Format.BKS,
    Content.UBER: Format.UBER,
    Content.BCFKS: Format.BCFKS,
    Content.PKCS7: Format.PKCS7,
}
#: What makes a store of a text; a single key in DER is none.
_PEM = frozenset({Content.CERTIFICATE, Content.PRIVATE_KEY, Content.ENCRYPTED_PRIVATE_KEY})
#: Texts in which something may stand.
_TEXTS = frozenset({Content.TEXT, Content.JSON, Content.XML, Content.HTML, Content.MAIL})
#: Beyond, a text is not searched.
_MAX_SEARCHED_BYTES = 8 * 2**20
_NAMES = {
    Content.CERTIFICATE: tr("a certificate"),
    Content.PRIVATE_KEY: tr("a private key"),
    Content.ENCRYPTED_PRIVATE_KEY: tr("a private key, encrypted"),
    Content.PKCS7: tr("a bundle of certificates"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a file is, and how to read it."""

    #: What its bytes are at first sight; for a document, what is in it.
    content: Content
    #: The format as which it opens; None where it is no store.
    format: Format | None
    #: What the reader of that format gets: the file, or what it was taken out of. May hold keys.
    payload: bytes = field(repr=False)
    #: Set where the store is in something else.
    wrapping: Wrapping | None = None
    #: Whether it is one or more certificates in DER: no store by itself, though it opens as one.
    is_der_certificate: bool = False
    #: Whether it holds certificates and nothing else: what one sends to a partner.
    is_certificates_only: bool = False

    def refusal(self) -> HandfastError:
        """Why it does not open as a keystore, naming what it is.

        An ``Unsupported`` where it is a keystore of a kind that is not read, else a
        ``NotAKeystore`` with what to do about it.
        """
        return not_a_keystore(self.content, self.payload)


def identify(data: bytes) -> Identity:
    """Look at the bytes of a file; its name is never asked.

    In time linear in the size of a text, and independent of that of a binary file.
    """
    content = classify(data)
    if _is_plain(content, data):
        return Identity(
            content=content,
            format=_FORMATS[content],
            payload=data,
            is_certificates_only=content is Content.PKCS7,
        )
    is_der = data[:1] == b"0" and classify_der(data) is content
    if content in BINARY_STORES:
        return _in_text(data) or Identity(content=content, format=None, payload=data)
    if content in _PEM and not is_der:
        return _text(content, data)
    if is_der and content is Content.CERTIFICATE:
        return _der_certificate(data)
    if content in _TEXTS:
        # The signature of a mail carries certificates as well; nobody means those.
        found = _in_text(data, without=Content.PKCS7 if content is Content.MAIL else None)
        if found is not None:
            return found
    return Identity(content=content, format=None, payload=data)


def _is_plain(content: Content, data: bytes) -> bool:
    """Whether the file is itself what its content says, rather than Base64 of it."""
    if content is Content.PKCS7:
        return True
    if content in {Content.PKCS12, Content.BCFKS}:
        return data[:1] == b"0"
    return content in _FORMATS and data[:1] in (b"\xfe", b"\xce", b"\0")


# --- texts -------------------------------------------------------------------------------


def _text(content: Content, data: bytes) -> Identity:
    """PEM, which a document may be around."""
    text = _search(data)
    if text is not None and structured_name(text):
        found = _in_text(data)
        if found is not None:
            return found
    return Identity(
        content=content,
        format=Format.PEM,
        payload=data,
        is_certificates_only=content is Content.CERTIFICATE,
    )


def _search(data: bytes) -> str | None:
    """The text of a file that is not too long to be searched."""
    if len(data) > _MAX_SEARCHED_BYTES:
        return None
    text = pem.as_text(data)
    # As the search for blocks does: PEM is ASCII, whatever is around it.
    return data.decode("latin-1") if text is None and b"-BEGIN " in data else text


def _in_text(data: bytes, *, without: Content | None = None) -> Identity | None:
    """What is in a text as Base64 or PEM; None where nothing does."""
    text = _search(data)
    if text is None:
        return None
    found = tuple(each for each in find_embedded(text) if each.content is not without)
    if not found:
        return None
    stores = [each for each in found if each.is_store]
    chosen = stores[0] if stores else None
    whole = _whole(data, text, found[0]) if len(found) == 1 else None
    if chosen is not None:
        return Identity(
            content=chosen.content,
            format=_FORMATS[chosen.content],
            payload=chosen.data,
            wrapping=whole or _document(data, text, found, chosen),
        )
    payload = b"".join(each.data for each in found)
    kinds = {each.content for each in found}
    is_certificates_only = kinds <= {Content.CERTIFICATE, Content.PKCS7} and not _holds_key(payload)
    return Identity(
        content=Content.CERTIFICATE if is_certificates_only else Content.PRIVATE_KEY,
        format=Format.PEM,
        payload=payload,
        wrapping=whole or _document(data, text, found, None),
        is_certificates_only=is_certificates_only,
    )


def _holds_key(payload: bytes) -> bool:
    return any(
        classify_block(block) in {Content.PRIVATE_KEY, Content.ENCRYPTED_PRIVATE_KEY}
        for block in pem.find_blocks(payload)
    )


_BEGIN_LINE = re.compile(r"-+BEGIN[^\r\n]{1,90}-[ \t]*\r?\n")
_END_LINE = re.compile(r"\s*-+END[^\r\n]{1,90}-\s*\Z")


def _whole(data: bytes, text: str, found: Embedded) -> Wrapping | None:
    """The wrapping where the whole file is this one Base64 text; None for a value among others."""
    start, end, layers = found.start, found.end, found.layers
    if not layers:
        block = text[start:end]
        begin, last = _BEGIN_LINE.match(block), _END_LINE.search(block)
        if begin is None or last is None:
            return None
        body = block[begin.end() : last.start()]
        start, end = start + begin.end(), start + last.start()
        line, line_end, _ = body.partition("\n")
        layers = (
            Base64Layer(
                line_length=len(line.rstrip()) if line_end else 0,
                line_end="\r\n" if line.endswith("\r") else "\n",
            ),
        )
    outside = text[: found.start] + text[found.end :]
    if outside.strip("\ufeff \t\r\n\"'"):
        return None
    codec = "utf-8" if data.isascii() or data[:3] == b"\xef\xbb\xbf" else ""
    if not codec:
        return None
    if len(layers) == 1:
        note = (
            tr("The file is this keystore as Base64 text.")
            if found.is_store
            else tr("The file is this text in PEM, as Base64 text.")
        )
    elif found.is_store:
        note = tr_count(
            "The file is this keystore as Base64 text, encoded {count} time.",
            "The file is this keystore as Base64 text, encoded {count} times.",
            len(layers),
        )
    else:
        note = tr_count(
            "The file is this text in PEM, as Base64 text, encoded {count} time.",
            "The file is this text in PEM, as Base64 text, encoded {count} times.",
            len(layers),
        )
    return Wrapping(
        kind=WrappingKind.BASE64,
        original=data,
        payload=found.data,
        before=text[:start],
        after=text[end:],
        layers=layers,
        notes=(note,),
    )


def _document(
    data: bytes, text: str, found: tuple[Embedded, ...], chosen: Embedded | None
) -> Wrapping:
    """The wrapping of what is one value among others, or several."""
    what = document_name(text)
    notes = []
    if chosen is not None:
        notes.append(
            tr(
                "The file is {what}; the value of “{name}” in it is this keystore.",
                what=what,
                name=chosen.name,
            )
            if chosen.name
            else tr("The file is {what}; one of its values is this keystore.", what=what)
        )
        rest = [each for each in found if each is not chosen]
        if rest:
            notes.append(
                tr(
                    "It also contains {listed}. To open one of these, copy its value into a "
                    "separate file.",
                    listed=_listed(rest),
                )
            )
    else:
        notes.append(
            tr("The file is {what} that contains {listed}.", what=what, listed=_listed(found))
        )
    payload = chosen.data if chosen is not None else b"".join(each.data for each in found)
    return Wrapping(kind=WrappingKind.DOCUMENT, original=data, payload=payload, notes=tuple(notes))


_MAX_LISTED_ITEMS = 8


def _listed(found: list[Embedded] | tuple[Embedded, ...]) -> str:
    """What a document holds, in words: “tls.crt” (a certificate) and “tls.key” (a private key)."""
    words = []
    for each in found[:_MAX_LISTED_ITEMS]:
        noun = _NAMES.get(each.content)
        if noun is None:
            noun = tr("a {title} keystore", title=_FORMATS[each.content].title)
        words.append(f"“{each.name}” ({noun})" if each.name else noun)
    rest = len(found) - _MAX_LISTED_ITEMS
    if rest <= 0:
        return listed(words)
    return tr_count(
        "{items}, and {count} more", "{items}, and {count} more", rest, items=enumerated(words)
    )


# --- certificates in DER -------------------------------------------------------------------------


def _der_certificate(data: bytes) -> Identity:
    """One or more certificates in DER, one after the other; the first decides."""
    return Identity(
        content=Content.CERTIFICATE,
        format=None,
        payload=data,
        is_der_certificate=True,
        is_certificates_only=True,
    )


def as_text_store(identity: Identity) -> Identity:
    """Certificates in DER as a store of text, for whoever takes PEM and so takes DER as well.

    :raises Damaged: a certificate is cut short
    """
    data, pieces, position = identity.payload, [], 0
    while position < len(data) and data[position : position + 1] == b"0":
        if position and classify_der(data[position : position + 4096]) is not Content.CERTIFICATE:
            break
        span = ber.read(data, position, len(data))
        pieces.append(armored("CERTIFICATE", ber.encoded(data, span)))
        position = span.end
    payload = b"".join(pieces)
    return Identity(
        content=identity.content,
        format=Format.PEM,
        payload=payload,
        wrapping=Wrapping(
            kind=WrappingKind.DER,
            original=data,
            payload=payload,
            notes=(tr("The file is a certificate in DER, without any text around it."),)
            if len(pieces) == 1
            else (
                tr_count(
                    "The file contains {count} certificate in DER.",
                    "The file contains {count} certificates in DER.",
                    len(pieces),
                ),
            ),
        ),
        is_certificates_only=True,
    )

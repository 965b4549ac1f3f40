"""Distinguished names as people type them for keytool, and as RFC 4514 has them."""

from __future__ import annotations

import re

from cryptography import x509

from handfast.core.certificates.summary import span
from handfast.core.errors import InvalidInput
from handfast.core.language import grouped, tr
from handfast.core.name_attributes import BY_KEYWORD, BY_OID, NameAttribute
from handfast.core.rfc4514 import string_text

#: What an error about an attribute names as its field, where that has one of its own.
_FIELDS = {
    "CN": "common_name",
    "OU": "unit",
    "O": "organisation",
    "L": "locality",
    "ST": "state",
    "C": "country",
    "EMAILADDRESS": "email",
}
_NUMBERS = re.compile(r"\d+(\.\d+)+")
_HEX = frozenset("0123456789abcdefABCDEF")
#: What a backslash may stand before (RFC 4514, 2.4 and 3).
_ESCAPABLE = frozenset(',+"\\<>;=# ')

#: ISO 3166-1 alpha-2, as officially assigned.
COUNTRIES = frozenset(
    (  # noqa: SIM905 - a list of 249 is not for reading
        "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ "
        "BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM "
        "DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS "
        "GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN "
        "KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ "
        "MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM "
        "PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV "
        "SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI "
        "VN VU WF WS YE YT ZA ZM ZW "
    ).split()
)


def check_country(code: str) -> None:
    """Raise :class:`InvalidInput` for what is not a country code, with the reason."""
    if code.upper() not in COUNTRIES:
        raise InvalidInput(
            tr("“{code}” is not a country code.", code=code),
            field="country",
            causes=(tr("Country codes are the two letters of ISO 3166, not telephone prefixes."),),
            remedy=tr("Australia is AU, Germany DE, the United States US."),
        )


def escape_value(value: str) -> str:
    """A value as it can be typed into a name: special characters escaped (RFC 4514, 2.4).

    The equals sign too, which need not be, so that every program takes it.
    """
    escaped = re.sub(r'([,+"\\<>;=])', r"\\\1", value)
    return f"\\{escaped}" if escaped.startswith("#") else escaped


def check_part(key: str, value: str) -> None:
    """Raise :class:`InvalidInput` for a value that does not fit as the part ``key`` of a name."""
    _check(BY_KEYWORD[key.upper()], key, value)


def _check(kind: NameAttribute, key: str, value: str) -> None:
    field = _FIELDS.get(kind.keyword, "dname")
    # The library that writes the certificate counts the bytes of a common name, as some peers do.
    is_common_name = kind.keyword == "CN"
    size = len(value.encode("utf-8", "replace")) if is_common_name else len(value)
    if kind.keyword == "C":
        check_country(value)
    elif size > kind.longest:
        raise InvalidInput(
            _too_long(key, size, kind.longest, has_wide=size > len(value)),
            field=field,
            causes=(tr("X.509 sets this limit, and other programs reject longer values."),),
        )
    elif kind.is_ascii and not value.isascii():
        raise InvalidInput(
            tr("{key} can hold only ASCII characters.", key=key),
            field=field,
            causes=(tr("X.509 encodes this attribute in an alphabet without accented letters."),),
        )
    elif any(ord(character) < 32 or character == "\x7f" for character in value):
        raise InvalidInput(tr("{key} contains a control character.", key=key), field=field)


def _too_long(key: str, size: int, longest: int, *, has_wide: bool) -> str:
    if has_wide:
        return tr(
            "{key} is {size} characters long; the maximum is {longest}. Characters with accents "
            "count double or more.",
            key=key,
            size=grouped(size),
            longest=grouped(longest),
        )
    return tr(
        "{key} is {size} characters long; the maximum is {longest}.",
        key=key,
        size=grouped(size),
        longest=grouped(longest),
    )


def parse_name(text: str) -> x509.Name:
    """The name in ``CN=Acme, O=Acme Inc., C=AU``, the most specific part first.

    RFC 4514 with the freedoms that keytool takes: blanks around commas, quoted values, all keywords
    of :data:`~handfast.core.name_attributes.ATTRIBUTES`, and numbers with or without ``OID.``.
    In the certificate the parts stand the other way round, as keytool writes them.
    """
    groups: list[list[x509.NameAttribute[str]]] = [[]]
    for raw, joined in _split(text):
        written, equals, value = raw.partition("=")
        key = written.strip().upper()
        kind = _kind(key)
        if not equals or kind is None:
            raise InvalidInput(
                tr("“{raw}” is not an attribute of a distinguished name.", raw=raw.strip()),
                field="dname",
                remedy=tr(
                    "Write the name as CN=Acme, OU=Sales, O=Acme Inc., L=Sydney, ST=NSW, C=AU."
                ),
            )
        field = _FIELDS.get(kind.keyword, "dname")
        value = _value(value, key, field)
        if not value:
            continue
        _check(kind, key, value)
        if kind.keyword == "C":
            value = value.upper()
        try:
            attribute: x509.NameAttribute[str] = x509.NameAttribute(
                x509.ObjectIdentifier(kind.oid), value
            )
        except (TypeError, ValueError) as error:
            raise InvalidInput(
                tr("“{value}” is not valid for {key}: {error}.", value=value, key=key, error=error),
                field=field,
            ) from error
        if joined and groups[-1]:
            groups[-1].append(attribute)
        else:
            groups.append([attribute])
    names = [x509.RelativeDistinguishedName(group) for group in groups if group]
    if not names:
        raise InvalidInput(tr("Enter a name."), field="dname", remedy=tr("It needs at least CN=…."))
    return x509.Name(reversed(names))


def _kind(key: str) -> NameAttribute | None:
    """What a keyword or a number in upper case stands for; None for neither."""
    number = key.removeprefix("OID.")
    if not _NUMBERS.fullmatch(number):
        return BY_KEYWORD.get(key)
    try:
        oid = x509.ObjectIdentifier(number).dotted_string
    except ValueError:
        return None
    return BY_OID.get(oid, NameAttribute(oid, oid))


def with_keytool_keywords(text: str) -> str:
    """The same name in the keywords that keytool knows, and numbers in place of all others.

    What is not a name is given back as it is.
    """
    parts: list[str] = []
    try:
        pieces = _split(text)
    except InvalidInput:
        return text
    for raw, joined in pieces:
        written, equals, value = raw.strip().partition("=")
        found = BY_KEYWORD.get(written.strip().upper())
        if found is not None:
            written = found.keyword if found.is_of_keytool else f"OID.{found.oid}"
        parts.append(("+" if joined else ", ") + written + equals + value)
    return "".join(parts)[2:]


def _value(written: str, key: str, field: str) -> str:
    """What a value says, whether it is written as text or in hex with its DER."""
    value = written.strip()
    if not value.startswith("#"):
        return _unescape(written, key, field)

    def wrong(reason: str) -> InvalidInput:
        return InvalidInput(
            reason,
            field=field,
            causes=(tr("After “#”, Handfast expects the hex digits of a DER-encoded string."),),
            remedy=tr("Write “\\\\#” for the character itself."),
        )

    try:
        der = bytes.fromhex(value[1:])
        tag, start, end = span(der, 0)
    except (ValueError, IndexError) as error:
        raise wrong(
            tr("The value of {key} starts with “#” but is not hexadecimal DER.", key=key)
        ) from error
    text = string_text(tag, der[start:end]) if end == len(der) else None
    if text is None:
        raise wrong(tr("The value of {key} is not a string.", key=key))
    return text


def _split(text: str) -> list[tuple[str, bool]]:
    """The parts, each with whether a plus sign joins it to the previous one."""
    parts: list[tuple[str, bool]] = []
    current, joined, quoted, escaped = "", False, False, False
    for character in text:
        if escaped or character == "\\":
            current += character
            escaped = not escaped
            continue
        if character == '"':
            quoted = not quoted
        if character in ",;+" and not quoted and (character != "+" or "=" in current):
            parts.append((current, joined))
            current, joined = "", character == "+"
        else:
            current += character
    if quoted or escaped:
        raise InvalidInput(tr("The name ends inside a quotation or an escape."), field="dname")
    parts.append((current, joined))
    return [(part, plus) for part, plus in parts if part.strip()]


def _unescape(written: str, key: str, field: str) -> str:
    """What a value says, without its quotation marks, escapes and the blanks around it."""

    def wrong(reason: str, remedy: str = "") -> InvalidInput:
        return InvalidInput(reason, field=field, remedy=remedy)

    value = written.strip()
    if _ends_in_escape(value):
        # The blank behind it was escaped to stay (RFC 4514, 2.4).
        value += " "
    quoted = len(value) >= 2 and value[0] == value[-1] == '"' and not _ends_in_escape(value[:-1])
    if quoted:
        value = value[1:-1]
    out = bytearray()
    position = 0
    while position < len(value):
        character = value[position]
        if character == "\\":
            pair = value[position + 1 : position + 3]
            if len(pair) == 2 and _HEX.issuperset(pair):
                out += bytes.fromhex(pair)
                position += 3
                continue
            if pair[:1] not in _ESCAPABLE:
                raise wrong(
                    tr("The value of {key} contains “\\{pair}”.", key=key, pair=pair[:1]),
                    tr("Write a backslash as “\\\\\\\\”."),
                )
            position += 1
            character = value[position]
        elif character == '"':
            raise wrong(
                tr("The value of {key} contains a quotation mark.", key=key),
                tr('Write it as “\\"”, or quote the whole value.'),
            )
        try:
            out += character.encode()
        except UnicodeEncodeError as error:
            raise wrong(tr("The value of {key} is not text.", key=key)) from error
        position += 1
    try:
        return out.decode()
    except UnicodeDecodeError as error:
        raise wrong(
            tr("The value of {key} has escapes that are not UTF-8.", key=key),
            tr("Enter the characters themselves, or escape their UTF-8 bytes."),
        ) from error


def _ends_in_escape(text: str) -> bool:
    """Whether what follows the text is escaped by it."""
    return (len(text) - len(text.rstrip("\\"))) % 2 == 1

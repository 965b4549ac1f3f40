"""Distinguished names as people type them for keytool, and as RFC 4514 has them."""

from __future__ import annotations

from cryptography import x509
from cryptography.x509.oid import NameOID

from handfast.core.errors import InvalidInput

_TYPES = {
    "CN": NameOID.COMMON_NAME,
    "OU": NameOID.ORGANIZATIONAL_UNIT_NAME,
    "O": NameOID.ORGANIZATION_NAME,
    "L": NameOID.LOCALITY_NAME,
    "ST": NameOID.STATE_OR_PROVINCE_NAME,
    "S": NameOID.STATE_OR_PROVINCE_NAME,
    "C": NameOID.COUNTRY_NAME,
    "STREET": NameOID.STREET_ADDRESS,
    "DC": NameOID.DOMAIN_COMPONENT,
    "UID": NameOID.USER_ID,
    "EMAILADDRESS": NameOID.EMAIL_ADDRESS,
    "E": NameOID.EMAIL_ADDRESS,
    "SERIALNUMBER": NameOID.SERIAL_NUMBER,
    "T": NameOID.TITLE,
    "GIVENNAME": NameOID.GIVEN_NAME,
    "SURNAME": NameOID.SURNAME,
}

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
            f"“{code}” is not a country code.",
            field="country",
            causes=("It is two letters of ISO 3166, not a telephone prefix.",),
            remedy="For Australia it is AU, for the United States US, for Germany DE.",
        )


def parse_name(text: str) -> x509.Name:
    """The name in ``CN=Acme, O=Acme Inc., C=AU``, the most specific part first.

    RFC 4514 with the freedoms that keytool takes: blanks around commas, quoted values. In the
    certificate the parts stand the other way round, as keytool writes them.
    """
    groups: list[list[x509.NameAttribute[str]]] = [[]]
    for raw, joined in _split(text):
        key, equals, value = raw.partition("=")
        kind = _TYPES.get(key.strip().upper())
        if not equals or kind is None:
            raise InvalidInput(
                f"“{raw.strip()}” is not a part of a name.",
                field="dname",
                remedy="Write it as CN=Acme, OU=Sales, O=Acme Inc., L=Sydney, ST=NSW, C=AU.",
            )
        value = _unescape(value.strip())
        if not value:
            continue
        if kind == NameOID.COUNTRY_NAME:
            check_country(value)
            value = value.upper()
        try:
            attribute: x509.NameAttribute[str] = x509.NameAttribute(kind, value)
        except ValueError as error:
            raise InvalidInput(
                f"“{value}” does not fit as {key.strip().upper()}: {error}.", field="dname"
            ) from error
        if joined and groups[-1]:
            groups[-1].append(attribute)
        else:
            groups.append([attribute])
    names = [x509.RelativeDistinguishedName(group) for group in groups if group]
    if not names:
        raise InvalidInput("A name is needed.", field="dname", remedy="At least CN=….")
    return x509.Name(reversed(names))


def _split(text: str) -> list[tuple[str, bool]]:
    """The parts, each with whether a plus sign joins it to the one before."""
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
        raise InvalidInput("The name ends inside a quotation or an escape.", field="dname")
    parts.append((current, joined))
    return [(part, plus) for part, plus in parts if part.strip()]


def _unescape(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] == '"':
        value = value[1:-1]
    out = bytearray()
    position = 0
    while position < len(value):
        character = value[position]
        if character == "\\" and position + 1 < len(value):
            pair = value[position + 1 : position + 3]
            if len(pair) == 2 and all(digit in "0123456789abcdefABCDEF" for digit in pair):
                out += bytes.fromhex(pair)
                position += 3
                continue
            position += 1
            character = value[position]
        out += character.encode("utf-8", "replace")
        position += 1
    return out.decode("utf-8", "replace")

"""The attributes of distinguished names: how each is written, read, and limited.

The one table behind what Handfast shows of a name and what it takes for one. An attribute is
written as keytool writes it where keytool has a keyword for it (`sun.security.x509.AVAKeyword`),
else as OpenSSL does, whose names are those of RFC 4519 and X.520. The keywords of all three are
read, in any case.
"""

from __future__ import annotations

from typing import Final, NamedTuple

#: What X.520 calls unbounded, as keytool and cryptography have it.
_ANY_LENGTH: Final = 32_768


class NameAttribute(NamedTuple):
    """One attribute that a name may have a value of."""

    oid: str
    #: How it is written.
    keyword: str
    #: What else is read for it.
    synonyms: tuple[str, ...] = ()
    #: Characters, not bytes (X.520; RFC 5280, appendix A.1).
    longest: int = _ANY_LENGTH
    #: Whether it is an IA5String or a PrintableString, which hold no letters beyond ASCII.
    is_ascii: bool = False
    #: Whether keytool knows the keyword; it reads and writes all others by their number.
    is_of_keytool: bool = False


def _java(oid: str, keyword: str, *synonyms: str, longest: int = _ANY_LENGTH) -> NameAttribute:
    return NameAttribute(oid, keyword, synonyms, longest, is_of_keytool=True)


def _java_ascii(oid: str, keyword: str, *synonyms: str, longest: int) -> NameAttribute:
    return NameAttribute(oid, keyword, synonyms, longest, is_ascii=True, is_of_keytool=True)


ATTRIBUTES: Final = (
    _java("2.5.4.3", "CN", "commonName", longest=64),
    _java("2.5.4.4", "SURNAME", "SN"),
    _java_ascii("2.5.4.5", "SERIALNUMBER", longest=64),
    _java_ascii("2.5.4.6", "C", "countryName", longest=2),
    _java("2.5.4.7", "L", "localityName", longest=128),
    _java("2.5.4.8", "ST", "S", "stateOrProvinceName", longest=128),
    _java("2.5.4.9", "STREET", "streetAddress", longest=128),
    _java("2.5.4.10", "O", "organizationName", longest=64),
    _java("2.5.4.11", "OU", "organizationalUnitName", longest=64),
    _java("2.5.4.12", "T", "title", longest=64),
    _java("2.5.4.42", "GIVENNAME", "GN", "G"),
    _java("2.5.4.43", "INITIALS"),
    _java("2.5.4.44", "GENERATION", "generationQualifier"),
    _java_ascii("2.5.4.46", "DNQ", "dnQualifier", longest=_ANY_LENGTH),
    _java_ascii("0.9.2342.19200300.100.1.25", "DC", "domainComponent", longest=63),
    _java("0.9.2342.19200300.100.1.1", "UID", "userId", longest=256),
    _java_ascii("1.2.840.113549.1.9.1", "EMAILADDRESS", "EMAIL", "E", longest=255),
    _java("1.3.6.1.4.1.42.2.11.2.1", "IP"),
    NameAttribute("2.5.4.13", "description", longest=1024),
    NameAttribute("2.5.4.15", "businessCategory", longest=128),
    NameAttribute("2.5.4.16", "postalAddress"),
    NameAttribute("2.5.4.17", "postalCode", longest=40),
    NameAttribute("2.5.4.18", "postOfficeBox", longest=40),
    NameAttribute("2.5.4.19", "physicalDeliveryOfficeName", longest=128),
    NameAttribute("2.5.4.20", "telephoneNumber", longest=32, is_ascii=True),
    NameAttribute("2.5.4.27", "destinationIndicator", longest=128, is_ascii=True),
    NameAttribute("2.5.4.41", "name"),
    NameAttribute("2.5.4.45", "x500UniqueIdentifier"),
    NameAttribute("2.5.4.51", "houseIdentifier"),
    NameAttribute("2.5.4.54", "dmdName"),
    NameAttribute("2.5.4.65", "pseudonym", longest=128),
    NameAttribute("2.5.4.72", "role"),
    NameAttribute("2.5.4.97", "organizationIdentifier"),
    NameAttribute("0.9.2342.19200300.100.1.3", "mail", ("rfc822Mailbox",), 256, is_ascii=True),
    NameAttribute("1.2.840.113549.1.9.2", "unstructuredName"),
    NameAttribute("1.2.840.113549.1.9.8", "unstructuredAddress"),
    NameAttribute("1.3.6.1.4.1.311.60.2.1.1", "jurisdictionL", ("jurisdictionLocalityName",), 128),
    NameAttribute(
        "1.3.6.1.4.1.311.60.2.1.2", "jurisdictionST", ("jurisdictionStateOrProvinceName",), 128
    ),
    NameAttribute(
        "1.3.6.1.4.1.311.60.2.1.3",
        "jurisdictionC",
        ("jurisdictionCountryName",),
        longest=2,
        is_ascii=True,
    ),
)
BY_OID: Final = {each.oid: each for each in ATTRIBUTES}
#: By everything that is read for it, in upper case.
BY_KEYWORD: Final = {
    word.upper(): each for each in ATTRIBUTES for word in (each.keyword, *each.synonyms)
}

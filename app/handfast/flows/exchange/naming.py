"""Names as a person types them: country codes, hosts, and the parts of a distinguished name."""

from __future__ import annotations

import ipaddress
import re

from handfast.core.distinguished_name import COUNTRIES, check_country
from handfast.core.errors import InvalidInput
from handfast.core.host_names import HOST
from handfast.core.language import tr
from handfast.core.store import shorten
from handfast.flows.base import FieldProblem

#: The parts of the name as the draft calls them, in the order of keytool's questions, and what
#: each is written as.
NAME_PARTS = (
    ("common_name", "CN"),
    ("unit", "OU"),
    ("organisation", "O"),
    ("locality", "L"),
    ("state", "ST"),
    ("country", "C"),
    ("email", "EMAILADDRESS"),
)
_ADDRESS = re.compile(r"[\d.]+|[0-9a-f:]*:[0-9a-f:.]+", re.IGNORECASE)
#: People type telephone prefixes, three letters, and names. These are the usual ones.
_MEANT = {
    "1": "US", "7": "RU", "27": "ZA", "31": "NL", "32": "BE", "33": "FR", "34": "ES", "39": "IT",
    "41": "CH", "43": "AT", "44": "GB", "45": "DK", "46": "SE", "47": "NO", "48": "PL",
    "49": "DE", "52": "MX", "55": "BR", "61": "AU", "64": "NZ", "65": "SG", "81": "JP",
    "82": "KR", "86": "CN", "91": "IN", "353": "IE", "971": "AE",
    "AUS": "AU", "USA": "US", "UK": "GB", "GBR": "GB", "DEU": "DE", "GER": "DE", "FRA": "FR",
    "IND": "IN", "JPN": "JP", "CHN": "CN", "CAN": "CA", "NZL": "NZ", "IRL": "IE", "EN": "GB",
    "AUSTRALIA": "AU", "GERMANY": "DE", "INDIA": "IN", "FRANCE": "FR", "JAPAN": "JP",
    "CANADA": "CA", "CHINA": "CN", "IRELAND": "IE",
}  # fmt: skip


def country_problems(text: str) -> list[FieldProblem]:
    """Why a text is not a country code, and which one was probably meant."""
    try:
        check_country(text)
    except InvalidInput:
        meant = _MEANT.get(text.strip("+ ").upper())
        example = meant or tr("{first} or {second}", first="AU", second="DE")
        return [FieldProblem(field="country", message=_country_problem(text, example))]
    return []


def suggest_sans(common_name: str) -> tuple[str, ...]:
    """The name as a host or an address, where it looks like one."""
    name = common_name.strip()
    if _ADDRESS.fullmatch(name):
        try:
            return (f"ip:{ipaddress.ip_address(name)}",)
        except ValueError:
            return ()
    # A single word is more often a name of a system than a host; but everybody has a localhost.
    if HOST.fullmatch(name) and ("." in name or name.lower() == "localhost"):
        return (f"dns:{name.lower()}",)
    return ()


def _country_problem(text: str, example: str) -> str:
    if text.strip("+ ").isdigit():
        return tr(
            "“{text}” is a telephone prefix. Use the two-letter country code of ISO 3166, such as "
            "{example}.",
            text=shorten(text, 12),
            example=example,
        )
    if len(text) == 2 and text.upper() not in COUNTRIES:
        return tr(
            "“{text}” is not a country code. Use the two-letter code of ISO 3166, such as "
            "{example}.",
            text=shorten(text, 12),
            example=example,
        )
    return tr("Use the two-letter country code of ISO 3166, such as {example}.", example=example)

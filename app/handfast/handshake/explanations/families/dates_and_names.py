"""Expired and early certificates, and hosts that they are not for."""

from __future__ import annotations

from typing import Final

from handfast.core.language import tr
from handfast.handshake.explanations.families.nouns import CERT, FIELD, NOT
from handfast.handshake.explanations.meanings import NAME_NOT_SERVED_REMEDY
from handfast.handshake.explanations.rule import LIKELY, family

DATES: Final = (
    *family(
        "not-yet-valid clock",
        "before|earlier|prior",
        rf" {CERT} .{{0,120}}(?:before|earlier than|prior to) ~3 (?:not ?before|valid ?from|start of ~1 validity) ",
        rf" (?:before|earlier than|prior to) ~2 {CERT} ~1 (?:not ?before|valid ?from|start of ~1 validity) ",
        weight=LIKELY + 3,
    ),
    *family(
        "expired clock",
        "after|past|later",
        rf" {CERT} .{{0,120}}(?:after|later than|past) ~3 (?:not ?after|valid ?(?:to|until)|end of ~1 validity) ",
        rf" (?:after|later than|past) ~2 {CERT} ~1 (?:not ?after|valid ?(?:to|until)|end of ~1 validity) ",
        weight=LIKELY + 3,
    ),
    *family(
        "expired clock",
        "expired|expiry|expiration|expires",
        rf"(?<! no) {CERT} ~10 (?:has |have |had |is |are |was |were )?(?:already )?expired ",
        rf" expired ~4 {CERT} ",
        rf" {CERT} ~6 (?:past|after|passed|beyond|exceeded) ~3 (?:expiry|expiration) ",
        rf" {CERT} ~8 expired on ",
        rf" {CERT} ~4 (?:expired|expires) ~6 ago ",
        rf" {FIELD} ~6 (?:expired|expiry error) ",
        weight=LIKELY - 2,
    ),
    *family(
        "expired clock",
        "valid|out of date|outdated|stale|lapsed|ran out|run out|not after|notafter",
        rf" {CERT} ~5 (?:no longer|not any more|not anymore) valid ",
        rf" {CERT} ~5 (?:out of|not within|outside|beyond|past) ~4 (?:validity|valid|date) ",
        rf" {CERT} ~5 was (?:only )?valid (?:until|till|up to) ",
        rf" {CERT} ~5 (?:outdated|stale|lapsed|ran out|run out) ",
        rf" {CERT} ~8 current (?:time|date) ~10 is after ",
        r" invalid ~3 validity (?:period|date)",
        weight=LIKELY - 3,
    ),
    *family(
        "not-yet-valid clock",
        "valid|active|future|effective|activated|notbefore|before",
        rf" {CERT} ~6 (?:not|isnt) (?:yet|currently) (?:valid|active|activated|effective) ",
        rf" not yet (?:valid|active|activated|effective) ~4 {CERT} ",
        rf" {CERT} ~8 (?:in the future|future date|before its validity|becomes? valid|from future) ",
        rf" {CERT} ~5 not valid (?:before|until) ",
        rf" {FIELD} ~6 not (?:yet )?valid yet ",
        rf" {CERT} ~3 not before ~8 (?:future|later) ",
        weight=LIKELY - 1,
    ),
    *family(
        "clock expired",
        "clock|system time|time",
        rf" {FIELD} ~14 clock ~4 (?:skew|drift|wrong|incorrect|sync|synchronized|set|ahead|behind) ",
        rf" clock ~8 (?:skew|drift|wrong|incorrect|sync|synchronized) ~12 {FIELD} ",
        weight=LIKELY - 8,
    ),
)

NAMES: Final = (
    *family(
        "host-mismatch",
        "no matching",
        rf" {CERT} ~4 no matching ~1 (?:dns|san|sans|subject ?alt[a-z]*|host ?names?|domains?|names?) ",
        weight=LIKELY,
    ),
    *family(
        "host-mismatch",
        "match|mismatch|valid for|contain|listed|found|cover|include|verif|belong|differ|equal|not in|not on|not one"
        "|validate|name in|peer",
        rf" {NOT} ~3 (?:validat|verif|check|match)[a-z]* ~3 (?:server|host|domain) ?~1 name .{{0,300}}{FIELD} ",
        r" peer name (?:error|mis ?match[a-z]*|not authorized|invalid|does not match|doesnt match|rejected) ",
        r" (?:not|doesnt|dont|didnt) match ~1 any ~2 (?:dns names?|sans?|ip sans?|alt ?names?|ip addresses|names) ",
        rf" (?:server|host|domain) ?~1 name .{{0,200}} name (?:in|on|of) ~2 {CERT} ",
        rf" no {CERT} ~1 (?:subject ?alt[a-z]*|san|name)s? ~2 (?:name )?match",
        rf" (?:publisher|subject) (?:display )?name ~6 must match ~6 (?:subject|name) ~3 {CERT} ",
        # The name is not the certificate's.
        rf" {FIELD} .{{0,300}}(?:host ?names?|domains?|common names?|cn|sans?|subject|alt ?names?|"
        r"subject alt(?:ernative)? ?names?|dns names?|ip addresse?s?|server names?|target|hosts?|"
        rf"fqdn) ~12 (?:not|doesnt|dont|didnt|isnt|cannot|no|never|unable|fail[a-z]*|differs?) ~3 "
        r"(?:match[a-z]*|valid for|list(?:ed)?|includ[a-z]*|contain[a-z]*|cover[a-z]*|belong|found|equal|from)",
        r" (?:host ?names?|domains?|common names?|cn|sans?|alt ?names?|subject alt(?:ernative)? "
        r"?names?|dns names?|server names?|fqdn) ~12 (?:not|doesnt|dont|didnt|isnt|cannot|no) ~3 "
        rf"(?:match[a-z]*|valid for|list(?:ed)?|includ[a-z]*|contain[a-z]*|cover[a-z]*|found|equal) "
        rf".{{0,200}}{FIELD} ",
        rf" {CERT} ~6 (?:is )?(?:not|isnt|only|doesnt|does not) ~2 (?:valid|issued|good|match|for) "
        r"~2 (?:for|the) ~3 (?:host|hostname|domain|server|name|address|site|fqdn|ip) ",
        rf" (?:name|host ?name|host|address|domain) ~4 (?:not|isnt) (?:in|on|among|part of|listed in|present in|found in|"
        rf"one of) ~5 (?:{CERT}|sans?|subject alt[a-z]*) ",
        rf" {CERT} ~3 (?:not|isnt) valid for (?!(?:requested |this |the |specified )?(?:usage|use|"
        r"purpose|signing|encryption|decryption|digital|code|key|email|client|server|date|period|time))",
        rf" (?:host ?name|host|domain|common name|cn|server name|subject|name|ip address|address|san) "
        rf"~2 mis ?match[a-z]* .{{0,200}}{FIELD} ",
        rf" {FIELD} .{{0,200}}(?:host ?name|host|domain|common name|cn|server name|name|ip address|"
        r"address|san|altname|alt name) ~2 mis ?match[a-z]* ",
        rf" mis ?match[a-z]* ~6 (?:host ?name|host|domain|common name|cn|san|fqdn) ~10 {CERT} ",
        rf" {CERT} ~6 mis ?match[a-z]* ~6 (?:host ?name|host|domain|common name|cn|san|fqdn) ",
        # The certificate does not have the name.
        rf" {CERT} ~10 (?:not|doesnt|dont|didnt|isnt|cannot|no) ~2 (?:contain|include|match|list|cover|have|"
        r"hold|specify|mention|name) ~4 (?:host ?name|name|names|domain|domains|address|fqdn|san|sans|host|cn|"
        r"subject ?alt[a-z]*|ip) ",
        rf" (?:host ?name|host name|server identity|endpoint identity) ~2 verif[a-z]* ~4 {NOT} ",
        rf" {NOT} ~4 verif[a-z]* ~3 (?:host ?name|server name|server identity|endpoint identity) ",
        weight=LIKELY,
    ),
    *family(
        "host-mismatch",
        "wrong|incorrect|invalid|unexpected|another|different|other",
        rf" (?:subject|host|common|alt|alternative|dns|server) ?names? ~2 (?:on|in|of) ~2 {CERT} ~2 (?:is |are )?(?:"
        r"invalid|wrong|incorrect|bad|missing|different) ",
        rf" (?:wrong|incorrect|invalid|unexpected|bad) (?:host ?name|host|common ?name|cn|server "
        rf"name|domain name|san|dns name) ~6 {FIELD} ",
        rf" {FIELD} ~8 (?:wrong|incorrect|invalid|unexpected|bad) (?:host ?name|host|common ?name|cn|"
        r"server name|domain name|san|dns name) ",
        rf" {CERT} ~4 (?:issued|is|valid) (?:to|for) ~2 (?:another|different|other|wrong) ~1 "
        r"(?:host|hostname|name|domain|server|website|site) ",
        weight=LIKELY - 4,
    ),
    *family(
        "host-mismatch",
        "san|subject alt|ip sans|altname",
        rf" {FIELD} .{{0,200}}(?:no|without|missing|lacks?|doesnt contain any|does not contain any|"
        r"does not have|doesnt have|has no) ~3 (?:sans?|subject alt[a-z]* names?|alt ?names?|ip sans) ",
        weight=LIKELY - 5,
    ),
    *family(
        "host-mismatch",
        "sni|server name|servername|server_name",
        rf" (?:unknown|unrecognized|unrecognised|no matching|invalid|illegal|missing|no) ~2 (?:sni|server "
        rf"?name) ~8 {FIELD} ",
        rf" {FIELD} .{{0,200}}(?:unknown|unrecognized|unrecognised|no matching|invalid|illegal|missing|no) "
        r"~2 (?:sni|server ?name) ",
        weight=LIKELY - 12,
        message=tr(
            "The server has no configuration for the host name that the client requested (SNI), "
            "or the client sent none."
        ),
        remedy=NAME_NOT_SERVED_REMEDY,
    ),
)

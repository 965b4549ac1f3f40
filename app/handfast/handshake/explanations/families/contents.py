"""What a certificate says of its use, its CA, its algorithms, and its limits."""

from __future__ import annotations

from typing import Final

from handfast.handshake.explanations.families.nouns import CERT, FIELD, KEY, NOT, REJECT, STORE, TLS
from handfast.handshake.explanations.meanings import REVOCATION_UNKNOWN, REVOCATION_UNKNOWN_REMEDY
from handfast.handshake.explanations.rule import LIKELY, family

CONTENT: Final = (
    # There is something, but not what it should be.
    *family(
        "wrong-format no-identity",
        "valid",
        rf" (?:not|doesnt|didnt|isnt) (?:contain|hold|include|have) ~1 valid ~3 (?:{KEY}|{CERT}|pem|{STORE}) ",
        weight=LIKELY,
    ),
    *family(
        "wrong-purpose",
        "usage|purpose|eku|clientauth|serverauth|client auth|server auth|keyusage",
        rf" (?:key ?usages?|eku|purposes?|usages?) ~10 (?:not|doesnt|isnt|invalid|wrong|lacks?|missing|"
        rf"bad|un ?supported|without|inappropriate|unsuitable|inadequate|incompatible|improper|"
        rf"mis ?match[a-z]*|incorrect|disallow[a-z]*|forbidden|violat[a-z]*|{REJECT}|fail[a-z]*|no) ",
        r" (?:not|doesnt|isnt|invalid|wrong|lacks?|missing|bad|un ?supported|without|inappropriate|"
        r"unsuitable|inadequate|incompatible|improper|incorrect|violat[a-z]*|no) ~10 (?:key ?usages?|eku|"
        r"purposes?|extended key ?usages?|usages?|(?:client|server) ?auth(?:entication)?) "
        r"(?:~12 )",
        rf" {CERT} ~8 (?:not|doesnt|isnt|cannot) ~4 (?:client|server) ?auth(?:entication)? ",
        weight=LIKELY - 4,
    ),
    *family(
        "wrong-purpose",
        "sign|stamp|encrypt|encipher|auth|mail|mime",
        # What it is not for: “is not intended for time stamping”, “cannot be used to sign code”.
        rf" (?:{CERT}|identity) ~6 (?:not|cannot|isnt|cant) ~3 (?:for|as|to) ~1 (?:code ?sign[a-z]*|sign(?:ing)? code|"
        r"time ?stamp[a-z]*|document ?sign[a-z]*|encryption|encipherment|key agreement|data encipherment|s ?mime|"
        r"e ?mail protection|(?:client|server) (?:auth[a-z]*|use)|ocsp signing|crl signing) ",
        weight=LIKELY - 3,
    ),
    *family(
        "revoked",
        "revoked|revoke",
        rf" {CERT} ~10 (?:been |was |is )?(?<!or )revoked ",
        rf" revoked ~4 {CERT} ",
        rf" (?:ocsp|crl|{TLS}) ~8 (?<!or )revoked ",
        weight=LIKELY,
    ),
    *family(
        "revoked",
        "crl|revocation list",
        rf" {CERT} ~2 (?:is|was|been|are) ~1 (?:listed |found |present |included |contained |named )?(?:on|in|by) ~1 "
        r"(?:crl|revocation list) ",
        rf" {CERT} ~2 appears ~1 (?:on|in) ~1 (?:crl|revocation list) ",
        weight=LIKELY,
    ),
    *family(
        "revoked",
        "revocation|crl|ocsp",
        rf" (?:revocation|crls?|ocsp) ~10 {NOT} ",
        rf" {NOT} ~8 (?:revocation|crls?|ocsp) ",
        r" (?:crls?|ocsp) ~8 (?:exception|expired|invalid|unavailable|offline|missing|unreachable|stale|unknown|"
        r"unauthorized|unsupported|timed out|timeout|old|outdated) ",
        r" (?:expired|invalid|unavailable|offline|missing|unreachable|stale|bad) ~3 (?:crls?|ocsp) ",
        r" revocation ~8 (?:unknown|offline|unavailable|unreachable) ",
        weight=LIKELY - 6,
        message=REVOCATION_UNKNOWN,
        remedy=REVOCATION_UNKNOWN_REMEDY,
    ),
    *family(
        "weak-signature weak-key",
        "sha1|sha-1|md5|md2|weak|insecure|signature algorithm|hash|digest",
        rf" (?:weak|insecure|deprecated|disabled|un ?supported|forbidden|disallowed|rejected|too weak) "
        rf"~4 (?:sha ?1[a-z0-9]*|md ?5[a-z0-9]*|signature (?:algorithm|hash|digest)s?|hash ?(?:algorithm)?|"
        rf"message digest|digest) .{{0,200}}(?:{CERT}|x ?509|chain|ca) ",
        rf" (?:{CERT}|x ?509|chain|ca) .{{0,200}}(?:weak|insecure|deprecated|un ?supported|forbidden|disallowed|"
        r"rejected|too weak|disabled) ~4 (?:sha ?1[a-z0-9]*|md ?5[a-z0-9]*|signature "
        r"(?:algorithm|hash|digest)s?|hash|digest) ",
        rf" (?:{CERT}|chain|ca|signed|signature) .{{0,120}}(?:sha ?1[a-z0-9]*|md ?[25][a-z0-9]*|signature "
        rf"algorithm|digest|hash) ~5 (?:weak|insecure|deprecated|disabled|not (?:allowed|supported|permitted|"
        rf"accepted|secure)|un ?supported|no longer|too weak|{REJECT}) ",
        weight=LIKELY - 2,
    ),
    *family(
        "weak-key",
        "small|short|weak|key size|key length|bits|bit |keysize",
        rf" (?:{FIELD}|key|rsa|dh|dsa|ec|ee|ca) .{{0,120}}(?:key|rsa|dh|dsa|prime|modulus|keysize|"
        r"key ?(?:size|length)) ~5 (?:too (?:small|short|weak)|weak|insecure|insufficient|less than|"
        r"smaller than|below|not (?:allowed|strong enough|long enough)) ",
        rf" (?:weak|short|small|insecure) ~2 (?:public |rsa |dh |dsa |ephemeral |server |private )?(?:key|"
        rf"keys|key ?(?:size|length)) ~12 {FIELD} ",
        rf" {FIELD} ~12 (?:weak|short|small|insecure) ~2 (?:public |rsa |dh |dsa |ephemeral |server "
        r"|private )?(?:keys?|key ?(?:size|length)) ",
        r" (?:keys?|key ?(?:size|length)|rsa|modulus) ~6 (?:at least|minimum|must be) ~4 (?:1024|2048|3072|4096) ",
        r" (?:minimum|least) ~1 key ?(?:size|length) ~2 (?:1024|2048|3072|4096) ",
        weight=LIKELY - 1,
    ),
    *family(
        "not-a-ca untrusted",
        "ca|issuer|basic constraint|basicconstraint|sign",
        rf" (?:is|are|was) ?(?:not|nt) ~3 (?:ca|certificate authority|certification authority)"
        rf"(?: {CERT})? (?!list|file|bundle|store|issued|signed)",
        r" (?:isnt|not) a ~1 (?:ca|certificate authority|certification authority) ",
        r" basic ?constraints? ~10 (?:not|missing|invalid|absent|fail[a-z]*|false|no|check) ",
        r" (?:no|missing|invalid|without|bad) ~3 basic ?constraints? ",
        rf" {CERT} ~6 (?:not|cannot|isnt) ~4 (?:sign|issue|signing) ~3 {CERT} ",
        r" (?:issuer|ca) ~5 (?:not|cannot|isnt) ~3 (?:allowed|permitted|authorized|able)? ?~2 "
        r"(?:sign|issue) ",
        r" (?:invalid|bad) ca ~2 certificate ",
        weight=LIKELY - 3,
    ),
    *family(
        "path-length",
        "path|depth|chain|length",
        r" path ?len[a-z]* ~8 (?:exceed[a-z]*|violat[a-z]*|constraint[a-z]*|too) ",
        rf" (?:{CERT}|chain) ~6 (?:chain|path|depth|length) ~4 (?:too (?:long|deep|large)|exceed[a-z]*|"
        r"limit) ",
        rf" (?:exceed[a-z]*|maximum|max) ~5 (?:verify|verification|{CERT}|chain) ~2 (?:depth|chain "
        r"length|path length) ",
        weight=LIKELY - 1,
    ),
    *family(
        "name-constraint",
        "constraint|subtree",
        r" name ?constraints? ~10 (?:violat[a-z]*|not|fail[a-z]*|exclud[a-z]*|permit[a-z]*|un) ",
        r" (?:violat[a-z]*|not|exclud[a-z]*|permit[a-z]*|fail[a-z]*) ~8 (?:name ?constraints?|subtrees?) ",
        weight=LIKELY,
    ),
    *family(
        "unknown-critical-extension",
        "critical",
        r" (?:un ?known|un ?handled|un ?supported|un ?recognized|un ?recognised|un ?processed|invalid|"
        r"unexpected) ~3 critical ~2 ext[a-z]* ",
        r" critical ~2 ext[a-z]* ~8 (?:un ?known|un ?handled|un ?supported|un ?recognized|"
        r"un ?recognised|un ?processed|not) ",
        rf" extension ~8 (?:is |marked )critical ~6 {NOT} ",
        weight=LIKELY,
    ),
    *family(
        "chain-order",
        "order|sequence|chain",
        rf" (?:chain|{CERT}) ~8 (?:out of|wrong|incorrect|not in|invalid|improper|bad) ~3 (?:order|"
        r"sequence) ",
        rf" (?:order|sequence) ~6 (?:chain|{CERT}) ~5 (?:wrong|incorrect|invalid|bad) ",
        r" (?:certificates?|chain) ~3 (?:not|do not|does not|dont) ~2 (?:form|make) ~3 chain ",
        rf" (?:chain|{CERT}) ~4 not ~2 ordered ",
        weight=LIKELY - 1,
    ),
)

"""What a message says in whatever words: nouns of the field near the word for what is wrong.

Programs word the same failure in thousands of ways. These rules look at the plain words of a line
(see :func:`~handfast.handshake.explanations.rule.plain_words`), each for one meaning, and weigh
less than a message that is known to the letter. All of them need a noun of TLS, certificates, or
keystores in the line, so that an expired session or a wrong password of a person tells nothing.
"""

from __future__ import annotations

from typing import Final

from handfast.core.language import tr
from handfast.handshake.explanations.rule import ALERT, LIKELY, VAGUE, family

_CERT: Final = r"(?:certificates?|certs?|crts?|x ?509|cacerts?)"
_TLS: Final = r"(?:m?tls[a-z0-9]*|[a-z]{0,5}ssl[a-z0-9]*|dtls[a-z0-9]*|https|starttls|handshake)"
#: Of an address, “https” says nothing of a failure.
_SPOKEN: Final = (
    r"(?:m?tls[a-z0-9]*|[a-z]{0,5}ssl[a-z0-9]*|dtls[a-z0-9]*|starttls|handshake|"
    r"https (?:connection|handshake|request|error|server|port|endpoint|listener))"
)
_FIELD: Final = rf"(?:{_CERT}|{_TLS})"
_STORE: Final = (
    r"(?:key ?stores?|trust ?stores?|pkcs ?12|p ?12|pfx|jks|jceks|bks|bcfks|wallet|key ?ring|"
    r"key ?db|kdb|pse)"
)
_TRUST_STORE: Final = (
    r"(?:trust ?stores?|cacerts?|ca ?(?:bundle|path|store)|c afile|cafile|ca (?:certs?|certificates?"
    r"|file|crt|pem)|root (?:ca|certs?|certificates?|crt)|roots|trusted (?:root )?(?:ca ?|certs?"
    r"|certificates?|roots?)|trust anchors?)"
)
_KEY: Final = r"(?:private ?key|secret ?key|key ?file|ssl key|tls key|signing key|key pair|key)"
_NOT: Final = (
    r"(?:not|cannot|cant|couldnt|doesnt|dont|didnt|isnt|wasnt|werent|arent|hasnt|wont|unable|fails?|"
    r"failed|failure|failing|no|never|unsuccessful|impossible|error|errors|problem)"
)
#: The same without the mere “not”, where little else is asked of a line.
_FAILS: Final = (
    r"(?:cannot|cant|could not|couldnt|did not|didnt|does not|doesnt|unable|fails?|failed|failure|"
    r"failing|error|errors|problem)"
)
_ABSENT: Final = (
    r"(?:no such file|does not exist|doesnt exist|not exist|nonexistent|not found|notfound|"
    r"file not found|cannot find|cant find|could not find|couldnt find|unable to find|cannot open|"
    r"cant open|could not open|couldnt open|unable to open|unable to access|cannot access|"
    r"is missing|missing|permission denied|access (?:is |to [a-z0-9 ]{1,120} is )?denied|enoent|"
    r"eacces|unreadable|not readable|cannot read|unable to read file|not accessible|"
    r"no such file or directory)"
)
#: A program that makes a self-signed certificate for itself objects to none.
_NOT_MADE: Final = (
    r"(?<! creating)(?<! creating a)(?<! generating)(?<! generating a)(?<! generate a)"
    r"(?<! create a)(?<! created)(?<! created a)(?<! generated)(?<! generated a)(?<! using a)"
)
_REJECT: Final = r"(?:reject(?:ed|s|ing)?|refus(?:ed|es|ing)|declined|denied|disallowed)"

_DATES: Final = (
    *family(
        "expired clock",
        "expired|expiry|expiration|expires",
        rf"(?<! no) {_CERT} ~10 (?:has |have |had |is |are |was |were )?(?:already )?expired ",
        rf" expired ~4 {_CERT} ",
        rf" {_CERT} ~6 (?:past|after|passed|beyond|exceeded) ~3 (?:expiry|expiration) ",
        rf" {_CERT} ~8 expired on ",
        rf" {_CERT} ~4 (?:expired|expires) ~6 ago ",
        rf" {_FIELD} ~6 (?:expired|expiry error) ",
        weight=LIKELY - 2,
    ),
    *family(
        "expired clock",
        "valid|out of date|outdated|stale|lapsed|ran out|run out|not after|notafter",
        rf" {_CERT} ~5 (?:no longer|not any more|not anymore) valid ",
        rf" {_CERT} ~5 (?:out of|not within|outside|beyond|past) ~4 (?:validity|valid|date) ",
        rf" {_CERT} ~5 was (?:only )?valid (?:until|till|up to) ",
        rf" {_CERT} ~5 (?:outdated|stale|lapsed|ran out|run out) ",
        rf" {_CERT} ~8 current (?:time|date) ~10 is after ",
        r" invalid ~3 validity (?:period|date)",
        weight=LIKELY - 3,
    ),
    *family(
        "not-yet-valid clock",
        "valid|active|future|effective|activated|notbefore|before",
        rf" {_CERT} ~6 (?:not|isnt) (?:yet|currently) (?:valid|active|activated|effective) ",
        rf" not yet (?:valid|active|activated|effective) ~4 {_CERT} ",
        rf" {_CERT} ~8 (?:in the future|future date|before its validity|becomes? valid|from future) ",
        rf" {_CERT} ~5 not valid (?:before|until) ",
        rf" {_FIELD} ~6 not (?:yet )?valid yet ",
        rf" {_CERT} ~3 not before ~8 (?:future|later) ",
        weight=LIKELY - 1,
    ),
    *family(
        "clock expired",
        "clock|system time|time",
        rf" {_FIELD} ~14 clock ~4 (?:skew|drift|wrong|incorrect|sync|synchronized|set|ahead|behind) ",
        rf" clock ~8 (?:skew|drift|wrong|incorrect|sync|synchronized) ~12 {_FIELD} ",
        weight=LIKELY - 8,
    ),
)

_NAMES: Final = (
    *family(
        "host-mismatch",
        "match|mismatch|valid for|contain|listed|found|cover|include|verif|belong|differ|equal|not in|not on|not one"
        "|validate|name in|peer",
        rf" {_NOT} ~3 (?:validat|verif|check|match)[a-z]* ~3 (?:server|host|domain) ?~1 name .{{0,300}}{_FIELD} ",
        r" peer name (?:error|mis ?match[a-z]*|not authorized|invalid|does not match|doesnt match|rejected) ",
        r" (?:not|doesnt|dont|didnt) match ~1 any ~2 (?:dns names?|sans?|ip sans?|alt ?names?|ip addresses|names) ",
        rf" (?:server|host|domain) ?~1 name .{{0,200}} name (?:in|on|of) ~2 {_CERT} ",
        rf" no {_CERT} ~1 (?:subject ?alt[a-z]*|san|name)s? ~2 (?:name )?match",
        rf" (?:publisher|subject) (?:display )?name ~6 must match ~6 (?:subject|name) ~3 {_CERT} ",
        # The name is not the certificate's.
        rf" {_FIELD} .{{0,300}}(?:host ?names?|domains?|common names?|cn|sans?|subject|alt ?names?|"
        r"subject alt(?:ernative)? ?names?|dns names?|ip addresse?s?|server names?|target|hosts?|"
        rf"fqdn) ~12 (?:not|doesnt|dont|didnt|isnt|cannot|no|never|unable|fail[a-z]*|differs?) ~3 "
        r"(?:match[a-z]*|valid for|list(?:ed)?|includ[a-z]*|contain[a-z]*|cover[a-z]*|belong|found|equal|from)",
        r" (?:host ?names?|domains?|common names?|cn|sans?|alt ?names?|subject alt(?:ernative)? "
        r"?names?|dns names?|server names?|fqdn) ~12 (?:not|doesnt|dont|didnt|isnt|cannot|no) ~3 "
        rf"(?:match[a-z]*|valid for|list(?:ed)?|includ[a-z]*|contain[a-z]*|cover[a-z]*|found|equal) "
        rf".{{0,200}}{_FIELD} ",
        rf" {_CERT} ~6 (?:is )?(?:not|isnt|only|doesnt|does not) ~2 (?:valid|issued|good|match|for) "
        r"~2 (?:for|the) ~3 (?:host|hostname|domain|server|name|address|site|fqdn|ip) ",
        rf" (?:name|host ?name|host|address|domain) ~4 (?:not|isnt) (?:in|on|among|part of|listed in|present in|found in|"
        rf"one of) ~5 (?:{_CERT}|sans?|subject alt[a-z]*) ",
        rf" {_CERT} ~3 (?:not|isnt) valid for (?!(?:requested |this |the |specified )?(?:usage|use|"
        r"purpose|signing|client|server|date|period|time))",
        rf" (?:host ?name|host|domain|common name|cn|server name|subject|name|ip address|address|san) "
        rf"~2 mis ?match[a-z]* .{{0,200}}{_FIELD} ",
        rf" {_FIELD} .{{0,200}}(?:host ?name|host|domain|common name|cn|server name|name|ip address|"
        r"address|san|altname|alt name) ~2 mis ?match[a-z]* ",
        rf" mis ?match[a-z]* ~6 (?:host ?name|host|domain|common name|cn|san|fqdn) ~10 {_CERT} ",
        rf" {_CERT} ~6 mis ?match[a-z]* ~6 (?:host ?name|host|domain|common name|cn|san|fqdn) ",
        # The certificate does not have the name.
        rf" {_CERT} ~10 (?:not|doesnt|dont|didnt|isnt|cannot|no) ~2 (?:contain|include|match|list|cover|have|"
        r"hold|specify|mention|name) ~4 (?:host ?name|name|names|domain|domains|address|fqdn|san|sans|host|cn|"
        r"subject ?alt[a-z]*|ip) ",
        rf" (?:host ?name|host name|server identity|endpoint identity) ~2 verif[a-z]* ~4 {_NOT} ",
        rf" {_NOT} ~4 verif[a-z]* ~3 (?:host ?name|server name|server identity|endpoint identity) ",
        weight=LIKELY,
    ),
    *family(
        "host-mismatch",
        "wrong|incorrect|invalid|unexpected|another|different|other",
        rf" (?:subject|host|common|alt|alternative|dns|server) ?names? ~2 (?:on|in|of) ~2 {_CERT} ~2 (?:is |are )?(?:"
        r"invalid|wrong|incorrect|bad|missing|different) ",
        rf" (?:wrong|incorrect|invalid|unexpected|bad) (?:host ?name|host|common ?name|cn|server "
        rf"name|domain name|san|dns name) ~6 {_FIELD} ",
        rf" {_FIELD} ~8 (?:wrong|incorrect|invalid|unexpected|bad) (?:host ?name|host|common ?name|cn|"
        r"server name|domain name|san|dns name) ",
        rf" {_CERT} ~4 (?:issued|is|valid) (?:to|for) ~2 (?:another|different|other|wrong) ~1 "
        r"(?:host|hostname|name|domain|server|website|site) ",
        weight=LIKELY - 4,
    ),
    *family(
        "host-mismatch",
        "san|subject alt|ip sans|altname",
        rf" {_FIELD} .{{0,200}}(?:no|without|missing|lacks?|doesnt contain any|does not contain any|"
        r"does not have|doesnt have|has no) ~3 (?:sans?|subject alt[a-z]* names?|alt ?names?|ip sans) ",
        weight=LIKELY - 5,
    ),
    *family(
        "host-mismatch",
        "sni|server name|servername|server_name",
        rf" (?:unknown|unrecognized|unrecognised|no matching|invalid|illegal|missing|no) ~2 (?:sni|server "
        rf"?name) ~8 {_FIELD} ",
        rf" {_FIELD} .{{0,200}}(?:unknown|unrecognized|unrecognised|no matching|invalid|illegal|missing|no) "
        r"~2 (?:sni|server ?name) ",
        weight=LIKELY - 12,
        message=tr(
            "The server has no configuration for the host name that the client requested (SNI), "
            "or the client sent none."
        ),
        remedy=tr(
            "Connect with a host name that the server is configured for, or configure this name "
            "on the server."
        ),
    ),
)

_CONTENT: Final = (
    *family(
        "wrong-purpose",
        "usage|purpose|eku|clientauth|serverauth|client auth|server auth|keyusage",
        rf" (?:key ?usages?|eku|purposes?|usages?) ~10 (?:not|doesnt|isnt|invalid|wrong|lacks?|missing|"
        rf"bad|un ?supported|without|inappropriate|unsuitable|inadequate|incompatible|improper|"
        rf"mis ?match[a-z]*|incorrect|disallow[a-z]*|forbidden|violat[a-z]*|{_REJECT}|fail[a-z]*|no) ",
        r" (?:not|doesnt|isnt|invalid|wrong|lacks?|missing|bad|un ?supported|without|inappropriate|"
        r"unsuitable|inadequate|incompatible|improper|incorrect|violat[a-z]*|no) ~10 (?:key ?usages?|eku|"
        r"purposes?|extended key ?usages?|usages?|(?:client|server) ?auth(?:entication)?) "
        r"(?:~12 )",
        rf" {_CERT} ~8 (?:not|doesnt|isnt|cannot) ~4 (?:client|server) ?auth(?:entication)? ",
        weight=LIKELY - 4,
    ),
    *family(
        "revoked",
        "revoked|revoke",
        rf" {_CERT} ~10 (?:been |was |is )?(?<!or )revoked ",
        rf" revoked ~4 {_CERT} ",
        rf" (?:ocsp|crl|{_TLS}) ~8 (?<!or )revoked ",
        weight=LIKELY,
    ),
    *family(
        "revoked",
        "revocation|crl|ocsp",
        rf" (?:revocation|crls?|ocsp) ~10 {_NOT} ",
        rf" {_NOT} ~8 (?:revocation|crls?|ocsp) ",
        r" (?:crls?|ocsp) ~8 (?:exception|expired|invalid|unavailable|offline|missing|unreachable|stale|unknown|"
        r"unauthorized|unsupported|timed out|timeout|old|outdated) ",
        r" (?:expired|invalid|unavailable|offline|missing|unreachable|stale|bad) ~3 (?:crls?|ocsp) ",
        r" revocation ~8 (?:unknown|offline|unavailable|unreachable) ",
        weight=LIKELY - 6,
        message=tr(
            "The checking side requires a revocation check and cannot complete it: the CA’s "
            "revocation list or OCSP service is unreachable, missing, or out of date."
        ),
        remedy=tr(
            "Allow that side to reach the CA’s CRL or OCSP address, or provide a current "
            "revocation list."
        ),
    ),
    *family(
        "weak-signature weak-key",
        "sha1|sha-1|md5|md2|weak|insecure|signature algorithm|hash|digest",
        rf" (?:weak|insecure|deprecated|disabled|un ?supported|forbidden|disallowed|rejected|too weak) "
        rf"~4 (?:sha ?1[a-z0-9]*|md ?5[a-z0-9]*|signature (?:algorithm|hash|digest)s?|hash ?(?:algorithm)?|"
        rf"message digest|digest) .{{0,200}}(?:{_CERT}|x ?509|chain|ca) ",
        rf" (?:{_CERT}|x ?509|chain|ca) .{{0,200}}(?:weak|insecure|deprecated|un ?supported|forbidden|disallowed|"
        r"rejected|too weak|disabled) ~4 (?:sha ?1[a-z0-9]*|md ?5[a-z0-9]*|signature "
        r"(?:algorithm|hash|digest)s?|hash|digest) ",
        rf" (?:{_CERT}|chain|ca|signed|signature) .{{0,120}}(?:sha ?1[a-z0-9]*|md ?[25][a-z0-9]*|signature "
        rf"algorithm|digest|hash) ~5 (?:weak|insecure|deprecated|disabled|not (?:allowed|supported|permitted|"
        rf"accepted|secure)|un ?supported|no longer|too weak|{_REJECT}) ",
        weight=LIKELY - 2,
    ),
    *family(
        "weak-key",
        "small|short|weak|key size|key length|bits|bit |keysize",
        rf" (?:{_FIELD}|key|rsa|dh|dsa|ec|ee|ca) .{{0,120}}(?:key|rsa|dh|dsa|prime|modulus|keysize|"
        r"key ?(?:size|length)) ~5 (?:too (?:small|short|weak)|weak|insecure|insufficient|less than|"
        r"smaller than|below|not (?:allowed|strong enough|long enough)) ",
        rf" (?:weak|short|small|insecure) ~2 (?:public |rsa |dh |dsa |ephemeral |server |private )?(?:key|"
        rf"keys|key ?(?:size|length)) ~12 {_FIELD} ",
        rf" {_FIELD} ~12 (?:weak|short|small|insecure) ~2 (?:public |rsa |dh |dsa |ephemeral |server "
        r"|private )?(?:keys?|key ?(?:size|length)) ",
        r" (?:keys?|key ?(?:size|length)|rsa|modulus) ~6 (?:at least|minimum|must be) ~4 (?:1024|2048|3072|4096) ",
        r" (?:minimum|least) ~1 key ?(?:size|length) ~2 (?:1024|2048|3072|4096) ",
        weight=LIKELY - 1,
    ),
    *family(
        "not-a-ca untrusted",
        "ca|issuer|basic constraint|basicconstraint|sign",
        rf" (?:is|are|was) ?(?:not|nt) ~3 (?:ca|certificate authority|certification authority)"
        rf"(?: {_CERT})? (?!list|file|bundle|store|issued|signed)",
        r" (?:isnt|not) a ~1 (?:ca|certificate authority|certification authority) ",
        r" basic ?constraints? ~10 (?:not|missing|invalid|absent|fail[a-z]*|false|no|check) ",
        r" (?:no|missing|invalid|without|bad) ~3 basic ?constraints? ",
        rf" {_CERT} ~6 (?:not|cannot|isnt) ~4 (?:sign|issue|signing) ~3 {_CERT} ",
        r" (?:issuer|ca) ~5 (?:not|cannot|isnt) ~3 (?:allowed|permitted|authorized|able)? ?~2 "
        r"(?:sign|issue) ",
        r" (?:invalid|bad) ca ~2 certificate ",
        weight=LIKELY - 3,
    ),
    *family(
        "path-length",
        "path|depth|chain|length",
        r" path ?len[a-z]* ~8 (?:exceed[a-z]*|violat[a-z]*|constraint[a-z]*|too) ",
        rf" (?:{_CERT}|chain) ~6 (?:chain|path|depth|length) ~4 (?:too (?:long|deep|large)|exceed[a-z]*|"
        r"limit) ",
        rf" (?:exceed[a-z]*|maximum|max) ~5 (?:verify|verification|{_CERT}|chain) ~2 (?:depth|chain "
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
        rf" extension ~8 (?:is |marked )critical ~6 {_NOT} ",
        weight=LIKELY,
    ),
    *family(
        "chain-order",
        "order|sequence|chain",
        rf" (?:chain|{_CERT}) ~8 (?:out of|wrong|incorrect|not in|invalid|improper|bad) ~3 (?:order|"
        r"sequence) ",
        rf" (?:order|sequence) ~6 (?:chain|{_CERT}) ~5 (?:wrong|incorrect|invalid|bad) ",
        r" (?:certificates?|chain) ~3 (?:not|do not|does not|dont) ~2 (?:form|make) ~3 chain ",
        rf" (?:chain|{_CERT}) ~4 not ~2 ordered ",
        weight=LIKELY - 1,
    ),
)

_TRUST: Final = (
    *family(
        "untrusted stale-certificate",
        "trust|pinned|known|whitelist|allow|accept|list of",
        rf" (?:{_CERT}|public key|thumbprint|fingerprint) .{{0,200}}not ~3 (?:list|set|store|pool) ~2 (?:trusted|known|pinned|allowed) ",
        r" (?:issuer|ca|signer|authority) ~10 (?:not|isnt) ~1 (?:in|on|among|one of|part of) ~3 (?:list|accepted|"
        r"trusted|known|allowed|acceptable|configured) ",
        rf" (?:{_CERT}|public key) ~8 not ~2 (?:whitelisted|allow ?listed) ",
        weight=LIKELY + 4,
    ),
    # One certificate or key is expected, and another one came.
    *family(
        "stale-certificate untrusted",
        "pin|fingerprint|thumbprint|saved|stored|expected|known|cached|previous|changed",
        rf" (?:{_CERT}|public ?key|key|fingerprint|thumbprint|hash) ~6 (?:not|doesnt|didnt|isnt|no) ~2 match[a-z]* "
        r"~4 (?:pin|pins|pinned|pinset|saved|stored|expected|known|cached|previous|previously|fingerprint|"
        r"thumbprint|configured) (?!cn |common |host|name|domain|subject|issuer|san)",
        r" (?:pin|pinning|pinned ~2 (?:key|certificate)|fingerprint|thumbprint) ~4 (?:mis ?match[a-z]*|fail[a-z]*|"
        r"failure|error|not match|invalid|verification failed) ",
        rf" {_CERT} ~4 (?:has changed|was changed|changed unexpectedly|has been replaced) ",
        weight=LIKELY + 3,
        message=tr(
            "The certificate received is not the one that was pinned or stored: it was renewed, "
            "or the connection is being intercepted."
        ),
        remedy=tr(
            "Ask the owner for the current fingerprint. If it matches the certificate received, "
            "replace the stored certificate or pin."
        ),
    ),
    *family(
        "stale-certificate untrusted",
        "signature",
        rf" {_CERT} ~6 (?:invalid|bad|wrong) signature (?!algorithm|hash|type|scheme|format)",
        rf" signature ~3 (?:of|in|on) ~3 {_CERT} ~3 (?:invalid|bad|wrong|not|could|couldnt|cannot|{_FAILS}) ",
        rf" {_CERT} signature ~4 (?:invalid|failure|could not|couldnt|cannot|not valid|mis ?match|bad|"
        r"verification failed|incorrect) ",
        weight=ALERT + 6,
    ),
    *family(
        "chain-order missing-intermediate",
        "issuer",
        r" subject ~8 (?:not|doesnt) ~2 match ~4 issuer ",
        r" issuer ~8 (?:not|doesnt) ~2 match ~4 subject ",
        weight=LIKELY + 3,
    ),
    *family(
        "untrusted",
        "self-signed|self signed|selfsigned|self_signed",
        rf"{_NOT_MADE} self ?signed ~4 (?:{_CERT}|root|ca|chain) ",
        rf" (?:{_CERT}|chain|root|ca) ~8 (?<! creating a )(?<! generating a )self ?signed ",
        weight=ALERT + 9,
        message=tr(
            "The certificate, or the root of its chain, is self-signed and is not in the trust "
            "store that was used."
        ),
        remedy=tr("Compare its fingerprint with its owner, then import it into that trust store."),
    ),
    *family(
        "missing-intermediate untrusted",
        "incomplete|intermediate|broken|partial|missing|complete|chain",
        rf" (?:incomplete|broken|partial) ~3 (?:chain|{_CERT} chain) ",
        rf" (?:missing|lacks?|no|without|absent|not (?:found|sent|included|provided)) ~4 "
        rf"intermediates? ~1 (?:{_CERT}|ca|cas|authority)?",
        r" intermediates? ~4 (?:missing|absent|not (?:found|sent|included|provided|present|"
        r"installed|available)) ",
        rf" (?:chain|{_CERT} chain) ~4 (?:incomplete|not (?:complete|full)|broken|partial) ",
        weight=LIKELY - 8,
        side="server",
    ),
    *family(
        "untrusted missing-intermediate stale-certificate",
        "trust|listed|registered|authori|signed by|issued by|approved|recogni",
        rf" {_FIELD} .{{0,300}}(?:un ?trusted|not ~5 trust(?:ed|worthy)?|dis ?trust(?:ed)?|isnt ~3 trusted|"
        r"doesnt trust|does not trust|no trust) ",
        rf" (?:un ?trusted|not ~5 trusted|dis ?trust(?:ed)?|doesnt trust|does not trust|dont trust) .{{0,200}}"
        rf"(?:{_FIELD}|root|issuer|ca|signer|authority|chain) ",
        rf" (?:{_FIELD}|chain|issuer|ca|signer|root) ~10 {_NOT} ~8 (?:trust ?store|trust (?:list|"
        r"store|chain|anchor)|trusted (?:root|ca|list)) ",
        rf" {_NOT} ~2 (?:system|server|certificate|chain|ssl|tls) trust ",
        rf" {_CERT} ~5 (?:not|isnt) ~2 (?:allow ?listed|allow listed|white ?listed|on ~2 list|registered) ",
        rf" {_CERT} ~4 (?:not|isnt|never) ~2 (?:authori[sz]ed|signed by|issued by|approved|recogni[sz]ed) ",
        rf" {_NOT} ~6 (?:establish|build|create|find|validate|verify) ~6 (?:trust|trusted) ",
        r" trust (?:chain|path|anchor|relationship|evaluation|manager) ~6 "
        rf"(?:{_NOT}|broken|missing|invalid|reject[a-z]*) ",
        weight=ALERT + 8,
    ),
    *family(
        "untrusted missing-intermediate stale-certificate",
        "issuer|authority|signer|unknown|anchor| ca|root|recogni",
        rf" (?:un ?known|unrecogni[sz]ed|unregistered|unidentified|no known|no matching) ~2 (?:ca|{_CERT} "
        r"authority|certification authority|authority|issuer|signer|root|anchor) ",
        rf" (?:issuer|certification authority|certificate authority|signer|root {_CERT}|trust anchor|"
        r"issuing (?:ca|certificate|cert)|ca) ~5 (?:un ?known|not (?:be )?(?:found|known|recognized|"
        r"recognised|available|present|valid|accepted)|missing|unavailable|cannot be found|couldnt be "
        r"found|invalid) ",
        rf" {_NOT} ~8 (?:find|get|locate|build|retrieve|determine|obtain) ~6 (?:issuer|trust anchor|"
        rf"signer|root (?:ca|{_CERT})|issuing {_CERT}|{_CERT} (?:path|chain)|valid {_CERT} path|"
        r"certification path) ",
        weight=ALERT + 7,
    ),
    # That a certificate was not accepted, and no word of why.
    *family(
        "untrusted missing-intermediate expired host-mismatch",
        "verif|validat|authenticat|reject|invalid|accept|check|confirm",
        rf" (?:verification|validation|evaluation) of ~6 (?:{_CERT}|chain) ~3 {_NOT} ",
        rf" {_CERT} (?:verification|validation) (?:issue|issues|problem|problems|trouble) ",
        rf" (?:{_CERT}|chain) ~5 (?:verif[a-z]*|validat[a-z]*|authenticat[a-z]*|check[a-z]*) ~5 {_NOT} ",
        rf" (?:{_NOT}|problem) ~6 (?:verify|validate|confirm|confirming|verifying|validating|verification|validation|authenticate) ~7 "
        rf"(?:{_CERT}|chain|certification path) ",
        rf" (?:{_CERT}|chain) ~7 {_NOT} ~4 (?:verif[a-z]*|validat[a-z]*|authenticated|accept[a-z]*) ",
        rf" (?:{_TLS}|peer|server) ~2 (?:verif[a-z]*|validat[a-z]*) ~3 {_NOT} ~4 (?:{_FIELD}|chain) ",
        rf" {_TLS} ~6 (?:verif[a-z]*|validat[a-z]*) ~2 (?:failed|failure|error|unsuccessful) ",
        rf" {_NOT} ~4 (?:verify|validate|authenticate) ~3 (?:peer|server|remote|ssl|tls|identity) ~12 "
        rf"(?:{_FIELD}) ",
        rf" (?:{_CERT}) (?:~3 )(?:is|was|are) ~2 (?:invalid|not (?:valid|ok|acceptable|accepted)|bad|"
        rf"{_REJECT}) ",
        rf" (?:invalid|bad) ~1 (?:peer|server|client|remote|ssl|tls|https|host|origin|user|security)? "
        rf"?~1 {_CERT} (?!file|format|type|encoding|data|path|pem|request|alias|name)",
        rf" {_REJECT} ~6 {_CERT} ",
        rf" {_CERT} ~4 {_REJECT} ",
        weight=ALERT - 8,
    ),
    *family(
        "empty-trust-store",
        "empty|no |missing|not set|not specified|not configured|not provided|not defined|without",
        rf" {_TRUST_STORE} ~4 (?:is |are |was )?(?:empty|not (?:set|specified|configured|provided|defined|"
        r"loaded)|has no entries|contains? no|zero) ",
        rf" (?:no|empty|without|missing|zero|0) ~2 {_TRUST_STORE} ~2 (?:file |found|configured|specified|"
        r"available|loaded|provided|defined|set|in|were|are|was|is|certificates?) ",
        weight=LIKELY - 6,
    ),
)

_STORES: Final = (
    *family(
        "wrong-password wrong-format",
        "password|passphrase|passwd|pass phrase|integrity|hmac|mac",
        rf" {_STORE} .{{0,240}}(?:pass ?words?|pass ?phrases?|pin|passwd) ~8 (?:wrong|incorrect|invalid|bad|"
        rf"mis ?match|not (?:match|correct|valid|right)|doesnt match|does not match|fail[a-z]*|"
        r"error|tampered) ",
        rf" {_STORE} .{{0,200}}(?:wrong|incorrect|invalid|bad|different|another|mis ?match[a-z]*|tampered) ~4 (?:pass ?words?|"
        r"pass ?phrases?|pin|passwd) ",
        rf" (?:wrong|incorrect|invalid|bad|mis ?match[a-z]*) ~4 (?:pass ?words?|pass ?phrases?|passwd) "
        rf".{{0,200}}(?:{_STORE}|certificate file) ",
        rf" (?:pass ?words?|pass ?phrases?|passwd) ~8 (?:wrong|incorrect|invalid|bad|mis ?match|not "
        rf"(?:match|correct|valid|right)|doesnt match|does not match) .{{0,120}}(?:{_STORE}) ",
        rf" (?:{_STORE}|{_CERT}) .{{0,160}}(?:integrity|mac|hmac) ~4 (?:check|verif[a-z]*)? ?~3 (?:{_NOT}|"
        r"invalid|mis ?match) ",
        rf" {_CERT} ~6 (?:pass ?words?|pass ?phrases?) ~6 (?:wrong|incorrect|invalid|bad|not correct) ",
        rf" (?:wrong|incorrect|invalid|bad) ~2 (?:pass ?words?|pass ?phrases?) ~8 {_CERT} ",
        rf" {_STORE} ~3 tampered ",
        rf" {_STORE} ~2 (?:pass ?words?|pass ?phrases?|passwd) ~5 (?:must be|required|missing|null|empty|not "
        r"(?:set|provided|given|specified|supplied)) ",
        rf" (?:{_REJECT}|check|missing|no|without) ~5 {_STORE} ~2 (?:pass ?words?|pass ?phrases?|passwd) ",
        rf" (?:{_CERT}|{_STORE}|pem) ~5 (?:wrong|incorrect|invalid|bad) ~1 (?:pass ?words?|pass ?phrases?|passwd) ",
        rf" (?:{_CERT}|{_STORE}|[a-z0-9]+ (?:p12|pfx|jks)) ~6 (?:is the|check|check the|check your|verify the) "
        r"(?:pass ?word|pass ?phrase) ",
        weight=LIKELY - 1,
    ),
    *family(
        "key-password wrong-password",
        "password|passphrase|passwd|pass phrase|decrypt|encrypted|padding|pad block|padded",
        r" private ?key ~12 (?:pass ?words?|pass ?phrases?) ~6 (?:wrong|incorrect|invalid|bad|required|"
        r"needed|missing|mis ?match|not|fail[a-z]*) ",
        r" (?:wrong|incorrect|invalid|bad|missing|no|requires?|need[a-z]*|without) ~4 (?:pass ?words?|"
        r"pass ?phrases?) ~10 (?:private|encrypted|rsa|ssl|tls|server|client|signing|pem) ?~1 key ",
        rf" (?:{_NOT}) ~4 (?:decrypt|decrypting|decryption|unlock) ~6 (?:private ?key|key ?file|key|"
        r"pem|pkcs ?8|signing key) ",
        r" (?:decrypt|decrypting|decryption|unlocking) ~4 (?:private ?key|key ?file|pkcs ?8|pem) ~5 "
        r"(?:failed|failure|error) ",
        r" (?:private ?key|key ?file) ~14 (?:requires?|needs?|wants?|expects?) ~1 (?:pass ?word|pass ?phrase) ",
        r" private ?key ~4 (?:is )?(?:encrypted|password protected|passphrase protected) ",
        r" (?:encrypted|protected) ~2 private ?keys? ~6 (?:not supported|unsupported|not|no|without|"
        r"requires?) ",
        r" pem ~6 (?:bad )?(?:pass ?words?|pass ?phrases?) ~3 (?:read|wrong|incorrect|required) ",
        rf" {_KEY} ~4 encrypted ~4 (?:no|without|but) ",
        r" (?:problems? getting|getting) pass ?(?:word|phrase) ",
        r" (?:pad block|bad padding|padding|final block) .{0,80}(?:corrupted|exception|padded|invalid|error) ",
        r" key ?pass(?:word)? ~6 (?:wrong|incorrect|invalid|differ[a-z]*|not) ",
        weight=LIKELY - 1,
    ),
    *family(
        "key-mismatch",
        "match|belong|correspond|pair|consistent",
        rf" (?:private ?)?(?:key|keys|keyfile) ~12 (?:not|doesnt|dont|didnt|isnt|mis|no) ?~3 (?:match[a-z]*|"
        rf"correspond[a-z]*|belong[a-z]*|pair|fit|consistent) ~10 (?:{_CERT}|public|csr|request) ",
        rf" (?:{_CERT}|public ?key|csr) ~12 (?:not|doesnt|dont|didnt|isnt|mis|no) ?~3 (?:match[a-z]*|"
        r"correspond[a-z]*|belong[a-z]*|pair|fit) ~10 (?:private ?)?(?:key|keys|keyfile) ",
        rf" (?:{_CERT}) ~4 (?:and|or) ~4 (?:key|keys|keyfile|private ?key) ~10 (?:not|doesnt|dont|didnt|"
        r"mis) ?~3 (?:match[a-z]*|correspond[a-z]*|belong[a-z]*|pair) ",
        rf" (?:key|private ?key|public ?key) ~3 (?:and|with|to) ~2 {_CERT} ~10 (?:not|doesnt|dont|didnt|mis) "
        r"?~3 (?:match[a-z]*|correspond[a-z]*|belong[a-z]*|pair) ",
        rf" (?:private ?|public ?)?key ~2 match(?:es|ed)? ~1 (?:none|no|neither) ~4 {_CERT} ",
        r" mis ?matched ~3 keys? ",
        rf" (?:{_CERT}|private|public) ~4 key ~3 mis ?match[a-z]* ",
        rf" mis ?match[a-z]* ~6 (?:{_CERT}|private key|public key) ~6 (?:key|certificate|cert) ",
        r" keys? mis ?match ",
        r" public ?keys? ~8 (?:not|dont|doesnt) ~2 match ",
        weight=LIKELY + 2,
    ),
    *family(
        "empty-trust-store",
        "no such|not exist|doesn|not found|find|open|access|missing|denied|enoent|eacces|read|load",
        rf" {_TRUST_STORE} .{{0,200}}{_ABSENT} ",
        rf" {_ABSENT} ~6 {_TRUST_STORE} ",
        rf" (?:error|failed|unable|could not|couldnt|cannot|cant|failure) ~4 (?:load|loading|read|reading|"
        rf"open|opening|set|setting|initializ[a-z]*|parse) ~6 {_TRUST_STORE} ",
        weight=ALERT + 2,
        message=tr(
            "The file with the trusted certificates does not exist, the account that the program "
            "runs as cannot read it, or it has a different format than the program expects."
        ),
        remedy=tr(
            "Check the path in the configuration and the permissions of the file, and open the "
            "file here to see its format."
        ),
    ),
    *family(
        "no-identity",
        "no such|not exist|doesn|not found|find|open|access|missing|denied|enoent|eacces|readable",
        rf" (?:{_STORE}|{_CERT}|private ?key|key ?file|[a-z0-9]+ (?:pem|key|crt|cer|pk8)) .{{0,200}}"
        r"(?:no such file|does not exist|doesnt exist|file not found|permission denied|access denied|"
        r"enoent|eacces|not readable|cannot be (?:found|read|opened|accessed)|could not be (?:found|read|"
        r"opened|accessed)|unreadable|not accessible) ",
        rf" (?:no such file|enoent|eacces|permission denied|file not found|cannot open|cant open|could not "
        rf"open|unable to open|cannot find|could not find|cant find|unable to find|couldnt find|failed to "
        rf"open|failed to find|missing|access denied|cannot access|unable to access|cannot read file) ~6 .{{0,"
        rf"160}}(?:{_STORE}|{_CERT}|private ?key|key ?file|[a-z0-9]+ (?:pem|crt|cer|p12|pfx|jks|pk8)) ",
        rf" (?:load|find|get|read|locate) ~2 (?:{_CERT}|{_STORE}|key) ~18 not found ",
        rf" (?:{_STORE}|{_CERT}|private ?key|key ?file|alias) ~6 (?:not found|is missing|not exist|missing) ",
        weight=ALERT + 1,
        message=tr(
            "The file or entry with the program’s own key pair does not exist, or the account "
            "that the program runs as cannot read it."
        ),
        remedy=tr(
            "Compare the path and alias in the configuration with the keystore. A relative path "
            "starts at the program’s working directory. Check that the program’s account can "
            "read the file."
        ),
    ),
    *family(
        "wrong-format",
        "pars|decod|deserializ|unmarshal|format|unsupported|unknown|unrecogni|malformed|corrupt|invalid|"
        "not a |asn|pem|der|base64|type|encod|tag|header|empty",
        rf" (?:{_NOT}) ~6 (?:pars[a-z]*|decod[a-z]*|deserializ[a-z]*|unmarshal[a-z]*|understand|interpret|"
        rf"convert|recogni[sz]e) ~8 (?:{_CERT}|{_STORE}|private ?key|public ?key|key|pem|der|pkcs ?\d*|csr|"
        r"asn ?1|base ?64|crl) ",
        rf" (?:{_CERT}|{_STORE}|private ?key|public ?key|pem|der|pkcs ?\d*|csr|asn ?1|base ?64|crl) ~6 "
        rf"(?:pars[a-z]*|decod[a-z]*|deserializ[a-z]*|unmarshal[a-z]*|encod[a-z]*) ~3 (?:{_NOT}|exception|"
        r"invalid) ",
        rf" (?:invalid|un ?supported|un ?known|un ?recogni[sz]ed|bad|malformed|corrupt(?:ed)?|illegal|wrong|"
        rf"unexpected) ~4 (?:pem|der|{_CERT} (?:format|encoding|data|file|type|request)|{_STORE}(?: "
        rf"(?:type|format|file|data))?|pkcs ?\d+|private ?key(?: (?:format|type|file|data))?|public ?key|asn "
        rf"?1|base ?64|key (?:format|type|file|data|encoding)|tag|csr) ",
        rf" (?:{_CERT}|{_STORE}|private ?key|pem|der|key) ~4 (?:format|file|type|data|encoding|content) ~4 "
        rf"(?:invalid|un ?supported|un ?known|un ?recogni[sz]ed|bad|malformed|corrupt(?:ed)?|wrong|not "
        r"(?:supported|recogni[sz]ed|valid|correct|known)|incorrect|expected) ",
        rf" (?:{_CERT}|{_STORE}|private ?key|public ?key|pem|der|csr|crl) ~5 {_NOT} ~3 (?:pars[a-z]*|decod[a-z]*|"
        r"deserializ[a-z]*|unmarshal[a-z]*|understood|interpreted|recogni[sz]ed|converted) ",
        rf" (?:private ?key|{_STORE}|key ?file|pem) ~2 (?:is|are|was) ~1 (?:invalid|not valid|bad|malformed) ",
        rf" (?:is |are )?(?:not|isnt) ~2 (?:a|an|in|valid|proper) ~2 (?:pem|der|x ?509|pkcs ?\d*|{_STORE}|"
        rf"{_CERT}(?: file| format)?|private key|base ?64) ",
        rf" (?:no|does not contain|doesnt contain|without|contains? no|missing|expected|expecting) ~4 (?:pem|"
        rf"begin {_CERT}|pem encoded|valid {_CERT}s?|start line|{_CERT}s? data|der) ",
        r" asn ?1 ~8 (?:error|fail[a-z]*|invalid|bad|wrong|tag|exception|corrupted) ",
        rf" (?:{_STORE}|{_CERT}|private ?key) ~6 (?:corrupt(?:ed)?|malformed|damaged|truncated|empty) ",
        rf" {_STORE} (?:type|format|provider) ~4 (?:not|un|invalid|unknown|no) ",
        weight=ALERT + 4,
    ),
    *family(
        "wrong-format",
        "parse|pem|pkcs",
        r" (?:crt|crl|csr|pk|key|cert[a-z]*|x ?509|pem) pars[a-z]* (?:key |file |pem |der )?(?:returned|returns|return|rc|error|code) ",
        rf" {_NOT} ~2 find ~3 pem ~1 (?:data|block|encoded|start|header) ",
        r" (?:not|couldnt|cannot|cant|no) ~2 (?:find )?~1 pkcs ?8 ~1 (?:private )?key ",
        weight=LIKELY + 2,
    ),
    *family(
        "wrong-format",
        "asn1|asn.1|der",
        r" asn ?1 ~2 (?:error|exception|parse error|encoding) ",
        r" (?:error|exception|bad|invalid) ~2 asn ?1 ",
        weight=LIKELY - 4,
    ),
    *family(
        "wrong-format wrong-password key-password",
        "load|import|read|open|initializ|creat|init|us|set",
        rf" (?:opening|loading|reading|importing|accessing|initiali[sz]ing|creating|using|setting) ~3 (?:{_STORE}|{_CERT}|"
        r"private ?key|key ?file|key pair|pem) ~1 (?:failed|failure|error|unsuccessful) ",
        rf" {_NOT} ~1 set ~3 (?:{_CERT}|private ?key|key ?file|pem) ~3 (?:file|chain|path) ",
        rf" (?:{_NOT}) ~5 (?:load|loading|import|importing|read|reading|open|opening|initiali[sz][a-z]*|creat[a-z]*|"
        rf"init|access|accessing|use|process[a-z]*|instantiat[a-z]*|retrieve|get) ~8 (?:{_STORE}|{_CERT}|private "
        r"?key|server key|client key|ssl key|tls key|key ?file|key pair|pem|key managers?) ",
        rf" (?:{_NOT}) ~3 (?:read|load|get|retrieve|open) ~1 (?:key|alias|entry) ~3 from ~4 (?:{_STORE}|store|file|pem) ",
        rf" (?:{_STORE}|{_CERT}|private ?key|key ?file|key pair|pem) ~6 (?:not be|cannot be|cant be|"
        r"couldnt be|not|failed to|failed|error) ~2 (?:loaded|imported|read|opened|initiali[sz]ed|load|open|"
        r"import|read|used|processed|loading) ",
        weight=VAGUE + 12,
        message=tr(
            "The program could not read its keystore, certificate, or key: the file has a "
            "different format than it expects, or the password is missing or wrong."
        ),
        remedy=tr(
            "Open the file here to see its format and to test the password. Then convert it, or "
            "correct the path, type, or password in the configuration."
        ),
    ),
)

_IDENTITY: Final = (
    # Its own, which it sets up before anybody connects, is not one that it does not trust.
    *family(
        "wrong-format no-identity key-password",
        "configur|set|install|acquir|appl|stat|attach|deploy|retriev|initial|init|prepar|creat|start|enabl|build",
        rf" {_NOT} ~2 (?:configur[a-z]*|set|setting|set ?up|install[a-z]*|acquir[a-z]*|apply|applying|stat|attach|"
        rf"deploy[a-z]*|initiali[sz][a-z]*|prepar[a-z]*) ~4 (?:{_CERT}|private ?key|key ?pair|identity) "
        r"(?!chain ~2 (?:of|for) ~1 (?:peer|remote)|verif|valid|trust|authori)",
        rf" {_NOT} ~3 (?:initiali[sz][a-z]*|init|creat[a-z]*|set ?up|configur[a-z]*|build|prepar[a-z]*) ~3 {_TLS} ~2 "
        r"(?:context|ctx|server|client|support|engine|library|layer|listener|factory|config|configuration|settings) ",
        rf" {_TLS} ~1 (?:context|ctx|server|client|library|engine|config|configuration)? ?~1 "
        rf"(?:initiali[sz]ation|init|setup|creation|configuration) ~2 {_NOT} ",
        weight=VAGUE + 3,
        message=tr(
            "The program could not set up TLS with its own certificate and key: the file has "
            "a different format than it expects, the key is missing, or its password is wrong."
        ),
        remedy=tr(
            "Open the file that the configuration names here: it shows the format, whether the "
            "password fits, and whether it contains a private key with its certificate."
        ),
    ),
    *family(
        "no-identity key-password ca-list-mismatch",
        "peer|remote|client|server",
        rf" {_NOT} ~2 (?:get|obtain|retrieve|read|fetch|receive|find) ~2 (?:peers?|remote|clients?|servers?) {_CERT} "
        r"(?!chain|store|name|file|path|fingerprint|hash)",
        rf" (?:peer|remote|client|server|other side) ~2 (?:presented|sent|provided|offered|returned|supplied|has) ~1 no "
        rf"~2 {_CERT} ",
        rf" (?:client|server|peer) has no ~1 {_CERT} ",
        weight=ALERT - 3,
    ),
    *family(
        "no-identity key-password ca-list-mismatch",
        "cert",
        rf" (?:no|without|missing|lacks?|lacking|requires?|required|needs?|expect[a-z]*|demand[a-z]*|absent|"
        rf"empty) ~3 (?:client|peer|user|mutual|m ?tls) ~1 (?:side |ssl |tls |x ?509 )?{_CERT} ",
        rf" (?:client|peer|user) ~1 (?:side |ssl |tls |x ?509 )?{_CERT} ~6 (?:required|requires?|missing|needed|"
        r"absent|empty|not (?:been )?(?:provided|presented|sent|found|supplied|received|available|given|"
        r"present|included|set|specified|configured)|null|expected|wasnt (?:provided|presented|sent)) ",
        rf" (?:peer|client|server|remote|side|host|it|other side) ~5 (?:not|didnt|doesnt|never|failed to) ~2 "
        rf"(?:provide|present|send|return|supply|offer|submit|sent|give|receive|have) ~6 {_CERT} ",
        rf" no ~1 (?:usable|suitable|valid|appropriate|matching|acceptable|eligible|available) ~2 {_CERT} ~3 (?:found|"
        r"available|on |in |configured|exists?|for ) ?",
        rf" (?:wants?|wanted|requests?|requested|asks?|asked|expects?|expected) ~3 {_CERT} ~1 (?:none|nothing|no) ",
        rf" no ~2 {_CERT} (?:for|on|of) ~1 (?:channel|connection|listener|session|endpoint) ",
        rf" no {_CERT} ~4 (?:provided|presented|sent|supplied|received|returned|available|selected|configured|"
        r"specified|found|offered|set) ",
        rf" {_CERT} ~3 (?:was |were )?not (?:provided|presented|sent|supplied|received|offered) ",
        rf" {_CERT} (?:is |was )?(?:required|needed) (?!to|for|in|by)",
        rf" no ~1 (?:server |client )?{_CERT} ~1 chain ~1 (?:resolved|selected|configured|available) ",
        weight=LIKELY - 5,
    ),
    *family(
        "no-identity",
        "key|alias|identity",
        rf" {_TLS} private ?key (?:error|problem|failure) ",
        r" key label ~2 not found ",
        r" (?:no|missing|without|lacks?|does not have|doesnt have|does not contain|doesnt contain|has no|"
        r"contains? no|not (?:find|contain)|unable to find|absent) ~5 (?:private ?key|key ?entry|key entries|key "
        r"pair|identity|key manager|signing key) ",
        rf" (?:private ?key|key ?entry|key entries|key pair|identity {_CERT}) ~5 (?:not (?:be )?(?:found|"
        r"available|present|set|exist|specified|configured|provided|accessible|exportable)|missing|"
        r"absent|unavailable|not exist|inaccessible|is null|null) ",
        rf" (?:{_STORE}|{_CERT}|{_TLS}) .{{0,120}}(?:alias|key alias|entry) ~6 (?:not|doesnt|invalid|unknown|"
        r"missing|null|no|cannot) ",
        rf" (?:no such|unknown|invalid|no|cannot find|could not find|missing|wrong) ~3 (?:alias|entry) .{{0,160}}"
        rf"(?:{_STORE}|{_CERT}|key) ",
        weight=ALERT + 5,
    ),
    *family(
        "no-identity",
        "must|required|not set|specified|configured|provided|missing|need",
        rf" (?:{_TLS}|server|client) .{{0,100}}(?:{_CERT}|{_KEY}|{_STORE}) ~8 (?:must be|is required|are "
        r"required|not (?:set|specified|configured|provided|given|defined)|needs to be|has to be|required|"
        r"missing) ~2 (?:set |specified |configured |provided |given |defined |present |when |if |to )?",
        rf" (?:no|missing|must (?:specify|provide|configure|set|supply)|required?s?|need) ~4 (?:{_TLS}|server|"
        rf"client) ~3 (?:{_CERT}|key|{_STORE}) ~4 (?:set|specified|configured|provided|given|defined|found|and|"
        r"for|or|when|if) ",
        r" (?:key|tls|ssl|certificate) material ~4 (?:not|missing|no|required) ",
        r" (?:configure|provide|specify|supply) ~3 (?:keys?|certificates?) ~2 (?:and |or )?(?:certificates?|keys?) ",
        rf" (?:{_STORE}) ~3 (?:not (?:set|specified|configured|provided|defined)|must be|is null|is required) ",
        weight=ALERT + 3,
    ),
    *family(
        "no-identity",
        "find|found|data|secret|path|permission",
        rf" (?:specified|configured|requested|given|named|selected|default) ~2 {_CERT} ~6 (?:not|couldnt|cannot|cant) ~2 "
        r"(?:found|available|located|exist) ",
        rf" {_CERT} (?:specified|configured|requested|named|given) ~6 (?:not|couldnt|cannot|cant) ~2 (?:be )?(?:found|"
        r"available|located|exist) ",
        rf" (?:could not|couldnt|cannot|cant|unable to|did not|didnt|failed to) (?:find|locate) (?:an? |any |the )?~2 {_CERT} ~2 "
        r"(?:that|which|with|for|in) ",
        rf" (?:{_CERT}|{_TLS}) ~8 no data for ~2 (?:tls|ca|crt|cert|key|server|client)",
        rf" secrets? ~6 (?:not found|does not exist|doesnt exist|no data|has no|is missing|missing key) .{{0,200}}(?:{_CERT}|{_TLS}) ",
        rf" (?:{_CERT}|{_TLS}) .{{0,200}} secrets? ~6 (?:not found|does not exist|doesnt exist|no data|has no|is missing) ",
        rf" (?:{_KEY}) ~12 (?:has|have|with|wrong|too open|bad) ~3 permissions ",
        rf" permissions ~6 (?:{_KEY}) ~6 (?:too open|wrong|bad|insecure|exceeds?) ",
        rf" (?:check|verify) ~3 (?:{_CERT}|{_KEY}) ~3 (?:path|access|permissions?) ",
        rf" (?:{_TLS}) ~4 (?:system cannot find|cannot find|could not find|no such) ~2 (?:path|file|directory) ",
        weight=LIKELY - 7,
    ),
    # Jetty, and others that take one key pair only.
    *family(
        "no-identity key-password",
        "multiple|several|more than one|too many|ambiguous",
        rf" (?:{_STORE}) ~3 (?:multiple|several|more than one|too many) ~2 (?:{_CERT}|keys?|entries|key pairs|aliases) ",
        rf" (?:multiple|several|more than one|too many|ambiguous) ~2 (?:{_CERT}|keys|entries|key pairs|aliases|private keys) ~4 "
        rf"(?:{_STORE}) ",
        weight=LIKELY - 3,
        message=tr(
            "The program accepts only a keystore with one key pair, and this one contains several."
        ),
        remedy=tr(
            "Create a keystore with only that key pair, or configure the alias in the program."
        ),
    ),
    # Of Windows and .NET, who call an identity a credential, and the key its private key.
    *family(
        "no-identity key-password",
        "credential|cryptographic",
        r" (?:no|without|missing|unknown|invalid) ~4 (?:server|client) credentials? ",
        rf" {_TLS} ~8 (?:unknown|no|incomplete) credentials ",
        r" access ~4 (?:tls|ssl) ~2 credential ~1 private key ",
        r" cryptographic ~2 exception ~4 (?:object was not found|cannot find|key does not exist|keyset) ",
        weight=LIKELY - 2,
        message=tr(
            "Windows found no usable key pair: the private key is missing, or the account that "
            "the program runs as cannot read it."
        ),
        remedy=tr(
            "Import the certificate together with its private key (as PKCS#12), and allow the "
            "program’s account to read the key."
        ),
    ),
    *family(
        "wrong-format wrong-password no-identity",
        "cryptographic",
        r" cryptographic ~2 exception ",
        weight=VAGUE - 8,
        message=tr(
            ".NET could not use a certificate or key: the file has a different format than it "
            "expects, the password is wrong, or the key is not where .NET looks for it."
        ),
        remedy=tr("Open the file here to see its format and to test the password."),
    ),
    *family(
        "ca-list-mismatch no-identity",
        "issuer|authorit|accept|distinguished| ca",
        rf" no ~4 {_CERT} ~8 (?:issued by|match[a-z]*|from) ~8 (?:acceptable|accepted|requested|"
        r"issuers?|authorit[a-z]*|server|cas?|dns?) ",
        rf" (?:client|user) {_CERT} ~6 not ~4 (?:issued|signed) by ~6 (?:acceptable|accepted|requested|"
        r"allowed|trusted) ",
        weight=LIKELY - 9,
    ),
)

_PROTOCOL: Final = (
    *family(
        "tls-version",
        "protocol|version|tls|ssl",
        rf" (?:un ?supported|wrong|no|bad|invalid|incompatible|disabled|deprecated|obsolete|old|minimum|min|"
        rf"insufficient|outdated|unknown|incorrect|low(?:er)?|mismatch[a-z]*) ~3 (?:{_TLS}) ~2 (?:version|versions|"
        r"protocol|protocols) ",
        rf" {_TLS} .{{0,100}}(?:protocol|version|protocols|versions) ~6 (?:not (?:supported|enabled|allowed|available|"
        rf"acceptable|accepted|permitted|offered)|un ?supported|disabled|mis ?match|too (?:old|low)|deprecated|no longer|obsolete|{_REJECT}|"
        r"forbidden) ",
        rf" {_TLS} .{{0,60}}(?:un ?supported|wrong|disabled|mis ?match|incompatible|no common|no supported|no shared) "
        r"~3 (?:protocol|version|protocols|versions) (?!number)",
        # Not of a step (“SSLv3/TLS write finished”) or of an alert (“TLSv1.3 (IN), TLS alert”).
        r" (?:ssl ?v?[23]|tls ?v?1(?: ?[0123])?) (?:(?!alert |write |read |in |out |tls )[a-z0-9]+ ){0,6}"
        r"(?:disabled|not (?:supported|enabled|allowed)|un ?supported|deprecated|no longer|obsolete|removed|insecure) ",
        r" (?:requires?|need[a-z]*|at least|minimum|must (?:use|support)|upgrade to|only (?:supports?|accepts?)) ~4 "
        r"tls ?v?1 ?[123] ",
        weight=LIKELY - 6,
    ),
    *family(
        "no-shared-algorithm tls-version",
        "cipher|algorithm|curve|group|sigalg|suite|key exchange|scheme",
        r" (?:no|none|zero|not any|without|mis ?match|un ?supported|invalid|unknown|incompatible|failed|unable|"
        r"cannot|could not|lack|missing) ~8 (?:ciphers?|cipher ?suites?|signature (?:algorithms?|schemes?)|curves?|"
        r"named groups?|key share|sigalgs?|cipherspec|key exchange) .{0,100}",
        rf" (?:{_TLS}|client|server|peer|handshake) .{{0,120}}(?:ciphers?|cipher ?suites?|signature (?:algorithms?|"
        rf"schemes?)|curves?|named groups?|sigalgs?|cipherspec|key exchange) ~6 (?:no|not|none|un ?supported|"
        rf"mis ?match|incompatible|overlap|{_REJECT}|disabled|invalid) ",
        rf" (?:cipher ?suites?|cipher ?specs?|ciphers) ~24 (?:not (?:enabled|supported|allowed|available|acceptable)|"
        rf"un ?supported|mis ?match[a-z]*|incompatible|{_REJECT}|disabled|unknown) ",
        rf" {_CERT} ~5 (?:key type|public key algorithm|algorithm|curve|key) ~3 (?:un ?supported|not supported|"
        r"unknown) ",
        rf" un ?supported ~2 (?:{_CERT} )?(?:key type|public key|key algorithm|public key algorithm|elliptic curve|"
        rf"ec curve) ",
        weight=LIKELY - 11,
    ),
    *family(
        "not-tls tls-version",
        r"http|plain|tls|ssl|secure|encrypt|strong",
        r" (?:tls|ssl|unencrypted|encrypted|plain ?text|clear ?text) connections? (?:are |is )?not (?:allowed|permitted|"
        r"accepted|enabled|supported) ",
        r" connections? of type ~4 not (?:allowed|permitted|accepted) ",
        # The server wants TLS, and the client did not begin it, or the other way round.
        r" (?:only (?:allows?|accepts?|supports?|takes?)|requires?|must (?:use|issue|send)|expects?|need[a-z]*|configured to only allow) "
        r"~2 (?:ssl|tls|starttls|secure|encrypted) ~1 (?:connections?|command|transport|only) ",
        r" (?:issue|send|use) ~1 starttls ~2 (?:first|before) ",
        r" (?:requires?|turn on) .{0,80}if (?:ssl|tls|ssl tls) ~2 not ~1 (?:already )?(?:active|enabled|used) ",
        r" strong er authentication required ",
        rf" http ~4 (?:endpoints?|url|scheme|address) ~10 (?:server|port|listener) ~6 (?:{_TLS}) ",
        rf" (?:bad|malformed|corrupt[a-z]*|invalid|garbled) {_TLS} ~1 (?:header|record|packet|frame|message) ",
        rf" (?:double check|check|verify|ensure|make sure) ~4 enabled {_TLS} ",
        rf" (?:plain ?text|plain|clear ?text|unencrypted|non (?:ssl|tls)|raw|http) ~4 (?:request(?! exception)|response|connection|"
        rf"message|data|traffic|packet|record|bytes|stream) ~8 {_TLS} ",
        rf" {_TLS} .{{0,80}}(?:plain ?text|clear ?text|unencrypted) (?:connection|record|data|http|traffic|request|peer|client|server) ",
        r" (?:[a-z]{0,5}ssl[a-z0-9]*|m?tls[a-z0-9]*) ~14 http request (?!cancel|fail|timed|exception)",
        r" (?:encryption|tls|ssl|https) ~1 support ~2 (?:not|isnt|wasnt) ~1 (?:compiled|built|linked|included) ",
        r" (?:built|compiled) without ~1 (?:ssl|tls|https|openssl|gnutls|encryption) ",
        rf" {_TLS} ~8 (?:received|got|sent|speaking|talking|is|to an?|on) ~3 (?:plain ?text|plain http|plain|clear ?text|"
        r"unencrypted|http response|http request|non (?:ssl|tls)) ",
        rf" not (?:an?|the)? ?~2 (?:{_TLS}) ~1 (?:record|message|handshake|connection|traffic|packet|data|hello|"
        r"server|port|stream) ",
        r" (?:server|host|remote|peer|endpoint|broker|daemon|client|driver|it|port) ~6 (?:not|doesnt|cannot|isnt|"
        r"unable) ~3 (?:support|speak|offer|enabled?|configured|advertis[a-z]*|accept|understand|use|allow) ~3 "
        r"(?:ssl|tls|starttls|https|encrypt[a-z]*) ~2 (?!version|v|1|protocol|3)",
        r" (?:ssl|tls|starttls|https) (?:is |was )?not (?:supported|enabled|available|offered|advertised|"
        r"configured|started|active|allowed) ",
        r" (?:starttls) ~4 (?:not|un|fail[a-z]*|without|no|refused|unavailable) ",
        rf" (?:{_TLS}) ~6 (?:first record|record header|invalid record|record type|content type|packet length|"
        r"unexpected record|record overflow|record too|length too long) ",
        weight=ALERT + 6,
    ),
)

#: The description of an alert, in whatever spelling: ``AlertReceived(UnknownCA)``.
_ALERT: Final = (
    r" (?:alert|alerts|alerted|alert received) "
    r"(?:(?!internal|illegal|unexpected|decode|record|number)[a-z0-9]+ ){0,7}"
)
_ALERTS: Final = (
    *family(
        "untrusted missing-intermediate",
        "alert",
        rf"{_ALERT}unknown ?(?:ca|certificate authority) ",
        r" (?:tls|ssl|fatal|received|sent|handshake) ~8 alert ~4 (?:number|code|description|desc|level \d|is|no) "
        r"~3 48 ",
        weight=ALERT + 4,
        side="server",
        message=tr(
            "The other side does not know the CA of the certificate that it received, or an "
            "intermediate certificate was not sent."
        ),
        remedy=tr(
            "Ask the other side to import your CA into the trust store that it uses, and send "
            "the complete chain."
        ),
    ),
    *family(
        "expired",
        "alert",
        rf"{_ALERT}certificate ?expired ",
        r" alert ~6 (?:code|number|description|is) ~3 45 ",
        weight=ALERT + 5,
    ),
    *family(
        "revoked",
        "alert",
        rf"{_ALERT}certificate ?revoked ",
        r" alert ~6 (?:code|number|description|is) ~3 44 ",
        weight=ALERT + 5,
    ),
    *family(
        "wrong-purpose",
        "alert",
        rf"{_ALERT}unsupported ?certificate ",
        r" alert ~6 (?:code|number|description|is) ~3 43 ",
        weight=ALERT + 5,
    ),
    *family(
        "no-identity key-password ca-list-mismatch",
        "alert",
        rf"{_ALERT}(?:certificate ?required|no ?certificate) ",
        r" alert ~6 (?:code|number|description|is) ~3 (?:116|41) ",
        weight=LIKELY,
    ),
    *family(
        "tls-version",
        "alert",
        rf"{_ALERT}(?:protocol ?version|inappropriate ?fallback) ",
        r" alert ~6 (?:code|number|description|is) ~3 (?:70|86) ",
        weight=LIKELY,
    ),
    *family(
        "no-shared-algorithm",
        "alert",
        rf"{_ALERT}insufficient ?security ",
        r" alert ~6 (?:code|number|description|is) ~3 71 ",
        weight=LIKELY,
    ),
    *family(
        "host-mismatch",
        "alert",
        rf"{_ALERT}unrecogni[sz]ed ?name ",
        r" alert ~6 (?:code|number|description|is) ~3 112 ",
        weight=LIKELY,
        message=tr(
            "The server has no configuration for the host name that the client requested (SNI)."
        ),
        remedy=tr(
            "Connect with a host name that the server is configured for, or configure this name "
            "on the server."
        ),
    ),
    *family(
        "key-mismatch",
        "alert",
        rf"{_ALERT}decrypt ?error ",
        r" alert ~6 (?:code|number|description|is) ~3 51 ",
        weight=ALERT,
        message=tr(
            "A signature in the handshake is not valid: a private key does not belong to its "
            "certificate, or a device between the two sides changed a message."
        ),
    ),
    *family(
        "no-shared-algorithm no-identity tls-version",
        "alert|handshakeexception",
        rf"{_ALERT}handshake ?fail(?:ure|ed) ",
        r" handshake exception ~3 handshake failure ",
        r" alert ~6 (?:code|number|description|is) ~3 40 ",
        weight=ALERT - 1,
        message=tr(
            "The two sides have no cipher suite, group, or signature algorithm in common that "
            "suits their keys; or the server requires a client certificate and received none."
        ),
        remedy=tr(
            "Make sure that both sides enable TLS 1.2 or 1.3, that the server’s key pair is RSA "
            "or EC P-256, and that the client has a key pair to present. The server’s log shows "
            "which of these is the cause."
        ),
    ),
    *family(
        "refused-by-peer untrusted expired",
        "alert",
        rf"{_ALERT}(?:bad ?certificate(?! status| hash)|certificate ?unknown|unknown ?certificate|access ?denied) ",
        r" alert ~6 (?:code|number|description|is) ~3 (?:42|46|49) ",
        weight=ALERT - 1,
        message=tr(
            "The other side did not accept the certificate that it received: it does not trust "
            "the issuer, or the certificate has expired, is for another purpose, or is malformed."
        ),
        remedy=tr(
            "Send the current certificate and its CA to the other side again, and ask it to "
            "check the trust store that its program actually uses. Its own log shows the reason."
        ),
    ),
)

_CONNECTION: Final = (
    # Alerts about a message that was not understood, not about a certificate.
    *family(
        "refused-by-peer no-shared-algorithm tls-version",
        "alert",
        r" alert ~3 (?:unexpected message|internal error|decode error|decode failed|record overflow|"
        r"bad record mac|illegal parameter|decryption failed|no renegotiation|user canceled) ",
        weight=VAGUE,
    ),
    *family(
        "timeout",
        "time|deadline",
        rf" (?:{_TLS}|connect[a-z]*|handshake|socket|read) ~8 (?:timed ?out|time ?out|deadline exceeded) ",
        rf" (?:timed ?out|time ?out|deadline exceeded) ~8 (?:{_TLS}|connect[a-z]*|handshake) ",
        weight=ALERT - 4,
    ),
    *family(
        "unreachable",
        "refused|unknown|unreachable|resolve|contact|reach|lookup|occur|complete|finish",
        r" connection refused ",
        r" (?:unknown host|host unknown|host unreachable|network unreachable) ",
        r" dial ~1 (?:tcp|udp) lookup ",
        r" (?:cannot|could not|couldnt|unable to|failed to) ~2 resolve ~3 (?:host|address|name) ",
        rf" {_TLS} ~6 (?:failed to occur|did not (?:occur|complete|finish)|not completed) ~1 (?:within|in|after) ~1 "
        r"(?:second|sec|ms|milli|minute|\d)",
        weight=ALERT - 3,
    ),
    *family(
        "untrusted no-identity",
        "check|verify",
        rf" (?:could not|couldnt|cannot|cant|unable to|failed to) ~1 connect .{{0,120}}(?:check|verify) ~3 (?:ca|{_CERT}) ",
        weight=LIKELY,
    ),
    # A hint that Docker adds to every failure, whatever it was.
    *family(
        "unreachable",
        "connection refused",
        r" connection refused ~1 if this private registry ",
        weight=LIKELY + 12,
    ),
    *family(
        "unreachable untrusted",
        "contact|reach",
        r" (?:cannot|cant|could not|couldnt|unable to|failed to) ~1 (?:contact|reach) ~4 (?:server|host|"
        r"endpoint|broker|peer) ",
        weight=VAGUE - 3,
    ),
    *family(
        "refused-by-peer untrusted no-identity",
        "alert",
        rf" (?:{_TLS}|fatal|received|sent|client|server) ~10 alert ~1 (?:fatal|received|sent|message)? ",
        r" alert ~3 fatal ",
        weight=VAGUE - 6,
    ),
    # That TLS failed, and no word of why.
    *family(
        "refused-by-peer untrusted no-identity tls-version",
        "handshake|tls|ssl|https|secure|ldaps|crypto|encryption|encrypted",
        rf" (?:{_TLS}|ldaps) .{{0,160}}(?:unexpected (?:end of file|eof)|end of stream|premature close) ",
        rf" {_NOT} ~3 (?:enable|start|negotiate|establish) ~2 (?:crypto|encryption|ssl|tls) ",
        rf" (?:crypto|encryption) ~3 (?:negotiation|handshake) ~2 {_NOT} ",
        rf" {_SPOKEN} ~8 (?:{_NOT}|exception|aborted|interrupted|closed|reset|terminated|disconnected|rejected|refused|"
        r"dropped|eof|denied) ",
        rf" (?:{_NOT}|exception|aborted|interrupted|closed|reset|terminated|rejected|refused) ~8 (?:tls[a-z0-9]*|"
        r"ssl[a-z0-9]*|m ?tls|handshake|handshaking|(?:secured?|encrypted) (?:channel|connection|socket|link)) ",
        weight=VAGUE - 12,
        message=tr(
            "The program reports that TLS failed, but not why. The lines around this one, or the "
            "other side’s log, name the cause. Most often, the other side did not accept a "
            "certificate."
        ),
        remedy=tr("Probe the endpoint here with the keystores that the program uses."),
    ),
)

#: The last resort: what an exception is called, or the thing that the message is about.
_NAMED_ONLY: Final = (
    *family(
        "untrusted missing-intermediate expired",
        "certpath|validator|cert",
        r" (?:cert path (?:validator|builder) exception|validator exception|certificate (?:validation|verification) "
        r"(?:exception|error)|invalid certificate exception) ",
        rf" (?:ssl|tls|https|peer|server|client|remote) ~2 {_CERT} ~3 (?:error|exception|problem|failure|failed|issue|invalid) ",
        rf" {_CERT} (?:error|exception|problem|failure|invalid) ",
        rf" {_CERT} ~6 (?:received|presented|sent) ~8 not ~2 (?:suitable|acceptable|accepted|validated|trusted|allowed) ",
        weight=VAGUE - 9,
    ),
    *family(
        "wrong-format wrong-password key-password",
        "exception|error|pem|pkcs|keystore|key store",
        r" (?:certificate|certificate parsing|certificate encoding|invalid key|invalid key spec|invalid key format|key store|"
        r"pkcs|pem|pem parsing|asn 1 parsing|asn 1|key management|unrecoverable entry|encoding) exception ",
        rf" (?:{_STORE}|private ?key|pem|key ?file|key ?pair|private key info|pem key pair|rsa private key) ~14 (?:{_FAILS}|exception|"
        r"invalid|corrupt[a-z]*|cannot|illegal|unexpected|bad|wrong|null|mismatch) ",
        rf" (?:{_FAILS}|exception|invalid|illegal|unexpected|bad|wrong) ~10 (?:{_STORE}|private ?key|pem|key ?file|key ?pair) ",
        weight=VAGUE - 11,
        message=tr(
            "The program could not use its keystore, certificate, or key, and does not report "
            "why: the file has a different format than it expects, or the password is wrong."
        ),
        remedy=tr("Open the file here to see its format and to test the password."),
    ),
    *family(
        "untrusted wrong-format expired",
        "cert|x509|x.509",
        rf" {_CERT} ~12 (?:{_FAILS}|exception|invalid|cannot|bad|wrong|rejected|denied) ",
        rf" (?:{_FAILS}|exception|invalid|bad|wrong|rejected|denied) ~10 {_CERT} (?!status)",
        weight=VAGUE - 13,
        message=tr(
            "The program reports a problem with a certificate, but not the reason. Most often, "
            "it does not trust the issuer, or the certificate has expired."
        ),
        remedy=tr(
            "Open the certificate here, and probe the endpoint with the trust store that the "
            "program uses."
        ),
    ),
)

FAMILIES: Final = (
    *_DATES,
    *_NAMES,
    *_CONTENT,
    *_TRUST,
    *_STORES,
    *_IDENTITY,
    *_PROTOCOL,
    *_ALERTS,
    *_CONNECTION,
    *_NAMED_ONLY,
)

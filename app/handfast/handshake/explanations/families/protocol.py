"""Versions, algorithms, alerts, and protocols other than TLS."""

from __future__ import annotations

from typing import Final

from handfast.handshake.explanations.families.nouns import CERT, REJECT, TLS
from handfast.handshake.explanations.meanings import (
    CA_NOT_KNOWN,
    CA_NOT_KNOWN_REMEDY,
    NAME_NOT_SERVED,
    NAME_NOT_SERVED_REMEDY,
    NOT_ACCEPTED,
    NOT_ACCEPTED_REMEDY,
    NOTHING_IN_COMMON,
    NOTHING_IN_COMMON_REMEDY,
    SIGNATURE_NOT_VALID,
)
from handfast.handshake.explanations.rule import ALERT, LIKELY, family

PROTOCOL: Final = (
    *family(
        "tls-version",
        "protocol|version|tls|ssl",
        rf" (?:un ?supported|wrong|no|bad|invalid|incompatible|disabled|deprecated|obsolete|old|minimum|min|"
        rf"insufficient|outdated|unknown|incorrect|low(?:er)?|mismatch[a-z]*) ~3 (?:{TLS}) ~2 (?:version|versions|"
        r"protocol|protocols) ",
        rf" {TLS} .{{0,100}}(?:protocol|version|protocols|versions) ~6 (?:not (?:supported|enabled|allowed|available|"
        rf"acceptable|accepted|permitted|offered)|un ?supported|disabled|mis ?match|too (?:old|low)|deprecated|no longer|obsolete|{REJECT}|"
        r"forbidden) ",
        rf" {TLS} .{{0,60}}(?:un ?supported|wrong|disabled|mis ?match|incompatible|no common|no supported|no shared) "
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
        rf" (?:{TLS}|client|server|peer|handshake) .{{0,120}}(?:ciphers?|cipher ?suites?|signature (?:algorithms?|"
        rf"schemes?)|curves?|named groups?|sigalgs?|cipherspec|key exchange) ~6 (?:no|not|none|un ?supported|"
        rf"mis ?match|incompatible|overlap|{REJECT}|disabled|invalid) ",
        rf" (?:cipher ?suites?|cipher ?specs?|ciphers) ~24 (?:not (?:enabled|supported|allowed|available|acceptable)|"
        rf"un ?supported|mis ?match[a-z]*|incompatible|{REJECT}|disabled|unknown) ",
        rf" {CERT} ~5 (?:key type|public key algorithm|algorithm|curve|key) ~3 (?:un ?supported|not supported|"
        r"unknown) ",
        rf" un ?supported ~2 (?:{CERT} )?(?:key type|public key|key algorithm|public key algorithm|elliptic curve|"
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
        rf" http ~4 (?:endpoints?|url|scheme|address) ~10 (?:server|port|listener) ~6 (?:{TLS}) ",
        rf" (?:bad|malformed|corrupt[a-z]*|invalid|garbled) {TLS} ~1 (?:header|record|packet|frame|message) ",
        rf" (?:double check|check|verify|ensure|make sure) ~4 enabled {TLS} ",
        rf" (?:plain ?text|plain|clear ?text|unencrypted|non (?:ssl|tls)|raw|http) ~4 (?:request(?! exception)|response|connection|"
        rf"message|data|traffic|packet|record|bytes|stream) ~8 {TLS} ",
        rf" {TLS} .{{0,80}}(?:plain ?text|clear ?text|unencrypted) (?:connection|record|data|http|traffic|request|peer|client|server) ",
        r" (?:[a-z]{0,5}ssl[a-z0-9]*|m?tls[a-z0-9]*) ~14 http request (?!cancel|fail|timed|exception)",
        r" (?:encryption|tls|ssl|https) ~1 support ~2 (?:not|isnt|wasnt) ~1 (?:compiled|built|linked|included) ",
        r" (?:built|compiled) without ~1 (?:ssl|tls|https|openssl|gnutls|encryption) ",
        rf" {TLS} ~8 (?:received|got|sent|speaking|talking|is|to an?|on) ~3 (?:plain ?text|plain http|plain|clear ?text|"
        r"unencrypted|http response|http request|non (?:ssl|tls)) ",
        rf" not (?:an?|the)? ?(?!init|start|enable|establish|negotiate|open|use|connect|perform|complete|finish|make|create|begin|accept|process|handle|continue|proceed|resume|run|set|upgrade|switch|secure|succe|do )~2 (?:{TLS}) ~1 (?:record|message|handshake|connection|traffic|packet|data|hello|"
        r"server|port|stream) ",
        r" (?:server|host|remote|peer|endpoint|broker|daemon|client|driver|it|port) ~6 (?:not|doesnt|cannot|isnt|"
        r"unable) ~3 (?:support|speak|offer|enabled?|configured|advertis[a-z]*|accept|understand|use|allow) ~3 "
        r"(?:ssl|tls|starttls|https|encrypt[a-z]*) ~2 (?!version|v|1|protocol|3)",
        r" (?:ssl|tls|starttls|https) (?:is |was )?not (?:supported|enabled|available|offered|advertised|"
        r"configured|started|active|allowed) ",
        r" (?:starttls) ~4 (?:not|un|fail[a-z]*|without|no|refused|unavailable) ",
        rf" (?:{TLS}) ~6 (?:first record|record header|invalid record|record type|content type|packet length|"
        r"unexpected record|record overflow|record too|length too long) ",
        weight=ALERT + 6,
    ),
)

#: The description of an alert, in whatever spelling: ``AlertReceived(UnknownCA)``.
_ALERT: Final = (
    r" (?:alert|alerts|alerted|alert received) "
    r"(?:(?!internal|illegal|unexpected|decode|record|number)[a-z0-9]+ ){0,7}"
)

ALERTS: Final = (
    *family(
        "untrusted missing-intermediate",
        "alert",
        rf"{_ALERT}unknown ?(?:ca|certificate authority) ",
        r" (?:tls|ssl|fatal|received|sent|handshake) ~8 alert ~4 (?:number|code|description|desc|level \d|is|no) "
        r"~3 48 ",
        weight=ALERT + 4,
        side="server",
        message=CA_NOT_KNOWN,
        remedy=CA_NOT_KNOWN_REMEDY,
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
        message=NAME_NOT_SERVED,
        remedy=NAME_NOT_SERVED_REMEDY,
    ),
    *family(
        "key-mismatch",
        "alert",
        rf"{_ALERT}decrypt ?error ",
        r" alert ~6 (?:code|number|description|is) ~3 51 ",
        weight=ALERT,
        message=SIGNATURE_NOT_VALID,
    ),
    *family(
        "no-shared-algorithm no-identity tls-version",
        "alert|handshakeexception",
        rf"{_ALERT}handshake ?fail(?:ure|ed) ",
        r" handshake exception ~3 handshake failure ",
        r" alert ~6 (?:code|number|description|is) ~3 40 ",
        weight=ALERT - 1,
        message=NOTHING_IN_COMMON,
        remedy=NOTHING_IN_COMMON_REMEDY,
    ),
    *family(
        "refused-by-peer untrusted expired",
        "alert",
        rf"{_ALERT}(?:bad ?certificate(?! status| hash)|certificate ?unknown|unknown ?certificate|access ?denied) ",
        r" alert ~6 (?:code|number|description|is) ~3 (?:42|46|49) ",
        weight=ALERT - 1,
        message=NOT_ACCEPTED,
        remedy=NOT_ACCEPTED_REMEDY,
    ),
)

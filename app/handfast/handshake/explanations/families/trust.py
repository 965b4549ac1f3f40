"""Issuers that nobody trusts, and files of trusted certificates."""

from __future__ import annotations

from typing import Final

from handfast.core.language import tr
from handfast.handshake.explanations.families.nouns import (
    CERT,
    FAILS,
    FIELD,
    NOT,
    NOT_MADE,
    REJECT,
    TLS,
    TRUST_STORE,
)
from handfast.handshake.explanations.meanings import SELF_SIGNED, SELF_SIGNED_REMEDY
from handfast.handshake.explanations.rule import ALERT, LIKELY, family

TRUST: Final = (
    *family(
        "untrusted stale-certificate",
        "trust|pinned|known|whitelist|allow|accept|list of",
        rf" (?:{CERT}|public key|thumbprint|fingerprint) .{{0,200}}not ~3 (?:list|set|store|pool) ~2 (?:trusted|known|pinned|allowed) ",
        r" (?:issuer|ca|signer|authority) ~10 (?:not|isnt) ~1 (?:in|on|among|one of|part of) ~3 (?:list|accepted|"
        r"trusted|known|allowed|acceptable|configured) ",
        rf" (?:{CERT}|public key) ~8 not ~2 (?:whitelisted|allow ?listed) ",
        weight=LIKELY + 4,
    ),
    # One certificate or key is expected, and another one came.
    *family(
        "stale-certificate untrusted",
        "pin|fingerprint|thumbprint|saved|stored|expected|known|cached|previous|changed",
        rf" (?:{CERT}|public ?key|key|fingerprint|thumbprint|hash) ~6 (?:not|doesnt|didnt|isnt|no) ~2 match[a-z]* "
        r"~4 (?:pin|pins|pinned|pinset|saved|stored|expected|known|cached|previous|previously|fingerprint|"
        r"thumbprint|configured) (?!cn |common |host|name|domain|subject|issuer|san)",
        rf" (?:.{{0,300}} )?(?:{FIELD}|host|server|peer|remote|gateway|public key|sha ?256|sha ?1|pinned) .{{0,200}}fingerprint ~4 "
        r"(?:mis ?match[a-z]*|fail[a-z]*|failure|error|not match|invalid|verification failed) ",
        rf" fingerprint ~4 (?:mis ?match[a-z]*|fail[a-z]*|error|not match|invalid) .{{0,200}}(?:{FIELD}|host|server|peer|remote|gateway|public key) ",
        r" (?:pin|pinning|pinned ~2 (?:key|certificate)|thumbprint) ~4 (?:mis ?match[a-z]*|fail[a-z]*|"
        r"failure|error|not match|invalid|verification failed) ",
        rf" {CERT} ~4 (?:has changed|was changed|changed unexpectedly|has been replaced) ",
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
        rf" {CERT} ~6 (?:invalid|bad|wrong) signature (?!algorithm|hash|type|scheme|format)",
        rf" signature ~3 (?:of|in|on) ~3 {CERT} ~3 (?:invalid|bad|wrong|not|could|couldnt|cannot|{FAILS}) ",
        rf" {CERT} signature ~4 (?:invalid|failure|could not|couldnt|cannot|not valid|mis ?match|bad|"
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
        rf"{NOT_MADE} self ?signed ~4 (?:{CERT}|root|ca|chain) ",
        rf" (?:{CERT}|chain|root|ca) ~8 (?<! creating a )(?<! generating a )self ?signed ",
        weight=ALERT + 9,
        message=SELF_SIGNED,
        remedy=SELF_SIGNED_REMEDY,
    ),
    *family(
        "missing-intermediate untrusted",
        "incomplete|intermediate|broken|partial|missing|complete|chain",
        rf" (?:incomplete|broken|partial) ~3 (?:chain|{CERT} chain) ",
        rf" (?:missing|lacks?|no|without|absent|not (?:found|sent|included|provided)) ~4 "
        rf"intermediates? ~1 (?:{CERT}|ca|cas|authority)?",
        r" intermediates? ~4 (?:missing|absent|not (?:found|sent|included|provided|present|"
        r"installed|available)) ",
        rf" (?:chain|{CERT} chain) ~4 (?:incomplete|not (?:complete|full)|broken|partial) ",
        weight=LIKELY - 8,
        side="server",
    ),
    *family(
        "untrusted missing-intermediate stale-certificate",
        "trust|listed|registered|authori|signed by|issued by|approved|recogni",
        rf" {FIELD} .{{0,300}}(?:un ?trusted|not ~5 trust(?:ed|worthy)?|dis ?trust(?:ed)?|isnt ~3 trusted|"
        r"doesnt trust|does not trust|no trust) ",
        rf" (?:un ?trusted|not ~5 trusted|dis ?trust(?:ed)?|doesnt trust|does not trust|dont trust) .{{0,200}}"
        rf"(?:{FIELD}|root|issuer|ca|signer|authority|chain) ",
        rf" (?:{FIELD}|chain|issuer|ca|signer|root) ~10 {NOT} ~8 (?:trust ?store|trust (?:list|"
        r"store|chain|anchor)|trusted (?:root|ca|list)) ",
        rf" {NOT} ~2 (?:system|server|certificate|chain|ssl|tls) trust ",
        rf" {CERT} ~5 (?:not|isnt) ~2 (?:allow ?listed|allow listed|white ?listed|on ~2 list|registered) ",
        rf" {CERT} ~4 (?:not|isnt|never) ~2 (?:authori[sz]ed|signed by|issued by|approved|recogni[sz]ed) ",
        rf" {NOT} ~6 (?:establish|build|create|find|validate|verify) ~6 (?:trust|trusted) ",
        r" trust (?:chain|path|anchor|relationship|evaluation|manager) ~6 "
        rf"(?:{NOT}|broken|missing|invalid|reject[a-z]*) ",
        weight=ALERT + 8,
    ),
    *family(
        "untrusted missing-intermediate stale-certificate",
        "issuer|authority|signer|unknown|anchor| ca|root|recogni",
        rf" (?:un ?known|unrecogni[sz]ed|unregistered|unidentified|no known|no matching) ~2 (?:ca|{CERT} "
        r"authority|certification authority|authority|issuer|signer|root|anchor) ",
        rf" (?:issuer|certification authority|certificate authority|signer|root {CERT}|trust anchor|"
        r"issuing (?:ca|certificate|cert)|ca) ~5 (?:un ?known|not (?:be )?(?:found|known|recognized|"
        r"recognised|available|present|valid|accepted)|missing|unavailable|cannot be found|couldnt be "
        r"found|invalid) ",
        rf" {NOT} ~8 (?:find|get|locate|build|retrieve|determine|obtain) ~6 (?:issuer|trust anchor|"
        rf"signer|cas|ca chain|root (?:ca|{CERT})|issuing {CERT}|{CERT} (?:path|chain)|valid {CERT} path|"
        r"certification path) ",
        weight=ALERT + 7,
    ),
    # That a certificate was not accepted, and no word of why.
    *family(
        "untrusted missing-intermediate expired host-mismatch",
        "verif|validat|authenticat|reject|invalid|accept|check|confirm",
        rf" (?:verification|validation|evaluation) of ~6 (?:{CERT}|chain) ~3 {NOT} ",
        rf" {CERT} (?:verification|validation) (?:issue|issues|problem|problems|trouble) ",
        rf" (?:{CERT}|chain) ~5 (?:verif[a-z]*|validat[a-z]*|authenticat[a-z]*|check[a-z]*) ~5 {NOT} ",
        rf" (?:{NOT}|problem) ~6 (?:verify|validate|confirm|confirming|verifying|validating|verification|validation|authenticate) ~7 "
        rf"(?:{CERT}|chain|certification path) ",
        rf" (?:{CERT}|chain) ~7 {NOT} ~4 (?:verif[a-z]*|validat[a-z]*|authenticated|accept[a-z]*) ",
        rf" (?:{TLS}|peer|server) ~2 (?:verif[a-z]*|validat[a-z]*) ~3 {NOT} ~4 (?:{FIELD}|chain) ",
        rf" {TLS} ~6 (?:verif[a-z]*|validat[a-z]*) ~2 (?:failed|failure|error|unsuccessful) ",
        rf" {NOT} ~4 (?:verify|validate|authenticate) ~3 (?:peer|server|remote|ssl|tls|identity) ~12 "
        rf"(?:{FIELD}) ",
        rf" (?:{CERT}) (?:~3 )(?:is|was|are) ~2 (?:invalid|not (?:valid|ok|acceptable|accepted)|bad|"
        rf"{REJECT}) ",
        rf" (?:invalid|bad) ~1 (?:peer|server|client|remote|ssl|tls|https|host|origin|user|security)? "
        rf"?~1 {CERT} (?!file|format|type|encoding|data|path|pem|request|alias|name)",
        rf" {REJECT} ~6 {CERT} ",
        rf" {CERT} ~4 {REJECT} ",
        weight=ALERT - 8,
    ),
    *family(
        "empty-trust-store",
        "empty|no |missing|not set|not specified|not configured|not provided|not defined|without",
        rf" {TRUST_STORE} ~4 (?:is |are |was )?(?:empty|not (?:set|specified|configured|provided|defined|"
        r"loaded)|has no entries|contains? no|zero) ",
        rf" (?:no|not|without|zero|0) ~3 {CERT} ~2 in ~2 {TRUST_STORE} ",
        rf" (?:no|empty|without|missing|zero|0) ~2 {TRUST_STORE} ~2 (?:file |found|configured|specified|"
        r"available|loaded|provided|defined|set|in|were|are|was|is|certificates?) ",
        weight=LIKELY - 4,
    ),
)

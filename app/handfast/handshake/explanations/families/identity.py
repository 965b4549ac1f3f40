"""A program’s own certificate and key, and those that it asks for."""

from __future__ import annotations

from typing import Final

from handfast.core.language import tr
from handfast.handshake.explanations.families.nouns import CERT, KEY, NOT, STORE, TLS
from handfast.handshake.explanations.meanings import (
    NO_KEY_IN_WINDOWS,
    NO_KEY_IN_WINDOWS_REMEDY,
    OPEN_FILE_REMEDY,
    OWN_FILE_REMEDY,
)
from handfast.handshake.explanations.rule import ALERT, LIKELY, VAGUE, family

IDENTITY: Final = (
    # Its own, which it sets up before anybody connects, is not one that it does not trust.
    *family(
        "wrong-format no-identity key-password",
        "configur|set|install|acquir|appl|stat|attach|deploy|retriev|initial|init|prepar|creat|start|enabl|build",
        rf" {NOT} ~2 (?:configur[a-z]*|set|setting|set ?up|install[a-z]*|acquir[a-z]*|apply|applying|stat|attach|"
        rf"deploy[a-z]*|initiali[sz][a-z]*|prepar[a-z]*) ~4 (?:{CERT}|private ?key|key ?pair|identity) "
        r"(?!chain ~2 (?:of|for) ~1 (?:peer|remote)|verif|valid|trust|authori)",
        rf" {NOT} ~3 (?:initiali[sz][a-z]*|init|creat[a-z]*|set ?up|configur[a-z]*|build|prepar[a-z]*) ~3 {TLS} ~2 "
        r"(?:context|ctx|server|client|support|engine|library|layer|listener|factory|config|configuration|settings) ",
        rf" {TLS} ~1 (?:context|ctx|server|client|library|engine|config|configuration)? ?~1 "
        rf"(?:initiali[sz]ation|init|setup|creation|configuration) ~2 {NOT} ",
        weight=VAGUE + 3,
        message=tr(
            "The program could not set up TLS with its own certificate and key: the file has "
            "a different format than it expects, the key is missing, or its password is wrong."
        ),
        remedy=OWN_FILE_REMEDY,
    ),
    *family(
        "no-identity key-password ca-list-mismatch",
        "peer|remote|client|server",
        rf" {NOT} ~2 (?:get|obtain|retrieve|read|fetch|receive|find) ~2 (?:peers?|remote|clients?|servers?) {CERT} "
        r"(?!chain|store|name|file|path|fingerprint|hash)",
        rf" (?:peer|remote|client|server|other side) ~2 (?:presented|sent|provided|offered|returned|supplied|has) ~1 no "
        rf"~2 {CERT} ",
        rf" (?:client|server|peer) has no ~1 {CERT} ",
        weight=ALERT - 3,
    ),
    *family(
        "no-identity key-password ca-list-mismatch",
        "cert",
        rf" (?:no|without|missing|lacks?|lacking|requires?|required|needs?|expect[a-z]*|demand[a-z]*|absent|"
        rf"empty) ~3 (?:client|peer|user|mutual|m ?tls) ~1 (?:side |ssl |tls |x ?509 )?{CERT} ",
        rf" (?:client|peer|user) ~1 (?:side |ssl |tls |x ?509 )?{CERT} ~6 (?:required|requires?|missing|needed|"
        r"absent|empty|not (?:been )?(?:provided|presented|sent|found|supplied|received|available|given|"
        r"present|included|set|specified|configured)|null|expected|wasnt (?:provided|presented|sent)) ",
        rf" (?:peer|client|server|remote|side|host|it|other side) ~5 (?:not|didnt|doesnt|never|failed to) ~2 "
        rf"(?:provide|present|send|return|supply|offer|submit|sent|give|receive|have) ~6 {CERT} ",
        rf" no ~1 (?:usable|suitable|valid|appropriate|matching|acceptable|eligible|available) ~2 {CERT} ~3 (?:found|"
        r"available|on |in |configured|exists?|for ) ?",
        rf" (?:wants?|wanted|requests?|requested|asks?|asked|expects?|expected) ~3 {CERT} ~1 (?:none|nothing|no) ",
        rf" no ~2 {CERT} (?:for|on|of) ~1 (?:channel|connection|listener|session|endpoint) ",
        rf" no {CERT} ~4 (?:provided|presented|sent|supplied|received|returned|available|selected|configured|"
        r"specified|found|offered|set) ",
        rf" {CERT} ~3 (?:was |were )?not (?:provided|presented|sent|supplied|received|offered) ",
        rf" {CERT} (?:is |was )?(?:required|needed) (?!to|for|in|by)",
        rf" no ~1 (?:server |client )?{CERT} ~1 chain ~1 (?:resolved|selected|configured|available) ",
        weight=LIKELY - 5,
    ),
    *family(
        "no-identity",
        "key|alias|identity",
        rf" {TLS} private ?key (?:error|problem|failure) ",
        r" key label ~2 not found ",
        r" (?:no|missing|without|lacks?|does not have|doesnt have|does not contain|doesnt contain|has no|"
        r"contains? no|not (?:find|contain)|unable to find|absent) ~5 (?:private ?key|key ?entry|key entries|key "
        r"pair|identity|key manager|signing key) ",
        rf" (?:private ?key|key ?entry|key entries|key pair|identity {CERT}) ~5 (?:not (?:be )?(?:found|"
        r"available|present|set|exist|specified|configured|provided|accessible|exportable)|missing|"
        r"absent|unavailable|not exist|inaccessible|is null|null) ",
        rf" (?:{STORE}|{CERT}|{TLS}) .{{0,120}}(?:alias|key alias|entry) ~6 (?:not|doesnt|invalid|unknown|"
        r"missing|null|no|cannot) ",
        rf" (?:no such|unknown|invalid|no|cannot find|could not find|missing|wrong) ~3 (?:alias|entry) .{{0,160}}"
        rf"(?:{STORE}|{CERT}|key) ",
        weight=ALERT + 5,
    ),
    *family(
        "no-identity",
        "must|required|not set|specified|configured|provided|missing|need",
        rf" (?:{TLS}|server|client) .{{0,100}}(?:{CERT}|{KEY}|{STORE}) ~8 (?:must be|is required|are "
        r"required|not (?:set|specified|configured|provided|given|defined)|needs to be|has to be|required|"
        r"missing) ~2 (?:set |specified |configured |provided |given |defined |present |when |if |to )?",
        rf" (?:no|missing|must (?:specify|provide|configure|set|supply)|required?s?|need) ~4 (?:{TLS}|server|"
        rf"client) ~3 (?:{CERT}|key|{STORE}) ~4 (?:set|specified|configured|provided|given|defined|found|and|"
        r"for|or|when|if) ",
        r" (?:key|tls|ssl|certificate) material ~4 (?:not|missing|no|required) ",
        r" (?:configure|provide|specify|supply) ~3 (?:keys?|certificates?) ~2 (?:and |or )?(?:certificates?|keys?) ",
        rf" (?:{STORE}) ~3 (?:not (?:set|specified|configured|provided|defined)|must be|is null|is required) ",
        weight=ALERT + 3,
    ),
    *family(
        "no-identity",
        "find|found|data|secret|path|permission",
        rf" (?:specified|configured|requested|given|named|selected|default) ~2 {CERT} ~6 (?:not|couldnt|cannot|cant) ~2 "
        r"(?:found|available|located|exist) ",
        rf" {CERT} (?:specified|configured|requested|named|given) ~6 (?:not|couldnt|cannot|cant) ~2 (?:be )?(?:found|"
        r"available|located|exist) ",
        rf" (?:could not|couldnt|cannot|cant|unable to|did not|didnt|failed to) (?:find|locate) (?:an? |any |the )?~2 {CERT} ~2 "
        r"(?:that|which|with|for|in) ",
        rf" (?:{CERT}|{TLS}) ~8 no data for ~2 (?:tls|ca|crt|cert|key|server|client)",
        rf" secrets? ~6 (?:not found|does not exist|doesnt exist|no data|has no|is missing|missing key) .{{0,200}}(?:{CERT}|{TLS}) ",
        rf" (?:{CERT}|{TLS}) .{{0,200}} secrets? ~6 (?:not found|does not exist|doesnt exist|no data|has no|is missing) ",
        rf" (?:{KEY}) ~12 (?:has|have|with|wrong|too open|bad) ~3 permissions ",
        rf" permissions ~6 (?:{KEY}) ~6 (?:too open|wrong|bad|insecure|exceeds?) ",
        rf" (?:check|verify) ~3 (?:{CERT}|{KEY}) ~3 (?:path|access|permissions?) ",
        rf" (?:{TLS}) ~4 (?:system cannot find|cannot find|could not find|no such) ~2 (?:path|file|directory) ",
        weight=LIKELY - 7,
    ),
    # Who could not sign in is asked to look at what it signs in with.
    *family(
        "refused-by-peer no-identity untrusted",
        "check|verify",
        rf"(?<! to)(?<! not)(?<!cannot)(?<!cant) (?:check(?! fail| error)|verify) ~6 client {CERT} ",
        weight=LIKELY - 2,
    ),
    # A hint after the other side hung up, at what it was offered.
    *family(
        "refused-by-peer expired no-identity",
        "using",
        r" (?:you|you are|you may be|you might be|you could be|you seem to be|are you) using (?:an? |the |your )"
        rf"(?:invalid |wrong |incorrect |outdated |old )?~1 {CERT} ",
        weight=LIKELY - 6,
    ),
    # Jetty, and others that take one key pair only.
    *family(
        "no-identity key-password",
        "multiple|several|more than one|too many|ambiguous",
        rf" (?:{STORE}) ~3 (?:multiple|several|more than one|too many) ~2 (?:{CERT}|keys?|entries|key pairs|aliases) ",
        rf" (?:multiple|several|more than one|too many|ambiguous) ~2 (?:{CERT}|keys|entries|key pairs|aliases|private keys) ~4 "
        rf"(?:{STORE}) ",
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
        rf" {TLS} ~8 (?:unknown|no|incomplete) credentials ",
        r" access ~4 (?:tls|ssl) ~2 credential ~1 private key ",
        r" cryptographic ~2 exception ~4 (?:object was not found|cannot find|key does not exist|keyset) ",
        weight=LIKELY - 2,
        message=NO_KEY_IN_WINDOWS,
        remedy=NO_KEY_IN_WINDOWS_REMEDY,
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
        remedy=OPEN_FILE_REMEDY,
    ),
    *family(
        "ca-list-mismatch no-identity",
        "issuer|authorit|accept|distinguished| ca",
        rf" no ~4 {CERT} ~8 (?:issued by|match[a-z]*|from) ~8 (?:acceptable|accepted|requested|"
        r"issuers?|authorit[a-z]*|server|cas?|dns?) ",
        rf" (?:client|user) {CERT} ~6 not ~4 (?:issued|signed) by ~6 (?:acceptable|accepted|requested|"
        r"allowed|trusted) ",
        weight=LIKELY - 9,
    ),
)

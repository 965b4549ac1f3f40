"""That a connection or TLS failed, with hardly a word of why."""

from __future__ import annotations

from typing import Final

from handfast.core.language import tr
from handfast.handshake.explanations.families.nouns import CERT, FAILS, NOT, SPOKEN, STORE, TLS
from handfast.handshake.explanations.meanings import OPEN_FILE_REMEDY, PROBE_REMEDY, TLS_FAILED
from handfast.handshake.explanations.rule import ALERT, LIKELY, VAGUE, family

CONNECTION: Final = (
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
        rf" (?:{TLS}|connect[a-z]*|handshake|socket|read) ~8 (?:timed ?out|time ?out|deadline exceeded) ",
        rf" (?:timed ?out|time ?out|deadline exceeded) ~8 (?:{TLS}|connect[a-z]*|handshake) ",
        weight=ALERT - 4,
    ),
    *family(
        "unreachable",
        "refused|unknown|unreachable|resolve|contact|reach|lookup|occur|complete|finish",
        r" connection refused ",
        r" (?:unknown host|host unknown|host unreachable|network unreachable) ",
        r" dial ~1 (?:tcp|udp) lookup ",
        r" (?:cannot|could not|couldnt|unable to|failed to) ~2 resolve ~3 (?:host|address|name) ",
        rf" {TLS} ~6 (?:failed to occur|did not (?:occur|complete|finish)|not completed) ~1 (?:within|in|after) ~1 "
        r"(?:second|sec|ms|milli|minute|\d)",
        weight=ALERT - 3,
    ),
    *family(
        "untrusted no-identity",
        "check|verify",
        rf" (?:could not|couldnt|cannot|cant|unable to|failed to) ~1 connect .{{0,120}}(?:check|verify) ~3 (?:ca|{CERT}) ",
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
        rf" (?:{TLS}|fatal|received|sent|client|server) ~10 alert ~1 (?:fatal|received|sent|message)? ",
        r" alert ~3 fatal ",
        r" (?:sent|received|got|with) ~2 fatal ~1 alert ",
        weight=VAGUE - 6,
    ),
    # That TLS failed, and no word of why.
    *family(
        "refused-by-peer untrusted no-identity tls-version",
        "handshake|tls|ssl|https|secure|ldaps|crypto|encryption|encrypted",
        rf" (?:{TLS}|ldaps) .{{0,160}}(?:unexpected (?:end of file|eof)|end of stream|premature close) ",
        rf" {NOT} ~3 (?:enable|start|negotiate|establish) ~2 (?:crypto|encryption|ssl|tls) ",
        rf" (?:crypto|encryption) ~3 (?:negotiation|handshake) ~2 {NOT} ",
        rf" {SPOKEN} ~8 (?:{NOT}|exception|aborted|interrupted|closed|reset|terminated|disconnected|rejected|refused|"
        r"dropped|eof|denied) ",
        rf" (?:{NOT}|exception|aborted|interrupted|closed|reset|terminated|rejected|refused) ~8 (?:tls[a-z0-9]*|"
        r"ssl[a-z0-9]*|m ?tls|handshake|handshaking|(?:secured?|encrypted) (?:channel|connection|socket|link)) ",
        weight=VAGUE - 12,
        message=TLS_FAILED,
        remedy=PROBE_REMEDY,
    ),
)

#: The last resort: what an exception is called, or the thing that the message is about.
NAMED_ONLY: Final = (
    *family(
        "untrusted missing-intermediate expired",
        "certpath|validator|cert",
        r" (?:cert path (?:validator|builder) exception|validator exception|certificate (?:validation|verification) "
        r"(?:exception|error)|invalid certificate exception) ",
        rf" (?:ssl|tls|https|peer|server|client|remote) ~2 {CERT} ~3 (?:error|exception|problem|failure|failed|issue|invalid) ",
        rf" {CERT} (?:error|exception|problem|failure|invalid) ",
        rf" {CERT} ~6 (?:received|presented|sent) ~8 not ~2 (?:suitable|acceptable|accepted|validated|trusted|allowed) ",
        weight=VAGUE - 9,
    ),
    *family(
        "wrong-format wrong-password key-password",
        "exception|error|pem|pkcs|keystore|key store",
        r" (?:certificate|certificate parsing|certificate encoding|invalid key|invalid key spec|invalid key format|key store|"
        r"pkcs|pem|pem parsing|asn 1 parsing|asn 1|key management|unrecoverable entry|encoding) exception ",
        rf" (?:{STORE}|private ?key|pem|key ?file|key ?pair|private key info|pem key pair|rsa private key) ~14 (?:{FAILS}|exception|"
        r"invalid|corrupt[a-z]*|cannot|illegal|unexpected|bad|wrong|null|mismatch) ",
        rf" (?:{FAILS}|exception|invalid|illegal|unexpected|bad|wrong) ~10 (?:{STORE}|private ?key|pem|key ?file|key ?pair) ",
        weight=VAGUE - 11,
        message=tr(
            "The program could not use its keystore, certificate, or key, and does not report "
            "why: the file has a different format than it expects, or the password is wrong."
        ),
        remedy=OPEN_FILE_REMEDY,
    ),
    *family(
        "untrusted wrong-format expired",
        "cert|x509|x.509",
        rf" {CERT} ~12 (?:{FAILS}|exception|invalid|cannot|bad|wrong|rejected|denied) ",
        rf" (?:{FAILS}|exception|invalid|bad|wrong|rejected|denied) ~10 {CERT} (?!status)",
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

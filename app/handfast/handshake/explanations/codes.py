"""Numbers that stand for a message where a program prints no more: a table each, and its rules.

Origins: winerror.h, wininet.h (Windows); sslerrors.h, secerr.h, prerr.h (NSS); sslerr.h and the
libraries' numbers of OpenSSL 1.1 and 3; curl/curl.h; gskssl.h (IBM's GSKit).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.handshake.explanations.rule import ALERT, EXACT, LIKELY, VAGUE, Rule, rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_UNTRUSTED = "untrusted missing-intermediate stale-certificate"
_ANY = "untrusted missing-intermediate expired host-mismatch"
_IDENTITY = "no-identity key-password ca-list-mismatch"
_REFUSED = "refused-by-peer untrusted expired"
_HANDSHAKE = "no-shared-algorithm no-identity tls-version"

#: HRESULTs of Schannel, CryptoAPI, and WinINet.
_WINDOWS: Final[Mapping[str, tuple[int, ...]]] = {
    _UNTRUSTED: (0x80090325, 0x800B0109, 0x800B010A, 0x800B0112, 0x800B0104, 0x80072F0D, 0x80096004),
    _ANY: (0x80090327, 0x80072F8F, 0x800B010B, 0x800B0100),
    "expired clock": (0x80090328, 0x800B0101, 0x80072F05),
    "chain-order": (0x800B0102,),
    "host-mismatch": (0x80090322, 0x800B010F, 0x80072F06, 0x800B0114),
    "wrong-purpose": (0x80090349, 0x800B0110, 0x800B0105, 0x800B0106),
    "revoked": (0x800B010C, 0x80092010, 0x80092012, 0x80092013, 0x800B010E, 0x80072F17, 0x80072F19),
    "no-identity key-password": (
        0x8009030E, 0x8009030D, 0x80090016, 0x8009000D, 0x80070520, 0x80072F0C, 0x80090320,
        0x8009000B, 0x80092005, 0x80092006, 0x80090010, 0x80090011,
    ),
    "no-identity wrong-format": (0x80092004, 0x8009200C),
    "wrong-format wrong-password": (0x80092002, 0x80092009, 0x8007000D, 0x80090005, 0x80093102,
                                    0x8009310B, 0x80092003, 0x80090006, 0x80092026),
    "wrong-password": (0x80070056,),
    "no-shared-algorithm tls-version": (0x80090331, 0x80090029, 0x8009035B, 0x80090008),
    "refused-by-peer untrusted no-identity": (0x80090326, 0x80090304, 0x80072F7D, 0x80072EFE,
                                              0x80090350, 0x80090330),
    "not-tls tls-version": (0x80090308, 0x80090318),
    "tls-version no-shared-algorithm": (0x80090302,),
    "unreachable": (0x80072EFD, 0x80072EE7),
    "timeout": (0x80072EE2,),
}  # fmt: skip

#: NSS and Firefox, whose numbers are negative.
_NSS: Final[Mapping[str, tuple[int, ...]]] = {
    _UNTRUSTED: (-8179, -8172, -8156, -8171, -12195),
    "expired clock": (-8181, -8162, -12269),
    "revoked": (-8180, -12270),
    "stale-certificate untrusted": (-8182,),
    "host-mismatch": (-12276,),
    "wrong-purpose": (-8102, -8101, -8157, -12208),
    "weak-signature": (-8016,),
    _IDENTITY: (-12285, -12271, -12283, -8174, -12277),
    "no-shared-algorithm tls-version": (-12286, -12227, -12266),
    "tls-version": (-12190, -12273, -12279),
    "not-tls tls-version": (-12263,),
    "wrong-password": (-8177,),
    "wrong-format": (-8183, -8018),
    "refused-by-peer": (-5938, -5961),
    "timeout": (-5990,),
    "unreachable": (-5981,),
}

#: Reasons of OpenSSL by library: (library, reason).
_OPENSSL: Final[Mapping[str, tuple[tuple[int, int], ...]]] = {
    _ANY: ((20, 134),),
    "key-mismatch": ((11, 116), (20, 190), (20, 185), (11, 115)),
    "no-shared-algorithm": (
        (20, 193),
        (20, 118),
        (20, 370),
        (20, 378),
        (20, 101),
        (20, 183),
        (20, 181),
    ),
    "tls-version": ((20, 258), (20, 252), (20, 191), (20, 266), (20, 338)),
    "not-tls tls-version": ((20, 267), (20, 156), (20, 155)),
    _IDENTITY: ((20, 199), (20, 176), (20, 177)),
    "weak-key": ((20, 394), (20, 399), (20, 397)),
    "weak-signature weak-key": ((20, 398), (20, 396)),
    "refused-by-peer": ((20, 294), (20, 281)),
    "wrong-password wrong-format": ((35, 113), (35, 109), (35, 101)),
    "key-password wrong-password": ((6, 100), (57, 100), (9, 104), (9, 101), (9, 109)),
    "wrong-format": ((9, 108), (13, 168), (13, 123), (13, 155), (9, 105), (9, 100), (13, 142)),
}

#: GSKit, as IBM's web servers, MQ, Db2, and LDAP print it.
_GSKIT: Final[Mapping[str, tuple[int, ...]]] = {
    _UNTRUSTED: (575, 8),
    "expired clock": (401,),
    _IDENTITY: (403, 107),
    "no-shared-algorithm": (402, 412),
    _REFUSED: (414,),
    "wrong-password": (408,),
    "no-identity wrong-format": (202, 102),
    "refused-by-peer": (410, 415, 420, 406),
    "key-password no-identity": (428, 429),
}

#: What "curl" ends with (libcurl-errors(3)).
_CURL: Final[Mapping[str, tuple[int, ...]]] = {
    "refused-by-peer no-shared-algorithm tls-version": (35, 55, 56),
    _ANY: (60, 51),
    "no-identity key-password wrong-format": (58,),
    "no-shared-algorithm": (59,),
    "not-tls": (64,),
    "wrong-format no-identity": (66, 53, 54),
    "empty-trust-store": (77,),
    "revoked": (82, 91),
    "untrusted": (83,),
    "stale-certificate": (90,),
    "no-identity": (98,),
    "unreachable": (5, 6, 7),
    "timeout": (28,),
}

#: Java's, GnuTLS', and others' own names where no sentence stands beside them.
_CURL_NAMES: Final = (
    *rules(_ANY, "curle_ssl_cacert", "curle_peer_failed_verification", "curle_ssl_peer_certificate",
           weight=ALERT),
    *rules("empty-trust-store", "curle_ssl_cacert_badfile", weight=EXACT),
    *rules("no-identity key-password wrong-format", "curle_ssl_certproblem", weight=LIKELY),
    *rules("no-shared-algorithm", "curle_ssl_cipher", weight=LIKELY),
    *rules("untrusted", "curle_ssl_issuer_error", weight=LIKELY),
    *rules("revoked", "curle_ssl_crl_badfile", "curle_ssl_invalidcertstatus", weight=LIKELY),
    *rules("stale-certificate untrusted", "curle_ssl_pinnedpubkeynotmatch",
           "public key does not match pinned public key", "pinned public key", weight=LIKELY),
    *rules("refused-by-peer no-shared-algorithm tls-version", "curle_ssl_connect_error",
           weight=VAGUE),
    *rules("unreachable", "curle_couldnt_connect", "curle_couldnt_resolve_host", weight=ALERT),
    *rules("timeout", "curle_operation_timedout", weight=ALERT),
    *rules("not-tls", "curle_use_ssl_failed", weight=LIKELY),
)  # fmt: skip


def windows_results(
    codes: str, numbers: Iterable[int], *, weight: int, signed_weight: int
) -> Iterator[Rule]:
    """Results of Windows as programs print them.

    :param numbers: of 32 bits each, with the sign or without
    :param signed_weight: of what is printed in decimals, where other numbers look alike
    """
    unsigned = [number & 0xFFFFFFFF for number in numbers]
    hexes = "|".join(f"{number:08x}" for number in unsigned)
    signed = "|".join(str(2**32 - number) for number in unsigned)
    yield from rules(codes, ("0x80", f"0x(?:{hexes})(?![0-9a-f])"), weight=weight)
    # Without 0x, as AzureSignTool and installers write it.
    bare = rf"\b(?:error|code|hresult|hr)[ :=#(]{{1,3}}(?:{hexes})(?![0-9a-f])"
    for place in ("error", "code", "hresult", "hr"):
        yield from rules(codes, (place, bare), weight=weight - 1)
    for place in ("error", "hresult", "returned", "exception"):
        yield from rules(codes, (place, f"-(?:{signed})(?![0-9])"), weight=signed_weight)


def _windows() -> Iterator[Rule]:
    for codes, numbers in _WINDOWS.items():
        # Of the causes that are known by name elsewhere, the words there weigh more.
        yield from windows_results(codes, numbers, weight=LIKELY + 4, signed_weight=LIKELY + 3)
        hexes = "|".join(f"{number & 0xFFFFFFFF:08x}" for number in numbers)
        yield from rules(codes, ("0xffffffff80", f"0xffffffff(?:{hexes})"), weight=LIKELY + 4)


#: Chromium's net_error_list.h, whose log prints the number alone.
_CHROMIUM: Final[Mapping[str, tuple[int, ...]]] = {
    "refused-by-peer": (100, 101, 148, 153),
    "unreachable": (102, 105, 106, 109),
    "timeout": (7, 118),
    "not-tls tls-version": (107,),
    _IDENTITY: (110, 134, 135, 136, 141),
    "no-shared-algorithm tls-version": (113,),
    "refused-by-peer untrusted": (117,),
    "weak-key": (129, 211),
    "stale-certificate untrusted": (150, 156),
    "host-mismatch": (159, 200, 210),
    "expired clock": (201, 213),
    "untrusted missing-intermediate": (202, 203, 214, 217, 501),
    "wrong-purpose not-a-ca name-constraint": (207,),
    "revoked": (204, 205, 206),
    "weak-signature": (208,),
    "name-constraint": (212,),
}

#: winhttp.h and wininet.h.
_WINHTTP: Final[Mapping[str, tuple[int, ...]]] = {
    "timeout": (12002,),
    "unreachable": (12007, 12029),
    "refused-by-peer": (12030, 12152, 12157),
    "expired clock": (12037,),
    "host-mismatch": (12038,),
    _IDENTITY: (12044, 12185, 12186),
    "untrusted missing-intermediate": (12045, 12169),
    "revoked": (12057, 12170),
    "untrusted expired host-mismatch": (12055, 12175),
    "wrong-purpose": (12179,),
}


def _chromium() -> Iterator[Rule]:
    for codes, numbers in _CHROMIUM.items():
        either = "|".join(map(str, numbers))
        for place in ("net_error", "net error", "neterror"):
            line = rf"net_? ?error[^\n0-9-]{{0,12}}-(?:{either})(?![0-9])"
            yield from rules(codes, (place, line), weight=LIKELY + 2)


def _winhttp() -> Iterator[Rule]:
    for codes, numbers in _WINHTTP.items():
        either = "|".join(map(str, numbers))
        for place in ("winhttp", "wininet", "error_internet"):
            yield from rules(codes, (place, rf"(?<![0-9])(?:{either})(?![0-9])"), weight=LIKELY + 2)


def _nss() -> Iterator[Rule]:
    for codes, numbers in _NSS.items():
        either = "|".join(str(-number) for number in numbers)
        line = rf"(?:nss|error|err|sec_|pr_|ssl|tls|code)[^\n]{{0,160}}[^0-9a-z]-(?:{either})(?![0-9.-])"
        for place in ("nss", "error", "certutil"):
            yield from rules(codes, (place, line), weight=LIKELY + 1)


def _openssl() -> Iterator[Rule]:
    for codes, pairs in _OPENSSL.items():
        numbers = [f"{library << 23 | reason:08x}" for library, reason in pairs]
        old = [f"{library:02x}[0-9a-f]{{3}}{reason:03x}" for library, reason in pairs]
        either = "|".join((*numbers, *old))
        yield from rules(codes, ("error:", f"error:(?:{either})(?![0-9a-f])"), weight=LIKELY - 3)


#: Alerts by number (RFC 8446, section 6), as OpenSSL and BoringSSL count them from 1000 on.
_ALERTS: Final[Mapping[str, tuple[int, ...]]] = {
    "untrusted missing-intermediate": (48,),
    "expired": (45,),
    "revoked": (44,),
    "wrong-purpose": (43,),
    "no-identity key-password ca-list-mismatch": (116, 41),
    "tls-version": (70, 86),
    "no-shared-algorithm": (71, 120),
    "host-mismatch": (112,),
    "key-mismatch": (51,),
    _HANDSHAKE: (40,),
    _REFUSED: (42, 46, 49),
    # Nothing about certificates: a message of the handshake was not understood.
    "refused-by-peer no-shared-algorithm tls-version": (
        10,
        20,
        21,
        22,
        47,
        50,
        80,
        90,
        100,
        109,
        110,
        111,
        113,
        114,
        115,
    ),
}


def _alerts() -> Iterator[Rule]:
    for codes, numbers in _ALERTS.items():
        reasons = [1000 + number for number in numbers]
        either = "|".join(
            form
            for reason in reasons
            for form in (
                f"{20 << 23 | reason:08x}",
                f"14[0-9a-f]{{3}}{reason:03x}",
                f"{16 << 24 | reason:08x}",
            )
        )
        decimal = "|".join(str(16 << 24 | reason) for reason in reasons)
        weight = EXACT if codes.startswith("no-id") else ALERT + 4
        if 80 in numbers:
            weight = VAGUE + 8
        yield from rules(codes, ("error:", f"error:(?:{either})(?![0-9a-f])"), weight=weight)
        for place in ("tls error", "tls_error", "ssl"):
            yield from rules(codes, (place, rf"\b(?:{decimal})\b"), weight=weight)
        numbered = "|".join(str(number) for number in numbers)
        # Schannel's events, and others that print the number alone.
        yield from rules(
            codes,
            (
                "alert",
                (
                    rf"(?:alert|error) (?:code|number|description)(?: is)?:? ?(?:{numbered})\b|"
                    rf"alert\((?:fatal,? ?)?(?:{numbered})\)|alert ?= ?(?:{numbered})\b|"
                    rf"alert[^\n]{{0,60}}\((?:{numbered})\)"
                ),
            ),
            weight=weight,
        )


def _gskit() -> Iterator[Rule]:
    for codes, numbers in _GSKIT.items():
        either = "|".join(str(number) for number in numbers)
        for place in ("gsk", "gskit", "ssl0", "return code"):
            yield from rules(
                codes,
                (
                    place,
                    rf"gsk[^\n]{{0,120}}(?:rc|code|error|return code|status)[^\n0-9]{{0,12}}(?:{either})\b",
                ),
                weight=LIKELY,
            )


def _curl() -> Iterator[Rule]:
    for codes, numbers in _CURL.items():
        either = "|".join(str(number) for number in numbers)
        yield from rules(
            codes,
            (
                "curl",
                (
                    rf"curl: \((?:{either})\)|curl[ _]?(?:error|errno|err|exit|exited|returned|code)[^\n0-9]{{0,24}}"
                    rf"(?:{either})(?![0-9.])|pycurl\.error: \((?:{either}),"
                ),
            ),
            weight=VAGUE + 2,
        )
        yield from rules(
            codes, ("libcurl", rf"libcurl[^\n]{{0,40}}\((?:{either})\)"), weight=VAGUE + 2
        )


#: Apple's own names (cssmerr.h).
_APPLE: Final = (
    *rules("untrusted missing-intermediate", "cssmerr_tp_not_trusted", "cssmerr_tp_cert_suspended",
           "cssmerr_tp_invalid_anchor_cert", "cssmerr_tp_verify_action_failed", weight=LIKELY),
    *rules("expired clock", "cssmerr_tp_cert_expired", weight=EXACT),
    *rules("not-yet-valid clock", "cssmerr_tp_cert_not_valid_yet", weight=EXACT),
    *rules("revoked", "cssmerr_tp_cert_revoked", "cssmerr_appletp_crl", weight=LIKELY),
    *rules("host-mismatch", "cssmerr_appletp_hostname_mismatch", weight=EXACT),
    *rules("wrong-purpose", "cssmerr_appletp_invalid_extended_key_usage",
           "cssmerr_appletp_invalid_key_usage", weight=EXACT),
    *rules("not-a-ca", "cssmerr_appletp_invalid_ca", "cssmerr_appletp_no_basic_constraints",
           weight=EXACT),
    *rules("path-length", "cssmerr_appletp_path_len_constraint", weight=EXACT),
    *rules("unknown-critical-extension", "cssmerr_appletp_unknown_critical_extn", weight=EXACT),
)  # fmt: skip

CODES: Final = (
    *_APPLE,
    *_windows(),
    *_chromium(),
    *_winhttp(),
    *_nss(),
    *_openssl(),
    *_alerts(),
    *_gskit(),
    *_curl(),
    *_CURL_NAMES,
)

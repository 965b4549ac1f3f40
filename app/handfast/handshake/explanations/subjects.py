"""What has the words of TLS and keystores and is about something else: a table by subject.

A compiler says “certificate” as well when it does not find a header with that name, and SSH,
games, and websockets have handshakes of their own. A line about one of these subjects yields no
cause. Each subject has expressions for lines of bytes in lower case; repetitions in them are all
bounded. There are three tables: what no rule may look at, what only names a thing after
certificates and keys so that no guess is made from it, and what programs tell while all goes well.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What lines about each subject match, by its name.
Subjects: TypeAlias = "Mapping[str, tuple[bytes, ...]]"

#: In front of what a subject has in common with TLS, or with keystores: only in lines that name
#: nothing else of these.
_NO_TLS: Final = rb"^(?![^\n]*(?:ssl|tls|cert|x509|https|wss|secure))[^\n]*"
_NO_STORE: Final = rb"^(?![^\n]*(?:ssl|tls|cert|x\.?509|pkcs|keystore|\.pem))[^\n]*"

#: No rule looks at such a line.
_OTHERS: Final[Subjects] = {
    "certificates on paper and on web pages": (
        (
            rb"certificate (?:pdf|of (?:conformity|compliance|analysis|authenticity|employment|"
            rb"appreciation|occupancy|completion|achievement|participation|origin|insurance|"
            rb"incorporation))\b"
        ),
        (
            rb"\b(?:birth|death|marriage|gift|medical|health|vaccination|tax|insurance|share|stock|"
            rb"training|course|award|licen[sc]e|energy|origin|subscription) certificates?\b"
        ),
        rb"certificate number|certificate #[0-9]|\bcovid\b",
        rb"certificates? (?:is |are )?(?:not )?(?:ready for|could not be|cannot be) download",
        rb"load(?:ing)? certificate (?:templates?|details|preview)",
        rb"user\S{0,5}s certificate is|already redeemed|\bvouchers?\b|\bcoupons?\b",
        rb"(?:available|ready) (?:for|to) download|para descarga",
    ),
    "SSH": (
        rb"ssherror|sshexception|jschexception|\bparamiko\.|\bport 22\b",
        rb"unprotected private key|^load key \"|known_?hosts|authorized_keys",
        rb"\bid_(?:rsa|dsa|ecdsa|ed25519)\b|[/\\]\.ssh[/\\](?:id_|known_hosts|authorized|config)",
        rb"key fingerprint is|authenticity of host|list of known hosts",
        rb"unable to negotiate with [^\n]{1,80} port",
        rb"no matching (?:(?:client|server)->(?:client|server) )?(?:host ?key|key exchange|kex|h?mac)\b",
    ),
    "handshakes of other protocols and of games": (
        _NO_TLS + rb"\b(?:websocket|ws|socket\.io|ssh|rtmp|amqp|noise|wireguard|4-way|four-way|"
        rb"plugin|smb|vnc|rfb|forge|fml|p2p|devp2p|rlpx|libp2p|bittorrent|stomp|ntlm|mysql|"
        rb"(?<!pre-)login|game|hdcp|sctp|tcp|three-way|3-way)(?:: bad|:)? handshake",
        rb"websocket: bad handshake|websocket handshake failed: unexpected",
        rb"websocket handshake: unexpected response|malformed http message",
        _NO_TLS + rb"websocket(?! opening)[^\n]{0,80}handshake|" + _NO_TLS + rb"handshake upgrade",
        _NO_TLS + rb"\b(?:bluetooth|usb|hci\d|modem|baud|ecu|can bus|player|lobby|game server|"
        rb"launcher|uart|serial port|bootloader|firmware)\b[^\n]{0,80}handshake",
        _NO_TLS + rb"handshake[^\n]{0,80}\b(?:bluetooth|usb|hci\d|modem|baud|ecu|can bus|player|"
        rb"lobby|game server|launcher|uart|serial port|bootloader|firmware)\b",
        rb"proxy handshake|protocol handshake|\b08s01\b[^\n]{0,20}bad handshake|\bwireguard\b",
        _NO_STORE + rb"(?:game version|mod list)",
    ),
    "currencies, chains, and their wallets": (
        rb"\b(?:signer|admin|wallet|sender|account|owner|contract) ?_?address",
        rb"ethereum|bitcoin|metamask|seed phrase|insufficient funds|wallet import|mnemonic",
        rb"hex char|hardhat|private key for (?:the )?wallet",
        _NO_STORE + rb"(?:recovery phrase|valid hex|wallet address|key for network|invalid sender|"
        rb"solana|blockchain|hex(?:adecimal)?[- ](?:string|characters|digits|encoded)|"
        rb"32[- ]bytes?\b|nostr|reality_(?:public|private)_key)",
    ),
    "tokens, accounts, and limits of web services": (
        rb"(?:provided|calculated|request) signature (?:does not|doesn't|did not) match",
        rb"signaturedoesnotmatch|accesskeyid|rate ?limit|too many (?:certificates|requests)",
        rb"cannot (?:get|list|watch|create|patch) resource|password authentication failed",
        rb"failed to authenticate some domains|error obtaining token|\bexpired_token\b",
        rb"https error [1-5][0-9]{2}|pull access denied|mixed content:",
        (
            rb"connection refused[:, -]{1,3}(?:not authori|bad user|identifier rejected|"
            rb"unacceptable protocol|server unavailable)"
        ),
        _NO_STORE + rb"(?:\bjwt\b(?!\.)|json web token|\bjw[ks]s?\b|saml assertion|oauth|"
        rb"invalid_(?:client|grant)|\bapp[ _]id\b|_app_id\b|\bkey used to sign)",
    ),
    "options and settings that a program does not know": (
        (
            rb"(?:unknown|unrecogni[sz]ed|unexpected|undefined) (?:config(?:uration)? )?"
            rb"(?:setting|option|directive|keyword|argument|flag|parameter|variable|property|key word)s?"
            rb":? ?[\"'`<-]|unknown setting|configuration key ['\"]"
        ),
        rb"invalid (?:option|command|directive|keyword)s?:? ?[\"'`<-]|invalid option:? ",
        rb"yaml: (?:unmarshal|line \d)|converting yaml to json|no matches for kind",
        rb"is not a valid argument|flag provided but not defined",
        rb"could not find property '|could not get unknown property",
        rb"validation errors? detected|this field |\bfield [\"'`][\w.-]{1,40}[\"'`] is required",
    ),
    "compilers, linkers, and what runs them": (
        (
            rb"^\s*#(?:error\b| ?error \")|undefined symbol|symbol lookup error|"
            rb"unresolved external|was not declared in this|implicit declaration|undeclared"
        ),
        rb"undefined reference|symbol\(s\) not found|ld returned \d|cannot find -l",
        rb"undefined function|is internal proprietary api",
        rb"cannot resolve (?:symbol|method)|_method['\"`]? is deprecated|-wdeprecated",
        rb"^make(?:\[[0-9]+\])?: \*\*\*|cmake error|is missing in type ['\"]|but required in type",
        rb"\.(?:c|cc|cpp|h|hpp|m|rs|swift|kt):\d+:\d+: (?:fatal )?(?:error|warning|note)",
        rb"in function (?:\xe2\x80\x98|'|`)|note: declared here|unrecognized selector sent",
        rb"note: tls certificate validation not implemented",
    ),
    "modules and libraries that are not there": (
        rb"module [\"'`][\w.]{1,40}[\"'`] has no attribute|cannot import name|method not found: '",
        rb"no matching distribution|(?:not|can.?t|unable to|failed to) load (?:the )?(?:open)?ssl lib",
        rb"protocol scheme '?https'? is not supported|requires ngx_\w{1,40}_module",
        rb"perhaps misspelled or defined by a module",
        rb"could not find openssl|openssl_root_dir|ssl_library_init(?: is|,)",
        rb"static tls block|thread[- ]local storage|\btls (?:slots?|callback|index)\b",
        rb"notloadssllib|keypairgenerator not available",
    ),
    "tables and records of databases": (
        rb"invalid column name|recordnotfound|certificates? table\b|key file for table",
        rb"\bwith id[ =][^\n]{1,40} (?:does not exist|not found)|unknown database|lock wait",
        rb"unique constraint failed|hikaripool|pool exhausted|connection pool|session id is stale",
        rb"key[- ]value store",
    ),
    "disks, archives, and safes for passwords": (
        rb"^zip: |keepass|\bluks|bitlocker|device-mapper|dm-crypt|cryptsetup",
        rb"/dev/(?:sd|nvme|mapper|vd)",
        rb"credential[- ]helper|docker-credential|(?:storing|saving|getting) credentials",
    ),
    "Git, GnuPG, and lists of tests": (
        rb"cannot lock ref|packed-refs|\bgpgme\b",
        rb"^\s*t/[\w/.-]{1,80}\.t \.{2,}|#\s{1,4}failed test [\"']",
    ),
}

#: Programs, packages, tables, and symbols that are named after certificates and keys: nothing is
#: guessed from such a line, while what a library is known to say in it counts.
_NAMESAKES: Final[Subjects] = {
    "keys of SSH, databases, and web services": (
        rb"host key|foreign key|primary key|unique key|duplicate key|ssh[-_]",
        rb"jwt|json web token|api ?key|access token",
        (
            rb"session[ _-]?(?:stor(?:e|age)|id\b|key|token|cookie|secret|state|data|handler|expired|"
            rb"invalid|timeout|not found|does not|already|middleware|variable|manager|bus|lock)"
        ),
        (
            rb"nsurlsession/|(?:http|user|web|login|database|db|ssh|php|redis|express|chat|game|desktop|hibernate|"
            rb"spark|tmux|screen|x)[ _-]?session|(?:invalid|expired|unknown|no|missing) session"
        ),
    ),
    "modules, classes, and symbols that are not there": (
        rb"no module named|module ?not ?found|cannot find (?:module|symbol)",
        rb"(?<!ca-certificates )package|command not found|importerror",
        rb"class ?not ?found|noclassdeffound|no ?such ?method|nosuchfield|cannot resolve symbol",
        rb"undefined (?:method|reference|symbol|variable|constant)|\bundefined: \w+\.",
        rb"unresolved (?:import|reference|symbol)|symbol not found|error relocating",
        rb"cannot find (?:function|type|value|macro)\b|ssl module|ext-openssl|extension openssl",
        rb"\.so[.0-9]*: |\.h: no such file|no ?such ?bean ?definition|no qualifying bean",
    ),
    "compilers and errors of a program's own code": (
        rb"error ts[0-9]{4}|error cs[0-9]{4}|error c[0-9]{4}\b|#\s{0,4}error\b(?!:)",
        rb"configure: error|type ?error|syntax ?error|name ?error: name|reference ?error",
        rb"unused (?:variable|import|parameter|argument)|undeclared identifier",
        rb"has no attribute|property ['\"][^'\"\n]{1,60}['\"] does not exist on type",
        rb"cannot read property|cannot read properties|is not a (?:function|constructor)|await ",
        rb"can't use ssl_get|cannot deserialize value|invalid literal|keyerror: '",
        rb"chain of responsibility|filter ?chain|not-null property|deprecationwarning",
    ),
    "options and settings that a program does not know": (
        (
            rb"(?:unknown|unrecogni[sz]ed|unsupported startup|no such|unexpected|undefined) "
            rb"(?:[a-z]{1,20} )?(?:option|parameter|argument|directive|setting|flag|keyword)s?\b"
        ),
        rb"unknown cli|unknown authentication method",
    ),
    "tables of databases": (
        rb"no such table|unknown column|relation [\"'`]",
        rb"(?:table|column|database) [\"'`][^\n]{0,80}(?:doesn't|does not|already) exist",
    ),
    "answers of web services, and ports in use": (
        rb"urn:(?:ietf:params:)?acme:error:(?!tls|caa|connection)",
        (
            rb"(?<!ocsp error: request failed with )http(?:/[12](?:\.[01])?)?(?: status)?(?: code)?"
            rb"[: ]{1,2}(?:40[13-9]|4[1-8][0-9]|50[0-9])\b"
        ),
        rb"address (?:is )?already in use|eaddrinuse",
    ),
}

#: What programs tell while all goes well.
_SUCCESSES: Final[Subjects] = {
    "levels of logs below a warning, and answers that are fine": (
        rb"javax\.net\.ssl\|(?:debug|all)|\[info\]|^\s*info: |http/1\.[01]\" [23][0-9]{2}",
        (
            rb"\"level\": ?\"info\"(?![^\n]*(?:error|fail|unable|cannot|invalid|reject|refus|denied|"
            rb"expired|unknown))"
        ),
    ),
    "what a handshake tells of itself": (
        rb"no (?:peer|client) certificate available|certificate ca names|ssl_error_want_",
        rb"(?:new, |is |: )\(none\)",
    ),
    "what is created because it is not there": (
        rb"not (?:yet )?due for renewal|no renewals were attempted",
        rb"ignore un|generating (?:a )?(?:new )?(?:one|self)|will (?:now )?(?:be generated|generate)",
        rb"creating (?:a )?new one",
    ),
    "verification that somebody turned off": (
        rb"verification (?:method has been enabled|(?:has been|is|was) (?:disabled|skipped|turned off))",
        rb"verification(?: is|:)? (?:off|skipped)\b|unverified https request",
        rb"^\W{0,8}disables? (?:the |tls |ssl |server )*(?:certificate )?verif",
        rb"insecure by disabling certificate",
    ),
}


#: What the libraries of TLS say, and nobody says of anything else.
_FAILURE: Final = re.compile(
    rb"x509: |sslhandshakeexception|pkix path|ssl certificate problem|certificate.verify.failed|"
    rb"ssl routines:|tlsv1 alert|sslv3 alert|fatal alert|net::err_(?:cert|ssl)|"
    rb"unable to get (?:local )?issuer|self[- ]signed certificate|remote error: tls:|"
    rb"keystore was tampered|certificate has expired or is not yet valid"
)


def _any_of(subjects: Subjects, flags: int = 0) -> re.Pattern[bytes]:
    return re.compile(b"|".join(line for lines in subjects.values() for line in lines), flags)


_OTHER: Final = _any_of(_OTHERS)
_NAMESAKE: Final = _any_of(_NAMESAKES, re.IGNORECASE)
_SUCCESS: Final = _any_of(_SUCCESSES, re.IGNORECASE)


def is_of_other_subject(lowered: bytes) -> bool:
    """Whether a line in lower case is about something that only shares words with TLS.

    A line that states a failure of TLS as its libraries do is about TLS, whatever it names besides:
    a service for coupons has certificates that expire, too.
    """
    return _OTHER.search(lowered) is not None and _FAILURE.search(lowered) is None


def names_namesake(line: bytes) -> bool:
    """Whether a line names a thing that is only called after certificates or keys."""
    return _NAMESAKE.search(line) is not None


def tells_success(line: bytes) -> bool:
    """Whether a line is what a program tells while all goes well."""
    return _SUCCESS.search(line) is not None

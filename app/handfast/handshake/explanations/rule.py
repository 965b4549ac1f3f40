"""What a rule of an explanation is: a message, and the causes that it stands for."""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING

from handfast.core.frozen import dataclass
from handfast.handshake.explanations.spelling import without_paths

if TYPE_CHECKING:
    from handfast.handshake.report.party import Side

#: How much a message tells: the cause itself; one of few causes; that something failed.
EXACT, LIKELY, ALERT, VAGUE = 90, 70, 50, 20


class Reading(enum.Enum):
    """What of a line a rule's pattern is matched against."""

    #: The line as it stands, in lower case.
    LINE = enum.auto()
    #: Its words, whatever stands between them: for what a library is known to say.
    WORDS = enum.auto()
    #: The same, unless the line is about something else: for what nobody listed.
    GUESS = enum.auto()


@dataclass(frozen=True, slots=True)
class Rule:
    """A message: its causes, the likeliest first, and words to say instead of the general ones."""

    codes: tuple[str, ...]
    #: What must be in one line, in lower case.
    words: str
    #: What the line must match besides, in lower case. Repetitions in it are all bounded.
    line: str = ""
    weight: int = LIKELY
    side: Side = "client"
    message: str = ""
    remedy: str = ""
    #: See :func:`words_of` and :func:`plain_words` for the two that look at words.
    reading: Reading = Reading.LINE


def rules(
    codes: str,
    *words: str | tuple[str, str],
    weight: int = LIKELY,
    side: Side = "client",
    message: str = "",
    remedy: str = "",
) -> tuple[Rule, ...]:
    """Several messages that mean the same; a pair is a phrase and what its line must match."""
    pairs = [(each, "") if isinstance(each, str) else each for each in words]
    return tuple(
        Rule(tuple(codes.split()), phrase, line, weight, side, message, remedy)
        for phrase, line in pairs
    )


def family(
    codes: str,
    anchors: str,
    *lines: str,
    weight: int = LIKELY,
    side: Side = "client",
    message: str = "",
    remedy: str = "",
) -> tuple[Rule, ...]:
    """One meaning in the many wordings of programs that nobody listed.

    :param anchors: words separated by ``|``, of which a line has at least one as it stands
    :param lines: what the plain words of such a line match; ``~N`` stands for up to N words
    """
    line = "|".join(f"(?:{_GAP.sub(_gap, each)})" for each in lines)
    return tuple(
        Rule(tuple(codes.split()), anchor, line, weight, side, message, remedy, Reading.GUESS)
        for anchor in anchors.split("|")
    )


def known(
    codes: str,
    messages: str,
    *,
    near: str = "",
    weight: int = EXACT - 6,
    side: Side = "client",
    message: str = "",
    remedy: str = "",
) -> tuple[Rule, ...]:
    """Messages of a library or program as its own tables have them, in any spelling.

    ``KEY_VALUES_MISMATCH``, ``KeyValuesMismatch``, and “key values mismatch” are one message.

    :param messages: one a line; ``*`` stands for up to eight words, such as a name or number
    :param near: words separated by ``|``, of which one must be in the line as well, for messages
        that others say too
    """
    there = f"^(?=.* (?:{near}) ).*" if near else ""
    return tuple(
        Rule(
            tuple(codes.split()), anchor, there + line, weight, side, message, remedy, Reading.WORDS
        )
        for anchor, line in map(_in_words, filter(None, map(str.strip, messages.splitlines())))
    )


def _in_words(message: str) -> tuple[str, str]:
    """What finds the lines that may have a message, and what then matches their words."""
    parts = [_spelled(part.encode()).decode().strip() for part in message.split("*")]
    line = " " + "(?:[a-z0-9]+ ){0,8}".join(f"{part} " if part else "" for part in parts)
    # A word that every spelling has; that of “can’t” is not one.
    lowered = message.lower()
    words = [word for part in parts for word in part.split() if word in lowered]
    return max(words, key=len), line


def _gap(match: re.Match[str]) -> str:
    return f"(?:[a-z0-9]+ ){{0,{match[1]}}}"


def plain_words(line: bytes) -> bytes:
    """The words of a line as :func:`words_of` has them; none of one about something else."""
    said = without_paths(line)
    # Names of files say nothing of what a message is about, but that of “configure” does.
    if _ELSEWHERE.search(said) or b"configure: error" in line:
        return b""
    return words_of(said)


def words_of(line: bytes) -> bytes:
    """The words of a line in lower case, one blank before, between, and after them.

    Names such as ``UnknownIssuer`` and ``CERT_HAS_EXPIRED`` fall into their words; quotation
    marks, punctuation, and colons are gone, so that one pattern fits all spellings.
    """
    return b"" if _FRAME.match(line) or _WELL.search(line) else _spelled(line)


def _spelled(line: bytes) -> bytes:
    words = _CAMEL.sub(b" ", _APOSTROPHE.sub(b"", _ESCAPED.sub(b" ", line)))
    return b" " + b" ".join(words.translate(_WORD_BYTES).split()) + b" "


#: A frame of a trace of Java, .NET, Node.js, or Python: its names say nothing of the cause.
_FRAME = re.compile(rb"\s{0,40}(?:at [\w.$/<>\[\]@`]{1,300} ?\(|at (?:async|new) |File \")")
#: Programs, packages, tables, and symbols that are named after certificates and keys.
_ELSEWHERE = re.compile(
    rb"(?i)host key|foreign key|primary key|unique key|duplicate key|error ts[0-9]{4}|configure: error|type ?error|#\s{0,4}error\b(?!:)|unused (?:variable|import|parameter|argument)"
    rb"|no such table|no module named|module ?not ?found|cannot find (?:module|symbol)|(?<!ca-certificates )package|relation [\"'`]"
    rb"|(?:table|column|database) [\"'`][^\n]{0,80}(?:doesn't|does not|already) exist|command not found"
    rb"|class ?not ?found|noclassdeffound|no ?such ?method|undefined (?:method|reference|symbol|variable|"
    rb"constant)|unresolved (?:import|reference|symbol)|syntax ?error|importerror|cannot resolve symbol"
    rb"|unknown column|jwt|json web token|(?<!rustls::)(?<!ssl )(?<!tls )(?<!ssl_)(?<!tls_)session(?! client identity)|api ?key|access token|ssh[-_]|unknown cli|deprecationwarning"
    rb"|symbol not found|error relocating|undefined symbol|address (?:is )?already in use|eaddrinuse"
    rb"|(?:unknown|unrecogni[sz]ed|unsupported startup|no such|unexpected|undefined) (?:[a-z]{1,20} )?"
    rb"(?:option|parameter|argument|directive|setting|flag|keyword)s?\b"
    rb"|urn:(?:ietf:params:)?acme:error:(?!tls|caa|connection)|unknown authentication method"
    rb"|(?<!ocsp error: request failed with )http(?:/[12](?:\.[01])?)?(?: status)?(?: code)?[: ]{1,2}(?:40[13-9]|4[1-8][0-9]|50[0-9])\b"
    rb"|\bundefined: \w+\.|undeclared identifier|error c[0-9]{4}\b|has no attribute|name ?error: name|reference ?error"
    rb"|property ['\"][^'\"\n]{1,60}['\"] does not exist on type|nosuchfield|cannot read property|cannot read properties|is not a (?:function|constructor)"
    rb"|cannot find (?:function|type|value|macro)\b|ssl module|ext-openssl|extension openssl"
    rb"|can't use ssl_get|await |\.so[.0-9]*: |cannot deserialize value|chain of responsibility|filter ?chain|not-null property"
    rb"|error cs[0-9]{4}|\.h: no such file|invalid literal|no ?such ?bean ?definition|no qualifying bean|keyerror: '"
)
#: What programs tell while all goes well.
_WELL = re.compile(
    rb"(?i)javax\.net\.ssl\|(?:debug|all)|\[info\]|^\s*info: |no (?:peer|client) certificate available|certificate ca names|ignore un|generating (?:a )?(?:new )?(?:one|self)|will (?:now )?(?:be generated|generate)|creating (?:a )?new one|ssl_error_want_|(?:new, |is |: )\(none\)"
    rb"|http/1\.[01]\" [23][0-9]{2}"
    rb"|\"level\": ?\"info\"(?![^\n]*(?:error|fail|unable|cannot|invalid|reject|refus|denied|expired|unknown))"
    rb"|verification (?:method has been enabled|(?:has been|is|was) (?:disabled|skipped|turned off))|unverified https request|^\W{0,8}disables? (?:the |tls |ssl |server )*(?:certificate )?verif"
    rb"|insecure by disabling certificate|verification(?: is|:)? (?:off|skipped)\b"
)
#: What has the same words: certificates on paper, pools of connections, other handshakes.
NOT_OURS = re.compile(
    rb"certificate (?:pdf|of (?:conformity|compliance|analysis|authenticity|employment|appreciation|occupancy|completion|achievement|participation|origin|insurance|incorporation))\b|"
    rb"https error [1-5][0-9]{2}|ssherror|sshexception|jschexception|\bparamiko\.|^\s*#(?:error\b| ?error \")|"
    rb"\b(?:signer|admin|wallet|sender|account|owner|contract) ?_?address|ethereum|bitcoin|metamask|seed phrase|"
    rb"(?:unknown|unrecogni[sz]ed|unexpected|undefined) (?:config(?:uration)? )?(?:setting|option|directive|keyword|argument|flag|"
    rb"parameter|variable|property|key word)s?:? ?[\"'`<-]|unknown setting|undefined symbol|symbol lookup error|unresolved external|"
    rb"invalid (?:option|command|directive|keyword)s?:? ?[\"'`<-]|invalid option:? |was not declared in this|module [\"'`][\w.]{1,40}[\"'`] has no attribute|"
    rb"cannot resolve (?:symbol|method)|flag provided but not defined|invalid column name|insufficient funds|"
    rb"_method['\"`]? is deprecated|-wdeprecated|^make(?:\[[0-9]+\])?: \*\*\*|is missing in type ['\"]|but required in type|"
    rb"is not a valid argument|configuration key ['\"]|rate ?limit|too many certificates|too many requests|recordnotfound|"
    rb"\bwith id[ =][^\n]{1,40} (?:does not exist|not found)|certificates? table\b|certificate number|\bcovid\b|"
    rb"signaturedoesnotmatch|accesskeyid|^zip: |keepass|\bluks\b|bitlocker|mixed content:|pull access denied|wallet import|"
    rb"validation errors? detected|cannot import name|method not found: '|no matching distribution|this field |\bfield [\"'`][\w.-]{1,40}[\"'`] is required|"
    rb"\bport 22\b|unprotected private key|^load key \"|mnemonic|hex char|hardhat|\bwireguard\b|private key for (?:the )?wallet|"
    rb"implicit declaration|undeclared|cmake error|(?:not|can.?t|unable to|failed to) load (?:the )?(?:open)?ssl lib|"
    rb"notloadssllib|ssl_library_init,|keypairgenerator not available|already redeemed|\bvouchers?\b|\bcoupons?\b|"
    rb"(?:available|ready) (?:for|to) download|para descarga|"
    rb"^(?![^\n]*(?:ssl|tls|cert|x509|https|wss|secure))[^\n]*\b(?:websocket|ws|socket\.io|ssh|rtmp|amqp|noise|"
    rb"wireguard|4-way|four-way|plugin|smb|vnc|rfb|forge|fml|p2p|devp2p|rlpx|libp2p|bittorrent|stomp|ntlm|mysql|"
    rb"(?<!pre-)login|game|hdcp|sctp|tcp|three-way|3-way)(?:: bad|:)? handshake|websocket: bad handshake|"
    rb"\bid_(?:rsa|dsa|ecdsa|ed25519)\b|[/\\]\.ssh[/\\](?:id_|known_hosts|authorized|config)|key fingerprint is|authenticity of host|list of known hosts|"
    rb"^(?![^\n]*(?:ssl|tls|cert|x\.?509|pkcs|keystore|\.pem))[^\n]*(?:recovery phrase|valid hex|wallet address|key for network|"
    rb"invalid sender|\bjwt\b(?!\.)|json web token|\bjw[ks]s?\b|saml assertion|oauth|invalid_(?:client|grant)|game version|"
    rb"mod list|solana|blockchain|hex(?:adecimal)?[- ](?:string|characters|digits|encoded)|32[- ]bytes?\b|\bapp[ _]id\b|_app_id\b|"
    rb"reality_(?:public|private)_key|\bkey used to sign|nostr)|certificates? (?:is |are )?(?:not )?(?:ready for|could not be|cannot be) "
    rb"download|load(?:ing)? certificate (?:templates?|details|preview)|user\S{0,5}s certificate is|unable to negotiate with [^\n]{1,80} port|"
    rb"device-mapper|dm-crypt|cryptsetup|\bluks|/dev/(?:sd|nvme|mapper|vd)|key file for table|\b08s01\b[^\n]{0,20}bad handshake|"
    rb"known_hosts|authorized_keys|check the certificate number|certificate #[0-9]|"
    rb"connection refused[:, -]{1,3}(?:not authori|bad user|identifier rejected|unacceptable protocol|server unavailable)|"
    rb"proxy handshake|protocol handshake|session id is stale|unknown database|\.(?:c|cc|cpp|h|hpp|m|rs|swift|kt):\d+:\d+: (?:fatal )?(?:error|warning|note)|"
    rb"in function (?:\xe2\x80\x98|'|`)|note: declared here|unrecognized selector sent|note: tls certificate validation not implemented|hikaripool|pool exhausted|connection pool|lock wait|websocket handshake failed: unexpected|"
    rb"\b(?:birth|death|marriage|gift|medical|health|vaccination|tax|insurance|share|stock|training|course|"
    rb"award|licen[sc]e|energy|origin|subscription) certificates?\b"
)
_GAP = re.compile(r"~(\d+) ")
_APOSTROPHE = re.compile(rb"(?<=[A-Za-z])(?:'|\xe2\x80\x99|`|&#39;|\\u0027|&apos;)(?=[A-Za-z])")
#: Escapes, and the step at which Erlang was: “In state cipher” says nothing of ciphers.
_ESCAPED = re.compile(
    rb"\\[nrt]|&(?:quot|amp|lt|gt|nbsp);|%20|(?i:\bin state :?cipher\b)|(?i:\b\w{1,40}timeout\w{0,10}[\"']?\s{0,2}=>?\s{0,2}\d)"
)
#: Where a name in mixed case falls into words; “SSLv3” and “SANs” are one word each.
_CAMEL = re.compile(rb"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z](?!v[0-9]|s(?![A-Za-z]))[a-z])")
_WORD_BYTES = bytes(
    each + 0x20 if 0x41 <= each <= 0x5A else each if chr(each).isalnum() and each < 0x80 else 0x20
    for each in range(256)
)

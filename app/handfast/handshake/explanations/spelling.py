"""How a message is written, without what only carries it: escapes, paths, and addresses.

What is quoted in JSON, HTML, or an address bar is unescaped. A path or address is not part of what
is said, and the words in it mislead (``/etc/pki/root-ca/cert.crt`` may be no root certificate);
what kind of file it names does tell something, and replaces it.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final
from urllib.parse import unquote

_BROKEN: Final = re.compile(r"(?<=[a-z])-\n\s*(?=[a-z])")
_UNICODE: Final = re.compile(r"\\+u([0-9a-fA-F]{4})")
_SURROGATES: Final = (0xD800, 0xDFFF)
_BACKSLASHED: Final = re.compile(r"\\+[nrt](?![a-z])|\\+(?=[\"'/])")
_PERCENT: Final = re.compile(r"%[2-7][0-9A-Fa-f]")
_ADDRESS: Final = re.compile(r"\b[a-z][a-z0-9+.-]{1,12}://[^\s\"'<>()]{1,300}", re.IGNORECASE)
_PATH: Final = rb"(?<![\w/\\])(?:[A-Za-z]:|\.{0,2}|~|file:)(?:[/\\]{1,2}[\w.@+*-]{1,80}){1,20}"
#: Only what kind of address it is: its host and path are no file of anybody.
_ADDRESS_BYTES: Final = re.compile(
    rb"(?i)\b((?!file:)[a-z][a-z0-9+.-]{1,12}):/{2}[^\s\"'<>(),]{1,300}"
)
_PATHS: Final = re.compile(_PATH)
_FILES: Final = re.compile(
    _PATH.decode()
    + r"|\b[\w-]{1,80}\.(?:pem|crt|cer|cert|key|der|p12|pfx|jks|jceks|bks|p7b|kdb|pk8|csr|crl)\b"
)
#: OpenSSL names the function that failed before the reason, and others name their source.
_FUNCTION: Final = re.compile(
    r"error:[0-9a-fA-F]{6,8}:(?:[^:\n]{0,60}:){2}|\b[\w.]{1,60} routines:[\w.-]{0,80}:"
    r"|\b[\w/.-]{1,80}\.(?:c|cc|cpp|go|py|rb|java|rs|erl|cs|lua|php|js|ts|h):\d{1,6}"
    # Not the settings “ssl_cert” and “ssl_client_key_file” of many programs.
    r"|\b(?!ssl_(?:(?:client|server|trusted|private)_)?(?:cert|key|ca|certificate|crl)(?:_(?:file|path|key))?\b)"
    r"(?:ssl3|ssl23|tls|ssl|dtls1?)_[a-z0-9_]{3,60}\b"
)
#: Names and addresses of hosts, as far as they can be told from those of files and classes.
_HOST: Final = re.compile(
    r"(?<![\w@./-])(?:\*\.)?(?:[a-z0-9-]{1,63}\.){1,8}(?:com|net|org|io|local|internal|example|dev|lan|"
    r"corp|svc|cloud|home|test|localdomain|intra|edu|gov|info|biz|app|de|fr|uk|eu|ru|cn|jp|nl|it|es|"
    r"br|in|ch|at|be|se|no|pl|us|ca|au|invalid)\b(?![./\w(-])|(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])"
    r"|(?<![\w.-])localhost(?![\w.])"
)
#: The subject of a certificate does not describe a failure.
_NAME: Final = re.compile(
    r"\b(?:CN|OU|O|C|L|ST|DC|EMAILADDRESS) ?= ?(?:\"[^\"]{0,80}\"|[^,/;'\"\])>]{1,80})",
    re.IGNORECASE,
)
#: A class of Java, .NET, or Python, of which only the name of one of the field tells something.
_CLASS: Final = re.compile(
    r"\b(?:[A-Za-z_]\w{0,40}[.$]){0,12}(?!\w*(?i:cert|ssl|tls|key|hand|trust|crypt|pkcs|pkix|nosuch|notfound|denied|eof|timeout|timedout|refused|reset))"
    r"[A-Z]\w{0,60}(?:Exception|Error|Failure)\b"
)
#: An alert is what the other side said, in words of the standard: a message of its own.
_ALERT: Final = re.compile(
    r"(?:ssl|tls)v?[0-9._/ a-z]{0,12}[ _]alert[ _](?:[a-z]{1,14}[ _]?){1,3}"
    r"|\balert[:,( _]{0,3}(?:fatal)?[:,) _-]{0,4}(?:bad|unknown|unsupported|certificate|handshake|"
    r"protocol|internal|decrypt|access|illegal|no|close|insufficient|unrecognized|inappropriate)"
    r"(?:[ _-]?[a-z]{2,14}){0,2}|\bremote error: tls: [a-z ]{3,40}",
    re.IGNORECASE,
)
#: What the name of a file says that it holds: the first that is in it decides.
_KINDS: Final = (
    (re.compile(r"crl"), "crl file"),
    (re.compile(r"trust|cacert|ca-?bundle|ca[-_]?(?:cert|chain|file)|\bca\b|\broot\b.*(?:crt|pem)"),
     "ca file"),
    (re.compile(r"\.(?:key|pk8)$|priv|key\.pem$|[-_]key\b"), "private key file"),
    (re.compile(r"\.(?:p12|pfx|jks|jceks|bks|kdb)$|keystore"), "keystore file"),
    (re.compile(r"\.csr$"), "csr file"),
    (re.compile(r"\.(?:pem|crt|cer|cert|der|p7b)$|cert"), "certificate file"),
)  # fmt: skip


def unescaped(text: str) -> str:
    """A text as it was before it was put into JSON, HTML, or an address."""
    if "\\u" in text:
        text = _UNICODE.sub(_character, text)
    if "\\" in text:
        text = _BACKSLASHED.sub(lambda found: "\n" if found[0][-1] in "nrt" else "", text)
    if "&" in text:
        text = html.unescape(text)
    if len(_PERCENT.findall(text)) > 2:
        text = unquote(text.replace("+", " ")) if " " not in text else unquote(text)
    return _BROKEN.sub("", text)


def _character(found: re.Match[str]) -> str:
    number = int(found[1], 16)
    # Half of a character that takes two is none.
    return " " if _SURROGATES[0] <= number <= _SURROGATES[1] else chr(number)


def without_paths(line: bytes) -> bytes:
    """A line with what a file is instead of its path."""
    line = _ADDRESS_BYTES.sub(rb"\1 ", line)
    return _PATHS.sub(lambda found: _kind(found[0].decode("utf-8", "replace")).encode(), line)


def without_places(text: str) -> str:
    """A text with what a file is instead of its name, without addresses, functions, and alerts."""
    for pattern in (_ADDRESS, _FUNCTION, _CLASS, _NAME):
        text = pattern.sub(" ", text)
    text = _FILES.sub(lambda found: _kind(found[0]), _ALERT.sub(" alert ", text))
    return _HOST.sub(" thishost ", text)


def _kind(path: str) -> str:
    name = re.split(r"[/\\]", path.lower().rstrip("/\\."))[-1]
    return next((f" {kind} " for pattern, kind in _KINDS if pattern.search(name)), " file ")


#: Letters that no accent makes, as those write them who lack them.
_UNACCENTED: Final = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "ı": "i", "đ": "d"})


def folded(text: str) -> str:
    """A text without accents, in which an “ß” is two letters."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKD", text.translate(_UNACCENTED))
    return "".join(each for each in plain if not unicodedata.combining(each))

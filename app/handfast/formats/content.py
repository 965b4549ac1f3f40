"""What a file holds, told by its bytes alone; its name is never asked."""

from __future__ import annotations

import codecs
import re
from enum import Enum, auto

from handfast.formats.pem import armor as pem


class Content(Enum):
    """Everything that is told apart."""

    EMPTY = auto()
    JKS = auto()
    JCEKS = auto()
    PKCS12 = auto()
    BKS = auto()
    UBER = auto()
    BCFKS = auto()
    IBM_KDB = auto()
    ORACLE_WALLET = auto()
    ELASTICSEARCH_KEYSTORE = auto()
    WINDOWS_SST = auto()
    APPLE_KEYCHAIN = auto()
    NSS_DATABASE = auto()
    PASSWORD_SAFE = auto()
    PKCS11_CONFIGURATION = auto()
    CERTIFICATE = auto()
    ATTRIBUTE_CERTIFICATE = auto()
    REQUEST = auto()
    REVOCATION_LIST = auto()
    PKCS7 = auto()
    PKCS7_OTHER = auto()
    PRIVATE_KEY = auto()
    ENCRYPTED_PRIVATE_KEY = auto()
    PUBLIC_KEY = auto()
    PARAMETERS = auto()
    OCSP_RESPONSE = auto()
    OPENSSH_PRIVATE_KEY = auto()
    OPENSSH_PUBLIC_KEY = auto()
    PUTTY_KEY = auto()
    MICROSOFT_KEY = auto()
    PGP = auto()
    JAVA_OBJECT = auto()
    JAVA_CLASS = auto()
    ZIP = auto()
    TAR = auto()
    COMPRESSED = auto()
    PDF = auto()
    PICTURE = auto()
    PROGRAM = auto()
    HTML = auto()
    XML = auto()
    JSON = auto()
    MAIL = auto()
    GIT_LFS_POINTER = auto()
    OPENVPN_KEY = auto()
    #: PEM whose first line is missing, and PEM whose content is itself text of that kind.
    HEADLESS_PEM = auto()
    PEM_IN_PEM = auto()
    #: A keystore that went through a program which takes it for text, by what that program did.
    FILTERED_REPLACED = auto()
    FILTERED_QUESTION_MARKS = auto()
    FILTERED_WIDENED = auto()
    TEXT = auto()
    OTHER_ASN1 = auto()
    UNKNOWN = auto()


#: Beyond so many bytes, only so many at the beginning are looked at.
_MAX_WHOLE_BYTES, _HEAD_BYTES = 8 * 2**20, 2**20
_MAGICS: tuple[tuple[bytes, Content], ...] = (
    (b"\xfe\xed\xfe\xed", Content.JKS),
    (b"\xce\xce\xce\xce", Content.JCEKS),
    (b"\0\0\0\0CERT", Content.WINDOWS_SST),
    (b"kych", Content.APPLE_KEYCHAIN),
    (b"SQLite format 3\0", Content.NSS_DATABASE),
    (b"\0\x06\x15\x61", Content.NSS_DATABASE),
    (b"\x03\xd9\xa2\x9a", Content.PASSWORD_SAFE),
    (b"\x1e\xf1\xb5\xb0", Content.MICROSOFT_KEY),
    (b"\xac\xed\0", Content.JAVA_OBJECT),
    (b"\xca\xfe\xba\xbe", Content.JAVA_CLASS),
    (b"PK\x03\x04", Content.ZIP),
    (b"PK\x05\x06", Content.ZIP),
    (b"\x1f\x8b", Content.COMPRESSED),
    (b"BZh", Content.COMPRESSED),
    (b"\xfd7zXZ\0", Content.COMPRESSED),
    (b"7z\xbc\xaf\x27\x1c", Content.COMPRESSED),
    (b"Rar!", Content.COMPRESSED),
    (b"\x28\xb5\x2f\xfd", Content.COMPRESSED),
    # Auto-login wallets of Oracle, for every machine and for one.
    (b"\xa1\xf8\x4e", Content.ORACLE_WALLET),
    # Lucene's codec header, then the name of the codec.
    (b"\x3f\xd7\x6c\x17\x16elasticsearch.keystore", Content.ELASTICSEARCH_KEYSTORE),
    # The head of a key database of GSKit (CMS, versions 3 and 4).
    (b"\0\0\0\5\x9e\0\0\0", Content.IBM_KDB),
    (b"%PDF", Content.PDF),
    (b"\x89PNG", Content.PICTURE),
    (b"\xff\xd8\xff", Content.PICTURE),
    (b"GIF8", Content.PICTURE),
    (b"\x7fELF", Content.PROGRAM),
    (b"MZ", Content.PROGRAM),
)

_LABELS: dict[str, Content] = {
    "CERTIFICATE": Content.CERTIFICATE,
    "TRUSTED CERTIFICATE": Content.CERTIFICATE,
    "X509 CERTIFICATE": Content.CERTIFICATE,
    "X.509 CERTIFICATE": Content.CERTIFICATE,
    "ATTRIBUTE CERTIFICATE": Content.ATTRIBUTE_CERTIFICATE,
    "CERTIFICATE REQUEST": Content.REQUEST,
    "NEW CERTIFICATE REQUEST": Content.REQUEST,
    "X509 CRL": Content.REVOCATION_LIST,
    "PKCS7": Content.PKCS7,
    "PKCS #7 SIGNED DATA": Content.PKCS7,
    "PKCS7 SIGNED DATA": Content.PKCS7,
    "CERTIFICATE CHAIN": Content.PKCS7,
    "CMS": Content.PKCS7,
    "PKCS12": Content.PKCS12,
    "ENCRYPTED PRIVATE KEY": Content.ENCRYPTED_PRIVATE_KEY,
    "OPENSSH PRIVATE KEY": Content.OPENSSH_PRIVATE_KEY,
    "SSH2 PUBLIC KEY": Content.OPENSSH_PUBLIC_KEY,
    "SSH2 ENCRYPTED PRIVATE KEY": Content.OPENSSH_PRIVATE_KEY,
    "OCSP RESPONSE": Content.OCSP_RESPONSE,
}

#: What SunPKCS11 must be told: which module, and how it is called.
_PKCS11_NAME = re.compile(r"^[ \t]*name[ \t]*=", re.MULTILINE)
#: An object or a list; many a settings file, too, begins with a name in square brackets.
_JSON = re.compile(r'\{\s*(?:["}]|$)|\[\s*(?:["{}\[\]]|-?\d|true\b|false\b|null\b|$)')
_PKCS11_LIBRARY = re.compile(r"^[ \t]*(?:library|nsslibrarydirectory)[ \t]*=", re.MULTILINE)

#: Nothing that this looks at needs more of a file than its first bytes.
_OID = b"\x06"
_PKCS7_ARC = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"
#: What S/MIME added: compressed, authenticated and other messages.
_SMIME_ARC = b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01"
_SIGNED_DATA = _PKCS7_ARC + b"\x02"


def classify(data: bytes) -> Content:
    """What these bytes are; for a text with several things in it, the first that says most."""
    if not data:
        return Content.EMPTY
    if len(data) > _MAX_WHOLE_BYTES:
        # What can be reported about so large a file stands at its beginning.
        data = data[:_HEAD_BYTES]
    for magic, content in _MAGICS:
        if data.startswith(magic):
            return content
    if 2 <= len(data) < 4 and b"\xfe\xed\xfe\xed".startswith(data):
        return Content.JKS
    if b"X509KEY" in data[:32]:
        return Content.IBM_KDB
    if data[257:262] == b"ustar":
        return Content.TAR
    filtered = _classify_filtered(data)
    if filtered is not None:
        return filtered
    bouncy = _classify_bouncy(data)
    if bouncy is not None:
        return bouncy
    if data[:1] == b"0":
        content = classify_der(data)
        # "0" is also a digit: a text that starts with one.
        if content not in (Content.OTHER_ASN1, Content.UNKNOWN) or pem.as_text(data) is None:
            return content
    return _classify_text(data)


def classify_block(block: pem.Block) -> Content:
    """What one PEM block is: by its bytes, and by its label where they do not tell."""
    label = block.label
    if label.startswith("PGP "):
        return Content.PGP
    if label.startswith("OPENVPN "):
        return Content.OPENVPN_KEY
    if label and block.data.startswith((b"-----BEGIN ", b"LS0tLS1CRUdJTi")):
        return Content.PEM_IN_PEM
    if "OPENSSH" in label or "SSH2" in label:
        return _LABELS.get(label, Content.OPENSSH_PRIVATE_KEY)
    by_label = _LABELS.get(label)
    if by_label is None:
        if label.endswith("PRIVATE KEY"):
            by_label = Content.PRIVATE_KEY
        elif label.endswith("PUBLIC KEY"):
            by_label = Content.PUBLIC_KEY
        elif label.endswith("PARAMETERS"):
            by_label = Content.PARAMETERS
    if by_label is Content.PRIVATE_KEY:
        # An old key with Proc-Type is encrypted whole: its bytes tell nothing.
        encrypted = any("ENCRYPTED" in header for header in block.headers)
        return Content.ENCRYPTED_PRIVATE_KEY if encrypted else Content.PRIVATE_KEY
    if block.data.startswith(b"\xfe\xed\xfe\xed"):
        return Content.JKS
    if block.data.startswith(b"\xce\xce\xce\xce"):
        return Content.JCEKS
    if block.data[:3] == b"\0\0\0":
        bouncy = _classify_bouncy(block.data)
        if bouncy is not None:
            return bouncy
    by_structure = classify_der(block.data) if block.data else Content.UNKNOWN
    unclear = {Content.OTHER_ASN1, Content.UNKNOWN}
    if by_label is Content.PARAMETERS:
        # Two numbers are an RSA key as well as the group of a Diffie-Hellman exchange.
        unclear.add(Content.PUBLIC_KEY)
    if by_structure in unclear:
        return by_label or by_structure
    return by_structure


# --- what text filters leave of a keystore ------------------------------------------------------

_REPLACED = "\ufffd".encode()
#: How JKS, JCEKS and the older stores of Bouncy Castle begin where each byte beyond ASCII was
#: written as two, as a program does that takes Latin-1 and gives UTF-8.
_WIDENED = tuple(
    magic.decode("latin-1").encode()
    for magic in (b"\xfe\xed\xfe\xed\0\0\0", b"\xce\xce\xce\xce\0\0\0", b"0\x82", b"0\x80")
)
#: Java's magic with each byte that is no UTF-8 replaced, then the version: of JCEKS as well.
_REPLACED_MAGIC = _REPLACED * 4 + b"\0\0\0"
_QUESTION_MARKS = b"????\0\0\0"


def _classify_filtered(data: bytes) -> Content | None:
    """What was a binary file before a program took it for text; None where nothing tells so.

    Each byte that is not UTF-8 became U+FFFD (EF BF BD) or a question mark, which cannot be
    undone, or two bytes, which somebody who knows may undo.
    """
    if data.startswith(_REPLACED_MAGIC):
        return Content.FILTERED_REPLACED
    if data.startswith(_QUESTION_MARKS):
        return Content.FILTERED_QUESTION_MARKS
    if data.startswith(_WIDENED) and (data[:1] != b"0" or _is_utf8(data)):
        return Content.FILTERED_WIDENED
    # Any other: so many replacements, among control characters that no text has.
    head = data[:4096]
    replaced = head.count(_REPLACED)
    if replaced >= 8 and replaced * 3 * 20 > len(head) and _CONTROLS.search(head):
        return Content.FILTERED_REPLACED
    return None


_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


# --- ASN.1 ---------------------------------------------------------------------------------------


def _header(data: bytes, position: int) -> tuple[int, int, int | None] | None:
    """Tag, where the content starts, where it ends (None: indefinite length); None if cut off."""
    if position + 2 > len(data):
        return None
    tag, length = data[position], data[position + 1]
    position += 2
    if length < 0x80:
        return tag, position, position + length
    if length == 0x80:
        return tag, position, None
    count = length & 0x7F
    if count > 8 or position + count > len(data):
        return None
    size = int.from_bytes(data[position : position + count], "big")
    return tag, position + count, position + count + size


def _tags(data: bytes, position: int, end: int | None, most: int) -> list[tuple[int, int]]:
    """Tag and content's start of the first values in a row, as far as they can be followed."""
    found: list[tuple[int, int]] = []
    while len(found) < most and (end is None or position < end):
        header = _header(data, position)
        if header is None:
            break
        tag, start, stop = header
        found.append((tag, start))
        if stop is None:
            break
        position = stop
    return found


def classify_der(data: bytes) -> Content:
    """What an ASN.1 value is, by the shape of its first levels; DER or BER, whole or cut short."""
    outer = _header(data, 0)
    if outer is None or outer[0] != 0x30:
        return Content.UNKNOWN
    _, start, end = outer
    children = _tags(data, start, end, 10)
    if not children:
        return Content.OTHER_ASN1
    tag, inside = children[0]
    if tag == 0x06:
        if data.startswith(_PKCS7_ARC, start):
            return Content.PKCS7 if data.startswith(_SIGNED_DATA, start) else Content.PKCS7_OTHER
        if data.startswith(_SMIME_ARC, start):
            return Content.PKCS7_OTHER
        return Content.OTHER_ASN1
    if tag == 0x0A:
        return Content.OCSP_RESPONSE
    if tag == 0x02:
        return _classify_versioned(data, start, children)
    if tag == 0x30:
        return _classify_nested(data, inside, children)
    return Content.OTHER_ASN1


def _classify_versioned(data: bytes, start: int, children: list[tuple[int, int]]) -> Content:
    """SEQUENCE { INTEGER, … }: PKCS#12, PKCS#8, and the older private and public keys."""
    number_at = children[0][1]
    tags = [tag for tag, _ in children]
    version = data[number_at : number_at + 1]
    single = data[start : start + 2] == b"\x02\x01"
    if len(tags) == 1:
        return Content.PKCS12 if single and version == b"\x03" else Content.OTHER_ASN1
    if tags[1] == 0x30:
        body = children[1][1]
        if data.startswith(_PKCS7_ARC, body):
            return Content.PKCS12
        if len(tags) >= 3 and tags[2] == 0x04 and data[body : body + 1] == _OID:
            return Content.PRIVATE_KEY
        if single and version == b"\x03" and len(tags) == 2 and body >= len(data) - 12:
            return Content.PKCS12
        return Content.OTHER_ASN1
    if tags[1] == 0x04 and single and version == b"\x01":
        return Content.PRIVATE_KEY
    if tags[:9] == [0x02] * 9 and tags[9:] == [0x30]:
        # An RSA key of more than two primes (RFC 8017, A.1.2).
        return Content.PRIVATE_KEY
    if all(tag == 0x02 for tag in tags):
        if single and version in (b"\0", b"\1") and len(tags) in (6, 9, 10):
            return Content.PRIVATE_KEY
        return Content.PUBLIC_KEY if len(tags) == 2 and not single else Content.PARAMETERS
    return Content.OTHER_ASN1


def _classify_nested(data: bytes, inside: int, children: list[tuple[int, int]]) -> Content:
    """SEQUENCE { SEQUENCE …: certificates, requests, revocation lists, sealed and public keys."""
    tags = [tag for tag, _ in children]
    second = tags[1] if len(tags) > 1 else None
    outer = _header(data, inside)
    if outer is None:
        return Content.OTHER_ASN1
    first_stop = children[1][1] if len(children) > 1 else len(data)
    inner = _tags(data, inside, first_stop, 7)
    inner_tags = [tag for tag, _ in inner]
    if inner_tags[0] == 0x06:
        # An algorithm, then what it made.
        return {0x03: Content.PUBLIC_KEY, 0x04: Content.ENCRYPTED_PRIVATE_KEY}.get(
            second or 0, Content.OTHER_ASN1
        )
    if second in (0x30, 0xA0, None) and _is_bcfks(data, inner, children):
        return Content.BCFKS
    # What is signed, the algorithm, the signature. A file cut short may lack the latter two.
    if second not in (0x30, None) or (len(tags) > 2 and tags[2] != 0x03):
        return Content.OTHER_ASN1
    match inner_tags:
        case [0xA0, 0x02, 0x30, 0x30, 0x30, *_]:
            return Content.CERTIFICATE
        case [0x02, 0x30, 0x30, 0x30, 0x30, 0x30, *_]:
            return Content.CERTIFICATE
        case [0x02, 0x30, 0x30, 0xA0, *_]:
            return Content.REQUEST
        case [0x02, 0x30, 0x30] if len(tags) == 3:
            return Content.REQUEST
        case [0x02, 0x30, 0x30, 0x17 | 0x18, *_] | [0x30, 0x30, 0x17 | 0x18, *_]:
            return Content.REVOCATION_LIST
        case [0x02, 0x30 | 0xA0, 0xA0 | 0xA1, *_]:
            return Content.ATTRIBUTE_CERTIFICATE
        case [0xA0, 0x02, *_] if second is None:
            return Content.CERTIFICATE
    return Content.OTHER_ASN1


_PBES2 = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d"


def _is_bcfks(data: bytes, inner: list[tuple[int, int]], outer: list[tuple[int, int]]) -> bool:
    """Bouncy Castle's FIPS store: { { algorithm, OCTET STRING }, { { { algorithm } … } } }.

    The second may be a signature as well, or cut off.
    """
    if len(inner) < 2 or inner[0][0] != 0x30 or inner[1][0] != 0x04:
        return False
    if len(outer) == 1:
        return data.startswith(_PBES2, inner[0][1])
    return data[inner[0][1] : inner[0][1] + 1] == _OID and len(outer) == 2


# --- Bouncy Castle's older stores ----------------------------------------------------------------


#: UBER is encrypted in whole blocks of Twofish.
_UBER_BLOCK_BYTES = 16


def _classify_bouncy(data: bytes) -> Content | None:
    """BKS and UBER start alike: version, salt, iterations. BKS continues unencrypted."""
    if data[:3] != b"\0\0\0" or data[3:4] not in (b"\0", b"\1", b"\2") or len(data) < 12:
        return None
    salt_length = int.from_bytes(data[4:8], "big")
    if salt_length >= 0x80000000:
        # A hostile length: whatever reads BKS says what is wrong with it.
        return Content.BKS
    if not 1 <= salt_length <= 1024:
        return None
    body = 8 + salt_length + 4
    if len(data) <= body:
        return Content.BKS
    rest = len(data) - body
    kind = data[body]
    if kind == 0 and rest == 21:
        return Content.BKS
    if 1 <= kind <= 4:
        name = body + 3
        date = name + int.from_bytes(data[body + 1 : name], "big")
        # A date within the last eight thousand years: encrypted bytes hardly look so.
        if data[date : date + 2] == b"\0\0":
            return Content.BKS
        # Cut off before its date, it has the beginning of a name; one in seventy encrypted stores
        # seems to be cut off there.
        is_cut = data[date:] in (b"", b"\0")
        if is_cut and (rest % _UBER_BLOCK_BYTES or _begins_as_text(data[name:date])):
            return Content.BKS
    return Content.UBER


def _begins_as_text(data: bytes) -> bool:
    """Whether these bytes may be the beginning of a text in UTF-8, cut off anywhere."""
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(data).isprintable()
    except UnicodeDecodeError:
        return False


# --- text ----------------------------------------------------------------------------------------


def is_json_text(text: str) -> bool:
    """Whether a text without blanks at its beginning starts as JSON does."""
    return _JSON.match(text) is not None


#: Keystores that are no text, and are in one only as Base64.
BINARY_STORES = (
    Content.PKCS12,
    Content.BCFKS,
    Content.JKS,
    Content.JCEKS,
    Content.BKS,
    Content.UBER,
)


def _classify_text(data: bytes) -> Content:
    blocks = pem.find_blocks(data)
    contents = {classify_block(block) for block in blocks}
    # A certificate with its private key is, first of all, a private key: that is what matters.
    for content in (
        Content.PRIVATE_KEY,
        Content.ENCRYPTED_PRIVATE_KEY,
        Content.CERTIFICATE,
        Content.PKCS7,
        *BINARY_STORES,
    ):
        if content in contents:
            return content
    if blocks:
        return classify_block(blocks[0])
    text = pem.as_text(data)
    if text is None:
        return _classify_binary(data)
    head = text[:4096].lstrip("\ufeff \t\r\n")
    lower = head.lower()
    if lower.startswith("version https://git-lfs"):
        return Content.GIT_LFS_POINTER
    if _HEADLESS.search(text):
        return Content.HEADLESS_PEM
    if lower.startswith("putty-user-key-file"):
        return Content.PUTTY_KEY
    if _PKCS11_NAME.search(lower) and _PKCS11_LIBRARY.search(lower):
        return Content.PKCS11_CONFIGURATION
    if lower.startswith(("ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-", "---- begin ssh2")):
        return Content.OPENSSH_PUBLIC_KEY
    if lower.startswith(("<!doctype html", "<html")) or "<html" in lower or "<body" in lower:
        return Content.HTML
    if lower.startswith("<"):
        return Content.XML
    if is_json_text(lower):
        return Content.JSON
    if lower.startswith(("mime-version:", "received:", "return-path:", "content-type:")):
        return Content.MAIL
    return Content.TEXT if head else Content.EMPTY


#: Base64, then the line that ends a block, and no line that begins it.
_HEADLESS = re.compile(
    r"^[A-Za-z0-9+/]{40,76}={0,2}[ \t]{0,8}\r?\n(?:[A-Za-z0-9+/]{1,76}={0,2}[ \t]{0,8}\r?\n)?"
    r"-{3,6}END [A-Za-z0-9#./+ ]{1,60}-",
    re.MULTILINE,
)


def _classify_binary(data: bytes) -> Content:
    if data[8:12] == b"KBXf":
        return Content.PGP
    # OpenPGP packets (RFC 9580, 4.2): a public or secret key, then its version.
    if data[0] in (0x94, 0x95, 0x98, 0x99, 0xC5, 0xC6):
        length = 2 + (data[0] & 1) if data[0] < 0xC0 else 2 + (data[1:2] >= b"\xc0")
        if data[length : length + 1] in (b"\x03", b"\x04", b"\x05", b"\x06"):
            return Content.PGP
    return Content.UNKNOWN

"""Keystores, keys, and certificates that cannot be read or opened."""

from __future__ import annotations

from typing import Final

from handfast.core.language import tr
from handfast.handshake.explanations.families.nouns import (
    ABSENT,
    CERT,
    KEY,
    NOT,
    REJECT,
    STORE,
    TRUST_STORE,
)
from handfast.handshake.explanations.rule import ALERT, LIKELY, VAGUE, family

STORES: Final = (
    *family(
        "wrong-password wrong-format",
        "password|passphrase|passwd|pass phrase|integrity|hmac|mac",
        rf" {STORE} .{{0,240}}(?:pass ?words?|pass ?phrases?|pin|passwd) ~8 (?:wrong|incorrect|invalid|bad|"
        rf"mis ?match|not (?:match|correct|valid|right)|doesnt match|does not match|fail[a-z]*|"
        r"error|tampered) ",
        rf" {STORE} .{{0,200}}(?:wrong|incorrect|invalid|bad|different|another|mis ?match[a-z]*|tampered) ~4 (?:pass ?words?|"
        r"pass ?phrases?|pin|passwd) ",
        rf" (?:wrong|incorrect|invalid|bad|mis ?match[a-z]*) ~4 (?:pass ?words?|pass ?phrases?|passwd) "
        rf".{{0,200}}(?:{STORE}|certificate file) ",
        rf" (?:pass ?words?|pass ?phrases?|passwd) ~8 (?:wrong|incorrect|invalid|bad|mis ?match|not "
        rf"(?:match|correct|valid|right)|doesnt match|does not match) .{{0,120}}(?:{STORE}) ",
        rf" (?:{STORE}|{CERT}) .{{0,160}}(?:integrity|mac|hmac) ~4 (?:check|verif[a-z]*)? ?~3 (?:{NOT}|"
        r"invalid|mis ?match) ",
        rf" {CERT} ~6 (?:pass ?words?|pass ?phrases?) ~6 (?:wrong|incorrect|invalid|bad|not correct) ",
        rf" (?:wrong|incorrect|invalid|bad) ~2 (?:pass ?words?|pass ?phrases?) ~8 {CERT} ",
        rf" {STORE} ~3 tampered ",
        rf" {STORE} ~2 (?:pass ?words?|pass ?phrases?|passwd) ~5 (?:must be|required|missing|null|empty|not "
        r"(?:set|provided|given|specified|supplied)) ",
        rf" (?:{REJECT}|check|missing|no|without) ~5 {STORE} ~2 (?:pass ?words?|pass ?phrases?|passwd) ",
        rf" (?:{CERT}|{STORE}|pem) ~5 (?:wrong|incorrect|invalid|bad) ~1 (?:pass ?words?|pass ?phrases?|passwd) ",
        rf" (?:{CERT}|{STORE}|[a-z0-9]+ (?:p12|pfx|jks)) ~6 (?:is the|check|check the|check your|verify the) "
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
        rf" (?:{NOT}) ~4 (?:decrypt|decrypting|decryption|unlock) ~6 (?:private ?key|key ?file|key|"
        r"pem|pkcs ?8|signing key) ",
        r" (?:decrypt|decrypting|decryption|unlocking) ~4 (?:private ?key|key ?file|pkcs ?8|pem) ~5 "
        r"(?:failed|failure|error) ",
        r" (?:private ?key|key ?file) ~14 (?:requires?|needs?|wants?|expects?) ~1 (?:pass ?word|pass ?phrase) ",
        r" private ?key ~4 (?:is )?(?:encrypted|password protected|passphrase protected) ",
        r" (?:encrypted|protected) ~2 private ?keys? ~6 (?:not supported|unsupported|not|no|without|"
        r"requires?) ",
        r" pem ~6 (?:bad )?(?:pass ?words?|pass ?phrases?) ~3 (?:read|wrong|incorrect|required) ",
        rf" {KEY} ~4 encrypted ~4 (?:no|without|but) ",
        r" (?:problems? getting|getting) pass ?(?:word|phrase) ",
        r" (?:pad block|bad padding|padding|final block) .{0,80}(?:corrupted|exception|padded|invalid|error) ",
        r" key ?pass(?:word)? ~6 (?:wrong|incorrect|invalid|differ[a-z]*|not) ",
        weight=LIKELY - 1,
    ),
    *family(
        "key-mismatch",
        "match|belong|correspond|pair|consistent",
        rf" (?:private ?)?(?:key|keys|keyfile) ~12 (?:not|doesnt|dont|didnt|isnt|mis|no) ?~3 (?:match[a-z]*|"
        rf"correspond[a-z]*|belong[a-z]*|pair|fit|consistent) ~10 (?:{CERT}|public|csr|request) ",
        rf" (?:{CERT}|public ?key|csr) ~12 (?:not|doesnt|dont|didnt|isnt|mis|no) ?~3 (?:match[a-z]*|"
        r"correspond[a-z]*|belong[a-z]*|pair|fit) ~10 (?:private ?)?(?:key|keys|keyfile) ",
        rf" (?:{CERT}) ~4 (?:and|or) ~4 (?:key|keys|keyfile|private ?key) ~10 (?:not|doesnt|dont|didnt|"
        r"mis) ?~3 (?:match[a-z]*|correspond[a-z]*|belong[a-z]*|pair) ",
        rf" (?:key|private ?key|public ?key) ~3 (?:and|with|to) ~2 {CERT} ~10 (?:not|doesnt|dont|didnt|mis) "
        r"?~3 (?:match[a-z]*|correspond[a-z]*|belong[a-z]*|pair) ",
        rf" (?:private ?|public ?)?key ~2 match(?:es|ed)? ~1 (?:none|no|neither) ~4 {CERT} ",
        r" mis ?matched ~3 keys? ",
        rf" (?:{CERT}|private|public) ~4 key ~3 mis ?match[a-z]* ",
        rf" mis ?match[a-z]* ~6 (?:{CERT}|private key|public key) ~6 (?:key|certificate|cert) ",
        r" keys? mis ?match ",
        r" public ?keys? ~8 (?:not|dont|doesnt) ~2 match ",
        weight=LIKELY + 2,
    ),
    *family(
        "empty-trust-store",
        "no such|not exist|doesn|not found|find|open|access|missing|denied|enoent|eacces|read|load",
        rf" {TRUST_STORE} .{{0,200}}{ABSENT} ",
        rf" {ABSENT} ~6 {TRUST_STORE} ",
        rf" (?:error|failed|unable|could not|couldnt|cannot|cant|failure) ~4 (?:load|loading|read|reading|"
        rf"open|opening|set|setting|initializ[a-z]*|parse) ~6 {TRUST_STORE} ",
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
        rf" (?:{STORE}|{CERT}|private ?key|key ?file|[a-z0-9]+ (?:pem|key|crt|cer|pk8)) .{{0,200}}"
        r"(?:no such file|does not exist|doesnt exist|file not found|permission denied|access denied|"
        r"enoent|eacces|not readable|cannot be (?:found|read|opened|accessed)|could not be (?:found|read|"
        r"opened|accessed)|unreadable|not accessible) ",
        rf" (?:no such file|enoent|eacces|permission denied|file not found|cannot open|cant open|could not "
        rf"open|unable to open|cannot find|could not find|cant find|unable to find|couldnt find|failed to "
        rf"open|failed to find|missing|access denied|cannot access|unable to access|cannot read file) ~6 .{{0,"
        rf"160}}(?:{STORE}|{CERT}|private ?key|key ?file|[a-z0-9]+ (?:pem|crt|cer|p12|pfx|jks|pk8)) ",
        rf" (?:load|find|get|read|locate) ~2 (?:{CERT}|{STORE}|key) ~18 not found ",
        rf" (?:{STORE}|{CERT}|private ?key|key ?file|alias) ~6 (?:not found|is missing|not exist|missing) ",
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
        "not a |asn|pem|der|base64|type|encod|tag|header|empty|look like|pkcs",
        rf" (?:{NOT}) ~6 (?:pars[a-z]*|decod[a-z]*|deserializ[a-z]*|unmarshal[a-z]*|understand|interpret|"
        rf"convert|recogni[sz]e) ~8 (?:{CERT}|{STORE}|private ?key|public ?key|key|pem|der|pkcs ?\d*|csr|"
        r"asn ?1|base ?64|crl) ",
        rf" (?:{CERT}|{STORE}|private ?key|public ?key|pem|der|pkcs ?\d*|csr|asn ?1|base ?64|crl) ~6 "
        rf"(?:pars[a-z]*|decod[a-z]*|deserializ[a-z]*|unmarshal[a-z]*|encod[a-z]*) ~3 (?:{NOT}|exception|"
        r"invalid) ",
        rf" (?:invalid|un ?supported|un ?known|un ?recogni[sz]ed|bad|malformed|corrupt(?:ed)?|illegal|wrong|"
        rf"unexpected) ~4 (?:pem|der|{CERT} (?:format|encoding|data|file|type|request)|{STORE}(?: "
        rf"(?:type|format|file|data))?|pkcs ?\d+|private ?key(?: (?:format|type|file|data))?|public ?key|asn "
        rf"?1|base ?64|key (?:format|type|file|data|encoding)|tag|csr) ",
        rf" (?:{CERT}|{STORE}|private ?key|pem|der|key) ~4 (?:format|file|type|data|encoding|content) ~4 "
        rf"(?:invalid|un ?supported|un ?known|un ?recogni[sz]ed|bad|malformed|corrupt(?:ed)?|wrong|not "
        r"(?:supported|recogni[sz]ed|valid|correct|known)|incorrect|expected) ",
        rf" (?:{CERT}|{STORE}|private ?key|public ?key|pem|der|csr|crl) ~5 {NOT} ~3 (?:pars[a-z]*|decod[a-z]*|"
        r"deserializ[a-z]*|unmarshal[a-z]*|understood|interpreted|recogni[sz]ed|converted) ",
        rf" (?:private ?key|{STORE}|key ?file|pem) ~2 (?:is|are|was) ~1 (?:invalid|not valid|bad|malformed) ",
        rf" (?:is |are )?(?:not|isnt) ~2 (?:a|an|in|valid|proper) ~2 (?:pem|der|x ?509|pkcs ?\d*|{STORE}|"
        rf"{CERT}(?: file| format)?|private key|base ?64) ",
        rf" (?:no|does not contain|doesnt contain|without|contains? no|missing|expected|expecting) ~4 (?:pem|"
        rf"begin {CERT}|pem encoded|valid {CERT}s?|start line|{CERT}s? data|der) ",
        rf" (?:not|doesnt) ~1 look like ~2 (?:valid )?(?:{CERT}|{STORE}|private ?key|key|pem|der) ",
        r" (?:pkcs ?[0-9]+|pem|der) ~1 (?:was |is )?(?:expected|required|needed|wanted) ",
        r" (?:expected|expecting|wanted|needs?|requires?) ~2 (?:pkcs ?[0-9]+|pem|der) ~3 (?:but|got|instead|found) ",
        r" asn ?1 ~8 (?:error|fail[a-z]*|invalid|bad|wrong|tag|exception|corrupted) ",
        rf" (?:{STORE}|{CERT}|private ?key) ~6 (?:corrupt(?:ed)?|malformed|damaged|truncated|empty) ",
        rf" {STORE} (?:type|format|provider) ~4 (?:not|un|invalid|unknown|no) ",
        weight=ALERT + 4,
    ),
    *family(
        "wrong-format",
        "parse|pem|pkcs",
        r" (?:crt|crl|csr|pk|key|cert[a-z]*|x ?509|pem) pars[a-z]* (?:key |file |pem |der )?(?:returned|returns|return|rc|error|code) ",
        rf" {NOT} ~2 find ~3 pem ~1 (?:data|block|encoded|start|header) ",
        r" (?:not|couldnt|cannot|cant|no) ~2 (?:find )?~1 pkcs ?8 ~1 (?:private )?key ",
        weight=LIKELY + 2,
    ),
    *family(
        "wrong-format", "begin", rf" (?:no|without|missing|lacks) ~1 begin {CERT} ", weight=LIKELY
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
        rf" (?:opening|loading|reading|importing|accessing|initiali[sz]ing|creating|using|setting) ~3 (?:{STORE}|{CERT}|"
        r"private ?key|key ?file|key pair|pem) ~1 (?:failed|failure|error|unsuccessful) ",
        rf" {NOT} ~1 set ~3 (?:{CERT}|private ?key|key ?file|pem) ~3 (?:file|chain|path) ",
        rf" (?:{NOT}) ~5 (?:load|loading|import|importing|read|reading|open|opening|initiali[sz][a-z]*|creat[a-z]*|"
        rf"init|access|accessing|use|process[a-z]*|instantiat[a-z]*|retrieve|get) ~8 (?:{STORE}|{CERT}|private "
        r"?key|server key|client key|ssl key|tls key|key ?file|key pair|pem|key managers?) ",
        rf" (?:{NOT}) ~3 (?:read|load|get|retrieve|open) ~1 (?:key|alias|entry) ~3 from ~4 (?:{STORE}|store|file|pem) ",
        rf" (?:{STORE}|{CERT}|private ?key|key ?file|key pair|pem) ~6 (?:not be|cannot be|cant be|"
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

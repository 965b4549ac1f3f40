"""Messages about files that are missing, unreadable, or open to too many."""

from __future__ import annotations

from typing import Final

from handfast.core.language import tr
from handfast.handshake.explanations.rule import EXACT, rules

_MISSING_IDENTITY = tr(
    "The file with the program’s own key pair does not exist, or the account that the "
    "program runs as cannot read it."
)
_MISSING_TRUST = tr(
    "The file with the trusted certificates does not exist, or the account that the "
    "program runs as cannot read it. As a result, nothing is trusted."
)
_CHECK_PATH = tr(
    "Compare the path in the configuration with the file. A relative path starts at the "
    "program’s working directory. Check that the program’s account can read the file."
)
_ABSENT = (
    "(?:no such file|nosuchfile|filenotfound|file not found|does not exist|doesn['’]t exist|"
    "cannot find|can['’]t find|could not find|not found|cannot be found|cannot be opened|"
    "permission denied|access is denied|accessdenied|enoent|eacces|unreadable|not readable)"
)
#: What OpenSSL 1 and 3 number: that no file could be opened, whatever of it is said in words.
_BIO_CODES = tuple(
    (f"error:{code}", "")
    for code in ("02001002", "0200100d", "2006d080", "20074002", "80000002", "8000000d")
)
_STORE_NAME = "(?:key ?store|\\.jks|\\.p12|\\.pfx|\\.jceks|\\.keystore|\\.bcfks|wallet)"
_TRUST_NAME = (
    "(?:trust ?store|cacerts|root certificate|root\\.crt|ca[-_ ]?(?:file|bundle|cert)\\b|"
    "ca certificate|ca\\.(?:crt|pem|cer))"
)
_KEY_NAME = "(?:private key|client cert|certificate|key file|\\.pem|\\.key|\\.crt|\\.cer|\\.pk8)"

FILES: Final = (
    *rules(
        "empty-trust-store",
        ("root certificate file", "does not exist|could not"),
        ("trust", f"trust ?store[^\n]{{0,300}}{_ABSENT}"),
        ("trust", f"{_ABSENT}[^\n]{{0,300}}trust ?store"),
        ("cacerts", f"cacerts[^\n]{{0,200}}{_ABSENT}"),
        ("ca", f"{_TRUST_NAME}[^\n]{{0,200}}{_ABSENT}"),
        ("cannot find ca", ""),
        "error setting certificate verify locations",
        "unable to configure verify locations",
        weight=EXACT + 4,
        message=_MISSING_TRUST,
        remedy=_CHECK_PATH,
    ),
    *rules(
        "no-identity",
        ("store", f"^(?!.*keystoreexception).*{_STORE_NAME}[^\n]{{0,300}}{_ABSENT}"),
        ("store", f"^(?!.*keystoreexception).*{_ABSENT}[^\n]{{0,200}}{_STORE_NAME}"),
        ("p12", f"\\.p12[^\n]{{0,200}}{_ABSENT}"),
        ("could not load key store", ""),
        weight=EXACT + 3,
        message=_MISSING_IDENTITY,
        remedy=_CHECK_PATH,
    ),
    *rules(
        "no-identity",
        ("could not load pem client certificate", "fopen|no such file"),
        ("no such file", f"{_KEY_NAME}[^\n]{{0,200}}no such file"),
        ("fopen", f"{_KEY_NAME}[^\n]{{0,200}}fopen"),
        ("could not read ssl key file", ""),
        ("bio routines", "no such file"),
        ("system library", "no such file|permission denied|fopen"),
        ("file_ctrl", "system lib"),
        ("{options,{certfile", ""),
        ("{options,{keyfile", ""),
        ("a specified logon session does not exist", ""),
        *_BIO_CODES,
        weight=EXACT + 2,
        message=_MISSING_IDENTITY,
        remedy=_CHECK_PATH,
    ),
    *rules(
        "no-identity",
        "has group or world access",
        ("unprotected private key file", ""),
        ("permissions", "private key[^\n]{0,200}(?:permissions|too open)"),
        weight=EXACT,
        message=tr(
            "The program rejects the private key because users other than its owner can read the "
            "file."
        ),
        remedy=tr("Make the program’s account the owner of the file, and set its mode to 0600."),
    ),
)

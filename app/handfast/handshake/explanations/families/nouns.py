"""The nouns and verbs of the field, as patterns that the families of wordings share."""

from __future__ import annotations

from typing import Final

CERT: Final = r"(?:certificates?|certs?|crts?|x ?509|cacerts?)"

TLS: Final = r"(?:m?tls[a-z0-9]*|[a-z]{0,5}ssl[a-z0-9]*|dtls[a-z0-9]*|https|starttls|handshake)"

#: Of an address, “https” says nothing of a failure.
SPOKEN: Final = (
    r"(?:m?tls[a-z0-9]*|[a-z]{0,5}ssl[a-z0-9]*|dtls[a-z0-9]*|starttls|handshake|"
    r"https (?:connection|handshake|request|error|server|port|endpoint|listener))"
)

FIELD: Final = rf"(?:{CERT}|{TLS})"

STORE: Final = (
    r"(?:key ?stores?|trust ?stores?|pkcs ?12|p ?12|pfx|jks|jceks|bks|bcfks|wallet|key ?ring|"
    r"key ?db|kdb|pse)"
)

TRUST_STORE: Final = (
    r"(?:trust ?stores?|cacerts?|ca ?(?:bundle|path|store)|c afile|cafile|ca (?:certs?|certificates?"
    r"|file|crt|pem)|root (?:ca|certs?|certificates?|crt)|roots|trusted (?:root )?(?:ca ?|certs?"
    r"|certificates?|roots?)|trust anchors?)"
)

KEY: Final = r"(?:private ?key|secret ?key|key ?file|ssl key|tls key|signing key|key pair|key)"

NOT: Final = (
    r"(?:not|cannot|cant|couldnt|doesnt|dont|didnt|isnt|wasnt|werent|arent|hasnt|wont|unable|fails?|"
    r"failed|failure|failing|no|never|unsuccessful|impossible|error|errors|problem)"
)

#: The same without the mere “not”, where little else is asked of a line.
FAILS: Final = (
    r"(?:cannot|cant|could not|couldnt|did not|didnt|does not|doesnt|unable|fails?|failed|failure|"
    r"failing|error|errors|problem)"
)

ABSENT: Final = (
    r"(?:no such file|does not exist|doesnt exist|not exist|nonexistent|not found|notfound|"
    r"file not found|cannot find|cant find|could not find|couldnt find|unable to find|cannot open|"
    r"cant open|could not open|couldnt open|unable to open|unable to access|cannot access|"
    r"is missing|missing|permission denied|access (?:is |to [a-z0-9 ]{1,120} is )?denied|enoent|"
    r"eacces|unreadable|not readable|cannot read|unable to read file|not accessible|"
    r"no such file or directory)"
)

#: A program that makes a self-signed certificate for itself objects to none.
NOT_MADE: Final = (
    r"(?<! creating)(?<! creating a)(?<! generating)(?<! generating a)(?<! generate a)"
    r"(?<! create a)(?<! created)(?<! created a)(?<! generated)(?<! generated a)(?<! using a)"
)

REJECT: Final = r"(?:reject(?:ed|s|ing)?|refus(?:ed|es|ing)|declined|denied|disallowed)"

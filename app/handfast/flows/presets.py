"""What people set mutual TLS up for, and what is best chosen then, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from handfast.core.errors import InvalidInput
from handfast.core.store import Format, Strength

if TYPE_CHECKING:
    from handfast.handshake.report.party import Side

Choice: TypeAlias = Literal["role", "key", "purpose", "format", "strength", "days"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """The choices for one kind of program. All are suggestions: each can be changed."""

    #: As a partnership keeps it: ``kafka-client``.
    id: str
    title: str
    #: Whom it is for, in a line.
    summary: str
    role: Side
    #: As :data:`handfast.services.exchange.generating.KEY_CHOICES` has it.
    key: str
    #: ``client``, ``server`` or ``both``.
    purpose: str
    format: Format
    strength: Strength
    days: int
    #: The recipe at the end; empty where the person chooses one of those for the role.
    recipe: str
    #: A sentence for each choice.
    reasons: tuple[tuple[Choice, str], ...]
    #: Whether the program can be nothing else than its role.
    is_role_fixed: bool = True

    def why(self, choice: Choice) -> str:
        """The reason for one choice, in a sentence."""
        return dict(self.reasons)[choice]


_CALLS = "Whoever calls shows the certificate of a TLS client."
_IS_CALLED = "Whoever is called shows the certificate of a TLS server."
_CLIENT_ONLY = (
    "Only for TLS clients: a key that can do less is less worth stealing, and public CAs are "
    "ceasing to allow both in one certificate."
)
_SERVER_ONLY = "Only for TLS servers: nobody who steals it can call others in your name."
_JAVA_STORE = "PKCS#12 is what Java has made by default since 9, and other programs read it too."
_MODERN = "The encryption of Java 17, which Java 8 reads from update 301 on."
_RSA_3072 = "RSA with 3072 bits is understood everywhere and advised for use beyond 2030."
_EC = "EC P-256 is understood by every server of the last ten years, and makes quick handshakes."
_YEAR = (
    "One year: with a partner on the other side, renewing should be something that both have "
    "done lately."
)

_SERVICENOW: Final = Preset(
    id="servicenow",
    title="ServiceNow outbound",
    summary="REST and SOAP messages that a ServiceNow instance sends",
    role="client",
    key="rsa:2048",
    purpose="client",
    format=Format.PKCS12,
    strength=Strength.COMPATIBLE,
    days=730,
    recipe="servicenow",
    reasons=(
        ("role", "The instance calls the partner; it never shows this certificate as a server."),
        (
            "key",
            (
                "RSA with 2048 bits is the one size that all of ServiceNow’s pages agree on; one "
                "names it as the limit."
            ),
        ),
        ("purpose", _CLIENT_ONLY),
        ("format", "The keystore record takes PKCS#12 and JKS, and PKCS#12 can be used elsewhere."),
        (
            "strength",
            (
                "So that every version of Java opens it: which one an instance runs is not yours "
                "to choose."
            ),
        ),
        (
            "days",
            "Two years: replacing the store means a change in the instance and at the partner.",
        ),
    ),
)
_KAFKA_CLIENT: Final = Preset(
    id="kafka-client",
    title="Kafka client",
    summary="a producer, a consumer or a tool that connects to a broker",
    role="client",
    key="rsa:3072",
    purpose="client",
    format=Format.PKCS12,
    strength=Strength.MODERN,
    days=365,
    recipe="kafka-client",
    reasons=(
        ("role", _CALLS),
        ("key", _RSA_3072),
        ("purpose", _CLIENT_ONLY),
        ("format", _JAVA_STORE),
        ("strength", _MODERN),
        ("days", _YEAR),
    ),
)
_KAFKA_BROKER: Final = Preset(
    id="kafka-broker",
    title="Kafka broker",
    summary="a broker that asks its clients for a certificate",
    role="server",
    key="rsa:3072",
    purpose="both",
    format=Format.PKCS12,
    strength=Strength.MODERN,
    days=365,
    recipe="kafka-broker",
    reasons=(
        ("role", _IS_CALLED),
        ("key", _RSA_3072),
        (
            "purpose",
            "Server and client: brokers call one another, and show the same certificate then.",
        ),
        ("format", _JAVA_STORE),
        ("strength", _MODERN),
        ("days", _YEAR),
    ),
)
_TOMCAT: Final = Preset(
    id="tomcat",
    title="Tomcat server",
    summary="a web application on Tomcat that asks callers for a certificate",
    role="server",
    key="rsa:3072",
    purpose="server",
    format=Format.PKCS12,
    strength=Strength.MODERN,
    days=365,
    recipe="tomcat",
    reasons=(
        ("role", _IS_CALLED),
        ("key", _RSA_3072),
        ("purpose", _SERVER_ONLY),
        ("format", _JAVA_STORE),
        ("strength", _MODERN),
        ("days", _YEAR),
    ),
)
_JAVA: Final = Preset(
    id="java-client",
    title="Java client",
    summary="a program on Java that calls the partner",
    role="client",
    key="rsa:3072",
    purpose="client",
    format=Format.PKCS12,
    strength=Strength.MODERN,
    days=365,
    recipe="java",
    reasons=(
        ("role", _CALLS),
        ("key", _RSA_3072),
        ("purpose", _CLIENT_ONLY),
        ("format", _JAVA_STORE),
        ("strength", _MODERN),
        ("days", _YEAR),
    ),
)
_NGINX: Final = Preset(
    id="nginx",
    title="nginx server",
    summary="a web server or gateway that asks callers for a certificate",
    role="server",
    key="ec:P-256",
    purpose="server",
    format=Format.PEM,
    strength=Strength.MODERN,
    days=365,
    recipe="nginx",
    reasons=(
        ("role", _IS_CALLED),
        ("key", _EC),
        ("purpose", _SERVER_ONLY),
        ("format", "nginx reads PEM and nothing else."),
        ("strength", "The key in the file is encrypted with AES; nginx is given its password."),
        ("days", _YEAR),
    ),
)
_CURL: Final = Preset(
    id="curl",
    title="curl or a script",
    summary="a script that calls the partner with curl, Python or the like",
    role="client",
    key="ec:P-256",
    purpose="client",
    format=Format.PEM,
    strength=Strength.MODERN,
    days=365,
    recipe="curl",
    reasons=(
        ("role", _CALLS),
        ("key", _EC),
        ("purpose", _CLIENT_ONLY),
        ("format", "PEM is what curl, openssl and the libraries of scripting languages all read."),
        (
            "strength",
            "The key in the file is encrypted with AES; the script is given its password.",
        ),
        ("days", _YEAR),
    ),
)
_OTHER: Final = Preset(
    id="other",
    title="Other",
    summary="anything else, or something that you do not know yet",
    role="client",
    key="rsa:3072",
    purpose="both",
    format=Format.PKCS12,
    strength=Strength.MODERN,
    days=365,
    recipe="",
    reasons=(
        ("role", "Whoever opens the connection is the client. Choose what fits."),
        ("key", _RSA_3072),
        ("purpose", "For both, as nothing is known of how it will be used."),
        ("format", "PKCS#12 is read by most programs, and converts to what the others read."),
        ("strength", _MODERN),
        ("days", _YEAR),
    ),
    is_role_fixed=False,
)
#: All of them, as a chooser shows them.
PRESETS: Final[tuple[Preset, ...]] = (
    _SERVICENOW,
    _JAVA,
    _TOMCAT,
    _KAFKA_CLIENT,
    _KAFKA_BROKER,
    _NGINX,
    _CURL,
    _OTHER,
)


def find_preset(preset_id: str) -> Preset:
    """The preset of a partnership; *Other* where it names none.

    :raises InvalidInput: there is none of this name
    """
    if not preset_id:
        return _OTHER
    for each in PRESETS:
        if each.id == preset_id:
            return each
    raise InvalidInput(
        f"There is no preset “{preset_id}”.",
        field="preset",
        remedy=f"Choose one of {', '.join(each.id for each in PRESETS)}.",
    )

"""What people set mutual TLS up for, and what is best chosen then, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from handfast.core.errors import InvalidInput
from handfast.core.frozen import dataclass
from handfast.core.language import enumerated, tr
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


_CALLS = tr("The side that opens the connection presents the certificate of a TLS client.")
_IS_CALLED = tr("The side that accepts the connection presents the certificate of a TLS server.")
_CLIENT_ONLY = tr(
    "Only for TLS clients: a key limited to one use is worth less to a thief, and public "
    "CAs are phasing out certificates for both."
)
_SERVER_ONLY = tr("Only for TLS servers: a thief cannot use it to connect to others in your name.")
_JAVA_STORE = tr(
    "PKCS#12 has been Java’s default format since Java 9, and other programs read it too."
)
_MODERN = tr("The encryption of Java 17, which Java 8 can read from update 301 on.")
_RSA_3072 = tr("RSA with 3072 bits is supported everywhere and advised for use beyond 2030.")
_EC = tr("EC P-256 is supported by every server of the last ten years, and makes handshakes fast.")
_YEAR = tr("One year, so that renewal stays practiced on both sides.")

_SERVICENOW: Final = Preset(
    id="servicenow",
    title=tr("ServiceNow outbound"),
    summary=tr("REST and SOAP messages that a ServiceNow instance sends"),
    role="client",
    key="rsa:2048",
    purpose="client",
    format=Format.PKCS12,
    strength=Strength.COMPATIBLE,
    days=730,
    recipe="servicenow",
    reasons=(
        (
            "role",
            tr(
                "The instance connects to the partner; it never presents this certificate as a "
                "server."
            ),
        ),
        (
            "key",
            (
                tr(
                    "RSA with 2048 bits is the one size that all of ServiceNow’s pages agree "
                    "on; one page names it as the limit."
                )
            ),
        ),
        ("purpose", _CLIENT_ONLY),
        (
            "format",
            tr(
                "The keystore record accepts PKCS#12 and JKS, and PKCS#12 can be used "
                "elsewhere too."
            ),
        ),
        (
            "strength",
            (
                tr(
                    "So that every version of Java can open it: you cannot choose which version an "
                    "instance runs."
                )
            ),
        ),
        (
            "days",
            tr(
                "Two years: replacing the keystore requires a change in the instance and at the "
                "partner."
            ),
        ),
    ),
)
_KAFKA_CLIENT: Final = Preset(
    id="kafka-client",
    title=tr("Kafka client"),
    summary=tr("a producer, a consumer, or a tool that connects to a broker"),
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
    title=tr("Kafka broker"),
    summary=tr("a broker that asks its clients for a certificate"),
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
            tr("Server and client: brokers connect to one another with the same certificate."),
        ),
        ("format", _JAVA_STORE),
        ("strength", _MODERN),
        ("days", _YEAR),
    ),
)
_TOMCAT: Final = Preset(
    id="tomcat",
    title=tr("Tomcat server"),
    summary=tr("a web application on Tomcat that requires a client certificate"),
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
    title=tr("Java client"),
    summary=tr("a Java program that connects to the partner"),
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
    title=tr("nginx server"),
    summary=tr("a web server or gateway that requires a client certificate"),
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
        ("format", tr("nginx reads only PEM.")),
        ("strength", tr("The key in the file is encrypted with AES; nginx gets its password.")),
        ("days", _YEAR),
    ),
)
_CURL: Final = Preset(
    id="curl",
    title=tr("curl or a script"),
    summary=tr("a script that connects to the partner with curl, Python, or a similar tool"),
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
        (
            "format",
            tr("PEM is what curl, openssl, and the libraries of scripting languages all read."),
        ),
        (
            "strength",
            tr("The key in the file is encrypted with AES; the script gets its password."),
        ),
        ("days", _YEAR),
    ),
)
_OTHER: Final = Preset(
    id="other",
    title=tr("Other"),
    summary=tr("anything else, or something that you do not know yet"),
    role="client",
    key="rsa:3072",
    purpose="both",
    format=Format.PKCS12,
    strength=Strength.MODERN,
    days=365,
    recipe="",
    reasons=(
        ("role", tr("The side that opens the connection is the client. Choose what fits.")),
        ("key", _RSA_3072),
        ("purpose", tr("For both, because its use is not known yet.")),
        ("format", tr("Most programs read PKCS#12, and it can be converted for the others.")),
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
        tr("There is no preset “{preset_id}”.", preset_id=preset_id),
        field="preset",
        remedy=tr(
            "Choose one of these: {presets}.", presets=enumerated([each.id for each in PRESETS])
        ),
    )

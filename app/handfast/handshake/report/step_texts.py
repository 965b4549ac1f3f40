"""The detail of each of the thirteen steps, true for the version of TLS that ran."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from handfast.core.host_names import is_address
from handfast.core.store import shorten
from handfast.handshake.report import story
from handfast.handshake.report.wording import capital, named, trust_name

if TYPE_CHECKING:
    from handfast.core.certificate import Certificate
    from handfast.handshake.engine.identity_choice import Choice
    from handfast.handshake.report.party import Party
    from handfast.services.paths.building import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class HandshakeFacts:
    """What is known of a handshake, for telling it; from a rehearsal or from the wire."""

    client: Party
    server: Party
    #: ``1.2`` or ``1.3``; what would have been spoken, where it did not come so far.
    tls: str
    cipher: str | None = None
    group: str | None = None
    host: str = ""
    server_chain: tuple[Certificate, ...] = ()
    client_chain: tuple[Certificate, ...] = ()
    server_path: Path | None = None
    client_path: Path | None = None
    #: Names of the CAs that the server asks for; None where it asks for no certificate.
    asked_for: tuple[str, ...] | None = ()
    server_choice: Choice | None = None
    client_choice: Choice | None = None


def details(scene: HandshakeFacts) -> dict[int, str]:
    """What happens in each step, were it to go well."""
    modern = scene.tls == "1.3"
    return {
        story.HELLO: _hello(scene),
        story.ANSWER: _answer(scene, modern=modern),
        story.SERVER_PRESENTS: _presents(scene.server_chain, scene.server_choice)
        + (" It travels encrypted." if modern else " It travels in the clear."),
        story.SERVER_PROVES: _server_proves(scene, modern=modern),
        story.SERVER_ASKS: _asks(scene),
        story.CLIENT_CHECKS: _checks(scene.server_path, scene.client),
        story.HOST_CHECK: (
            f"“{shorten(scene.host)}” is among the names in the certificate."
            if scene.host
            else "No host name was given, so none was checked."
        ),
        story.CLIENT_PRESENTS: _presents(scene.client_chain, scene.client_choice)
        + (" It travels encrypted." if modern else " It travels in the clear."),
        story.CLIENT_PROVES: "The client signs all that was said so far with its private key; the "
        "server verifies it with the public key in the certificate.",
        story.SERVER_CHECKS: _checks(scene.client_path, scene.server),
        story.BOTH_FINISH: _finish(scene, modern=modern),
        story.CLIENT_SENDS: "The server received it and could read it."
        + (
            " Under TLS 1.3 only this proves that the server took the client’s certificate."
            if modern
            else ""
        ),
        story.SERVER_SENDS: "The client received it and could read it. The data is encrypted with "
        "the agreed keys; no certificate takes part in that.",
    }


def _hello(scene: HandshakeFacts) -> str:
    versions = " and ".join(scene.client.tls)
    return f"It offers TLS {versions} with its ciphers{asking_for(scene.host)}."


def asking_for(host: str) -> str:
    """Which host the client asks for in its hello: a name; addresses are not sent (RFC 6066, 3)."""
    if not host:
        return ", and names no host"
    if is_address(host):
        return f", and names no host, for {host} is an address"
    return f", and asks for the host “{shorten(host)}”"


def _answer(scene: HandshakeFacts, *, modern: bool) -> str:
    cipher = f" and the cipher {scene.cipher}" if scene.cipher else ""
    text = f"It chooses TLS {scene.tls}{cipher}."
    if modern:
        group = f" in the group {scene.group}" if scene.group else ""
        text += (
            f" Both sides have now exchanged one-time public keys{group}; everything from here on "
            "is encrypted with keys made from them."
        )
    return text


def _presents(chain: tuple[Certificate, ...], choice: Choice | None) -> str:
    names = ", ".join(named(each) for each in chain[:6])
    count = "one certificate" if len(chain) == 1 else f"{len(chain)} certificates"
    text = f"Sent: {count}, {names}." if chain else "Sent: none."
    return f"{text} {choice.reason}" if choice is not None and choice.reason else text


def _server_proves(scene: HandshakeFacts, *, modern: bool) -> str:
    if modern:
        return (
            "It signs all that was said so far with its private key. The client verifies it with "
            "the public key in the certificate, which encrypts nothing."
        )
    if scene.cipher is not None and not scene.cipher.startswith(("ECDHE", "DHE")):
        return (
            "This old cipher has no one-time keys: the client will encrypt a secret with the "
            "public key in the certificate, and only the private key can open it."
        )
    group = f" (group {scene.group})" if scene.group else ""
    return (
        f"It signs its one-time public key{group} with its private key. The certificate proves who "
        "it is; the one-time keys do the encrypting."
    )


def _asks(scene: HandshakeFacts) -> str:
    if scene.asked_for is None:
        return "It does not ask: this is one-sided TLS."
    if not scene.asked_for:
        return "It takes certificates of any issuer."
    shown = "; ".join(shorten(each, 60) for each in scene.asked_for[:4])
    rest = len(scene.asked_for) - 4
    more = f" and {rest:,} more" if rest > 0 else ""
    return f"It names the issuers that it takes, from {trust_name(scene.server)}: {shown}{more}."


def _checks(path: Path | None, verifier: Party) -> str:
    if path is None or path.anchor is None:
        return f"{capital(verifier.title)} was not asked."
    alias = f"“{shorten(path.anchor.alias)}”"
    where = f"{alias} in {trust_name(verifier)}"
    if len(path.links) > 1:
        via = " → ".join(named(each) for each in path.certificates)
        return f"{via}: the chain ends at {where}. Dates, purpose and signatures are right."
    return f"It is trusted as it is: {where}."


def _finish(scene: HandshakeFacts, *, modern: bool) -> str:
    group = f" ({scene.group})" if scene.group else ""
    if modern:
        return (
            "Each sends a digest of the whole handshake, so that nobody can have altered it, and "
            f"takes the traffic keys from the one-time keys{group}. They are encrypted with "
            "nobody’s certificate."
        )
    if scene.cipher is not None and not scene.cipher.startswith(("ECDHE", "DHE")):
        return (
            "Both make the traffic keys from the secret that was sent, and prove with a digest of "
            "the whole handshake that nobody altered it."
        )
    return (
        f"Both make the traffic keys from their one-time keys{group}, not from any certificate, "
        "and prove with a digest of the whole handshake that nobody altered it."
    )

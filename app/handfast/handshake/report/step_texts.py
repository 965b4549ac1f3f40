"""The detail of each of the thirteen steps, true for the version of TLS that ran."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.core.frozen import dataclass
from handfast.core.host_names import is_address
from handfast.core.language import listed, tr, tr_count
from handfast.core.store import quoted, shorten
from handfast.handshake.report import story
from handfast.handshake.report.wording import capital, named, trust_name

if TYPE_CHECKING:
    from handfast.core.certificates.certificate import Certificate
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
        + " "
        + _travels(modern=modern),
        story.SERVER_PROVES: _server_proves(scene, modern=modern),
        story.SERVER_ASKS: _asks(scene),
        story.CLIENT_CHECKS: _checks(scene.server_path, scene.client),
        story.HOST_CHECK: (
            tr("“{host}” is among the names in the certificate.", host=shorten(scene.host))
            if scene.host
            else tr("No host name was given, so none was checked.")
        ),
        story.CLIENT_PRESENTS: _presents(scene.client_chain, scene.client_choice)
        + " "
        + _travels(modern=modern),
        story.CLIENT_PROVES: tr(
            "The client signs the handshake so far with its private key; the server verifies the "
            "signature with the public key in the certificate."
        ),
        story.SERVER_CHECKS: _checks(scene.client_path, scene.server),
        story.BOTH_FINISH: _finish(scene, modern=modern),
        story.CLIENT_SENDS: tr(
            "The server received it and could read it. Under TLS 1.3, only this proves that "
            "the server accepted the client’s certificate."
        )
        if modern
        else tr("The server received it and could read it."),
        story.SERVER_SENDS: tr(
            "The client received it and could read it. The data is encrypted with the agreed "
            "keys; no certificate is used for that."
        ),
    }


def _hello(scene: HandshakeFacts) -> str:
    return _offer(listed(list(scene.client.tls)), scene.host)


def _offer(versions: str, host: str) -> str:
    """What the client offers, and which host it names: addresses are not sent (RFC 6066, 3)."""
    if not host:
        return tr(
            "It offers TLS {versions} with its ciphers, and names no host.", versions=versions
        )
    if is_address(host):
        return tr(
            "It offers TLS {versions} with its ciphers, and sends no SNI because {host} is an IP "
            "address.",
            versions=versions,
            host=host,
        )
    return tr(
        "It offers TLS {versions} with its ciphers, and asks for the host “{host}”.",
        versions=versions,
        host=shorten(host),
    )


def greeting(host: str) -> str:
    """The hello of a client of which only the host is known that it asks for."""
    if not host:
        return tr("It greets the server, and names no host.")
    if is_address(host):
        return tr(
            "It greets the server, and sends no SNI because {host} is an IP address.", host=host
        )
    return tr("It greets the server, and asks for the host “{host}”.", host=shorten(host))


def _travels(*, modern: bool) -> str:
    return tr("It is sent encrypted.") if modern else tr("It is sent unencrypted.")


def _answer(scene: HandshakeFacts, *, modern: bool) -> str:
    text = (
        tr("It chooses TLS {tls} and the cipher {cipher}.", tls=scene.tls, cipher=scene.cipher)
        if scene.cipher
        else tr("It chooses TLS {tls}.", tls=scene.tls)
    )
    if modern:
        text += " " + (
            tr(
                "Both sides have now exchanged ephemeral public keys in the group {group}; "
                "everything from here on is encrypted with keys derived from them.",
                group=scene.group,
            )
            if scene.group
            else tr(
                "Both sides have now exchanged ephemeral public keys; everything from here "
                "on is encrypted with keys derived from them."
            )
        )
    return text


def _presents(chain: tuple[Certificate, ...], choice: Choice | None) -> str:
    names = ", ".join(named(each) for each in chain[:6])
    text = (
        tr_count(
            "Sent {count} certificate: {names}.",
            "Sent {count} certificates: {names}.",
            len(chain),
            names=names,
        )
        if chain
        else tr("No certificate was sent.")
    )
    return f"{text} {choice.reason}" if choice is not None and choice.reason else text


def _server_proves(scene: HandshakeFacts, *, modern: bool) -> str:
    if modern:
        return tr(
            "It signs the handshake so far with its private key. The client verifies the "
            "signature with the public key in the certificate, which encrypts nothing."
        )
    if scene.cipher is not None and not scene.cipher.startswith(("ECDHE", "DHE")):
        return tr(
            "This old cipher has no ephemeral keys: the client will encrypt a secret with the "
            "public key in the certificate, and only the private key can decrypt it."
        )
    return (
        tr(
            "It signs its ephemeral public key (group {group}) with its private key. The "
            "certificate proves its identity; the ephemeral keys encrypt.",
            group=scene.group,
        )
        if scene.group
        else tr(
            "It signs its ephemeral public key with its private key. The certificate proves "
            "its identity; the ephemeral keys encrypt."
        )
    )


def _asks(scene: HandshakeFacts) -> str:
    if scene.asked_for is None:
        return tr("It does not ask: this is one-way TLS.")
    if not scene.asked_for:
        return tr("It accepts certificates of any issuer.")
    shown = "; ".join(shorten(each, 60) for each in scene.asked_for[:4])
    rest = len(scene.asked_for) - 4
    return (
        tr_count(
            "It names the issuers that it accepts, from {store}: {issuers}, and {count} more.",
            "It names the issuers that it accepts, from {store}: {issuers}, and {count} more.",
            rest,
            store=trust_name(scene.server),
            issuers=shown,
        )
        if rest > 0
        else tr(
            "It names the issuers that it accepts, from {store}: {issuers}.",
            store=trust_name(scene.server),
            issuers=shown,
        )
    )


def _checks(path: Path | None, verifier: Party) -> str:
    if path is None or path.anchor is None:
        return tr("{party} was not asked.", party=capital(verifier.title))
    alias = quoted(path.anchor.alias)
    where = tr("{alias} in {store}", alias=alias, store=trust_name(verifier))
    if len(path.links) > 1:
        via = " → ".join(named(each) for each in path.certificates)
        return tr(
            "{path}: the chain ends at {where}. Dates, purpose, and signatures are valid.",
            path=via,
            where=where,
        )
    return tr("It is trusted directly: {where}.", where=where)


def _finish(scene: HandshakeFacts, *, modern: bool) -> str:
    if modern:
        return (
            tr(
                "Each side sends a digest of the whole handshake, so that it cannot have "
                "been altered, and derives the traffic keys from the ephemeral keys "
                "({group}). No certificate is used to encrypt them.",
                group=scene.group,
            )
            if scene.group
            else tr(
                "Each side sends a digest of the whole handshake, so that it cannot have "
                "been altered, and derives the traffic keys from the ephemeral keys. No "
                "certificate is used to encrypt them."
            )
        )
    if scene.cipher is not None and not scene.cipher.startswith(("ECDHE", "DHE")):
        return tr(
            "Both sides derive the traffic keys from the secret that was sent, and prove with a "
            "digest of the whole handshake that it was not altered."
        )
    return (
        tr(
            "Both sides derive the traffic keys from their ephemeral keys ({group}), not "
            "from any certificate, and prove with a digest of the whole handshake that it "
            "was not altered.",
            group=scene.group,
        )
        if scene.group
        else tr(
            "Both sides derive the traffic keys from their ephemeral keys, not from any "
            "certificate, and prove with a digest of the whole handshake that it was not "
            "altered."
        )
    )

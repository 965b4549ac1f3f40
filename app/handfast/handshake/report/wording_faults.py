"""What a rehearsal says of a single certificate that is at fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.core.store import shorten
from handfast.handshake.report.causes import Cause
from handfast.handshake.report.wording import keys_name, named, quoted, trust_name
from handfast.services.describe.validity import date_text

if TYPE_CHECKING:
    from handfast.handshake.report.party import Party
    from handfast.services.paths.building import Anchor
    from handfast.services.paths.judging import Fault

#: What the verifier can put right by trusting another certificate.
_ANCHORS_OWN: Final = frozenset(("expired", "not-yet-valid", "not-a-ca"))


def of_fault(fault: Fault, presenter: Party, verifier: Party, anchor: Anchor | None) -> Cause:
    """The cause that a fault of one certificate is."""
    certificate = fault.certificate
    is_anchor = anchor is not None and anchor.certificate == certificate and fault.depth > 0
    what = named(certificate)
    where = (
        f"{what}, which {trust_name(verifier)} trusts as {quoted(anchor.alias)},"
        if is_anchor and anchor is not None
        else f"{what}, in the chain that {presenter.title} presents,"
        if fault.depth
        else f"{what}, which {presenter.title} presents,"
    )
    message, remedy = _fault_words(fault, where, presenter, verifier, is_anchor=is_anchor)
    if fault.opinion:
        message += _opinion(fault)
    side = verifier.side if is_anchor and fault.code in _ANCHORS_OWN else presenter.side
    return Cause(code=fault.code, side=side, message=message, remedy=remedy, opinion=fault.opinion)


def _opinion(fault: Fault) -> str:
    if fault.opinion == "OpenSSL":
        return " OpenSSL and programs built on it refuse this; Java lets it pass."
    return f" {fault.opinion} refuses this; others may let it pass."


def _fault_words(
    fault: Fault, where: str, presenter: Party, verifier: Party, *, is_anchor: bool
) -> tuple[str, str]:
    certificate, detail = fault.certificate, fault.detail
    what, keys, trust = named(certificate), keys_name(presenter), trust_name(verifier)
    end, start = certificate.not_after, certificate.not_before
    match fault.code:
        case "expired":
            day = f" on {date_text(end)}" if end is not None else ""
            remedy = f"Import the successor of {what} into {trust}."
            if not is_anchor:
                remedy = f"Renew {what} in {keys}, and send the new one to {verifier.title}."
            return f"{where} expired{day}.", remedy
        case "not-yet-valid":
            day = f" before {date_text(start)}" if start is not None else ""
            return (
                f"{where} is not valid{day}.",
                "Wait until then, or if it should be valid already, check both clocks.",
            )
        case "not-a-ca":
            remedy = f"Import the real CA certificate above it into {trust}."
            if not is_anchor:
                remedy = f"Have the certificate in {keys} issued by a real CA."
            return (
                f"{where} has issued another certificate but is not a CA’s: “is not a CA "
                f"certificate”. {detail}".strip(),
                remedy,
            )
        case "path-length":
            return (
                f"{where} limits how many CAs stand below it. {detail}",
                f"Have the certificate in {keys} issued by a CA directly below {what}.",
            )
        case "name-constraint":
            return (
                f"{where} may not certify the name “{shorten(detail)}”.",
                f"Have a certificate for {keys} issued for permitted names, or by another CA.",
            )
        case "unknown-critical-extension":
            return (
                f"{where} holds a critical extension that nobody knows: {detail}.",
                f"Have it issued without that extension, and import it into {keys}.",
            )
        case "revoked":
            return (
                f"{where} was revoked. {detail} Java looks at such lists only where it is told to.",
                f"Have a new pair certified for {keys}, and send it to {verifier.title}.",
            )
        case "weak-key" | "weak-signature":
            again = "with a new key" if fault.code == "weak-key" else "signed with SHA-256"
            return (
                f"{where} is too weak. {detail}",
                f"Have {what} issued again {again}, and import the chain into {keys}.",
            )
    use = "TLS client" if presenter.side == "client" else "TLS server"
    only = ", ".join(certificate.purposes)
    return (
        f"{where} is not for use as {use}"
        + (
            f": its extended key usage names only {only}." if only and not detail else f". {detail}"
        ),
        f"Have a certificate issued for {keys} with the purpose {use}, or for both sides.",
    )

"""What a rehearsal says of a single certificate that is at fault."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from handfast.core.store import shorten
from handfast.handshake.report import story
from handfast.handshake.report.causes import Action, Cause
from handfast.handshake.report.report import Note
from handfast.handshake.report.wording import (
    capital,
    keys_name,
    named,
    quoted,
    set_chain,
    trust_action,
    trust_name,
)
from handfast.services.describe.validity import date_text
from handfast.services.paths.judging import Aspect
from handfast.services.paths.peers import ROOT_NEEDED, opinion_of, who_differs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.certificate import Certificate
    from handfast.handshake.engine.verification import Verification
    from handfast.handshake.report.party import Party
    from handfast.services.paths.building import Anchor, Path
    from handfast.services.paths.judging import Fault

#: What the verifier can put right by trusting another certificate.
_ANCHORS_OWN: Final = frozenset(
    ("expired", "not-yet-valid", "not-a-ca", "wrong-purpose", "unknown-critical-extension")
)
_USES: Final = {"client": "TLS client", "server": "TLS server"}


def of_fault(
    fault: Fault,
    presenter: Party,
    verifier: Party,
    anchor: Anchor | None,
    help_: Help | None = None,
) -> Cause:
    """The cause that a fault of one certificate is, with what is at hand against it."""
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
    differs = who_differs(fault.refused_by, presenter.side)
    side = verifier.side if is_anchor and fault.code in _ANCHORS_OWN else presenter.side
    if fault.code == "untrusted":
        side = verifier.side
    if help_ is not None:
        remedy = help_.remedy
        side = help_.action.side if help_.action is not None else side
    return Cause(
        code=fault.code,
        side=side,
        message=f"{message} {differs}".strip(),
        remedy=remedy,
        opinion=opinion_of(fault.refused_by, presenter.side),
        refused_by=fault.refused_by,
        action=help_.action if help_ is not None else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """A remedy for which everything is at hand."""

    remedy: str
    action: Action | None


def help_for_expired(
    fault: Fault,
    presenter: Party,
    verifier: Party,
    anchor: Anchor | None,
    *,
    successor: Certificate,
    alias: str,
    chain: Sequence[Certificate],
) -> Help:
    """``successor`` is valid and has the name and key of what expired; ``chain`` leads over it."""
    what = named(fault.certificate)
    if anchor is not None and anchor.certificate == fault.certificate:
        return Help(
            remedy=f"Import the present {what} into {trust_name(verifier)} in place of "
            f"{quoted(anchor.alias)}.",
            action=trust_action(verifier, successor, instead_of=anchor.alias),
        )
    if successor.is_self_signed:
        return Help(
            remedy=f"Import the self-signed {what} into {trust_name(verifier)}: what expired only "
            "leads from it to another root.",
            action=trust_action(verifier, successor),
        )
    return Help(
        remedy=f"Take the expired {what} out of the chain of {quoted(alias)} in "
        f"{keys_name(presenter)}, and put its successor there.",
        action=set_chain(presenter, alias, chain),
    )


def _fault_words(
    fault: Fault, where: str, presenter: Party, verifier: Party, *, is_anchor: bool
) -> tuple[str, str]:
    certificate, detail = fault.certificate, fault.detail
    what, keys, trust = named(certificate), keys_name(presenter), trust_name(verifier)
    match fault.code:
        case "expired" | "not-yet-valid":
            return _dates(fault, where, presenter, verifier, is_anchor=is_anchor)
        case "not-a-ca":
            remedy = f"Import the real CA certificate above it into {trust}."
            if not is_anchor:
                remedy = f"Have the certificate in {keys} issued by a real CA."
            return (
                f"{where} has issued another certificate but is not a CA’s: “is not a CA "
                f"certificate”. {detail}".strip(),
                remedy,
            )
        case "untrusted" if fault.aspect is Aspect.ISSUER_NAME:
            return (
                (
                    f"{where} writes the name of its issuer with another kind of string than the "
                    f"issuer’s own certificate does. {detail}"
                ),
                f"Have {what} issued again with the name as the CA’s certificate has it.",
            )
        case "untrusted":
            return (
                (
                    f"{where} is signed with the key of an issuer that is here, but names another. "
                    f"{detail}"
                ),
                (
                    f"Have {what} issued again, so that its authority key identifier is the "
                    "subject key identifier of the CA’s certificate."
                ),
            )
        case "path-length":
            if fault.aspect is Aspect.CHAIN_LENGTH:
                return (
                    f"{capital(presenter.title)} presents a long chain. {detail}",
                    f"Have the certificate in {keys} issued by a CA nearer to the root.",
                )
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
                f"Import a certificate of that CA without the extension into {trust}."
                if is_anchor
                else f"Have the certificate in {keys} issued by a CA that has none."
                if fault.depth
                else (
                    f"Have it issued without that extension, or not critical, and import it into "
                    f"{keys}."
                ),
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
        case "no-shared-algorithm":
            return (
                f"{where} cannot be used in TLS. {detail}",
                f"Make a new pair for {keys} with EC P-256 or RSA 2,048, and have it certified.",
            )
        case "wrong-format":
            if fault.aspect is Aspect.CHAIN_SIZE:
                return (
                    f"{capital(presenter.title)} presents large certificates. {detail}",
                    (
                        f"Have certificates with fewer names issued for {keys}, or set "
                        "“jdk.tls.maxHandshakeMessageSize” in the program on Java."
                    ),
                )
            return (
                f"{where} breaks the rules of X.509. {detail}",
                f"Ask its issuer for a new one, and import the chain into {keys} again.",
            )
    return _purpose(fault, where, presenter, verifier, is_anchor=is_anchor)


def _dates(
    fault: Fault, where: str, presenter: Party, verifier: Party, *, is_anchor: bool
) -> tuple[str, str]:
    certificate = fault.certificate
    what, keys, trust = named(certificate), keys_name(presenter), trust_name(verifier)
    end, start = certificate.not_after, certificate.not_before
    if fault.code == "not-yet-valid":
        day = f" before {date_text(start)}" if start is not None else ""
        return (
            f"{where} is not valid{day}.",
            "Wait until then, or if it should be valid already, check both clocks.",
        )
    day = f" on {date_text(end)}" if end is not None else ""
    message = f"{where} expired{day}."
    if fault.aspect is Aspect.SUPERSEDED:
        return (
            f"{message} Its successor is in the chain as well, but stands after it.",
            f"Take the expired certificate {what} out of the chain in {keys}.",
        )
    if is_anchor:
        return message, f"Import the successor of {what} into {trust}."
    if fault.depth:
        return (
            message,
            (
                f"Get the present certificate of {what} from its CA, and put it into the chain in "
                f"{keys} in place of the expired one."
            ),
        )
    return message, f"Renew {what} in {keys}, and send the new one to {verifier.title}."


def _purpose(
    fault: Fault, where: str, presenter: Party, verifier: Party, *, is_anchor: bool
) -> tuple[str, str]:
    certificate, detail = fault.certificate, fault.detail
    keys, use = keys_name(presenter), _USES[presenter.side]
    only = ", ".join(certificate.purposes)
    names = f": its extended key usage names only {only}" if only else ""
    message = f"{where} is not for use as {use}{names if not detail else ''}. {detail}".strip()
    match fault.aspect:
        case Aspect.KEY_USAGE:
            remedy = f"Have a certificate issued for {keys} whose key usage has digitalSignature."
        case Aspect.NETSCAPE_TYPE:
            remedy = f"Have a certificate issued for {keys} without a Netscape certificate type."
        case Aspect.CA_PURPOSE if is_anchor:
            message = f"{where} is a CA’s whose extended key usage names only {only}."
            remedy = (
                f"Import a certificate of that CA without such a limit into "
                f"{trust_name(verifier)}, or have the one in {keys} issued by another CA."
            )
        case Aspect.CA_PURPOSE:
            message = f"{where} is a CA’s whose extended key usage names only {only}."
            remedy = f"Have the certificate in {keys} issued by a CA that is for {use} as well."
        case Aspect.POLICY:
            message = f"{where} limits what it certifies. {detail}"
            remedy = f"Have a certificate with a policy of the CA issued for {keys}."
        case _:
            remedy = (
                f"Have a certificate issued for {keys} with the purpose {use}, or for both sides."
            )
    return message, remedy


def note_of_fault(fault: Fault, presenter: Party, verifier: Party, anchor: Anchor | None) -> Note:
    """What is told of a limit that one program has and others have not."""
    cause = of_fault(fault, presenter, verifier, anchor)
    step = story.CLIENT_CHECKS if presenter.side == "server" else story.SERVER_CHECKS
    return Note(
        side=cause.side,
        step=step,
        message=f"{cause.message} {cause.remedy}",
        refused_by=fault.refused_by,
    )


def root_notes(
    path: Path, answer: Verification | None, presenter: Party, verifier: Party
) -> list[Note]:
    """That most programs on OpenSSL want the root itself, where something below it is trusted."""
    if path.anchor is None or answer is None or not answer.strict or answer.partial:
        return []
    step = story.CLIENT_CHECKS if presenter.side == "server" else story.SERVER_CHECKS
    if path.anchor.certificate.is_self_signed:
        objection = answer.strict[0]
        return [
            Note(
                side=verifier.side,
                step=step,
                message=f"OpenSSL refuses {named(objection.certificate)} for “{objection.text}”, "
                f"unless “partial chain” is switched on. "
                f"{who_differs(ROOT_NEEDED, presenter.side)}",
                refused_by=ROOT_NEEDED,
            )
        ]
    also = ", as HAProxy does" if presenter.side == "client" else ""
    return [
        Note(
            side=verifier.side,
            step=step,
            message=f"{capital(trust_name(verifier))} trusts {named(path.anchor.certificate)} "
            f"without the root above it. {who_differs(ROOT_NEEDED, presenter.side)} These want "
            f"the root as well{also}: import it, or switch on “partial chain” there.",
            refused_by=ROOT_NEEDED,
        )
    ]

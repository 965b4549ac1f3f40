"""What a rehearsal says of a single certificate that is at fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.core.frozen import dataclass
from handfast.core.language import tr
from handfast.core.store import quoted, shorten
from handfast.handshake.report import story
from handfast.handshake.report.causes import Action, Cause
from handfast.handshake.report.report import Note
from handfast.handshake.report.wording import (
    capital,
    keys_name,
    named,
    set_chain,
    trust_action,
    trust_name,
)
from handfast.services.describe.validity import date_text
from handfast.services.paths.judging import Aspect
from handfast.services.paths.peers import ROOT_NEEDED, opinion_of, who_differs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.handshake.engine.verification import Verification
    from handfast.handshake.report.party import Party
    from handfast.services.paths.building import Anchor, Path
    from handfast.services.paths.judging import Fault

#: What the verifier can put right by trusting another certificate.
_ANCHORS_OWN: Final = frozenset(
    (
        "expired",
        "not-yet-valid",
        "not-a-ca",
        "wrong-purpose",
        "unknown-critical-extension",
        "wrong-format",
    )
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
        tr(
            "{certificate}, which {store} trusts as {alias},",
            certificate=what,
            store=trust_name(verifier),
            alias=quoted(anchor.alias),
        )
        if is_anchor and anchor is not None
        else tr(
            "{certificate}, in the chain that {party} presents,",
            certificate=what,
            party=presenter.title,
        )
        if fault.depth
        else tr("{certificate}, which {party} presents,", certificate=what, party=presenter.title)
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
            remedy=tr(
                "Import the current {certificate} into {store} in place of {alias}.",
                certificate=what,
                store=trust_name(verifier),
                alias=quoted(anchor.alias),
            ),
            action=trust_action(verifier, successor, instead_of=anchor.alias),
        )
    if successor.is_self_signed:
        return Help(
            remedy=tr(
                "Import the self-signed {certificate} into {store}: what expired only "
                "leads from it to another root.",
                certificate=what,
                store=trust_name(verifier),
            ),
            action=trust_action(verifier, successor),
        )
    return Help(
        remedy=tr(
            "Remove the expired {certificate} from the chain of {alias} in {store}, and put "
            "its successor there.",
            certificate=what,
            alias=quoted(alias),
            store=keys_name(presenter),
        ),
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
            remedy = tr("Import the real CA certificate above it into {trust}.", trust=trust)
            if not is_anchor:
                remedy = tr("Have the certificate in {keys} issued by a real CA.", keys=keys)
            return (
                tr(
                    "{where} has issued another certificate but is not a CA certificate. {detail}",
                    where=where,
                    detail=detail,
                ).strip(),
                remedy,
            )
        case "untrusted" if fault.aspect is Aspect.ISSUER_NAME:
            return (
                (
                    tr(
                        "{where} writes the name of its issuer with another kind of string "
                        "than the issuer’s own certificate does. {detail}",
                        where=where,
                        detail=detail,
                    )
                ),
                tr(
                    "Have {what} issued again with the name as it appears in the CA’s certificate.",
                    what=what,
                ),
            )
        case "untrusted":
            return (
                (
                    tr(
                        "{where} is signed with the key of an issuer that is available here, "
                        "but names another. {detail}",
                        where=where,
                        detail=detail,
                    )
                ),
                (
                    tr(
                        "Have {what} issued again, so that its authority key identifier "
                        "equals the subject key identifier of the CA’s certificate.",
                        what=what,
                    )
                ),
            )
        case "path-length":
            if fault.aspect is Aspect.CHAIN_LENGTH:
                return (
                    tr(
                        "{party} presents a long chain. {detail}",
                        party=capital(presenter.title),
                        detail=detail,
                    ),
                    tr(
                        "Have the certificate in {keys} issued by a CA nearer to the root.",
                        keys=keys,
                    ),
                )
            return (
                tr(
                    "{where} limits how many CAs may be below it. {detail}",
                    where=where,
                    detail=detail,
                ),
                tr(
                    "Have the certificate in {keys} issued by a CA directly below {what}.",
                    keys=keys,
                    what=what,
                ),
            )
        case "name-constraint":
            return (
                tr("{where} limits names. {detail}", where=where, detail=detail)
                if fault.aspect is Aspect.JAVA_NAMES
                else tr(
                    "{where} may not certify the name “{detail}”.",
                    where=where,
                    detail=shorten(detail),
                ),
                tr(
                    "Have a certificate for {keys} issued for permitted names, or by another CA.",
                    keys=keys,
                ),
            )
        case "unknown-critical-extension":
            return (
                tr(
                    "{where} contains an extension that is critical, and that Java does not "
                    "process: {detail}.",
                    where=where,
                    detail=detail,
                )
                if fault.aspect is Aspect.KIND
                else tr(
                    "{where} contains a critical extension that no program supports: {detail}.",
                    where=where,
                    detail=detail,
                ),
                tr(
                    "Import a certificate of that CA without the extension into {trust}.",
                    trust=trust,
                )
                if is_anchor
                else tr(
                    "Have the certificate in {keys} issued by a CA that has no such extension.",
                    keys=keys,
                )
                if fault.depth
                else (
                    tr(
                        "Have it issued without that extension, or not critical, and import "
                        "it into {keys}.",
                        keys=keys,
                    )
                ),
            )
        case "revoked":
            return (
                tr(
                    "{where} was revoked. {detail} Java checks such lists only if configured to.",
                    where=where,
                    detail=detail,
                ),
                tr(
                    "Have a new pair certified for {keys}, and send it to {party}.",
                    keys=keys,
                    party=verifier.title,
                ),
            )
        case "weak-key" | "weak-signature":
            return _strength(fault, where, presenter, verifier, is_anchor=is_anchor)
        case "no-shared-algorithm":
            return (
                tr("{where} cannot be used in TLS. {detail}", where=where, detail=detail),
                tr(
                    "Generate a new pair for {keys} with EC P-256 or RSA 2,048, and have it "
                    "certified.",
                    keys=keys,
                ),
            )
        case "wrong-format":
            if fault.aspect is Aspect.CHAIN_SIZE:
                return (
                    tr(
                        "{party} presents large certificates. {detail}",
                        party=capital(presenter.title),
                        detail=detail,
                    ),
                    (
                        tr(
                            "Have certificates with fewer names issued for {keys}, or set "
                            "“jdk.tls.maxHandshakeMessageSize” in the Java program.",
                            keys=keys,
                        )
                    ),
                )
            if fault.aspect is Aspect.TAIL:
                return (
                    tr("{where} has a flaw in its file. {detail}", where=where, detail=detail),
                    tr("Export it with Handfast, which leaves those bytes out, and use that file."),
                )
            return (
                tr("{where} breaks the rules of X.509. {detail}", where=where, detail=detail),
                tr(
                    "Ask the CA for a certificate that follows them, and import it into {trust}.",
                    trust=trust,
                )
                if is_anchor
                else tr(
                    "Ask its issuer for a new one, and import the chain into {keys} again.",
                    keys=keys,
                ),
            )
    return _purpose(fault, where, presenter, verifier, is_anchor=is_anchor)


def _dates(
    fault: Fault, where: str, presenter: Party, verifier: Party, *, is_anchor: bool
) -> tuple[str, str]:
    certificate = fault.certificate
    what, keys, trust = named(certificate), keys_name(presenter), trust_name(verifier)
    end, start = certificate.not_after, certificate.not_before
    if fault.code == "not-yet-valid":
        return (
            tr("{where} is not valid before {date}.", where=where, date=date_text(start))
            if start is not None
            else tr("{where} is not valid.", where=where),
            tr("Wait until then or, if it should be valid already, check both clocks."),
        )
    message = (
        tr("{where} expired on {date}.", where=where, date=date_text(end))
        if end is not None
        else tr("{where} expired.", where=where)
    )
    if fault.aspect is Aspect.SUPERSEDED:
        return (
            tr(
                "{message} Its successor is in the chain as well, but comes after it.",
                message=message,
            ),
            tr(
                "Remove the expired certificate {what} from the chain in {keys}.",
                what=what,
                keys=keys,
            ),
        )
    if is_anchor:
        return message, tr("Import the successor of {what} into {trust}.", what=what, trust=trust)
    if fault.depth:
        return (
            message,
            (
                tr(
                    "Get the current certificate of {what} from its CA, and replace the "
                    "expired one in the chain in {keys} with it.",
                    what=what,
                    keys=keys,
                )
            ),
        )
    return message, tr(
        "Renew {what} in {keys}, and send the new one to {party}.",
        what=what,
        keys=keys,
        party=verifier.title,
    )


def _purpose(
    fault: Fault, where: str, presenter: Party, verifier: Party, *, is_anchor: bool
) -> tuple[str, str]:
    certificate, detail = fault.certificate, fault.detail
    keys, use = keys_name(presenter), _USES[presenter.side]
    only = ", ".join(certificate.purposes)
    message = _purpose_message(where, use, detail, only).strip()
    match fault.aspect:
        case Aspect.KEY_USAGE:
            remedy = tr(
                "Have a certificate issued for {keys} whose key usage has digitalSignature.",
                keys=keys,
            )
        case Aspect.NETSCAPE_TYPE:
            remedy = tr(
                "Have a certificate issued for {keys} without a Netscape certificate type.",
                keys=keys,
            )
        case Aspect.CA_PURPOSE if is_anchor:
            message = tr(
                "{where} is a CA certificate whose extended key usage names only {only}.",
                where=where,
                only=only,
            )
            remedy = tr(
                "Import a certificate of that CA without such a limit into {store}, or have the "
                "one in {keys} issued by another CA.",
                store=trust_name(verifier),
                keys=keys,
            )
        case Aspect.CA_PURPOSE:
            message = tr(
                "{where} is a CA certificate whose extended key usage names only {only}.",
                where=where,
                only=only,
            )
            remedy = tr(
                "Have the certificate in {keys} issued by a CA that allows {use} as well.",
                keys=keys,
                use=use,
            )
        case Aspect.POLICY:
            message = tr(
                "{where} restricts what it certifies. {detail}", where=where, detail=detail
            )
            remedy = tr("Have a certificate with a policy of the CA issued for {keys}.", keys=keys)
        case _:
            remedy = tr(
                "Have a certificate issued for {keys} with the purpose {use}, or for both sides.",
                keys=keys,
                use=use,
            )
    return message, remedy


def note_of_fault(fault: Fault, presenter: Party, verifier: Party, anchor: Anchor | None) -> Note:
    """What is reported about a limit that one program has and others have not."""
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
                message=tr(
                    "OpenSSL rejects {certificate} for “{reason}”, unless “partial chain” is "
                    "enabled. {differs}",
                    certificate=named(objection.certificate),
                    reason=objection.text,
                    differs=who_differs(ROOT_NEEDED, presenter.side),
                ),
                refused_by=ROOT_NEEDED,
            )
        ]
    return [
        Note(
            side=verifier.side,
            step=step,
            message=tr(
                "{store} trusts {certificate} without the root above it. {differs} These "
                "programs also require the root, as HAProxy does: import it, or enable "
                "“partial chain” there.",
                store=capital(trust_name(verifier)),
                certificate=named(path.anchor.certificate),
                differs=who_differs(ROOT_NEEDED, presenter.side),
            )
            if presenter.side == "client"
            else tr(
                "{store} trusts {certificate} without the root above it. {differs} These "
                "programs also require the root: import it, or enable “partial chain” there.",
                store=capital(trust_name(verifier)),
                certificate=named(path.anchor.certificate),
                differs=who_differs(ROOT_NEEDED, presenter.side),
            ),
            refused_by=ROOT_NEEDED,
        )
    ]


def _strength(
    fault: Fault, where: str, presenter: Party, verifier: Party, *, is_anchor: bool
) -> tuple[str, str]:
    """A key or a signature that programs refuse, as too weak or as a kind that they do not have."""
    what, keys, detail = named(fault.certificate), keys_name(presenter), fault.detail
    is_key = fault.code == "weak-key"
    if fault.aspect is not Aspect.KIND:
        message = tr("{where} is too weak. {detail}", where=where, detail=detail)
    elif is_key:
        message = tr(
            "{where} has a key that not every program supports. {detail}",
            where=where,
            detail=detail,
        )
    else:
        message = tr(
            "{where} has a signature that not every program accepts. {detail}",
            where=where,
            detail=detail,
        )
    if fault.depth and is_key:
        remedy = tr(
            "Have the certificate in {keys} issued by a CA whose key is RSA with at least 2,048 "
            "bits or EC P-256.",
            keys=keys,
        )
    elif is_anchor:
        remedy = tr(
            "Ask the CA for its current {what}, signed with SHA-256, and import that into {trust}; "
            "or have the certificate in {keys} issued by another CA.",
            what=what,
            trust=trust_name(verifier),
            keys=keys,
        )
    elif fault.depth:
        remedy = tr(
            "Ask the CA for its current {what}, signed with SHA-256, and import the chain into "
            "{keys}; or have the certificate issued by another CA.",
            what=what,
            keys=keys,
        )
    elif is_key:
        remedy = tr(
            "Have {what} issued again with a new key, and import the chain into {keys}.",
            what=what,
            keys=keys,
        )
    else:
        remedy = tr(
            "Have {what} issued again, signed with SHA-256, and import the chain into {keys}.",
            what=what,
            keys=keys,
        )
    return message, remedy


def _purpose_message(where: str, use: str, detail: str, only: str) -> str:
    if detail:
        return tr("{where} is not for use as {use}. {detail}", where=where, use=use, detail=detail)
    if only:
        return tr(
            "{where} is not for use as {use}: its extended key usage names only {only}.",
            where=where,
            use=use,
            only=only,
        )
    return tr("{where} is not for use as {use}.", where=where, use=use)

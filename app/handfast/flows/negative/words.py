"""A negative test in words: the clients, what the server did, and what to change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.core.language import listed, tr, tr_count
from handfast.handshake.live.negative_tests import (
    CaseResult,
    Evidence,
    Expectation,
    NegativeReport,
    Outcome,
)
from handfast.handshake.report.causes import WORDINGS
from handfast.services.authority.negative_clients import NegativeCase

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What each client is called.
CASE_TITLES: Final = {
    NegativeCase.GOOD: tr("A valid client"),
    NegativeCase.NONE: tr("No certificate"),
    NegativeCase.EXPIRED: tr("An expired certificate"),
    NegativeCase.NOT_YET_VALID: tr("A certificate that is not yet valid"),
    NegativeCase.FOREIGN_CA: tr("A certificate from a foreign CA"),
    NegativeCase.FORGED_SIGNATURE: tr("A forged signature"),
    NegativeCase.WRONG_PURPOSE: tr("A certificate for servers only"),
    NegativeCase.BROKEN_CHAIN: tr("A broken chain"),
    NegativeCase.NOT_A_CA: tr("A certificate issued by a client"),
    NegativeCase.WRONG_NAME: tr("Another name"),
    NegativeCase.REVOKED: tr("A revoked certificate"),
    NegativeCase.GOOD_AGAIN: tr("The valid client again"),
}
#: What is wrong with each, in a sentence.
CASE_MEANINGS: Final = {
    NegativeCase.GOOD: tr(
        "Its certificate comes from the CA and is correct in every respect. Refusing the "
        "others proves something only if the server accepts this client."
    ),
    NegativeCase.NONE: tr("It presents no certificate at all."),
    NegativeCase.EXPIRED: tr("The certificate from the CA expired a day ago."),
    NegativeCase.NOT_YET_VALID: tr("The certificate from the CA starts tomorrow."),
    NegativeCase.FOREIGN_CA: tr("The certificate comes from a CA that the server does not know."),
    NegativeCase.FORGED_SIGNATURE: tr(
        "The certificate names the CA as its issuer, but another key signed it."
    ),
    NegativeCase.WRONG_PURPOSE: tr(
        "The extended key usage of the certificate permits TLS servers, not clients."
    ),
    NegativeCase.BROKEN_CHAIN: tr(
        "The certificate comes from an intermediate CA that the client does not present."
    ),
    NegativeCase.NOT_A_CA: tr(
        "A client of the CA issued the certificate with its own key, though it is not a CA."
    ),
    NegativeCase.WRONG_NAME: tr(
        "The certificate comes from the CA but names another client. Many servers trust every "
        "client of a CA."
    ),
    NegativeCase.REVOKED: tr("The CA revoked the certificate."),
    NegativeCase.GOOD_AGAIN: tr(
        "If the server still accepts it, it refused the others because of their "
        "certificates, and not because it stopped responding."
    ),
}
_REMEDIES: Final = {
    NegativeCase.NONE: tr(
        "Require a client certificate: “ssl_verify_client on” in nginx, setNeedClientAuth(true) "
        "in Java, -Verify with -verify_return_error in openssl s_server."
    ),
    NegativeCase.EXPIRED: tr(
        "Let the TLS library check the dates: remove trust managers and callbacks that accept "
        "every certificate, and check the clock of the server."
    ),
    NegativeCase.FOREIGN_CA: tr(
        "Trust the CA alone: remove trust managers and callbacks that accept every certificate, "
        "“optional_no_ca” in nginx, and CAs that you do not need from the trust store."
    ),
    NegativeCase.FORGED_SIGNATURE: tr(
        "Let the TLS library verify the chain. Comparing the name of the issuer is not enough."
    ),
    NegativeCase.WRONG_PURPOSE: tr(
        "Check the extended key usage: otherwise every server of the CA can act as a client. In "
        "Java use the default trust manager, in OpenSSL do not set the purpose to “any”."
    ),
    NegativeCase.BROKEN_CHAIN: tr(
        "Accept only chains that lead to the CA. The intermediate CA was created for this "
        "test, so no trust store contains it."
    ),
    NegativeCase.NOT_A_CA: tr(
        "Check the basic constraints of every issuer: otherwise every client can issue "
        "certificates. Let the TLS library verify the chain."
    ),
    NegativeCase.WRONG_NAME: tr(
        "Compare the name in the certificate with the clients that you permit, in the server or "
        "in the program behind it."
    ),
    NegativeCase.REVOKED: tr(
        "Load the revocation list: “ssl_crl” in nginx, -CRL with -crl_check in openssl s_server, "
        "a PKIXRevocationChecker in Java. Load each new list before the old one expires."
    ),
}
OUTCOME_WORDS: Final = {
    Outcome.ACCEPTED: tr("accepted"),
    Outcome.REFUSED: tr("refused"),
    Outcome.UNCLEAR: tr("unclear"),
    Outcome.NOT_RUN: tr("not tested"),
}


def outcome_word(result: CaseResult) -> str:
    """What the server did, in a word or two."""
    return OUTCOME_WORDS[result.outcome]


def remedy(result: CaseResult) -> str:
    """What to change where the server accepted who must be refused; else empty."""
    if result.outcome is not Outcome.ACCEPTED or result.expectation is not Expectation.REFUSE:
        return ""
    if result.evidence is Evidence.NOT_ASKED:
        return _REMEDIES[NegativeCase.NONE]
    # A server that looks at no dates looks at neither of them.
    case = NegativeCase.EXPIRED if result.case is NegativeCase.NOT_YET_VALID else result.case
    return _REMEDIES[case]


def seen(result: CaseResult) -> str:
    """What was seen of the server, in a sentence."""
    match result.evidence:
        case Evidence.ALERT:
            said = tr("The server sent the alert {alert}.", alert=result.alert)
        case Evidence.HTTP if result.outcome is Outcome.REFUSED:
            said = tr("It refused over HTTP: {line}.", line=result.http)
        case Evidence.HTTP:
            said = tr("It answered a request over HTTP: {line}.", line=result.http)
        case Evidence.CLOSED:
            said = tr("It closed the connection without an alert.")
        case Evidence.NOT_ASKED:
            said = tr("It did not ask for a certificate.")
        case Evidence.DATA:
            said = tr("It finished the handshake and sent data.")
        case Evidence.FINISHED:
            said = tr("It finished the handshake and did not refuse afterwards.")
        case Evidence.SILENCE if result.outcome is Outcome.ACCEPTED:
            said = tr("The handshake finished, and no refusal followed.")
        case Evidence.SILENCE:
            said = tr("The handshake finished, but the server stopped responding.")
        case Evidence.NO_HANDSHAKE:
            title = WORDINGS[result.code].title if result.code in WORDINGS else ""
            said = (
                tr("The connection ended before the certificate was checked: {words}.",
                   words=result.words)
                if result.words
                else tr("The connection ended before the certificate was checked. {title}.",
                        title=title)
            )  # fmt: skip
        case Evidence.NOT_SIGNED:
            said = tr("The server accepts no signature that this client’s key can create.")
        case Evidence.NO_CONTROL:
            said = tr("The valid client was not accepted, so a refusal would prove nothing.")
        case Evidence.NO_LIST:
            said = tr("The server was not given a revocation list with this certificate.")
        case Evidence.OBSTACLE:
            said = result.words
    if result.server_cause in WORDINGS:
        return tr(
            "{seen} The server reports: {title}.",
            seen=said,
            title=WORDINGS[result.server_cause].title,
        )
    return said


def note(result: CaseResult) -> str:
    """What a person must know to read the result; empty where it speaks for itself."""
    if result.expectation is not Expectation.EITHER:
        return ""
    if result.case is NegativeCase.WRONG_NAME and result.outcome is Outcome.ACCEPTED:
        return tr(
            "This is correct if the server is meant to accept every client of the CA. If it "
            "is not, select that before the test."
        )
    return ""


def verdict(report: NegativeReport) -> str:
    """The answer in a sentence."""
    control = report.results[0]
    if control.outcome is Outcome.UNCLEAR:
        return tr("There was no handshake with the server, so nothing is proven.")
    if control.outcome is Outcome.REFUSED:
        return tr("The server refused the valid client, so nothing is proven.")
    if report.lax:
        return tr_count(
            "The server accepted {count} client that it must refuse: {clients}.",
            "The server accepted {count} clients that it must refuse: {clients}.",
            len(report.lax),
            clients=_titles(report.lax),
        )
    if not report.is_proven:
        return tr("In the end, the server refused the valid client too, so nothing is proven.")
    unclear = [each for each in report.results if each.ok is False]
    if unclear:
        return tr(
            "The server accepted no client that it must refuse, but not every refusal is "
            "proven: {clients}.",
            clients=_titles(unclear),
        )
    return tr_count(
        "The server accepted the valid client and refused {count} client that it must refuse.",
        "The server accepted the valid client and refused {count} clients that it must refuse.",
        sum(each.expectation is Expectation.REFUSE for each in report.refused),
    )


def control_hint(report: NegativeReport) -> str:
    """What to do where the valid client did not come in; else empty."""
    control = report.results[0]
    if control.outcome is Outcome.REFUSED:
        return tr(
            "Let the server trust the CA, or choose a client that it knows by name. Probe shows "
            "each step of the handshake."
        )
    if control.outcome is Outcome.UNCLEAR:
        return tr("Check the host and the port. Probe shows each step of the handshake.")
    return ""


def _titles(results: Sequence[CaseResult]) -> str:
    return listed([CASE_TITLES[each.case].lower() for each in results])


def facts(report: NegativeReport) -> tuple[tuple[str, str], ...]:
    """What was tested, when, and with which CA, as labels with their values."""
    ca = report.issuer
    lines = [
        (
            tr("Server"),
            tr("Handfast’s test server on this computer")
            if report.is_own_server
            else tr("{host}, port {port}", host=report.host, port=report.port),
        ),
        (tr("Time"), tr("{time} UTC", time=f"{report.started:%Y-%m-%d %H:%M:%S}")),
        (tr("CA"), ca.subject),
        (tr("SHA-256 of the CA"), ca.sha256),
    ]
    if report.server:
        leaf = report.server[0]
        lines += [
            (tr("Certificate of the server"), leaf.subject or leaf.serial),
            (tr("SHA-256 of the server"), leaf.sha256),
        ]
    return tuple(lines)

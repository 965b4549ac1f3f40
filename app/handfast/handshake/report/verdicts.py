"""What OpenSSL itself objected to, as causes: for what no rule of ours has noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handfast.core.language import tr
from handfast.handshake.report import story, wording_pairs
from handfast.handshake.report.causes import WORDINGS, Cause, general_cause
from handfast.handshake.report.wording import named
from handfast.services.paths.java_reading import java_refusal
from handfast.services.paths.peers import JAVA, OPENSSL, ROOT_NEEDED, opinion_of, who_differs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.handshake.engine.engine import Run, VerifyError
    from handfast.handshake.engine.verification import Verification
    from handfast.handshake.report.party import Party, Side
    from handfast.services.paths.peers import Peers

#: ``X509_V_ERR_…`` of openssl/x509_vfy.h by the cause that each is.
OPENSSL_CODES: Final[dict[int, str]] = {
    2: "untrusted",
    7: "untrusted",
    9: "not-yet-valid",
    10: "expired",
    13: "wrong-format",
    14: "wrong-format",
    18: "untrusted",
    19: "untrusted",
    20: "untrusted",
    21: "untrusted",
    22: "path-length",
    23: "revoked",
    24: "not-a-ca",
    25: "path-length",
    26: "wrong-purpose",
    27: "untrusted",
    28: "wrong-purpose",
    32: "not-a-ca",
    34: "unknown-critical-extension",
    37: "not-a-ca",
    39: "wrong-purpose",
    47: "name-constraint",
    48: "name-constraint",
    49: "name-constraint",
    50: "name-constraint",
    51: "name-constraint",
    52: "name-constraint",
    62: "host-mismatch",
    64: "host-mismatch",
    66: "weak-key",
    67: "weak-key",
    68: "weak-signature",
    41: "wrong-format",
    76: "wrong-format",
    77: "wrong-format",
    78: "wrong-format",
    79: "not-a-ca",
    94: "weak-key",
    -1: "wrong-format",
}
#: Where the usual remedy of a cause is for something else.
_REMEDIES: Final = {
    "wrong-format": tr("Ask its issuer for a new one that follows the rules of X.509."),
}
#: What Java refuses as well: limits of names with a minimum, which nobody supports.
_JAVA_AS_WELL: Final = frozenset((49,))
#: What the verifier puts right; the rest is in the presenter’s files.
_VERIFIERS: Final = frozenset(("untrusted", "empty-trust-store"))
_NO_ALGORITHM: Final = (
    "no shared",
    "no suitable",
    "signature type",
    "wrong curve",
    "no cipher",
    "signature algorithm",
)


def causes_of_run(run: Run, client: Party, server: Party) -> list[tuple[Cause, int]]:
    """Each cause with the step at which it ended the handshake; never none."""
    found = [
        *((_cause(each, server, client), story.CLIENT_CHECKS) for each in run.client.objections),
        *((_cause(each, client, server), story.SERVER_CHECKS) for each in run.server.objections),
    ]
    if found:
        return found
    words = "; ".join(dict.fromkeys(filter(None, (run.server.failure, run.client.failure))))
    if any(each in words.lower() for each in _NO_ALGORITHM):
        late = "Certificate" in run.client.view.received
        party, step = (client, story.CLIENT_PRESENTS) if late else (server, story.ANSWER)
        return [(wording_pairs.no_shared_algorithm(party, words), step)]
    if ("protocol" in words and "version" in words) or "unsupported protocol" in words:
        return [(general_cause("tls-version", "server"), story.ANSWER)]
    side: Side = "client" if run.server.failure else "server"
    return [
        (
            Cause(
                code="refused-by-peer",
                side=side,
                message=tr("OpenSSL ended the handshake: “{words}”.", words=words),
                remedy=WORDINGS["refused-by-peer"].remedy,
                opinion="OpenSSL",
            ),
            story.BOTH_FINISH,
        )
    ]


def objections_as_causes(
    answer: Verification, path: Sequence[Certificate], presenter: Party, verifier: Party
) -> list[Cause]:
    """Why OpenSSL refuses a chain of which no rule of ours has noticed anything."""
    of_all = any(map(java_refusal, path))
    refusing = OPENSSL if answer.partial else ROOT_NEEDED
    found = (
        _cause(
            each,
            presenter,
            verifier,
            refusing | JAVA if of_all or each.number in _JAVA_AS_WELL else refusing,
        )
        for each in answer.strict
    )
    return list({each.code: each for each in found}.values())


def _cause(
    objection: VerifyError, presenter: Party, verifier: Party, refusing: Peers = OPENSSL
) -> Cause:
    code = OPENSSL_CODES.get(objection.number, "refused-by-peer")
    return Cause(
        code=code,
        side=verifier.side if code in _VERIFIERS else presenter.side,
        message=tr(
            "OpenSSL rejects {certificate}: {reason}. {differs}",
            certificate=named(objection.certificate),
            reason=objection.text.split(";")[0],
            differs=who_differs(refusing, presenter.side),
        ).strip(),
        remedy=_REMEDIES.get(code, WORDINGS[code].remedy),
        opinion=opinion_of(refusing, presenter.side),
        refused_by=refusing,
    )

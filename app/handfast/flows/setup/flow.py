"""Set mutual TLS up with a partner: from nothing to a rehearsal, at one go or over weeks.

The steps of *Generate* and *Import* are asked by their own flows. What is known is a
:class:`Partnership`, which is kept in a file after each step and resumed from it.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from handfast.core.errors import InvalidInput
from handfast.core.language import tr
from handfast.core.progress import no_progress
from handfast.flows.handover import Handover, handover_files, write_handover, write_request
from handfast.flows.handshake.cause_commands import StoresAtHand
from handfast.flows.setup.parties import chain_from, lone_file, our_party, pem_of, their_party
from handfast.flows.setup.problems import (
    handover_problems,
    pair_problems,
    partner_problems,
    port_problems,
    request_problems,
    unlock_problems,
)
from handfast.flows.setup.state import SetUpState
from handfast.flows.setup.steps import GENERATING, IMPORTING, STEPS
from handfast.handshake.engine.endpoint import host_of
from handfast.handshake.report.party import other_side
from handfast.services.exchange.requests import create_request
from handfast.services.policy.fingerprints import FingerprintMatch

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from handfast.core.entry import KeyPair, TrustedCertificate
    from handfast.core.progress import Progress
    from handfast.flows.base import FieldProblem, FlowStep, SummaryLine
    from handfast.handshake.report.party import Party, Side
    from handfast.handshake.report.report import Report


class SetUpFlow(SetUpState):
    """The steps over a partnership, and what each of them does."""

    steps: ClassVar[tuple[FlowStep, ...]] = STEPS

    # --- steps ----------------------------------------------------------------------------

    def applies(self, step: str) -> bool:
        """Whether the step is one of those that have to be gone through now."""
        draft, has_sources = self.draft, bool(self.importing.draft.sources)
        match step:
            case "unlock":
                return bool(self.closed)
            case "name" | "key" | "names" | "keystore":
                return draft.pair == "new"
            case "make":
                return draft.pair == "new" or "make" in self.done
            case "reply":
                return draft.signing == "ca" and draft.replied_at is None
            case "request":
                return draft.signing == "ca"
            case "chain":
                return draft.signing == "ca" and not self.is_waiting
            case "handover":
                # What the partner is to get is what the CA sends.
                return not self.is_waiting
            case "truststore" | "check":
                return "import" not in self.done and (has_sources or not self.has_theirs)
            case "import":
                return has_sources or not self.has_theirs
        return True

    @property
    def is_waiting(self) -> bool:
        """Whether the CA's reply is still to come while the other steps go on."""
        draft = self.draft
        is_asked = draft.signing == "ca" and draft.requested_at is not None
        return is_asked and draft.replied_at is None and self.goes_on_meanwhile

    def has_work(self, step: str) -> bool:
        """Whether something is written on leaving the step, which then says so first."""
        match step:
            case "make":
                return self.draft.pair == "new"
            case "request":
                return self.draft.signing == "ca" and self.draft.requested_at is None
            case "chain":
                return self.draft.signing == "ca" and self.draft.replied_at is None
            case "handover":
                return self.draft.handing == "folder" and self.draft.sent_at is None
            case "import":
                return "import" not in self.done
        return False

    def problems(self, step: str) -> tuple[FieldProblem, ...]:
        """What is wrong on one step, in the order of its fields."""
        match step:
            case "unlock":
                return unlock_problems(self.closed)
            case "partner":
                return partner_problems(self.draft, kept_at=None if self.is_to_move else self.path)
            case "pair":
                return pair_problems(self.draft, self.keystore, self.pair)
            case "request":
                return request_problems(self.draft, self.pair)
            case "reply" | "chain":
                return self.replying.problems(step) if self.draft.replied_at is None else ()
            case "handover":
                return handover_problems(self.draft, has_pair=self.pair is not None)
            case "recipe":
                return port_problems(self.port)
        if step in GENERATING:
            return self.generating.problems(GENERATING[step])
        if step == "certificates" and self.has_theirs and not self.importing.chosen:
            return ()
        if step in IMPORTING:
            return self.importing.problems(IMPORTING[step])
        return ()

    def can_leave(self, step: str) -> bool:
        """Whether nothing on a step stands in the way."""
        return not any(problem.severity == "error" for problem in self.problems(step))

    def is_behind(self, step: str) -> bool:
        """Whether the step is through: nothing is wrong, and what it writes is written."""
        if step == "reply":
            return self.draft.replied_at is not None or self.is_waiting
        return self.can_leave(step) and not self.has_work(step)

    def is_skipped(self, step: str) -> bool:
        """Whether the step is passed by for now, or without the comparison that it asks for."""
        if step == "reply":
            return self.is_waiting
        if step == "rehearsal":
            # It could not run, as where a keystore is not open.
            return self.report is None and self.draft.rehearsed_at is None
        if step != "check":
            return False
        if "import" in self.done:
            return not self.draft.fingerprint_checked
        return self.importing.is_skipped("check")

    def first_open(self) -> str:
        """Where to go on: the first step that is not through; the last where all are."""
        asked = [step.id for step in self.steps if step.id not in {"rehearsal", "recipe"}]
        left = (step for step in asked if self.applies(step) and not self.is_behind(step))
        return next(left, "rehearsal" if self.draft.rehearsed_at is None else "recipe")

    # --- what is going to be done -----------------------------------------------------------

    def summary_of(self, step: str) -> tuple[SummaryLine, ...]:
        """What the work of a step is going to do."""
        from handfast.flows.setup.summaries import (
            handover_summary,
            outdated_summary,
            request_summary,
            saved_at_once,
        )

        if step == "make":
            return saved_at_once(self.generating.summary())
        if step == "import":
            return (*saved_at_once(self.importing.summary()), *outdated_summary(self.outdated))
        if step == "request":
            return request_summary(self.draft, self.pair)
        if step == "handover":
            pair = self.pair
            names = handover_files(self.handover()) if pair is not None else {}
            return handover_summary(self.draft, pair, tuple(names))
        return ()

    def command_of(self, step: str) -> str:
        """The same as a command line."""
        if step == "make":
            return self.generating.keytool_command()
        if step == "chain":
            return self.replying.keytool_command()
        return self.importing.keytool_command() if step == "import" else ""

    def summary(self) -> tuple[SummaryLine, ...]:
        """Nothing for the whole: each step that writes has its own, :meth:`summary_of`."""
        return ()

    def keytool_command(self) -> str:
        """Nothing for the whole either; see :meth:`command_of`."""
        return ""

    # --- doing it ---------------------------------------------------------------------------

    def run(self, progress: Progress = no_progress) -> Report:
        """What the steps lead to."""
        return self.rehearse(progress)

    def pair_made(self, keystore: str, pair: KeyPair) -> None:
        """The pair is in a store: from now on it is an existing one."""
        self.done.add("make")
        self.update(pair="existing", keystore=keystore, alias=pair.alias)
        leaf = pair.chain[0]
        if self.draft.our_sha256 != leaf.sha256:
            # The store is not open in the window yet.
            self.draft = dataclasses.replace(
                self.draft, our_sha256=leaf.sha256, our_end=leaf.not_after, sent_at=None
            )

    def handover(self) -> Handover:
        pair = self.pair
        if pair is None:
            raise InvalidInput(
                tr("Your key pair is not available."), remedy=tr("Open its keystore first.")
            )
        draft = self.draft
        return Handover(
            our_name=draft.our_name,
            partner=draft.partner,
            alias=pair.alias,
            chain=pair.chain,
            role=draft.role,
        )

    def hand_over(self) -> tuple[Path, ...]:
        """Write the folder for the partner; the files in it."""
        request = self.draft.request_file
        return write_handover(
            self.handover(),
            Path(self.draft.handover_folder).expanduser(),
            beside=(Path(request).name,) if request else (),
        )

    def request(self) -> Path:
        """Write the request for the CA into the folder; its file.

        :raises HandfastError: the key is not at hand, or the file cannot be written
        """
        pair = self.pair
        if pair is None:
            raise InvalidInput(
                tr("Your key pair is not available."), remedy=tr("Open its keystore first.")
            )
        folder = Path(self.draft.handover_folder).expanduser().absolute()
        return write_request(create_request(pair), pair.alias, folder)

    def requested(self, path: Path, at: dt.datetime) -> None:
        """The request is there; from now on the CA is waited for."""
        self.draft = dataclasses.replace(
            self.draft, requested_at=at, request_file=str(path), replied_at=None
        )
        self.done.add("request")

    def replied(self, at: dt.datetime) -> None:
        """The reply is on our pair: what the partner gets is the certificate of the CA."""
        self.draft = dataclasses.replace(self.draft, replied_at=at, sent_at=None, rehearsed_at=None)
        self.goes_on_meanwhile = False
        self.done.add("chain")
        self.replying.update(sources=(), pool=())
        self._take_pair()

    def handed_over(self, at: dt.datetime) -> None:
        self.draft = dataclasses.replace(self.draft, sent_at=at)
        self.done.add("handover")

    def imported(self, truststore: str, entries: Sequence[TrustedCertificate]) -> None:
        """Their certificates are trusted: which of them they present, and who vouches for it."""
        sent = [each.certificate for each in self.importing.draft.candidates]
        chosen = {entry.certificate: entry.alias for entry in entries}
        self.chain = chain_from(sent)
        # What they present need not be what is trusted: that may be their CA.
        leaf = self.chain[0] if self.chain else entries[0].certificate
        lone = lone_file(self.importing.draft.sources)
        ends = [each.not_after for each in self.chain or (leaf,) if each.not_after is not None]
        compared = {
            each.certificate
            for index, each in enumerate(self.importing.draft.candidates)
            if self.importing.match(index) is FingerprintMatch.MATCH
        }
        self.draft = dataclasses.replace(
            self.draft,
            truststore=truststore,
            partner_alias=chosen.get(leaf, entries[0].alias),
            partner_sha256=leaf.sha256,
            partner_chain=pem_of(self.chain),
            partner_file=str(lone.path.absolute()) if lone is not None and lone.path else "",
            partner_file_is_der=lone is not None and lone.encoding == "DER",
            partner_end=min(ends, default=None),
            # One that vouches for the leaf does as well as the leaf.
            fingerprint_checked=bool(compared & {leaf, *self.chain}),
            rehearsed_at=None,
        )
        self.done.add("import")
        self._imported = self.importing.draft.sources
        self.report = None
        # What is sent next goes where this one is.
        self.importing.update(target="existing", existing=truststore)

    @property
    def outdated(self) -> TrustedCertificate | None:
        """What was trusted of them in the same store, and has expired: the new one replaces it."""
        store = self.importing.target_store
        chosen = {each.certificate.sha256 for each in self.importing.chosen}
        former = (
            each
            for each in (store.trusted if store is not None else ())
            if each.certificate.sha256 == self.draft.partner_sha256 not in chosen
        )
        return next((each for each in former if each.certificate.is_expired()), None)

    def parties(self) -> tuple[Party, Party]:
        """Client and server, as the handshake takes them.

        :raises InvalidInput: a store of ours is not open
        """
        keys, trust = self.keystore, self.truststore
        if keys is None or trust is None:
            raise InvalidInput(
                tr("Your keystore is not open.")
                if keys is None
                else tr("Your trust store is not open."),
                remedy=tr("Open it first."),
            )
        ours = our_party(self.draft, keys, trust)
        theirs = their_party(
            self.draft, self.chain, self.their_keys, self.their_trust, self.their_alias
        )
        return (ours, theirs) if self.draft.role == "client" else (theirs, ours)

    def at_hand(self) -> dict[Side, StoresAtHand]:
        """The keystores of both sides, for the commands that mend a cause."""
        ours = StoresAtHand(keys=self.keystore, alias=self.draft.alias or "", trust=self.truststore)
        theirs = StoresAtHand(keys=self.their_keys, alias=self.their_alias, trust=self.their_trust)
        return {self.draft.role: ours, other_side(self.draft.role): theirs}

    def rehearse(
        self, progress: Progress = no_progress, parties: tuple[Party, Party] | None = None
    ) -> Report:
        """The handshake, or what of it can be checked with the partner’s certificate alone.

        ``parties`` are those of :meth:`parties`, where they were asked for before.
        """
        from handfast.handshake.rehearsal import rehearse

        progress(0, 0)
        client, server = parties or self.parties()
        return rehearse(client, server, host=host_of(self.draft.host.strip()))

    def rehearsed(self, report: Report, at: dt.datetime) -> None:
        self.report = report
        self.draft = dataclasses.replace(self.draft, rehearsed_at=at, rehearsed_ok=report.ok)

"""Set mutual TLS up with a partner: from nothing to a rehearsal, at one go or over weeks.

The steps of *Generate* and *Import* are asked by their own flows. What is known is a
:class:`Partnership`, which is kept in a file after each step and taken up again from it.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from handfast.core.entry import KeyPair
from handfast.core.errors import InvalidInput
from handfast.core.progress import no_progress
from handfast.core.store import Strength
from handfast.flows.generate import GenerateFlow
from handfast.flows.handover import Handover, handover_files, write_handover
from handfast.flows.import_ import ImportFlow
from handfast.flows.presets import find_preset
from handfast.flows.setup_keeping import answers_of, changes_from, place_of, slug
from handfast.flows.setup_parties import (
    chain_from,
    is_open,
    kept_chain,
    our_party,
    pem_of,
    their_party,
)
from handfast.flows.setup_problems import (
    handover_problems,
    pair_problems,
    partner_problems,
    unlock_problems,
)
from handfast.flows.setup_steps import GENERATING, IMPORTING, STEPS
from handfast.flows.target import NEW_FORMATS, find_store
from handfast.services.importing import FingerprintMatch
from handfast.services.partnerships import Partnership

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from handfast.core.certificate import Certificate
    from handfast.core.entry import TrustedCertificate
    from handfast.core.progress import Progress
    from handfast.flows.base import FieldProblem, FlowStep, SummaryLine
    from handfast.flows.presets import Preset
    from handfast.flows.target import OpenStore
    from handfast.handshake.party import Party
    from handfast.handshake.report import Report
    from handfast.services.certificate_sources import CertificateSource


class SetUpFlow:
    """A partnership being set up, with the two flows that it is made of."""

    steps: ClassVar[tuple[FlowStep, ...]] = STEPS

    def __init__(
        self,
        *,
        stores: Sequence[OpenStore] = (),
        base: Path,
        known: Partnership | None = None,
        path: Path | None = None,
        today: dt.date | None = None,
    ) -> None:
        self.stores = self._opened = tuple(stores)
        self._fresh: dict[str, OpenStore] = {}
        self._base = base
        self._folder_is_suggested = known is None
        self.draft = known or Partnership(partner="", folder=str(base))
        #: Where it is kept; None until the first step is done.
        self.path = path
        self.generating = GenerateFlow(stores=stores, today=today)
        self.generating.update(target="new")
        self.importing = ImportFlow(stores=stores)
        self.importing.update(target="new")
        #: What was done since the window was opened, by step.
        self.done: set[str] = set()
        #: Stores of the partner, where somebody has them too; and the last rehearsal.
        self.their_keys: OpenStore | None = None
        self.their_trust: OpenStore | None = None
        self.their_alias = ""
        self.report: Report | None = None
        self._imported: tuple[CertificateSource, ...] = ()
        self.chain: tuple[Certificate, ...] = kept_chain(self.draft)
        self._apply_preset()
        self.generating.update(**changes_from(self.draft.answers))
        # Of an earlier start nothing is left where the pair was made already.
        self._seed = self.draft.our_name if self.generating.draft.common_name else ""
        self._follow()
        self._prefer_trust_store()

    # --- what is known ----------------------------------------------------------------

    def set_stores(self, stores: Sequence[OpenStore]) -> None:
        """Which stores are open by now, with their edits."""
        self._opened = tuple(stores)
        opened = {each.key for each in stores}
        self._fresh = {key: each for key, each in self._fresh.items() if key not in opened}
        stores = self.stores = (*stores, *self._fresh.values())
        self.generating.set_stores(stores)
        self.importing.set_stores(stores)
        for whose in ("their_keys", "their_trust"):
            known = getattr(self, whose)
            # One that was opened in a tab has its edits there.
            setattr(self, whose, find_store(self.stores, known.key) or known if known else None)
        self._prefer_trust_store()
        self._take_pair()

    def take_fresh(self, store: OpenStore) -> None:
        """A store that was just written or read, until the window has opened it too."""
        if find_store(self.stores, store.key) is None:
            self._fresh[store.key] = store
            self.set_stores(self._opened)

    @property
    def preset(self) -> Preset:
        try:
            return find_preset(self.draft.preset)
        except InvalidInput:
            # Of a later version, maybe: what was chosen by it is in the file anyway.
            return find_preset("")

    @property
    def keystore(self) -> OpenStore | None:
        return find_store(self.stores, self.draft.keystore)

    @property
    def truststore(self) -> OpenStore | None:
        return find_store(self.stores, self.draft.truststore)

    @property
    def has_theirs(self) -> bool:
        """Whether their certificate is in a trust store of ours."""
        return bool(self.draft.partner_sha256 and self.draft.truststore)

    @property
    def pair(self) -> KeyPair | None:
        """Our key pair, while its store is open."""
        found = self.keystore
        entry = found.store.find(self.draft.alias) if found is not None else None
        return entry if isinstance(entry, KeyPair) else None

    @property
    def closed(self) -> tuple[tuple[str, Path], ...]:
        """Stores of this partnership that are not open, by the field of the draft."""
        wanted = [("truststore", self.draft.truststore)]
        if self.draft.pair == "existing":
            wanted.insert(0, ("keystore", self.draft.keystore))
        return tuple(
            (field, Path(key))
            for field, key in wanted
            if key and not is_open(self.stores, key, self.draft.alias)
        )

    # --- editing ------------------------------------------------------------------------

    def update(self, **changes: Any) -> None:  # noqa: ANN401 - the fields of the draft
        """Change fields of the partnership; what is suggested from others follows."""
        if "folder" in changes:
            self._folder_is_suggested = False
        if changes.get("pair") == "new" and self.draft.pair != "new":
            changes |= {"keystore": "", "alias": "", "our_sha256": "", "our_end": None}
            self.done.discard("make")
        elif "keystore" in changes:
            changes.setdefault("alias", self._only_alias(changes["keystore"]))
        self.draft = dataclasses.replace(self.draft, **changes)
        if "preset" in changes:
            self._apply_preset()
        self._follow()
        self._take_pair()

    def edit(self, step: str, changes: dict[str, Any]) -> None:
        """What the person did on a step, whichever flow asks it."""
        if step in GENERATING:
            self.generating.update(**changes)
        elif step in IMPORTING:
            self.importing.update(**changes)
        else:
            self.update(**changes)

    def sources_changed(self) -> None:
        """Something else was sent: it is to be checked and imported, what was before is not."""
        if "import" in self.done:
            self.done.discard("import")
            left = [each for each in self.importing.draft.sources if each not in self._imported]
            self.importing.update(sources=tuple(left))

    def _apply_preset(self) -> None:
        preset = self.preset
        if preset.is_role_fixed:
            self.draft = dataclasses.replace(self.draft, role=preset.role)
        self.generating.update(key=preset.key, purpose=preset.purpose, days=preset.days)
        known = {value for value, _ending in NEW_FORMATS}
        if preset.format.value in known:
            compatible = preset.strength is Strength.COMPATIBLE
            for flow in (self.generating, self.importing):
                flow.update(new_format=preset.format.value, compatible=compatible)

    def _follow(self) -> None:
        """Fill in what nobody said otherwise: the folder, and whom the pair is for."""
        draft = self.draft
        if self._folder_is_suggested and self.path is None:
            folder = self._base / slug(draft.partner) if draft.partner.strip() else self._base
            self.draft = dataclasses.replace(draft, folder=str(folder))
        seed = draft.host if draft.role == "server" and draft.host.strip() else draft.our_name
        if self.generating.draft.common_name == self._seed and seed != self._seed:
            self.generating.update(common_name=seed)
        self._seed = seed
        # Until it is kept for the first time, both follow the name as it is typed.
        if draft.partner.strip() and (self.path is None or not draft.handover_folder):
            folder = Path(self.draft.folder) / f"for-{slug(draft.partner)}"
            self.draft = dataclasses.replace(self.draft, handover_folder=str(folder))

    def _only_alias(self, key: str) -> str:
        found = find_store(self.stores, key)
        pairs = found.store.key_pairs if found is not None else ()
        return pairs[0].alias if len(pairs) == 1 else ""

    def _take_pair(self) -> None:
        """Know the chosen pair by its certificate; another one has to be sent anew."""
        if self.draft.pair != "existing":
            return
        pair = self.pair
        leaf = pair.certificate if pair is not None else None
        if leaf is None:
            return
        if leaf.sha256 != self.draft.our_sha256:
            self.draft = dataclasses.replace(
                self.draft,
                our_sha256=leaf.sha256,
                our_end=leaf.not_after,
                sent_at=None,
                rehearsed_at=None,
            )

    def _prefer_trust_store(self) -> None:
        # What was trusted for this partner before stays the place for it.
        if self.truststore is not None and not self.importing.draft.sources:
            self.importing.update(target="existing", existing=self.draft.truststore)

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
            case "truststore" | "check":
                return "import" not in self.done and (has_sources or not self.has_theirs)
            case "import":
                return has_sources or not self.has_theirs
        return True

    def has_work(self, step: str) -> bool:
        """Whether something is written on leaving the step, which then says so first."""
        match step:
            case "make":
                return self.draft.pair == "new"
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
                return partner_problems(self.draft, kept_at=self.path)
            case "pair":
                return pair_problems(self.draft, self.keystore, self.pair)
            case "handover":
                return handover_problems(self.draft, has_pair=self.pair is not None)
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
        return self.can_leave(step) and not self.has_work(step)

    def first_open(self) -> str:
        """Where to go on: the first step that is not through; the last where all are."""
        asked = [step.id for step in self.steps if step.id not in {"rehearsal", "recipe"}]
        left = (step for step in asked if self.applies(step) and not self.is_behind(step))
        return next(left, "rehearsal" if self.draft.rehearsed_at is None else "recipe")

    # --- what is going to be done -----------------------------------------------------------

    def summary_of(self, step: str) -> tuple[SummaryLine, ...]:
        """What the work of a step is going to do."""
        from handfast.flows.setup_summaries import handover_summary, outdated_summary, saved_at_once

        if step == "make":
            return saved_at_once(self.generating.summary())
        if step == "import":
            return (*saved_at_once(self.importing.summary()), *outdated_summary(self.outdated))
        if step == "handover":
            pair = self.pair
            names = handover_files(self.handover()) if pair is not None else {}
            return handover_summary(self.draft, pair, tuple(names))
        return ()

    def command_of(self, step: str) -> str:
        """The same as a command line."""
        if step == "make":
            return self.generating.keytool_command()
        return self.importing.keytool_command() if step == "import" else ""

    def summary(self) -> tuple[SummaryLine, ...]:
        return ()

    def keytool_command(self) -> str:
        return ""

    # --- doing it ---------------------------------------------------------------------------

    def run(self, progress: Progress = no_progress) -> Report:
        return self.rehearse(progress)

    def pair_made(self, keystore: str, pair: KeyPair) -> None:
        """The pair is in a store: from now on it is one that is there."""
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
            raise InvalidInput("Our key pair is not at hand.", remedy="Open its store first.")
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
        return write_handover(self.handover(), Path(self.draft.handover_folder).expanduser())

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
            partner_end=min(ends, default=None),
            fingerprint_checked=bool(compared & {leaf, *chosen}),
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
            missing = "keystore" if keys is None else "trust store"
            raise InvalidInput(f"Our {missing} is not open.", remedy="Open it first.")
        ours = our_party(self.draft, keys, trust)
        theirs = their_party(
            self.draft, self.chain, self.their_keys, self.their_trust, self.their_alias
        )
        return (ours, theirs) if self.draft.role == "client" else (theirs, ours)

    def rehearse(self, progress: Progress = no_progress) -> Report:
        """The handshake, or what of it can be checked with the partner’s certificate alone."""
        from handfast.handshake.rehearsal import rehearse

        progress(0, 0)
        client, server = self.parties()
        return rehearse(client, server, host=self.draft.host.strip())

    def rehearsed(self, report: Report, at: dt.datetime) -> None:
        self.report = report
        self.draft = dataclasses.replace(self.draft, rehearsed_at=at, rehearsed_ok=report.ok)

    # --- keeping it -------------------------------------------------------------------------

    def kept(self, page: str) -> Partnership:
        """The partnership as it is to be written, left at a page."""
        answers = answers_of(self.generating.draft) if self.draft.pair == "new" else {}
        return dataclasses.replace(self.draft, page=page, answers=answers)

    @property
    def place(self) -> Path:
        """The file that it is kept in."""
        return self.path or place_of(self.draft)

"""What is known of a partnership that is being set up: its fields, its stores, their flows."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from handfast.core.entry import KeyPair
from handfast.core.errors import InvalidInput
from handfast.flows.exchange.generate import GenerateFlow
from handfast.flows.exchange.import_ import ImportFlow
from handfast.flows.exchange.reply import ReplyFlow
from handfast.flows.open_store import find_store
from handfast.flows.setup.parties import is_open, kept_chain
from handfast.flows.setup.presets import find_preset
from handfast.flows.setup.problems import port_problems
from handfast.flows.setup.saved_setup import answers_of, changes_from, place_of, slug
from handfast.flows.target import STORE_DEFAULTS, StoreDefaults
from handfast.services.partnerships import Partnership, awaits_ca

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handfast.core.certificates.certificate import Certificate
    from handfast.flows.open_store import OpenStore
    from handfast.flows.setup.presets import Preset
    from handfast.handshake.report.report import Report
    from handfast.services.exchange.certificate_sources import CertificateSource
    from handfast.services.partnerships import Handing, PairOrigin, Role, Signing

#: What was rehearsed before says nothing of these.
_REHEARSED_WITH = frozenset(("host", "role", "preset", "alias", "keystore", "truststore"))


class PartnershipEdits(TypedDict, total=False):
    """Fields of a :class:`~handfast.services.partnerships.Partnership` that are edited."""

    partner: str
    role: Role
    our_name: str
    preset: str
    host: str
    port: int
    folder: str
    pair: PairOrigin
    keystore: str
    alias: str
    our_sha256: str
    our_end: dt.datetime | None
    signing: Signing
    requested_at: dt.datetime | None
    truststore: str
    handing: Handing
    handover_folder: str
    sent_at: dt.datetime | None
    fingerprint_checked: bool
    rehearsed_at: dt.datetime | None


class SetUpState:
    """A partnership, and the flows of *Generate* and *Import* that ask for parts of it."""

    def __init__(
        self,
        *,
        stores: Sequence[OpenStore] = (),
        base: Path,
        known: Partnership | None = None,
        path: Path | None = None,
        today: dt.date | None = None,
        usual: StoreDefaults = STORE_DEFAULTS,
    ) -> None:
        self.stores = self._opened = tuple(stores)
        self._fresh: dict[str, OpenStore] = {}
        self._base = base
        self._usual = usual
        self._folder_is_suggested = known is None
        #: Whether the partner or the folder was corrected after it was kept for the first time.
        self._is_corrected = False
        self.draft = known or Partnership(partner="", folder=str(base))
        #: Where it is kept; None until the first step is done.
        self.path = path
        self.generating = GenerateFlow(stores=stores, today=today)
        self.generating.update(target="new")
        self.importing = ImportFlow(stores=stores)
        self.importing.update(target="new")
        #: Asks for the reply of a CA, where one signs our certificate.
        self.replying = ReplyFlow()
        #: What was done since the window was opened, by step.
        self.done: set[str] = set()
        #: Whether to go on with what does not need the CA's reply, until it comes.
        self.goes_on_meanwhile = False
        #: Stores of the partner, where somebody has them too; and the last rehearsal.
        self.their_keys: OpenStore | None = None
        self.their_trust: OpenStore | None = None
        self.their_alias = ""
        self.report: Report | None = None
        #: As it was typed; the partnership keeps it where it is one.
        self.port = str(self.draft.port or "")
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
        """Which stores are open now, with their edits."""
        self._opened = tuple(stores)
        opened = {each.key for each in stores}
        self._fresh = {key: each for key, each in self._fresh.items() if key not in opened}
        stores = self.stores = (*stores, *self._fresh.values())
        self.generating.set_stores(stores)
        self.importing.set_stores(stores)
        self.replying.set_stores(stores)
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

    def forget_secrets(self) -> bool:
        """Let go of every key and password that was read or typed for this."""
        self._fresh = {}
        self.their_keys = self.their_trust = None
        flows = (self.generating, self.importing, self.replying)
        typed = [flow.forget_secrets() for flow in flows]
        self.set_stores(self._opened)
        return any(typed)

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
    def their_stores(self) -> tuple[OpenStore, ...]:
        """Stores of the partner, where somebody has them too."""
        return tuple(each for each in (self.their_keys, self.their_trust) if each is not None)

    @property
    def has_theirs(self) -> bool:
        """Whether their certificate is in a trust store of ours."""
        return bool(self.draft.partner_sha256 and self.draft.truststore)

    @property
    def their_certificate(self) -> Certificate | None:
        """What they present, as far as it is trusted and known; else the CA that vouches for it."""
        if not self.has_theirs:
            return None
        trusted = self.truststore.store.trusted if self.truststore is not None else ()
        known = (*self.chain[:1], *(each.certificate for each in trusted))
        return next((each for each in known if each.sha256 == self.draft.partner_sha256), None)

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

    def update(self, **changes: Unpack[PartnershipEdits]) -> None:
        """Change fields of the partnership; what is suggested from others follows."""
        if "folder" in changes:
            self._folder_is_suggested = False
        if {"folder", "partner"} & changes.keys() and self.path is not None and self.may_move:
            self._is_corrected = True
        if changes.get("pair") == "new" and self.draft.pair != "new":
            changes["keystore"] = changes["alias"] = changes["our_sha256"] = ""
            changes["our_end"] = None
            self.done.discard("make")
        elif "keystore" in changes:
            changes.setdefault("alias", self._only_alias(changes["keystore"]))
        before = (self.draft.keystore, self.draft.alias)
        after = (changes.get("keystore", before[0]), changes.get("alias", before[1]))
        if before not in {after, ("", "")}:
            # What a CA was asked for was another pair.
            changes.setdefault("requested_at", None)
            self.draft = dataclasses.replace(self.draft, replied_at=None, request_file="")
        if _REHEARSED_WITH & changes.keys():
            changes.setdefault("rehearsed_at", None)
        self.draft = dataclasses.replace(self.draft, **changes)
        if "preset" in changes:
            self._apply_preset()
        self._follow()
        self._take_pair()

    def set_port(self, text: str) -> None:
        """The port, as it was typed."""
        self.port = text
        # What was typed on the way to a wrong one was not meant either.
        is_one = not port_problems(text) and text.strip()
        self.update(port=int(text) if is_one else 0)

    def sources_changed(self) -> None:
        """If something else was sent, it is to be checked and imported; what was before is not.

        That a field was emptied which held nothing of it is told here too, a moment later.
        """
        if "import" in self.done and self.importing.draft.sources != self._imported:
            self.done.discard("import")
            left = [each for each in self.importing.draft.sources if each not in self._imported]
            self.importing.update(sources=tuple(left))

    def _apply_preset(self) -> None:
        preset = self.preset
        if preset.is_role_fixed:
            self.draft = dataclasses.replace(self.draft, role=preset.role)
        # Suggested for a reason that is told, it is not warned of.
        self.generating.advised_key = preset.key
        self.generating.update(key=preset.key, purpose=preset.purpose, days=preset.days)
        # Where nobody knows the program, what the person prefers is the better suggestion.
        usual = self._usual
        if preset.recipe:
            usual = StoreDefaults(format=preset.format, strength=preset.strength)
        for flow in (self.generating, self.importing):
            flow.update(**usual.to_draft())

    def _follow(self) -> None:
        """Fill in what nobody said otherwise: the folder, and whom the pair is for."""
        draft = self.draft
        is_free = self.path is None or self._is_corrected
        if self._folder_is_suggested and is_free:
            folder = self._base / slug(draft.partner) if draft.partner.strip() else self._base
            self.draft = dataclasses.replace(draft, folder=str(folder))
        seed = draft.host if draft.role == "server" and draft.host.strip() else draft.our_name
        if self.generating.draft.common_name == self._seed and seed != self._seed:
            self.generating.update(common_name=seed)
        self._seed = seed
        # Until it is kept for the first time, both follow the name as it is typed.
        if draft.partner.strip() and (is_free or not draft.handover_folder):
            folder = Path(self.draft.folder) / f"for-{slug(draft.partner)}"
            self.draft = dataclasses.replace(self.draft, handover_folder=str(folder))

    def _only_alias(self, key: str) -> str:
        found = find_store(self.stores, key)
        pairs = found.store.key_pairs if found is not None else ()
        return pairs[0].alias if len(pairs) == 1 else ""

    def _take_pair(self) -> None:
        """Know the chosen pair by its certificate; another one has to be sent again."""
        if self.draft.pair != "existing":
            return
        pair = self.pair
        leaf = pair.certificate if pair is not None else None
        if leaf is None:
            return
        self.replying.expect(self.draft.keystore, self.draft.alias)
        if leaf.sha256 != self.draft.our_sha256:
            if awaits_ca(self.draft) and not leaf.is_self_signed and self.draft.our_sha256:
                # The reply came, here or by any other way.
                now = dt.datetime.now(dt.UTC).replace(microsecond=0)
                self.draft = dataclasses.replace(self.draft, replied_at=now)
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

    # --- keeping it -------------------------------------------------------------------------

    def kept(self, page: str) -> Partnership:
        """The partnership as it is to be written, left at a page."""
        answers = answers_of(self.generating.draft) if self.draft.pair == "new" else {}
        return dataclasses.replace(self.draft, page=page, answers=answers)

    @property
    def may_move(self) -> bool:
        """Whether nothing was made for it yet, so that a slip in its name or folder can go."""
        draft = self.draft
        made = (draft.keystore, draft.truststore, draft.our_sha256, draft.partner_sha256)
        return not any(made) and draft.sent_at is None and draft.requested_at is None

    @property
    def place(self) -> Path:
        """The file that it is kept in."""
        if self.path is None or (self._is_corrected and self.may_move):
            return place_of(self.draft)
        return self.path

    @property
    def is_to_move(self) -> bool:
        """Whether it is kept in another file than it is to be."""
        return self.path is not None and self.place.absolute() != self.path.absolute()

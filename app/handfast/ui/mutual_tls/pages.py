"""The pages of setting up: its own, and those of *Generate* and *Import* as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.core.language import tr
from handfast.ui.mutual_tls.awaited_reply_page import AwaitedReplyPage
from handfast.ui.mutual_tls.handover_page import HandoverPage
from handfast.ui.mutual_tls.pair_page import PairPage
from handfast.ui.mutual_tls.partner_certificate_page import TheirsPage
from handfast.ui.mutual_tls.partner_page import PartnerPage
from handfast.ui.mutual_tls.recipe_page import RecipePage
from handfast.ui.mutual_tls.rehearsal_page import RehearsalPage
from handfast.ui.mutual_tls.request_page import RequestPage
from handfast.ui.mutual_tls.unlock_page import UnlockPage
from handfast.ui.wizards.check_page import CheckPage
from handfast.ui.wizards.generate import KeyPage, NamePage, NamesPage
from handfast.ui.wizards.page import SummaryPage
from handfast.ui.wizards.reply import ChainPage
from handfast.ui.wizards.target_page import KeyTargetPage, TargetPage

if TYPE_CHECKING:
    from handfast.flows.setup.flow import SetUpFlow
    from handfast.ui.widgets.window_services import Runner
    from handfast.ui.wizards.page import Page


class SetUpPages:
    """Every page by what it is, and all in the order of the steps."""

    def __init__(self, flow: SetUpFlow, jobs: Runner) -> None:
        self._flow = flow
        generating, importing = flow.generating, flow.importing
        self.unlock = UnlockPage(flow, jobs)
        self.pair = PairPage(flow, jobs)
        self.key = KeyPage(generating)
        self.names = NamesPage(generating)
        self.keystore = KeyTargetPage(
            generating,
            jobs,
            step="keystore",
            prefix="generate",
            heading=tr("Where does it go?"),
            introduction="",
            folder="",
        )
        self.sources = TheirsPage(flow)
        self.truststore = TargetPage(
            importing,
            jobs,
            step="truststore",
            prefix="import",
            heading=tr("Which trust store should it go into?"),
            introduction=tr("A trust store contains the certificates that a program trusts."),
            folder="",
        )
        self.check = CheckPage(importing)
        self.reply = AwaitedReplyPage(flow)
        self.chain = ChainPage(flow.replying)
        self.rehearsal = RehearsalPage(flow, jobs)
        self.recipe = RecipePage(flow)
        self.all: list[Page] = [
            self.unlock,
            PartnerPage(flow),
            self.pair,
            NamePage(generating),
            self.key,
            self.names,
            self.keystore,
            _summary("make", tr("Ready to generate")),
            RequestPage(flow),
            self.reply,
            self.chain,
            HandoverPage(flow),
            self.sources,
            self.truststore,
            self.check,
            _summary("import", tr("Ready to import")),
            self.rehearsal,
            self.recipe,
        ]

    def index(self, step: str) -> int:
        return next(at for at, page in enumerate(self.all) if page.step == step)

    def prepare(self, page: Page) -> None:
        """Say on a page of another wizard what is particular here."""
        flow, preset = self._flow, self._flow.preset
        if page in {self.keystore, self.truststore}:
            self.keystore.folder = self.truststore.folder = flow.draft.folder
        if page is self.keystore:
            why = preset.why("format") if preset.recipe else tr("What you send is the certificate.")
            self._introduce(self.keystore, tr("The private key never leaves it. {why}", why=why))
        elif page is self.key:
            self._introduce(self.key, f"{preset.why('key')} {preset.why('days')}")
        elif page is self.names:
            self._introduce(self.names, preset.why("purpose"))

    @staticmethod
    def _introduce(page: Page, text: str) -> None:
        page.introduction.setText(text)
        page.introduction.show()

    def closing(self) -> None:
        """Nobody waits for the files that are being read any more."""
        for page in (self.unlock, self.pair, self.keystore, self.truststore, self.rehearsal):
            page.closing()


def _summary(step: str, heading: str) -> SummaryPage:
    return SummaryPage(
        step=step,
        prefix="setup",
        heading=heading,
        introduction=tr("Review it; go back to change anything. Nothing has been created yet."),
    )

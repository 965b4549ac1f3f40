"""Which modules are loaded ahead, by :class:`~handfast.ui.program.preload.Preload`.

The lists are here because the window knows every room: a new wizard or dialog is named in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.ui.program.preload import Preload

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

#: What knows no Qt; the most likely first. Each loads what it stands on as well.
BELOW_THE_WINDOW = (
    "handfast.flows.new_password",
    "handfast.flows.renaming",
    "handfast.flows.entries.copying",
    "handfast.flows.entries.key_export",
    "handfast.flows.entries.key_password",
    "handfast.flows.entries.chain",
    "handfast.flows.entries.secret_key",
    "handfast.services.exchange.generating",
    "handfast.services.files.saving",
    "handfast.formats.java.jks",
    "handfast.formats.java.writing",
    "handfast.formats.java.jceks",
    "handfast.formats.pkcs12.store",
    "handfast.formats.pem.store",
    "handfast.formats.pkcs7",
    "handfast.formats.bouncy.bks",
    "handfast.formats.bouncy.uber",
    "handfast.formats.bouncy.bcfks",
    "handfast.services.checks.store_checks",
    "handfast.handshake.rehearsal",
    "handfast.handshake.live.probing",
    "handfast.handshake.live.listening",
    "handfast.handshake.explaining",
    "handfast.handshake.recipes",
    "handfast.services.files.keyring_passwords",
    "handfast.services.describe.certificate",
    "handfast.services.describe.certificate_der",
    "handfast.flows.import_",
    "handfast.flows.reply",
    "handfast.flows.request",
    "handfast.flows.import_pair",
    "handfast.flows.generate",
    "handfast.flows.renewal.renewing",
    "handfast.flows.renewal.rolling_over",
    "handfast.services.authority.request_files",
    "handfast.flows.authority.signing",
    "handfast.flows.verification.verifying",
    "handfast.flows.verification.completing",
    "handfast.flows.export",
    "handfast.flows.store_file",
    "handfast.flows.rehearsal_report",
    "handfast.flows.remedies",
    "handfast.flows.handover",
    "handfast.flows.probing",
    "handfast.flows.setup.flow",
    "handfast.flows.setup.recipes",
)
#: What defines widgets: each in a step of its own, what it stands on before it.
IN_THE_WINDOW = (
    "handfast.ui.program.focus_ring",
    "handfast.ui.details.entry_page",
    "handfast.ui.details.certificate_page",
    "handfast.ui.store_tab.notice_bar",
    "handfast.ui.widgets.problem_bar",
    "handfast.ui.wizards.page",
    "handfast.ui.widgets.certificate_table",
    "handfast.ui.widgets.command_fold",
    "handfast.ui.wizards.check_page",
    "handfast.ui.wizards.frame",
    "handfast.ui.wizards.sources_page",
    "handfast.ui.wizards.target_page",
    "handfast.ui.wizards.import_",
    "handfast.ui.wizards.reply",
    "handfast.ui.wizards.import_pair",
    "handfast.ui.wizards.generate",
    "handfast.ui.wizards.request",
    "handfast.ui.wizards.export",
    "handfast.ui.renewal.renew_wizard",
    "handfast.ui.renewal.time_line",
    "handfast.ui.renewal.plan_view",
    "handfast.ui.renewal.roll_over_window",
    "handfast.ui.renewal.open_renewal",
    "handfast.ui.authority.sign_wizard",
    "handfast.ui.dialogs.form_dialog",
    "handfast.ui.dialogs.store_dialog",
    "handfast.ui.dialogs.rename_dialog",
    "handfast.ui.dialogs.password_dialog",
    "handfast.ui.dialogs.copy_dialog",
    "handfast.ui.dialogs.key_export_dialog",
    "handfast.ui.dialogs.entry_password_dialog",
    "handfast.ui.dialogs.chain_dialog",
    "handfast.ui.dialogs.secret_key_dialog",
    "handfast.ui.rehearsal.lanes",
    "handfast.ui.rehearsal.party_form",
    "handfast.ui.rehearsal.trial",
    "handfast.ui.rehearsal.rehearsal_window",
    "handfast.ui.rehearsal.cause_list",
    "handfast.ui.rehearsal.printing",
    "handfast.ui.verification.path_view",
    "handfast.ui.verification.verify_window",
    "handfast.ui.verification.complete_wizard",
    "handfast.ui.mutual_tls.handover_page",
    "handfast.ui.mutual_tls.pair_page",
    "handfast.ui.mutual_tls.partner_page",
    "handfast.ui.mutual_tls.recipe_page",
    "handfast.ui.mutual_tls.pages",
    "handfast.ui.mutual_tls.open_setup",
    "handfast.ui.mutual_tls.rehearsal_page",
    "handfast.ui.live.own_side",
    "handfast.ui.live.probe_window",
    "handfast.ui.live.listen_window",
    "handfast.ui.help.explain_window",
    "handfast.ui.preferences.preferences_window",
    "handfast.ui.window.preference_effects",
    "handfast.ui.help.guide_window",
    "handfast.ui.dialogs.about",
)


def preload_for(window: QObject) -> Preload:
    """What loads all of it, once it is started; it belongs to the window."""
    return Preload(BELOW_THE_WINDOW, IN_THE_WINDOW, window)

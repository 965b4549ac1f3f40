"""What Shift+F1 says of a field: more than fits beneath it, and nothing that it does not do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QPushButton, QWhatsThis, QWidget

from handfast.core.language import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent

#: By the field; by form and field where a field of that name means something else there.
_TEXTS = {
    "common_name": tr(
        "The subject of the certificate: a host for a server, a system for a client. Lists "
        "show it. Clients compare the address that they connect to with the host names, "
        "which you enter later."
    ),
    "unit": tr("The department, as in “Payments”. It is part of the name and proves nothing."),
    "organisation": tr(
        "The company, as registered. Some partners accept only names that contain it."
    ),
    "locality": tr("The city in which the organization is registered."),
    "state": tr("The state or province, written out."),
    "country": tr(
        "Two letters of ISO 3166, such as DE, GB, or US. A certificate allows no others."
    ),
    "email": tr("Part of the name, for people. Programs do not use it."),
    "key": tr(
        "Every program supports RSA. Elliptic-curve (EC) keys of 256 bits are as "
        "strong as RSA keys of 3072 bits, and faster. Many programs do not support "
        "Ed25519, among them Java before 15."
    ),
    "starts": tr(
        "Before this day, the certificate is rejected. A day in the past does no harm, "
        "and helps if clocks differ."
    ),
    "days": tr(
        "Counted from the first day. Many partners reject more than a few years; "
        "browsers reject a server’s certificate of more than 825 days."
    ),
    "ends": tr("After this day every handshake with the certificate fails."),
    "purpose": tr(
        "Written into the certificate as its extended key usage. A server may reject a "
        "client whose certificate is for servers only, and a client a server whose "
        "certificate is for clients only."
    ),
    "sans": tr(
        "A client compares the address that it connects to with these names, and with "
        "nothing else in the certificate. A name can start with *. for one level below "
        "it. A key pair that only a client uses needs none."
    ),
    "path_length": tr(
        "With 0, the CA issues certificates only for clients and servers. A higher number "
        "allows that many levels of CAs below it."
    ),
    "issuer": tr(
        "A self-signed certificate is trusted only where it was imported. Every program that "
        "trusts the CA accepts a certificate from it. Its serial number is recorded in the "
        "journal next to the keystore of the CA."
    ),
    "extensions": tr(
        "What the certificate contains in addition to names and dates. The purpose is "
        "usually enough; the editor adds revocation lists, policies, custom purposes, and "
        "name constraints."
    ),
    "target": tr(
        "An open keystore is changed in its tab, and written when you save it. A new "
        "keystore is written at the end of this wizard."
    ),
    "existing": tr(
        "One of the open keystores, or a file, which is opened in a tab. The change is "
        "made there, and you can undo it there."
    ),
    "new_path": tr("A new file. An existing file is not replaced."),
    "new_format": tr(
        "PKCS#12 is the standard that Java, OpenSSL, and Windows share. JKS and JCEKS "
        "are Java’s own. You can choose the default in the preferences."
    ),
    "compatible": tr(
        "Uses the algorithms that Java 8 supports (3DES and SHA-1) instead of AES and "
        "SHA-256. Programs with a strict policy may reject it."
    ),
    "password": tr(
        "Encrypts the private keys and protects the file against changes. Programs "
        "that use the keystore need it."
    ),
    "password_again": tr("Enter it a second time, so that a typing error does not lock you out."),
    "has_key_password": tr(
        "JKS and JCEKS can have a password for each key, in addition to that of the "
        "keystore. A server or client must then be configured with both; one password is "
        "simpler."
    ),
    "key_password": tr("Encrypts this private key alone. Programs ask for it as the key password."),
    "key_password_again": tr(
        "Enter it a second time, so that a typing error does not lock you out."
    ),
    "alias": tr(
        "The name by which programs find the entry in the keystore. It is not part of "
        "the certificate and proves nothing. Java ignores case."
    ),
    "import.files": tr(
        "Certificates in any format: DER, PEM, PKCS#7, or the certificates of a "
        "PKCS#12 file. The content decides, not the file name."
    ),
    "import.text": tr(
        "Text that starts with -----BEGIN CERTIFICATE-----, from an e-mail or a page. "
        "Other text around it is ignored."
    ),
    "import.candidates": tr("What was found. Only selected certificates are imported."),
    "import.fingerprint": tr(
        "Ask your partner for it through another channel, such as the telephone. If it "
        "matches, the certificate was not replaced in transit."
    ),
    "renew.key": tr(
        "A certificate belongs to its key. With the same key, only the dates change; "
        "with a new one, a copy of the old key is worthless once no partner trusts the "
        "old certificate."
    ),
    "renew.days": tr("Counted from today. The default is the period of the current certificate."),
    "keep_old": tr(
        "Programs that name the alias use the new certificate immediately. The old one "
        "stays in the keystore, for a partner who does not trust the new one yet."
    ),
    "request_path": tr("What you send to the CA. It contains no secret."),
    "export.source": tr(
        "The keystore that contains the certificate. Its private keys are not exported."
    ),
    "export.chosen": tr(
        "Selected certificates are exported. For a key pair, that is its certificate, "
        "never its private key."
    ),
    "export.chain": tr(
        "Adds the certificates that signed this one, up to the root, if the keystore has them."
    ),
    "export.encoding": tr(
        "PEM is text that you can mail and paste. DER is the same in binary, for one "
        "certificate. PKCS#7 contains several in one file, common on Windows."
    ),
    "export.separate": tr("One file for each certificate instead of one with all of them."),
    "export.path": tr("The file to write. It contains no secret."),
    "export.folder": tr("The folder for the files, one for each certificate."),
    "export.replace": tr("Replaces the existing file; otherwise nothing is written."),
    "request.of": tr(
        "You can create a request for each key pair whose private key is available. "
        "For a new pair, the keystore gets a self-signed certificate that the CA’s "
        "certificate replaces later."
    ),
    "request.store": tr("An open keystore, or a file, which is opened in a tab."),
    "request.alias": tr("The pair whose private key signs the request."),
    "request.name": tr(
        "The distinguished name to certify. Many CAs replace all of it except the common name."
    ),
    "request.sans": tr("The hosts and addresses that the certificate must be valid for."),
    "request.purpose": tr(
        "Written into the request as its extended key usage. Many public CAs issue "
        "certificates for servers only, whatever the request says."
    ),
    "request.key_usage": tr(
        "What the key may be used for. TLS needs digitalSignature, and RSA keys with "
        "old clients need keyEncipherment."
    ),
    "request.challenge": tr(
        "A few CAs ask for it when a certificate is revoked. The request contains it "
        "as readable text."
    ),
    "request.delivery": tr(
        "The same request each time: as a file, as text to paste, or with a few words "
        "for an e-mail."
    ),
    "request.encoding": tr("PEM is text that you can mail and paste. DER is the same in binary."),
    "request.path": tr("The file to write. It does not contain the private key."),
    "request.replace": tr(
        "Replaces an existing request of this name; otherwise nothing is written."
    ),
    "pair.files": tr(
        "Private keys and certificates in any format. Handfast finds the certificate "
        "by its key, and the chain by the issuers."
    ),
    "pair.text": tr(
        "Text that starts with -----BEGIN PRIVATE KEY----- with its certificates, a "
        "JSON Web Key, or a Kubernetes Secret. It is not stored anywhere else."
    ),
    "pair.whose": tr(
        "A private key belongs to one party only. If a partner sent theirs, you cannot "
        "use it, and it is no longer secret."
    ),
    "reply.files": tr(
        "The CA’s certificate in any format, with or without its chain, in any order. "
        "Other certificates are left out."
    ),
    "reply.text": tr(
        "The whole text of the CA’s e-mail. Certificates in it are found by their "
        "-----BEGIN CERTIFICATE----- lines."
    ),
    "reply.alias": tr("The key pair whose public key is in the CA’s certificate."),
    "reply.chain": tr("The certificate of the key pair first, then its issuers, up to the root."),
    "reply.ways": tr(
        "A certificate of the chain is missing. It may be in a file from the CA’s "
        "website, in a trust store, or in the cacerts of your Java."
    ),
    "reply.root": tr(
        "The whole chain depends on the root. Compare it with what the CA publishes "
        "before you rely on it."
    ),
    "revokeDialog.issuer": tr("The CA that issued the certificates. Only it can revoke them."),
    "revokeDialog.certificates": tr(
        "What this CA issued with Handfast, the newest first, from the journal next to the "
        "keystore. You can choose several."
    ),
    "revokeDialog.reason": tr(
        "Written into the revocation list (RFC 5280, 5.3.1). Programs that verify reject the "
        "certificate whatever the reason."
    ),
    "listDialog.issuer": tr(
        "The CA whose revoked certificates are listed, and whose key signs the list."
    ),
    "listDialog.days": tr(
        "After this time, programs reject the list, and often every certificate of the CA. Write "
        "a new list before then."
    ),
    "listDialog.path": tr("PEM, for nginx and OpenSSL; DER if the name ends in .der."),
    "listDialog.replace": tr(
        "Replaces an existing list of this name; otherwise nothing is written."
    ),
    "sign.files": tr("A certificate request (PKCS#10) in PEM or DER, whatever the file is called."),
    "sign.text": tr(
        "Text that starts with -----BEGIN CERTIFICATE REQUEST-----. Other text around it is "
        "ignored."
    ),
    "sign.issuer": tr("The key pair that signs. Its certificate must say that it is a CA."),
    "sign.subject": tr(
        "The subject of the certificate, as the request says. Sign it only if you know that the "
        "request comes from this party."
    ),
    "sign.names": tr(
        "The hosts and addresses that the certificate is valid for. Clear those that the sender "
        "does not own."
    ),
    "sign.profile": tr("As requested, or as you decide. Only a CA can issue certificates."),
    "sign.path_length": tr(
        "How many CAs can follow below the new one. With 0, it issues certificates only for "
        "servers and clients."
    ),
    "sign.extensions": tr(
        "Key usages are copied from the request unless you clear them or choose a purpose. The CA "
        "decides everything else."
    ),
    "sign.days": tr("Counted from today. It never ends after the certificate of the CA."),
    "sign.encoding": tr(
        "PEM is text that you can mail and paste. DER contains this certificate only. PKCS#7 "
        "contains the chain in one binary file."
    ),
    "sign.has_chain": tr(
        "The certificates of the CAs, up to the root, follow that of the request."
    ),
    "sign.path": tr("The certificate, for the sender of the request. It contains no secret."),
    "sign.replace": tr(
        "Replaces an existing certificate of this name; otherwise nothing is issued."
    ),
    "setup.preset": tr(
        "The program that will use the key pair. It determines the suggested type of "
        "key, purpose, and format, with the reason for each, and the recipe at the "
        "end. You can change all of them."
    ),
    "setup.role": tr(
        "The side that opens the connection is the client, whichever side sends data afterwards."
    ),
    "setup.our_name": tr(
        "It is suggested for the certificate, and is on the page that your partner gets."
    ),
    "setup.partner": tr(
        "The name on the start page. Your partner sees it only on the page that you send."
    ),
    "setup.host": tr(
        "The client compares it with the names in the server’s certificate, and so "
        "does the rehearsal. Nothing is sent to it."
    ),
    "setup.folder": tr(
        "The suggested place for the keystore, the trust store, and the files to send. "
        "The small file contains names, paths, dates, and public certificates, never a "
        "password."
    ),
    "setup.pair": tr(
        "You can reuse a key pair that your partner already trusts. A new one has a "
        "self-signed certificate, so your partner trusts this one certificate and no "
        "CA."
    ),
    "setup.keystore": tr(
        "The keystore with your key pair: an open one, or a file, which is opened in a tab."
    ),
    "setup.alias": tr("The key pair in the keystore that is presented to your partner."),
    "setup.signing": tr(
        "Only parties that have a self-signed certificate can trust it. Every party "
        "that trusts the CA trusts a certificate from it, and many programs require "
        "one."
    ),
    "setup.handing": tr(
        "The folder contains the certificate in DER and PEM, with its issuers, if any, "
        "and a page to print or mail. It contains no private key and no password."
    ),
    "setup.handover_folder": tr(
        "Created if missing. A folder with other files is refused, so that you send "
        "nothing else by mistake."
    ),
    "setup.fingerprint": tr(
        "Their certificate is already trusted. You can be sure that it is theirs only "
        "after you compare this with what they read out."
    ),
    "setup.recipe": tr(
        "Programs that can read your keystores come first. For the others, the recipe "
        "starts with a conversion to a format that they can read."
    ),
    "setup.port": tr(
        "The port of the server. Only the recipe uses it; the rehearsal needs none. It "
        "is stored with the setup."
    ),
    "again": tr("Enter it a second time, so that a typing error does not lock you out."),
    "renameSeveralDialog.aliases": tr(
        "The selected entries. Double-click a new alias to edit it; two entries can swap "
        "their aliases."
    ),
    "storeDialog.path": tr(
        "The file to write. An existing file is replaced only after you confirm it."
    ),
    "storeDialog.format": tr(
        "PKCS#12 is the standard that Java, OpenSSL, and Windows share. Handfast shows "
        "what a format cannot store before it leaves anything out."
    ),
    "storeDialog.strength": tr(
        "How PKCS#12 is encrypted: as in Java 17, or so that Java 8 can read it. Other "
        "formats have only one way."
    ),
    "storeDialog.remember": tr(
        "The system keyring contains the password that you are changing. When you save the "
        "keystore, the keyring gets the new password if you select this; otherwise, the old "
        "one is removed."
    ),
    "remindersDialog.within": tr(
        "Certificates that expire later get no event. Trust stores contain CA certificates that "
        "expire in many years."
    ),
    "remindersDialog.alarm": tr(
        "How many days ahead the calendar reminds you first: long enough to order a new "
        "certificate and to agree on the change with your partner."
    ),
    "inventory.source": tr(
        "Look into every file of a folder and of the folders below it, or only into the "
        "keystores that are open in tabs or that you opened recently."
    ),
    "inventory.folder": tr(
        "Every file is read and none is changed. The passwords that Java and its tools use by "
        "default are tried. Symbolic links are not followed."
    ),
    "inventory.filter": tr(
        "Shows only rows that have all of these words in the alias, the common name, the path, "
        "the fingerprint, or the date. Escape shows all again."
    ),
    "inventory.shown": tr(
        "Which rows are shown. Expiring soon means within the number of days that the "
        "preferences say."
    ),
    "inventory.table": tr(
        "One row for each certificate of an entry, and for each keystore that could not be "
        "read. An issuer in a chain has a row if it expires first. Enter opens the keystore."
    ),
    "preferences.appearance": tr("Light or dark, or as on the rest of the desktop."),
    "preferences.expiry": tr(
        "Rows, details, findings, and the list of recent keystores mark a certificate "
        "that expires within this many days. On the console, it is “handfast check "
        "--days”."
    ),
    "preferences.format": tr(
        "The default of New Keystore and the wizards. The mutual TLS setup suggests "
        "what its program needs."
    ),
    "preferences.strength": tr(
        "How new PKCS#12 keystores are encrypted: as in Java 17, or so that Java 8 can "
        "read them. Existing keystores are not changed."
    ),
    "preferences.backup": tr(
        "Saving first keeps the previous version next to the new one, under the same "
        "name with .bak. An existing .bak file is replaced."
    ),
    "preferences.lock": tr(
        "After this time without keyboard or mouse input in Handfast, keystores whose "
        "password you entered are locked: passwords and private keys are removed from "
        "memory. Unsaved edits are kept encrypted until you enter the password again. "
        "Keystores without a password, or with “changeit”, stay open."
    ),
    "preferences.clipboard": tr(
        "Only passwords can be copied as a secret, while a field shows them. If such a "
        "copy is still on the clipboard after this time, or when Handfast ends, it is "
        "removed. Private keys are never copied; certificates and fingerprints are not "
        "secret and stay."
    ),
    "preferences.network": tr(
        "Handfast uses the network only for connections that you start. When this is "
        "off, it refuses those too. It never looks for updates and never reports "
        "anything."
    ),
    "preferences.keyring": tr(
        "A password is stored in the keyring only if you select this when the keystore "
        "asks for it. The keystore then opens without asking. Forgetting removes every "
        "such password."
    ),
    "preferences.restore": tr(
        "The next start opens the keystores that are open now. Only their paths are "
        "kept, never a password. Turning this off clears them."
    ),
    "preferences.recent": tr(
        "The start page and the File menu list what you opened. Turning this off clears the list."
    ),
    "preferences.columns": tr(
        "Which columns are shown, how wide they are, and how much space the details get."
    ),
}

#: The parts of the main window, by their object names.
_PARTS = {
    "entryTree": tr(
        "The entries of the keystore: key pairs, trusted certificates, and secret "
        "keys. A small mark on an icon shows a certificate that has expired or soon "
        "will. Right-click the header to choose columns."
    ),
    "entryFilter": tr(
        "Shows only entries that have all of these words in a name, an issuer, a host, "
        "or a fingerprint. Escape shows all again."
    ),
    "detailsPane": tr(
        "The selected entry in full: its subject, issuer, validity, fingerprints, "
        "every field, and the certificate as PEM."
    ),
    "findingsPane": tr(
        "What a check found in this keystore. Expanded, each finding says why it "
        "matters and what to do."
    ),
    "startPage": tr(
        "The recent keystores with their next expiry date, and what you can do. Drop a "
        "keystore anywhere on the window to open it."
    ),
    "storeTabs": tr("Each open keystore has a tab. A dot marks unsaved edits."),
}


def text_of(form: str, field: str) -> str:
    """What is said of a field of a form; empty where nothing is."""
    return _TEXTS.get(f"{form}.{field}", _TEXTS.get(field, ""))


#: Tools that are easily confused: what each answers, and which one answers the rest.
_TOOLS = {
    "actionCheck": tr(
        "Looks for problems in this keystore alone, such as what has expired. Whether another "
        "side accepts a certificate is what Verify and Rehearse show."
    ),
    "actionVerify": tr(
        "Shows, rule by rule, whether one trust store accepts one certificate. Rehearse tries "
        "the whole handshake, with both sides."
    ),
    "actionCompare": tr(
        "Shows how two certificates, or two keystores, differ. It judges neither of them; "
        "Check and Verify do."
    ),
    "actionRehearse": tr(
        "Tries the handshake between two sides with their keystores, in memory: nothing is sent. "
        "Probe tries it with a real server."
    ),
    "actionProbe": tr(
        "Connects to a real server and shows each step of the handshake. Without a server, "
        "rehearse with the keystores of both sides."
    ),
}


def explain(widget: QWidget, form: str, field: str) -> None:
    """Let Shift+F1 in it, and *What is this?* on it, say what it is."""
    widget.setWhatsThis(text_of(form, field))


def explain_window(window: QMainWindow) -> None:
    """The same for the parts of the main window and for its tools."""
    for name, text in _PARTS.items():
        for part in window.findChildren(QWidget, name):
            part.setWhatsThis(text)
    for action in window.findChildren(QAction):
        if not action.whatsThis():
            action.setWhatsThis(_TOOLS.get(action.objectName()) or action.statusTip())


class HelpButton(QPushButton):
    """Asks what a field is: after a click with the mouse, a click on the field explains it.

    With the keyboard nobody can click; there it says which key does the same.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("What Is This?"), parent)
        self.setObjectName("whatIsThis")
        self.setToolTip(tr("Then click a field; or press Shift+F1 in one"))
        self.setAutoDefault(False)
        # Not by the mouse, which leaves the keyboard in the field that is asked about.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._is_by_key = False
        self.clicked.connect(self._ask)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._is_by_key = True
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._is_by_key = False
        super().mousePressEvent(event)

    def _ask(self) -> None:
        if self._is_by_key:
            words = tr("Press Shift+F1 in a field to learn about it, or F1 for the guide.")
            QWhatsThis.showText(self.mapToGlobal(self.rect().topLeft()), words, self)
        else:
            QWhatsThis.enterWhatsThisMode()


def asking_button(parent: QWidget | None = None) -> HelpButton:
    """The help button of a window, at the beginning of its row of buttons."""
    return HelpButton(parent)

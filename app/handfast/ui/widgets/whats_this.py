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
    "common_name": "Whom the certificate is about: a host for a server, a system for a client. "
    "It is shown in lists. What a client compares with the address that it calls are the host "
    "names, which are asked for later.",
    "unit": "The department, as in “Payments”. It is part of the name and proves nothing.",
    "organisation": "The company, as it is registered. Some partners accept only names with it.",
    "locality": "The town in which the organisation sits.",
    "state": "The state or province, written out.",
    "country": "Two letters of ISO 3166, such as DE, GB or US. A certificate holds no others.",
    "email": "Stands in the name, for people. Programs do not use it.",
    "key": "RSA is understood by every program. Keys on elliptic curves (EC) of 256 bits are as "
    "strong as RSA of 3072 and faster. Ed25519 is refused by many programs, Java before 15 "
    "among them.",
    "starts": "Before this day the certificate is refused. A day in the past does no harm and "
    "helps where clocks differ.",
    "days": "Counted from the first day. Many partners refuse more than a few years; browsers "
    "refuse a server’s certificate of more than 825 days.",
    "ends": "After this day every handshake with the certificate fails.",
    "purpose": "Written into the certificate as its extended key usage. Who is called by a "
    "certificate that is for servers alone may refuse it, and the other way round.",
    "sans": "A client that calls a server compares the address with these names, and with nothing "
    "else in the certificate. A name may begin with *. for one level below it. A pair that is "
    "used by a client alone needs none.",
    "target": "An open store is changed in its tab, and written when you save it. A new store is "
    "written at the end of this wizard.",
    "existing": "One of the keystores in the tabs, or a file, which is opened in a tab. It is "
    "changed there, and can be undone there.",
    "new_path": "A new file. One that exists is not replaced.",
    "new_format": "PKCS#12 is the standard that Java, OpenSSL and Windows share. JKS and JCEKS are "
    "Java’s own. What is suggested first can be chosen in the preferences.",
    "compatible": "Written with the algorithms that Java 8 knew (3DES and SHA-1) instead of AES "
    "and SHA-256. Programs with a strict policy may refuse it.",
    "password": "Encrypts the private keys and lets others notice a change. Programs that use the "
    "keystore need to be told it.",
    "password_again": "Typed a second time, so that a slip does not lock you out.",
    "has_key_password": "JKS and JCEKS have a password for each key beside that of the keystore. "
    "A server or client must then be configured with both; most are easier with one.",
    "key_password": "Encrypts this private key alone. Programs ask for it as the key password.",
    "key_password_again": "Typed a second time, so that a slip does not lock you out.",
    "alias": "The name by which programs find the entry in the store. It is no part of the "
    "certificate and proves nothing. Java does not tell upper from lower case.",
    "import.files": "Certificates in any form: DER, PEM, PKCS#7, or the certificates of a PKCS#12 "
    "file. What a file really holds is looked at, whatever its name.",
    "import.text": "What begins with -----BEGIN CERTIFICATE-----, as a mail or a page has it. "
    "Other text around it is passed over.",
    "import.candidates": "What was found. Only what is ticked is imported.",
    "import.fingerprint": "Ask your partner for it by another way than the certificate came, such "
    "as the telephone. If it is the same, nobody exchanged the certificate on its way.",
    "renew.key": "A certificate belongs to its key. With the same key, only the dates change; with "
    "a new one, a copy of the old key is worth nothing once nobody trusts the old certificate.",
    "renew.days": "Counted from today. At first as long as the present certificate was valid.",
    "sign.files": "A certificate request (PKCS#10) in PEM or DER, whatever the file is called.",
    "sign.text": "What begins with -----BEGIN CERTIFICATE REQUEST-----, with everything around.",
    "sign.issuer": "The key pair that signs. Its certificate must say that it is a CA.",
    "sign.subject": "Whom the certificate is about, as the request says. Sign it only if you know "
    "that this is who sent it.",
    "sign.names": "The hosts and addresses that the certificate is valid for. Clear what the "
    "sender does not own.",
    "sign.profile": "As the request asks, or what you decide. Only a CA issues certificates "
    "itself.",
    "sign.path_length": "How many CAs may stand below the new one. With 0, it issues certificates "
    "for servers and clients alone.",
    "sign.extensions": "Key usages are taken over unless you clear them or choose a purpose. "
    "Everything else is for the CA to say.",
    "sign.days": "Counted from today. It never ends after the certificate of the CA.",
    "sign.encoding": "PEM is text that can be mailed and pasted. DER holds this certificate alone. "
    "PKCS#7 holds the chain in one binary file.",
    "sign.has_chain": "The certificates of the CAs, up to the root, follow that of the request.",
    "sign.path": "The certificate, for whoever sent the request. It holds nothing secret.",
    "sign.replace": "An older certificate of that name is replaced; otherwise nothing is issued.",
    "revokeDialog.issuer": "The CA whose certificates are listed. A revocation is its word alone.",
    "revokeDialog.certificates": "What this CA issued with Handfast, the newest first, as the "
    "journal beside the keystore has it. Several can be chosen.",
    "revokeDialog.reason": "Stands in the revocation list (RFC 5280, 5.3.1). Whoever verifies "
    "refuses the certificate whatever the reason is.",
    "listDialog.issuer": "The CA whose revoked certificates are listed, and whose key signs.",
    "listDialog.days": "After that time programs refuse the list, and with it often every "
    "certificate of the CA. Write a new one before.",
    "listDialog.path": "PEM, which nginx and OpenSSL read; DER where the name ends in .der.",
    "listDialog.replace": "The older list of that name is replaced; otherwise none is written.",
    "keep_old": "Programs that name the alias use the new certificate at once. The old one stays "
    "in the keystore beside it, for a partner who does not trust the new one yet.",
    "request_path": "What you send to the CA. It holds no secret.",
    "export.source": "The store that the certificate is in. Its private keys are not exported.",
    "export.chosen": "Each that is ticked is exported. Of a key pair that is its certificate, "
    "never its private key.",
    "export.chain": "Adds the certificates that signed this one, up to the root, as far as the "
    "store has them.",
    "export.encoding": "PEM is text that can be mailed and pasted. DER is the same in bytes, for "
    "one certificate. PKCS#7 holds several in one file, as Windows likes it.",
    "export.separate": "One file for each certificate instead of one with all of them.",
    "export.path": "The file that is written. It holds nothing secret.",
    "export.folder": "The folder in which a file for each certificate is written.",
    "export.replace": "The file that is there now is replaced; otherwise nothing is written.",
    "request.of": "A request can be created for every pair whose private key is there. With a new "
    "pair, the keystore gets a self-signed certificate that the CA’s replaces later.",
    "request.store": "A keystore that is open, or a file, which then gets a tab.",
    "request.alias": "The pair whose private key signs the request.",
    "request.name": "The distinguished name that the CA is asked to certify. Many CAs replace all "
    "of it but the common name.",
    "request.sans": "The hosts and addresses that the certificate is to be valid for.",
    "request.purpose": "Written into the request as its extended key usage. Many public CAs issue "
    "for servers alone, whatever is asked for.",
    "request.key_usage": "What the key itself may do. TLS needs digitalSignature, and RSA keys "
    "with old clients need keyEncipherment.",
    "request.challenge": "A few CAs ask for it when a certificate is revoked. It stands in the "
    "request as readable text.",
    "request.delivery": "The same request each time: as a file, as text to paste, or with a few "
    "words around for an email.",
    "request.encoding": "PEM is text that can be mailed and pasted. DER is the same in bytes.",
    "request.path": "The file that is written. It does not hold the private key.",
    "request.replace": "An older request of that name is replaced; otherwise nothing is written.",
    "pair.files": "Private keys and certificates in any form. The certificate is found by the key, "
    "and the chain by who issued what.",
    "pair.text": "What begins with -----BEGIN PRIVATE KEY----- and the certificates with it, a "
    "JSON Web Key, or a Kubernetes Secret. It is read here and kept nowhere else.",
    "pair.whose": "A private key belongs to one party alone. If a partner sent theirs, it is of no "
    "use to you and no longer a secret.",
    "reply.files": "The CA’s certificate in any form, with or without its chain, in any order. "
    "Other certificates among them are left out.",
    "reply.text": "The text of the CA’s email, with everything around. Certificates in it are "
    "found by their -----BEGIN CERTIFICATE----- lines.",
    "reply.alias": "The pair whose public key is in the CA’s certificate.",
    "reply.chain": "The pair’s certificate first, then who issued it, up to the root.",
    "reply.ways": "A certificate of the chain is not at hand. It may be in a file from the CA’s "
    "pages, in a trust store, or in the cacerts of your Java.",
    "reply.root": "The root vouches for the whole chain. Compare it with what the CA publishes "
    "before you rely on it.",
    "setup.preset": "What will use the key pair. It suggests the kind of key, the purpose and the "
    "format, with the reason for each, and the recipe at the end. All of it can be changed.",
    "setup.role": "Who opens the connection is the client, whoever sends the data afterwards.",
    "setup.our_name": "It is suggested for the certificate, and stands on the page that your "
    "partner gets.",
    "setup.partner": "What the start page lists. Your partner does not see it elsewhere than on "
    "the page that you send.",
    "setup.host": "The client compares it with the names in the server’s certificate, and so does "
    "the rehearsal. Nothing is sent there.",
    "setup.folder": "The keystore, the trust store and what you send are suggested to be made "
    "there. The small file holds names, paths, dates and public certificates, never a password.",
    "setup.pair": "A pair that your partner knows already can be used again. A new one has a "
    "certificate that signs itself, so that your partner trusts it and nobody else.",
    "setup.keystore": "A store that is open, or a file, which then gets a tab.",
    "setup.alias": "Which of the key pairs in the store is shown to your partner.",
    "setup.signing": "A self-signed certificate is trusted by those alone who have it. One of "
    "a CA is trusted by everybody who trusts the CA, and many programs ask for one.",
    "setup.handing": "The folder holds the certificate in DER and PEM, with its issuers if there "
    "are any, and a page to print or mail. No private key and no password is in it.",
    "setup.handover_folder": "It is made. One with other files in it is left alone, so that you "
    "send nothing else by mistake.",
    "setup.fingerprint": "Their certificate is trusted already. Whether it is really theirs is "
    "certain only once somebody has compared this with what they read out.",
    "setup.recipe": "Programs that read your stores as they are come first. For the others the "
    "recipe begins with making a copy in a format that they read.",
    "setup.port": "Where the server listens. It stands in the recipe only: the rehearsal needs "
    "none. It is remembered with the set-up.",
    "again": "Typed a second time, so that a slip does not lock you out.",
    "storeDialog.path": "The file that is written. One that exists is replaced only after you "
    "were told.",
    "storeDialog.format": "PKCS#12 is the standard that Java, OpenSSL and Windows share. What a "
    "format cannot hold is told before anything is left out.",
    "storeDialog.strength": "How PKCS#12 is encrypted: as Java 17 does it, or so that Java 8 reads "
    "it. Other formats have one way only.",
    "storeDialog.remember": "The system’s keyring has the password that you are changing. When "
    "the store is saved, that is replaced by the new one if you tick this, else it is taken out.",
    "preferences.appearance": "Light or dark, or as the rest of the desktop is.",
    "preferences.expiry": "Rows, details, findings and the list of recent stores mark a "
    "certificate that ends within so many days. On the console it is “handfast check --days”.",
    "preferences.format": "What New Store and the wizards suggest first. The set-up of mutual TLS "
    "suggests what its program needs.",
    "preferences.strength": "How new PKCS#12 stores are encrypted: as Java 17 does it, or so that "
    "Java 8 reads them. Stores that exist stay as they are.",
    "preferences.backup": "Saving first keeps the file as it was beside the new one, under the "
    "same name with .bak. A .bak from before is replaced.",
    "preferences.lock": "After that time without a key or the mouse in Handfast, stores whose "
    "password you gave are locked: passwords and private keys leave the memory. Edits that are not "
    "saved are kept encrypted until the password is given again. Stores without a password, or "
    "with “changeit”, stay open.",
    "preferences.clipboard": "Only passwords can be copied as a secret, while they are shown in a "
    "field. If such a copy is still on the clipboard after that time, or when Handfast ends, it is "
    "removed. Private keys are never copied; certificates and fingerprints are no secret and stay.",
    "preferences.network": "Handfast goes to the network only when you ask it to try an endpoint. "
    "Off, it refuses even then. It never looks for updates and never reports anything.",
    "preferences.keyring": "A password is put into the keyring only if you tick it where the store "
    "asks for it. Then the store opens without asking. Forgetting takes every such password out.",
    "preferences.restore": "The next start opens the stores that are open now. Only their paths "
    "are kept, never a password. Off forgets them.",
    "preferences.recent": "The start page and the File menu list what you opened. Off forgets it.",
    "preferences.columns": "Which columns the rows have, how wide they are, and how the room is "
    "shared with the details.",
}

#: The parts of the main window, by their object names.
_PARTS = {
    "entryTree": "The entries of the store: key pairs, trusted certificates and secret keys. The "
    "small mark on an icon tells of a certificate that has expired or soon will. A right click on "
    "the header chooses columns.",
    "entryFilter": "Leaves the entries that have all of these words in a name, an issuer, a host "
    "or a fingerprint. Escape shows all again.",
    "detailsPane": "What is selected, in full: whose it is, who issued it, until when, its "
    "fingerprints, every field, and the certificate as PEM.",
    "findingsPane": "What a check noticed in this store. Unfolded, each finding says why it "
    "matters and what to do.",
    "startPage": "The stores that were opened, with what in them expires next, and what can be "
    "done. A store that is dropped anywhere on the window is opened.",
    "storeTabs": "Each open store has a tab. A dot marks edits that are not saved yet.",
}


def text_of(form: str, field: str) -> str:
    """What is said of a field of a form; empty where nothing is."""
    return _TEXTS.get(f"{form}.{field}", _TEXTS.get(field, ""))


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
            action.setWhatsThis(action.statusTip())


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

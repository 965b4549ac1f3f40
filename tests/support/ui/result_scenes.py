"""What windows show once they have an answer: rehearsals, probes, verifications, comparisons.

For walks through every window; like the tour, it needs no pytest.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from cryptography.x509.oid import ExtendedKeyUsageOID

from handfast.core.password import Password
from handfast.core.store import Format
from handfast.handshake.live.listening import Listener
from handfast.handshake.report.party import Party, PartyStore
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from handfast.ui.dialogs.compare_window import CompareWindow
from handfast.ui.live.probe_window import ProbeWindow
from handfast.ui.rehearsal.rehearsal_window import RehearsalWindow
from handfast.ui.verification.verify_window import VerifyWindow
from handfast.ui.widgets.fold import Fold
from tests.support.issued import issue
from tests.support.ui.every_window import settle, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from handfast.core.entry import Entry

#: By the place in a rehearsal: where all works, and where the server trusts another client.
WORKS = {"client_keys": "client", "client_trust": "client-trust",
         "server_keys": "server", "server_trust": "server-trust"}  # fmt: skip
FAILS = {**WORKS, "server_trust": "other-trust", "server_keys": "expired"}
HOST = "server.example"
SERVER = ExtendedKeyUsageOID.SERVER_AUTH


class ResultScenes:
    """Answers of the windows that are given, with parties that are made for it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        root = issue(CN="Acme Root CA", is_ca=True)
        client = issue(CN="client.example")
        server = issue(issuer=root, CN=HOST, sans=[HOST], usages=[SERVER])
        expired = issue(issuer=root, CN=HOST, sans=["other.example"], ends=-3)
        self._save("client", client.pair("acme"))
        self._save("server", server.pair("acme"))
        self._save("expired", expired.pair("acme"))
        self._save("client-trust", root.trusted("partner"))
        self._save("server-trust", client.trusted("partner"))
        self._save("other-trust", issue(CN="other.example").trusted("partner"))

    def _save(self, name: str, entry: Entry) -> None:
        store = new_store(Format.PKCS12, Password("changeit")).with_entries([entry])
        save_store(store, self.path(name))

    def path(self, name: str) -> Path:
        return self._folder / f"{name}.p12"

    def of(self, top: QWidget) -> Iterator[str]:
        """Each answer of a window, by what led to it."""
        if isinstance(top, RehearsalWindow):
            for name, places in (("works", WORKS), ("fails", FAILS)):
                self._rehearse(top, places)
                yield name
        elif isinstance(top, ProbeWindow):
            yield from self._probe(top)
        elif isinstance(top, VerifyWindow):
            for name, trust in (("works", "client-trust"), ("fails", "other-trust")):
                self._verify(top, trust)
                yield name
        elif isinstance(top, CompareWindow):
            for name in ("client-trust", "expired"):
                top._choose("a", top.flow.draft.a.key)
                top.stores["b"].read(self.path(name))
                wait_until(lambda name=name: top.flow.draft.b.key == str(self.path(name)))
                wait_until(lambda: top.found is not None or bool(top.flow.problems()))
                settle()
                yield name

    def _rehearse(self, top: RehearsalWindow, places: Mapping[str, str]) -> None:
        for place, name in places.items():
            field: Any = top.setup.fields[place]  # type: ignore[index]
            field.read(self.path(name))
            wait_until(
                lambda place=place, name=name: (
                    getattr(top.flow.draft, place) == str(self.path(name))
                )
            )
        top.setup.host.setText(HOST)
        top.flow.update(host=HOST)
        before = top.shown
        top.run()
        wait_until(lambda: top.shown is not None and top.shown is not before)
        _unfold(top)

    def _probe(self, top: ProbeWindow) -> Iterator[str]:
        top.own.keys.read(self.path("client"))
        top.own.trust.read(self.path("client-trust"))
        wait_until(lambda: top.flow.own.trust == str(self.path("client-trust")))
        wait_until(lambda: top.flow.own.keys == str(self.path("client")))
        for name, keys, trust in (
            ("works", "server", "server-trust"), ("fails", "expired", "other-trust")
        ):  # fmt: skip
            listener = Listener(
                Party(side="server", keys=self._held(keys), trust=self._held(trust))
            )
            thread = threading.Thread(
                target=lambda listener=listener: listener.serve(lambda _: None, connections=1),
                daemon=True,
            )
            thread.start()
            self._call(top, f"127.0.0.1:{listener.port}")
            listener.stop()
            thread.join(10)
            yield name
        self._call(top, "127.0.0.1:1")
        yield "nobody there"

    def _call(self, top: ProbeWindow, endpoint: str) -> None:
        top.flow.update(endpoint=endpoint, hostname=HOST)
        before = top.shown
        top.run()
        wait_until(lambda: top.shown is not None and top.shown is not before)
        _unfold(top)

    def _held(self, name: str) -> PartyStore:
        path = self.path(name)
        return PartyStore(store=open_file(path, Password("changeit")).store, path=path)

    def _verify(self, top: VerifyWindow, trust: str) -> None:
        top.subject.read(self.path("server"))
        top.trust.read(self.path(trust))
        wait_until(lambda: top.flow.draft.trust == str(self.path(trust)))
        wait_until(lambda: top.flow.draft.subject == str(self.path("server")))
        top.flow.update(host=HOST)
        before = getattr(top, "shown", None)
        top.run()
        wait_until(lambda: top.shown is not None and top.shown is not before)
        _unfold(top)


def _unfold(top: QWidget) -> None:
    """Have in sight what is folded away."""
    settle()
    for fold in top.findChildren(Fold):
        fold.button.click()
    settle()

"""What the export of the window writes is used by the programs that it is for."""

from __future__ import annotations

import base64
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from PySide6.QtWidgets import QDialog, QPushButton

from handfast.core.password import Password
from handfast.core.store import Format
from handfast.services.authority.issuer import issuer_of
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.files.new_encoding import KeyEncoding
from handfast.services.files.saving import new_store, save_store
from handfast.services.heap.collecting import collect
from tests.support.nginx import nginx, reserved
from tests.support.tools import program
from tests.support.ui.helpers import action, opened

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from handfast.core.entry import KeyPair
    from handfast.ui.store_tab.store_view import StoreView
    from handfast.ui.window.main_window import MainWindow

PASSWORD, OTHER = "the keystore's", "for-the-way"
HOST = "api.example"


@pytest.fixture(scope="module")
def pairs() -> list[KeyPair]:
    """A root, and a server and a client that it issued."""
    root = make_pair(PairRequest(alias="root", name="CN=Root", key="ec:P-256", purpose="ca"))
    server = PairRequest(alias="server", name=f"CN={HOST}", key="rsa:2048", sans=(f"dns:{HOST}",),
                         purpose="server")  # fmt: skip
    client = PairRequest(alias="client", name="CN=client", key="ec:P-256", purpose="client")
    by = issuer_of(root)
    return [root, make_pair(server, issuer=by), make_pair(client, issuer=by)]


@pytest.fixture
def view(window: MainWindow, qtbot: QtBot, tmp_path: Path, pairs: list[KeyPair]) -> StoreView:
    path = tmp_path / "own.p12"
    save_store(new_store(Format.PKCS12, Password(PASSWORD)).with_entries(pairs), path)
    (tmp_path / "root.pem").write_text(pairs[0].chain[0].public_pem())
    return opened(window, qtbot, path, Password(PASSWORD))


@pytest.fixture
def export(window: MainWindow, qtbot: QtBot, view: StoreView) -> Callable[..., None]:
    """Export the pair of an alias, or all that is selected, as a person does in the dialog."""

    def run(
        alias: str, encoding: KeyEncoding, *out: Path, encrypts: bool, folder: Path | None = None
    ) -> None:
        if alias:
            view.select(alias)
        else:
            view.tree.selectAll()
        action(window, "actionExportKeyPair").trigger()
        dialog: Any = [each for each in window.findChildren(QDialog) if each.isVisible()][-1]
        dialog.encoding.setCurrentIndex(dialog.encoding.findData(encoding))
        if folder is None:
            dialog.path.setText(str(out[0].with_suffix("") if len(out) > 1 else out[0]))
        else:
            dialog.folder.setText(str(folder))
        if encrypts:
            dialog.password.setText(OTHER)
            dialog.again.setText(OTHER)
        elif dialog.form.rows["encrypts"].is_shown:
            dialog.encrypts.setChecked(False)
        dialog.go.click()
        if not encrypts:
            confirm = dialog.findChild(QPushButton, "keyExportDialog.confirm")
            qtbot.waitUntil(confirm.isVisible)
            assert not any(each.exists() for each in out)
            confirm.click()
        qtbot.waitUntil(lambda: all(each.exists() for each in out))
        qtbot.waitUntil(lambda: not any(e.isVisible() for e in window.findChildren(QDialog)))

    return run


def test_nginx_and_curl_speak_mutual_tls_with_them(
    export: Callable[..., None], tmp_path: Path
) -> None:
    """The server's in files for nginx; the client's for curl, encrypted: PEM, and PKCS#12."""
    key, chain = tmp_path / "site.key", tmp_path / "site-fullchain.crt"
    export("server", KeyEncoding.PEM_FILES, key, chain, encrypts=False)
    export("client", KeyEncoding.PEM, tmp_path / "client.pem", encrypts=True)
    export("client", KeyEncoding.PKCS12, tmp_path / "client.p12", encrypts=True)
    with reserved() as listening:
        port = listening.getsockname()[1]
        http = f"""
        server {{
            listen 127.0.0.1:{port} ssl;
            ssl_certificate {chain};
            ssl_certificate_key {key};
            ssl_client_certificate {tmp_path}/root.pem;
            ssl_verify_client on;
            location / {{ return 200 "$ssl_client_s_dn"; }}
        }}"""
        curl = [program("curl"), "--silent", "--show-error", "--cacert", f"{tmp_path}/root.pem",
                "--resolve", f"{HOST}:{port}:127.0.0.1", f"https://{HOST}:{port}/"]  # fmt: skip
        with nginx(tmp_path / "nginx", listening, http):
            for extra, answer in (
                (["--cert", f"{tmp_path}/client.pem:{OTHER}"], "CN=client"),
                (["--cert-type", "P12", "--cert", f"{tmp_path}/client.p12:{OTHER}"], "CN=client"),
                ([], "400 No required SSL certificate"),
            ):
                done = subprocess.run(
                    [*curl, *extra], capture_output=True, text=True, check=False, timeout=30
                )
                assert answer in done.stdout, done.stderr
            wrong = subprocess.run(
                [*curl, "--cert", f"{tmp_path}/client.pem:wrong"],
                capture_output=True, text=True, check=False, timeout=30,
            )  # fmt: skip
            assert wrong.returncode != 0


@pytest.mark.parametrize("encrypts", [True, False])
def test_several_pairs_each_under_its_own_name(
    export: Callable[..., None], tmp_path: Path, openssl: Any, pairs: list[KeyPair], encrypts: bool
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    files = [folder / f"{pair.alias}.key" for pair in pairs]
    export("", KeyEncoding.PEM_KEY, *files, encrypts=encrypts, folder=folder)
    assert len(list(folder.iterdir())) == 3
    for pair, file in zip(pairs, files, strict=True):
        given = ["-passin", f"pass:{OTHER if encrypts else ''}"]
        public = openssl("pkey", "-in", file, *given, "-pubout").stdout
        leaf = pair.chain[0].public_pem()
        assert openssl("x509", "-pubkey", "-noout", stdin=leaf).stdout == public
        assert ("ENCRYPTED" in file.read_text()) is encrypts


def test_several_pairs_in_one_keystore(
    export: Callable[..., None], tmp_path: Path, keytool: Any
) -> None:
    export("", KeyEncoding.PKCS12, tmp_path / "all.p12", encrypts=True)
    told = keytool("-list", "-keystore", tmp_path / "all.p12", "-storepass", OTHER).stdout
    assert told.count("PrivateKeyEntry") == 3


@pytest.mark.parametrize("encoding", [KeyEncoding.KUBERNETES, KeyEncoding.KUBERNETES_KEYSTORE])
def test_a_kubernetes_secret_is_read_back(
    export: Callable[..., None], tmp_path: Path, openssl: Any, pairs: list[KeyPair],
    encoding: KeyEncoding,
) -> None:  # fmt: skip
    out = tmp_path / "secret.yaml"
    is_keystore = encoding is KeyEncoding.KUBERNETES_KEYSTORE
    export("server", encoding, out, encrypts=is_keystore)
    secret = yaml.safe_load(out.read_text())
    assert (secret["kind"], secret["type"]) == (
        "Secret", "Opaque" if is_keystore else "kubernetes.io/tls",
    )  # fmt: skip
    server = pairs[1]
    # By us.
    heap = collect([("secret.yaml", out.read_bytes())], passwords=[Password(OTHER)])
    assert [each.key for each in heap.keys] == [server.key]
    assert {each.certificate for each in heap.certificates} == set(server.chain)
    # By openssl, of what the cluster mounts.
    wanted = openssl("x509", "-pubkey", "-noout", stdin=server.chain[0].public_pem()).stdout
    mounted = tmp_path / "mounted"
    mounted.mkdir()
    for name, content in secret["data"].items():
        (mounted / name).write_bytes(base64.b64decode(content))
    if is_keystore:
        given = ("-in", mounted / "keystore.p12", "-passin", f"pass:{OTHER}")
        key = openssl("pkcs12", *given, "-nocerts", "-noenc").stdout
        assert openssl("pkey", "-pubout", stdin=key).stdout == wanted
        assert openssl("pkcs12", *given, "-nokeys").stdout.count("BEGIN CERTIFICATE") == 2
        assert openssl("pkcs12", "-in", mounted / "keystore.p12", "-passin", "pass:wrong",
                       "-noout", check=False).returncode != 0  # fmt: skip
    else:
        assert openssl("pkey", "-in", mounted / "tls.key", "-pubout").stdout == wanted
        assert openssl("x509", "-in", mounted / "tls.crt", "-pubkey", "-noout").stdout == wanted
        assert (mounted / "tls.crt").read_text().count("BEGIN CERTIFICATE") == 2

"""The two-party example: each side has a key pair, and trusts the other's certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.core.errors import AlreadyExists, FileProblem
from handfast.core.password import WELL_KNOWN
from handfast.core.store import Format
from handfast.services.exporting import encode_certificates
from handfast.services.files import write_file
from handfast.services.generating import PairRequest, make_pair
from handfast.services.importing import import_certificates
from handfast.services.saving import new_store, save_store

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.certificate import Certificate

_NAMES = {
    "acme-keystore.p12": "the client’s key pair",
    "acme-truststore.p12": "whom the client trusts",
    "acme.cer": "the client’s certificate, as sent to Globex",
    "globex-keystore.jks": "the server’s key pair",
    "globex-truststore.jks": "whom the server trusts",
    "globex.cer": "the server’s certificate, as sent to Acme",
}


def make_demo(folder: Path) -> dict[Path, str]:
    """Make the stores and certificates of both parties; what each file is, by path.

    An earlier demo is made fresh; a folder with anything else in it is left alone.
    """
    try:
        strangers = {path.name for path in folder.iterdir()} - _own_names()
    except FileNotFoundError:
        strangers = set()
    except OSError as error:
        raise FileProblem(f"“{folder}” is not a folder that can be used.") from error
    if strangers:
        raise AlreadyExists(
            f"“{folder}” holds other files, such as “{min(strangers)}”.",
            remedy="Name a folder that is empty or does not exist yet.",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileProblem(f"The folder “{folder}” cannot be made: {error.strerror}.") from error
    paths = [folder / name for name in _NAMES]
    client_keys, client_trust, client_cer, server_keys, server_trust, server_cer = paths
    client = make_pair(
        PairRequest(
            alias="acme",
            name="CN=Acme Integration, OU=Integration, O=Acme Pty Ltd, L=Sydney, ST=NSW, C=AU",
            key="rsa:2048",
            purpose="client",
            days=365,
        )
    )
    server = make_pair(
        PairRequest(
            alias="globex",
            name="CN=localhost, OU=Gateway, O=Globex Corporation, L=Dublin, C=IE",
            key="rsa:2048",
            purpose="server",
            sans=("dns:localhost", "ip:127.0.0.1", "dns:api.globex.example"),
            days=365,
        )
    )
    _keep(client_keys, Format.PKCS12, pair=client)
    _keep(server_keys, Format.JKS, pair=server)
    for path, certificate in ((client_cer, client.chain[0]), (server_cer, server.chain[0])):
        data = encode_certificates([certificate], "der")
        write_file(path, data, overwrite=True, new_mode=0o644)
    _keep(client_trust, Format.PKCS12, trusted=(server.chain[0], "globex"))
    _keep(server_trust, Format.JKS, trusted=(client.chain[0], "acme"))
    return dict(zip(paths, _NAMES.values(), strict=True))


def _own_names() -> set[str]:
    return set(_NAMES) | {f"{name}.bak" for name in _NAMES}


def _keep(
    path: Path,
    wanted: Format,
    *,
    pair: object = None,
    trusted: tuple[Certificate, str] | None = None,
) -> None:
    from handfast.core.entry import KeyPair

    store = new_store(wanted, WELL_KNOWN)
    if isinstance(pair, KeyPair):
        store = store.with_entries([pair])
    if trusted is not None:
        store = import_certificates(store, [trusted])
    save_store(store, path, overwrite=True, backup=False)

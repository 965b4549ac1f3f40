"""The two-party example: each side has a key pair, and trusts the other's certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handfast.core.errors import AlreadyExists, FileProblem
from handfast.core.language import tr
from handfast.core.password import WELL_KNOWN
from handfast.core.store import Format, shorten
from handfast.services.exchange.certificate_files import read_certificates
from handfast.services.exchange.exporting import encode_certificates
from handfast.services.exchange.generating import PairRequest, make_pair
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.saving import new_store, save_store
from handfast.services.files.store_files import read_file, write_file

if TYPE_CHECKING:
    from pathlib import Path

#: Public on purpose: it is what every manual of Java uses, and these stores guard nothing.
PASSWORD_TEXT = WELL_KNOWN.reveal()

#: By its first line an earlier demo is known again.
_README = "README.txt"
_FIRST_LINE = "The two-party example of Handfast, made by: handfast demo"

_CLIENT_KEYS, _CLIENT_TRUST, _CLIENT_CERTIFICATE = (
    "acme-keystore.p12",
    "acme-truststore.p12",
    "acme.cer",
)
_SERVER_KEYS, _SERVER_TRUST, _SERVER_CERTIFICATE = (
    "globex-keystore.jks",
    "globex-truststore.jks",
    "globex.cer",
)
_FILES = {
    _CLIENT_KEYS: tr("Acme’s key pair"),
    _CLIENT_TRUST: tr("Acme’s trust store, with Globex’s certificate"),
    _CLIENT_CERTIFICATE: tr("Acme’s certificate, as sent to Globex"),
    _SERVER_KEYS: tr("Globex’s key pair"),
    _SERVER_TRUST: tr("Globex’s trust store, with Acme’s certificate"),
    _SERVER_CERTIFICATE: tr("Globex’s certificate, as sent to Acme"),
}

_CLIENT = PairRequest(
    alias="acme",
    name="CN=Acme Integration, OU=Integration, O=Acme Pty Ltd, L=Sydney, ST=NSW, C=AU",
    key="rsa:2048",
    purpose="client",
)
_SERVER = PairRequest(
    alias="globex",
    name="CN=localhost, OU=Gateway, O=Globex Corporation, L=Dublin, C=IE",
    key="rsa:2048",
    purpose="server",
    sans=("dns:localhost", "ip:127.0.0.1", "dns:api.globex.example"),
)


def make_demo(folder: Path) -> dict[Path, str]:
    """Make the stores and certificates of both parties; what each file is, by path.

    An earlier demo is made again. A folder with anything else in it is left alone
    (:class:`AlreadyExists`).
    """
    _prepare(folder)
    _make_pair(folder, _CLIENT, _CLIENT_KEYS, Format.PKCS12, _CLIENT_CERTIFICATE)
    _make_pair(folder, _SERVER, _SERVER_KEYS, Format.JKS, _SERVER_CERTIFICATE)
    _trust(folder, _SERVER_CERTIFICATE, _SERVER.alias, _CLIENT_TRUST, Format.PKCS12)
    _trust(folder, _CLIENT_CERTIFICATE, _CLIENT.alias, _SERVER_TRUST, Format.JKS)
    return {folder / name: what for name, what in _FILES.items()}


def _prepare(folder: Path) -> None:
    """See that the folder is empty or an earlier demo, and mark it as one."""
    try:
        present = {path.name for path in folder.iterdir()}
    except FileNotFoundError:
        present = set()
    except OSError as error:
        raise FileProblem(
            tr("“{folder}” cannot be used: {strerror}.", folder=folder, strerror=error.strerror),
            remedy=tr("Name another folder."),
        ) from error
    own = {_README, *_FILES, *(f"{name}.bak" for name in _FILES)}
    strangers = present - own if _is_demo(folder) else present
    if strangers:
        raise AlreadyExists(
            tr(
                "“{folder}” contains other files, such as “{file}”.",
                folder=folder,
                file=shorten(min(strangers)),
            ),
            causes=(tr("Only an earlier demo is ever replaced."),),
            remedy=tr("Name a folder that is empty or does not exist yet: handfast demo FOLDER"),
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Left from working in an earlier demo; beside fresh stores they would mislead.
        for name in present & own - {_README}:
            (folder / name).unlink()
    except OSError as error:
        raise FileProblem(
            tr("“{folder}” cannot be used: {strerror}.", folder=folder, strerror=error.strerror),
            remedy=tr("Name another folder."),
        ) from error
    lines = [
        _FIRST_LINE,
        "",
        *(f"{name:<22} {what}" for name, what in _FILES.items()),
        "",
        tr(
            "The password of every keystore is “{password}”. Use these keystores only for trials.",
            password=PASSWORD_TEXT,
        ),
        tr("The next “handfast demo” creates all of them again."),
    ]
    text = "\n".join(lines) + "\n"
    write_file(folder / _README, text.encode(), overwrite=True, new_mode=0o644)


def _is_demo(folder: Path) -> bool:
    readme = folder / _README
    if readme.is_symlink() or not readme.is_file():
        return False
    return read_file(readme)[0].startswith(_FIRST_LINE.encode())


def _make_pair(
    folder: Path, request: PairRequest, store: str, wanted: Format, certificate: str
) -> None:
    pair = make_pair(request)
    saved = save_store(new_store(wanted, WELL_KNOWN).with_entries([pair]), folder / store)
    data = encode_certificates(saved.store.get(request.alias).chain[:1], "der")
    write_file(folder / certificate, data, new_mode=0o644)


def _trust(folder: Path, certificate: str, alias: str, store: str, wanted: Format) -> None:
    found = read_certificates(read_file(folder / certificate)[0])
    trusted = import_certificates(
        new_store(wanted, WELL_KNOWN), [(each, alias) for each in found.certificates]
    )
    save_store(trusted, folder / store)

"""Ten thousand entries: written here and read by Java, and the other way round."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from handfast.core.password import WELL_KNOWN
from handfast.core.store import Format, Integrity
from handfast.formats.registry import write_store
from handfast.services.exchange.importing import import_certificates
from handfast.services.files.opening import open_file
from handfast.services.files.saving import new_store, save_store
from tests.support.samples import many_certificates

if TYPE_CHECKING:
    from pathlib import Path

    from handfast.core.certificates.certificate import Certificate
    from tests.support.tools import JavaPeer, Tool

COUNT = 10_000
FORMATS = (Format.JKS, Format.PKCS12)


@pytest.fixture(scope="module")
def many() -> list[Certificate]:
    return many_certificates(COUNT)


@pytest.mark.parametrize("wanted", FORMATS, ids=lambda each: each.value)
def test_keytool_lists_all_that_we_write(
    wanted: Format, many: list[Certificate], keytool: Tool, java: JavaPeer, tmp_path: Path
) -> None:
    path = tmp_path / "ours"
    chosen = [(each, f"entry{number}") for number, each in enumerate(many)]
    save_store(import_certificates(new_store(wanted, WELL_KNOWN), chosen), path)
    listing = keytool("-list", "-keystore", path, "-storepass", "changeit").stdout
    assert f"contains {COUNT:,} entries" in listing
    assert listing.count("trustedCertEntry") == COUNT
    told = java("dump", wanted.value, path, "changeit")
    assert {alias: chain for alias, _, _, chain, *_ in told} == {
        alias: certificate.sha256 for certificate, alias in chosen
    }
    # In the order in which they were put in, after reading as well.
    entries = open_file(path, WELL_KNOWN).store.entries
    assert [each.alias for each in entries] == [alias for _, alias in chosen]


@pytest.mark.parametrize("wanted", FORMATS, ids=lambda each: each.value)
def test_all_that_java_writes_is_read_and_kept(
    wanted: Format, many: list[Certificate], java: JavaPeer, tmp_path: Path
) -> None:
    path, pem = tmp_path / "theirs", tmp_path / "many.pem"
    pem.write_text("".join(each.pem() for each in many))
    assert java("fill", wanted.value, path, "changeit", pem) == [[str(COUNT)]]
    opened = open_file(path, WELL_KNOWN)
    store = opened.store
    assert store.integrity is Integrity.VERIFIED
    expected = {f"entry{number}": each.sha256 for number, each in enumerate(many)}
    assert len(store.entries) == COUNT
    assert {each.alias: each.chain[0].sha256 for each in store.entries} == expected
    assert write_store(store) == path.read_bytes()
    new = many_certificates(1)[0]
    save_store(import_certificates(store, [(new, "new")]), path, expected=opened.stamp)
    told = java("dump", wanted.value, path, "changeit")
    assert {alias: chain for alias, _, _, chain, *_ in told} == expected | {"new": new.sha256}

"""The folder for a partner: readable by keytool and openssl, complete, and without a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from handfast.core.certificates.certificate import group_fingerprint
from handfast.core.errors import AlreadyExists, FileProblem
from handfast.core.store import Format
from handfast.flows.handover import Handover, write_handover
from handfast.services.files.opening import open_file

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.samples import Sample
    from tests.support.tools import Tool


def a_handover(sample: Sample, alias: str) -> Handover:
    store = open_file(sample.path).store
    assert store.format is Format.PKCS12
    return Handover(
        our_name="Acme <Integration>",
        partner="Globex & Co",
        alias=alias,
        chain=store.get(alias).chain,
        role="client",
    )


def test_every_form_holds_the_certificate_and_the_page_its_fingerprint(
    sample_pkcs12: Sample, tmp_path: Path, keytool: Tool, openssl: Tool
) -> None:
    made = a_handover(sample_pkcs12, "leaf")
    assert len(made.chain) == 2
    paths = write_handover(made, tmp_path / "to-globex")
    names = {path.name for path in paths}
    assert names == {"leaf.cer", "leaf.pem", "leaf-chain.pem", "README.txt", "README.html"}
    wanted = group_fingerprint(made.chain[0].sha256)
    folder = tmp_path / "to-globex"
    assert wanted in keytool("-printcert", "-file", folder / "leaf.cer").stdout
    told = openssl("x509", "-in", folder / "leaf.pem", "-noout", "-fingerprint", "-sha256").stdout
    assert wanted in told
    assert (folder / "leaf-chain.pem").read_text().count("BEGIN CERTIFICATE") == 2
    assert wanted in (folder / "README.txt").read_text(encoding="utf-8")
    page = (folder / "README.html").read_text(encoding="utf-8")
    assert wanted in page
    assert "Acme &lt;Integration&gt;" in page
    for path in paths:
        assert b"PRIVATE KEY" not in path.read_bytes()


def test_a_lone_certificate_has_no_chain_file_and_is_replaced_by_the_next(
    sample_pkcs12: Sample, tmp_path: Path
) -> None:
    made = a_handover(sample_pkcs12, "ca")
    first = write_handover(made, tmp_path)
    assert not any("chain" in path.name for path in first)
    assert write_handover(made, tmp_path) == first


def test_a_folder_with_other_files_is_left_alone(sample_pkcs12: Sample, tmp_path: Path) -> None:
    (tmp_path / "private.key").write_text("mine")
    with pytest.raises(AlreadyExists):
        write_handover(a_handover(sample_pkcs12, "leaf"), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["private.key"]


def test_a_file_in_the_place_of_the_folder_is_told(sample_pkcs12: Sample, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(FileProblem):
        write_handover(a_handover(sample_pkcs12, "leaf"), tmp_path / "taken")

"""Alternative names of which some cannot be read: the others are there all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography import x509

from handfast.core.certificates.lenient import alternative_name_fields
from handfast.services.paths.hosts import is_for_host, refusing_host
from handfast.services.paths.peers import Peer
from tests.handshake.making import HOST, make
from tests.handshake.peers.strange import tlv

if TYPE_CHECKING:
    from handfast.core.certificates.certificate import Certificate

_EXACT = tlv(0x82, HOST.encode())


def _with_names(*fields: bytes, tail: bytes = b"") -> Certificate:
    names = x509.UnrecognizedExtension(x509.SubjectAlternativeName.oid, tlv(0x30, *fields) + tail)
    return make("server", sans=(), extra=[(names, False)]).certificate


@pytest.mark.parametrize(
    "beside",
    [
        tlv(0x82, "bücher.example".encode("latin-1")),
        tlv(0x87, bytes(5)),
        tlv(0xA3, tlv(0x30)),
        tlv(0xA5, tlv(0xA1, tlv(0x0C, b"x"))),
        tlv(0x89, b"x"),
    ],
)
def test_one_bad_name_hides_no_other(beside: bytes) -> None:
    found = _with_names(_EXACT, beside)
    assert f"dns:{HOST}" in found.san
    assert is_for_host(found, HOST) or Peer.JAVA in refusing_host(found, HOST)
    (trouble,) = found.extension_troubles
    assert trouble.is_partial


def test_names_of_which_none_can_be_read_are_none() -> None:
    found = _with_names(tlv(0x87, bytes(5)))
    assert found.san == ()
    assert not is_for_host(found, HOST)
    (trouble,) = found.extension_troubles
    assert not trouble.is_partial


def test_a_list_with_something_behind_it_is_no_list_to_java() -> None:
    whole, tailed = _with_names(_EXACT), _with_names(_EXACT, tail=b"\0\0")
    assert alternative_name_fields(whole.der) == ((0x82, HOST.encode()),)
    assert alternative_name_fields(tailed.der) is None
    assert Peer.JAVA not in refusing_host(whole, HOST)
    assert Peer.JAVA in refusing_host(tailed, HOST)

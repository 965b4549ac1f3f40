"""The short way of reading certificate bags finds what the long one finds, whatever the bytes."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handfast.core.asn1.ber import (
    BMP_STRING,
    CONTEXT_0,
    OCTET_STRING,
    SEQUENCE,
    SET,
    der,
    der_oid,
    read,
)
from handfast.core.errors import Damaged
from handfast.formats.pkcs12 import model

OTHER_NAME = der_oid("1.2.840.113549.1.9.99")


def attribute(name: bytes, *values: bytes) -> bytes:
    return der(SEQUENCE, name, der(SET, *values))


def bag(certificate: bytes, *attributes: bytes) -> bytes:
    holder = der(CONTEXT_0, der(OCTET_STRING, certificate))
    value = der(SEQUENCE, der_oid(model.X509_CERTIFICATE), holder)
    tail = (der(SET, *attributes),) if attributes else ()
    return der(SEQUENCE, der_oid(model.CERT_BAG), der(CONTEXT_0, value), *tail)


names = st.text(max_size=30).map(
    lambda text: attribute(
        model.FRIENDLY_NAME, der(BMP_STRING, text.encode("utf-16-be", "surrogatepass"))
    )
)
key_ids = st.binary(max_size=30).map(
    lambda raw: attribute(model.LOCAL_KEY_ID, der(OCTET_STRING, raw))
)
others = st.lists(st.binary(max_size=8).map(lambda raw: der(OCTET_STRING, raw)), max_size=2).map(
    lambda values: attribute(OTHER_NAME, *values)
)
trusted = st.just(attribute(model.TRUSTED_USAGE, model.ANY_USAGE))
bags = st.builds(
    lambda certificate, attributes: bag(certificate, *attributes),
    st.one_of(st.binary(max_size=40), st.binary(min_size=250, max_size=300)),
    st.lists(st.one_of(names, key_ids, trusted, others), max_size=3),
)
#: Where a byte is changed, and to what; far more of the structure is near both ends.
changes = st.lists(
    st.tuples(st.integers(min_value=-120, max_value=70), st.integers(0, 255)), max_size=2
)


@settings(max_examples=400, deadline=None)
@given(bags, changes)
def test_both_ways_agree(raw: bytes, changed: list[tuple[int, int]]) -> None:
    altered = bytearray(raw)
    for position, value in changed:
        altered[position % len(altered)] = value
    data = bytes(altered)
    try:
        span = read(data, 0, len(data))
        expected = model._read_any_bag(data, span)
    except Damaged:
        with pytest.raises(Damaged):
            model.read_bag(data, read(data, 0, len(data)))
        return
    found = model.read_bag(data, span)
    assert (found is None) == (expected is None)
    if found is not None and expected is not None:
        assert dataclasses.astuple(found) == dataclasses.astuple(expected)


def test_the_usual_bag_goes_the_short_way() -> None:
    name = attribute(model.FRIENDLY_NAME, der(BMP_STRING, "peer".encode("utf-16-be")))
    usage = attribute(model.TRUSTED_USAGE, model.ANY_USAGE)
    data = bag(bytes(300), name, usage)
    found = model._read_certificate_bag(data, read(data, 0, len(data)))
    assert found is not None
    assert (found.alias, found.is_trusted, found.certificate) == ("peer", True, bytes(300))
    assert model._read_certificate_bag(data[:-1], read(data, 0, len(data))) is None

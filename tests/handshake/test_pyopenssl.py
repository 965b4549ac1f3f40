"""What the oldest pyOpenSSL that is allowed says, the newest says as well."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from cryptography import x509
from OpenSSL import SSL

from handfast.core.distinguished_name import parse_name
from handfast.handshake.engine.pyopenssl import group_name, requested_authorities
from handfast.services.exchange.generating import PairRequest, make_pair

NAMES = ("CN=Root, O=Société Générale, C=FR", "EMAILADDRESS=ca@example.org, SERIALNUMBER=17, CN=b")


@pytest.fixture(params=[SSL.TLS1_2_VERSION, SSL.TLS1_3_VERSION], ids=["1.2", "1.3"])
def client(request: pytest.FixtureRequest) -> SSL.Connection:
    """A client whose server asked for certificates of two CAs."""
    pair = make_pair(PairRequest(alias="a", name="CN=server.example", key="ec:P-256"))
    assert pair.key is not None
    key: Any = pair.key.load()
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_max_proto_version(request.param)
    context.use_certificate(x509.load_der_x509_certificate(pair.chain[0].der))
    context.use_privatekey(key)
    context.set_verify(SSL.VERIFY_PEER)
    for name in NAMES:
        ca = make_pair(PairRequest(alias="ca", name=name, key="ec:P-256"))
        context.add_client_ca(x509.load_der_x509_certificate(ca.chain[0].der))
    server = SSL.Connection(context, None)
    client = SSL.Connection(SSL.Context(SSL.TLS_METHOD), None)
    server.set_accept_state()
    client.set_connect_state()
    for _ in range(3):
        for each, other in ((client, server), (server, client)):
            with contextlib.suppress(SSL.WantReadError):
                each.do_handshake()
            with contextlib.suppress(SSL.WantReadError):
                other.bio_write(each.bio_read(65_536))
    return client


class Older:
    """The connection as the oldest pyOpenSSL has it: fewer arguments, and a method less."""

    def __init__(self, tls: SSL.Connection) -> None:
        self._tls = tls
        self._ssl: Any = tls._ssl  # type: ignore[attr-defined]

    def get_client_ca_list(self) -> list[Any]:
        return list(self._tls.get_client_ca_list())


def test_the_authorities_are_named_alike_by_old_and_new(client: SSL.Connection) -> None:
    wanted = tuple(parse_name(name).public_bytes() for name in NAMES)
    assert requested_authorities(client) == wanted
    older: Any = Older(client)
    assert requested_authorities(older) == wanted


def test_the_group_is_named_alike_by_old_and_new(client: SSL.Connection) -> None:
    older: Any = Older(client)
    assert group_name(client)
    assert group_name(older) == group_name(client)

"""Set-ups that cannot work, each broken in one way, and the cause that must be named first."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509

from handfast.core.password import Password
from tests.handshake.making import CLIENT, HOST, SERVER, Made, make, new_key, party, revoke, store
from tests.handshake.making import trusting as trust

if TYPE_CHECKING:
    from collections.abc import Callable

    from handfast.core.entry import KeyPair
    from handfast.core.store import Store
    from handfast.handshake.report.party import Party, Side, Tls


@dataclass(frozen=True, slots=True, kw_only=True)
class Pki:
    """A sound root, intermediate, server and client, of which a set-up breaks one thing."""

    root: Made
    between: Made
    server: Made
    client: Made


def pki(kind: str = "ec") -> Pki:
    root = make("Acme Root", ca=True, kind=kind)
    between = make("Acme Issuing", by=root, ca=True, kind=kind)
    server = make(HOST, by=between, usages=[SERVER], kind=kind)
    client = make("partner client", by=between, usages=[CLIENT], kind=kind)
    return Pki(root=root, between=between, server=server, client=client)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One set-up: the parties, and what must be said of it."""

    client: Party
    server: Party
    code: str
    side: Side
    host: str = HOST
    #: Who speaks the other version than the one that the matrix tries; None where both speak it.
    apart: Side | None = None


def _case(
    code: str,
    side: Side,
    p: Pki,
    *,
    presenter: Side = "server",
    pair: KeyPair | None = None,
    keys: Store | None = None,
    trusted: Store | None = None,
    alias: str | None = None,
    crls: tuple[bytes, ...] = (),
    host: str = HOST,
) -> Case:
    """The sound set-up but for what one side presents, or what the other trusts."""
    own = {"server": store(p.server.pair("api")), "client": store(p.client.pair("partner"))}
    trusts = {"server": trust(p.root), "client": trust(p.root)}
    verifier: Side = "client" if presenter == "server" else "server"
    if pair is not None:
        own[presenter] = store(pair)
    if keys is not None:
        own[presenter] = keys
    if trusted is not None:
        trusts[verifier] = trusted
    aliases = {presenter: alias}
    lists = {verifier: crls}
    return Case(
        client=party("client", own["client"], trusts["client"], alias=aliases.get("client"),
                     crls=lists.get("client", ())),
        server=party("server", own["server"], trusts["server"], alias=aliases.get("server"),
                     crls=lists.get("server", ())),
        code=code,
        side=side,
        host=host,
    )  # fmt: skip


CASES: dict[str, Callable[[], Case]] = {}
_SIDES: tuple[Side, Side] = ("client", "server")


def _both(build: Callable[[Side, Side, Pki], Case]) -> None:
    """The same fault on either side."""
    for presenter, verifier in (("server", "client"), ("client", "server")):
        CASES[f"{build.__name__}-{presenter}"] = lambda p=presenter, v=verifier: build(p, v, pki())


def _leaf(p: Pki, side: Side, **changes: object) -> Made:
    name = HOST if side == "server" else "partner client"
    settings = {"by": p.between, "usages": [SERVER if side == "server" else CLIENT], **changes}
    return make(name, **settings)  # type: ignore[arg-type]


@_both
def missing_intermediate(presenter: Side, _: Side, p: Pki) -> Case:
    leaf = _leaf(p, presenter)
    return _case("missing-intermediate", presenter, p, presenter=presenter,
                 pair=leaf.pair(chain=[leaf.certificate]))  # fmt: skip


@_both
def root_not_trusted(presenter: Side, verifier: Side, p: Pki) -> Case:
    other = make("Umbrella Root", ca=True)
    return _case("untrusted", verifier, p, presenter=presenter, trusted=trust(other))


@_both
def self_signed_not_exchanged(presenter: Side, verifier: Side, p: Pki) -> Case:
    alone = _leaf(p, presenter, by=None)
    return _case("untrusted", verifier, p, presenter=presenter, pair=alone.pair())


@_both
def expired(presenter: Side, _: Side, p: Pki) -> Case:
    leaf = _leaf(p, presenter, starts=-90, ends=-5)
    return _case("expired", presenter, p, presenter=presenter, pair=leaf.pair())


@_both
def expired_intermediate(presenter: Side, _: Side, p: Pki) -> Case:
    between = make("Acme Late", by=p.root, ca=True, starts=-90, ends=-5)
    leaf = _leaf(p, presenter, by=between)
    return _case("expired", presenter, p, presenter=presenter, pair=leaf.pair())


@_both
def not_yet_valid(presenter: Side, _: Side, p: Pki) -> Case:
    leaf = _leaf(p, presenter, starts=20)
    return _case("not-yet-valid", presenter, p, presenter=presenter, pair=leaf.pair())


@_both
def wrong_purpose(presenter: Side, _: Side, p: Pki) -> Case:
    leaf = _leaf(p, presenter, usages=[CLIENT if presenter == "server" else SERVER])
    return _case("wrong-purpose", presenter, p, presenter=presenter, pair=leaf.pair())


@_both
def no_pair(presenter: Side, _: Side, p: Pki) -> Case:
    return _case("no-identity", presenter, p, presenter=presenter, keys=trust(p.root))


@_both
def key_locked(presenter: Side, _: Side, p: Pki) -> Case:
    leaf = _leaf(p, presenter)
    return _case("key-password", presenter, p, presenter=presenter, pair=leaf.pair(locked=True))


@_both
def key_password_differs(presenter: Side, _: Side, p: Pki) -> Case:
    pair = _leaf(p, presenter).pair(password=Password("another"))
    return _case("key-password", presenter, p, presenter=presenter, pair=pair)


@_both
def key_of_another(presenter: Side, _: Side, p: Pki) -> Case:
    pair = _leaf(p, presenter).pair(key=new_key("ec"))
    return _case("key-mismatch", presenter, p, presenter=presenter, pair=pair)


@_both
def nobody_trusted(presenter: Side, verifier: Side, p: Pki) -> Case:
    return _case("empty-trust-store", verifier, p, presenter=presenter, trusted=store())


@_both
def trusted_invisibly(presenter: Side, verifier: Side, p: Pki) -> Case:
    unmarked = trust(p.root)
    hidden = dataclasses.replace(unmarked.trusted[0], is_visible_to_java=False)
    return _case("empty-trust-store", verifier, p, presenter=presenter, trusted=store(hidden))


@_both
def chain_backwards(presenter: Side, _: Side, p: Pki) -> Case:
    leaf = _leaf(p, presenter)
    pair = leaf.pair(chain=leaf.full_chain[::-1])
    return _case("chain-order", presenter, p, presenter=presenter, pair=pair)


@_both
def leaf_as_ca(presenter: Side, verifier: Side, p: Pki) -> Case:
    no_ca = make("Acme Not A CA", sans=())
    leaf = _leaf(p, presenter, by=no_ca)
    return _case("not-a-ca", verifier, p, presenter=presenter, pair=leaf.pair(),
                 trusted=trust(no_ca))  # fmt: skip


@_both
def intermediate_is_no_ca(presenter: Side, _: Side, p: Pki) -> Case:
    leaf = _leaf(p, presenter, by=make("Acme Not A CA", by=p.root, sans=()))
    return _case("not-a-ca", presenter, p, presenter=presenter, pair=leaf.pair())


@_both
def path_too_long(presenter: Side, _: Side, p: Pki) -> Case:
    limited = make("Acme Limited", by=p.root, ca=True, path_length=0)
    leaf = _leaf(p, presenter, by=make("Acme Below", by=limited, ca=True))
    return _case("path-length", presenter, p, presenter=presenter, pair=leaf.pair())


@_both
def name_not_permitted(presenter: Side, _: Side, p: Pki) -> Case:
    limits = x509.NameConstraints([x509.DNSName("other.example")], None)
    limited = make("Acme Limited", by=p.root, ca=True, extra=[(limits, True)])
    leaf = _leaf(p, presenter, by=limited)
    return _case("name-constraint", presenter, p, presenter=presenter, pair=leaf.pair())


@_both
def critical_extension(presenter: Side, _: Side, p: Pki) -> Case:
    strange = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.55555.1"), b"\x05\x00")
    leaf = _leaf(p, presenter, extra=[(strange, True)])
    return _case("unknown-critical-extension", presenter, p, presenter=presenter,
                 pair=leaf.pair())  # fmt: skip


@_both
def revoked(presenter: Side, _: Side, p: Pki) -> Case:
    leaf = _leaf(p, presenter)
    return _case("revoked", presenter, p, presenter=presenter, pair=leaf.pair(),
                 crls=(revoke(p.between, leaf),))  # fmt: skip


@_both
def short_key(presenter: Side, _: Side, p: Pki) -> Case:
    leaf = _leaf(p, presenter, kind="rsa-1024")
    return _case("weak-key", presenter, p, presenter=presenter, pair=leaf.pair())


@_both
def signed_with_sha1(presenter: Side, _: Side, p: Pki) -> Case:
    between = make("Acme Old Ways", by=p.root, ca=True, kind="rsa")
    leaf = _leaf(p, presenter, by=between, signed_with="sha1")
    return _case("weak-signature", presenter, p, presenter=presenter, pair=leaf.pair())


@_both
def renewed_but_old_one_exchanged(presenter: Side, verifier: Side, p: Pki) -> Case:
    old = _leaf(p, presenter, by=None, starts=-200, ends=100)
    new = _leaf(p, presenter, by=None)
    return _case("stale-certificate", verifier, p, presenter=presenter, pair=new.pair(),
                 trusted=trust(old))  # fmt: skip


@_both
def root_renewed(presenter: Side, verifier: Side, p: Pki) -> Case:
    old = make("Acme Root", ca=True, starts=-200)
    return _case("stale-certificate", verifier, p, presenter=presenter, trusted=trust(old))


@_both
def key_type_gap(presenter: Side, _: Side, p: Pki) -> Case:
    leaf = _leaf(p, presenter, kind="secp256k1")
    return _case("no-shared-algorithm", presenter, p, presenter=presenter, pair=leaf.pair())


@_both
def expired_but_exchanged(presenter: Side, _: Side, p: Pki) -> Case:
    alone = _leaf(p, presenter, by=None, starts=-90, ends=-5)
    return _case("expired", presenter, p, presenter=presenter, pair=alone.pair(),
                 trusted=trust(alone))  # fmt: skip


@_both
def wrong_purpose_but_exchanged(presenter: Side, _: Side, p: Pki) -> Case:
    usages = [CLIENT if presenter == "server" else SERVER]
    alone = _leaf(p, presenter, by=None, usages=usages)
    return _case("wrong-purpose", presenter, p, presenter=presenter, pair=alone.pair(),
                 trusted=trust(alone))  # fmt: skip


def _only(name: str) -> Callable[[Callable[[Pki], Case]], None]:
    def keep(build: Callable[[Pki], Case]) -> None:
        CASES[name] = lambda: build(pki())

    return keep


@_only("host-mismatch")
def _host_mismatch(p: Pki) -> Case:
    return _case("host-mismatch", "server", p, host="elsewhere.example")


@_only("host-in-common-name-only")
def _common_name_only(p: Pki) -> Case:
    return _case("host-mismatch", "server", p, pair=_leaf(p, "server", sans=()).pair())


@_only("wrong-pair-among-several")
def _wrong_pair(p: Pki) -> Case:
    other = _leaf(p, "client", by=None)
    keys = store(p.client.pair("right"), other.pair("wrong"))
    return _case("ca-list-mismatch", "client", p, presenter="client", keys=keys, alias="wrong")


@_only("no-pair-of-an-issuer-asked-for")
def _no_pair_fits(p: Pki) -> Case:
    keys = store(*(make(each, usages=[CLIENT]).pair(each) for each in ("one", "two")))
    return _case("ca-list-mismatch", "client", p, presenter="client", keys=keys)


@_only("exact-leaf-trusted")
def _exact_leaf(p: Pki) -> Case:
    # Java’s client looks for the issuer in the list, which names the leaf alone.
    return _case("ca-list-mismatch", "client", p, presenter="client", trusted=trust(p.client))


@_only("exchanged-the-wrong-way-round")
def _wrong_way_round(p: Pki) -> Case:
    server, client = _leaf(p, "server", by=None), _leaf(p, "client", by=None)
    return Case(
        client=party("client", store(client.pair()), trust(client)),
        server=party("server", store(server.pair()), trust(server)),
        code="untrusted",
        side="client",
    )


@_both
def versions_apart(presenter: Side, _: Side, p: Pki) -> Case:
    return dataclasses.replace(_case("tls-version", presenter, p), apart=presenter)


def speaking(case: Case, version: Tls) -> Case:
    """The case with both sides at one version; where they are to miss each other, one at it."""
    other: Tls = "1.2" if version == "1.3" else "1.3"
    spoken = {side: other if side == case.apart else version for side in _SIDES}
    return dataclasses.replace(
        case,
        client=dataclasses.replace(case.client, tls=(spoken["client"],)),
        server=dataclasses.replace(case.server, tls=(spoken["server"],)),
        side=min(_SIDES, key=spoken.__getitem__) if case.apart else case.side,
    )


def on_disk(name: str) -> Case:
    """The set-up as it is written to files: what Handfast cannot unlock, others cannot either."""
    return CASES[name.replace("key_locked", "key_password_differs")]()


def fault(name: str) -> str:
    """What is broken, whoever it is that broke it."""
    return name.removesuffix("-server").removesuffix("-client")

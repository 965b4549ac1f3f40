"""The verb generate: a key pair with a self-signed certificate."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from handfast.cli.options import add_keystore, add_new_keystore
from handfast.cli.output.json_documents import entry_json
from handfast.cli.output.messages import certificate_text
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import safe
from handfast.cli.passwords import KEYS, key_passwords, new_password
from handfast.cli.target import check_free, target_of
from handfast.core.errors import PasswordNeeded
from handfast.core.store import Format

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handfast.cli.target import Target
    from handfast.core.password import Password

EXAMPLES = """  handfast generate client.p12 --alias client --dname "CN=Acme, O=Acme Inc., C=AU" \\
      --purpose client
  handfast generate server.jks --format jks --alias server --dname "CN=api.example" \\
      --key ec:P-256 --san dns:api.example --san ip:192.0.2.7 --purpose server
"""


def add_options(parser: ArgumentParser) -> None:
    add_keystore(parser)
    add = parser.add_argument
    add("--alias", required=True, metavar="A", help="the name of the new entry")
    add("--dname", required=True, metavar="DN", help="whose it is: 'CN=…, OU=…, O=…, L=…, C=AU'")
    add(
        "--key",
        default="rsa:3072",
        metavar="KEY",
        help="rsa:2048, rsa:3072 (default), rsa:4096, rsa:8192, ec:P-256, ec:P-384, ec:P-521, "
        "or ed25519",
    )
    add("--days", type=int, default=365, metavar="N", help="valid for N days (default: 365)")
    add(
        "--san",
        action="append",
        default=[],
        metavar="NAME",
        help="a name it also stands for: dns:HOST, ip:ADDR, uri:URI or email:ADDR; may be repeated",
    )
    add(
        "--purpose",
        type=str.lower,
        choices=("client", "server", "both"),
        default="both",
        help="which side of TLS it may be used on (default: both)",
    )
    add_new_keystore(parser)


def run(options: Namespace) -> Result:
    from handfast.services.exchange.generating import PairRequest, check_request, make_pair

    request = PairRequest(
        alias=options.alias,
        name=options.dname,
        key=options.key,
        days=options.days,
        sans=tuple(options.san),
        purpose=options.purpose,
    )
    # What was typed is judged before a password is asked for.
    check_request(request)
    target = target_of(options)
    check_free(target.store, request.alias)
    # Before the key is created, which may take a while.
    password = _key_password(target, options)
    pair = dataclasses.replace(make_pair(request), password=password)
    saved, notes = target.save(target.store.with_entries([pair]))
    if options.key_password_file and target.store.format is Format.PKCS12:
        notes.append(
            "The new key has the password of the keystore: Java and keytool open no key of a "
            "PKCS#12 keystore with another."
        )
    entry = saved.store.get(request.alias)
    if options.json:
        return Result(data={**target.facts(), "entry": entry_json(entry), "notes": notes})
    return Result(
        text=f"Created the key pair “{safe(entry.alias)}” in {safe(str(target.path))}.\n"
        + certificate_text(entry.chain[0])
        + "".join(f"Note: {safe(note)}\n" for note in notes)
        + "".join(f"Warning: {safe(each)}\n" for each in target.warnings)
    )


def _key_password(target: Target, options: Namespace) -> Password | None:
    """The password of the new key itself; None where it has that of the keystore.

    It gets the one from ``--key-password-file`` where the format can hold it: keytool takes no key
    out of a PKCS#12 file under a password other than that of the file. In a keystore without a
    password, as a text of certificates, the key needs one, or it would be stored in the clear.
    """
    from handfast.services.policy.passwords import check_password

    own = key_passwords(options, KEYS)
    if own and target.store.format is not Format.PKCS12:
        check_password(own[0], target.store.format)
        return own[0]
    if target.store.password is not None:
        if target.stamp is None:
            check_password(target.store.password, target.store.format)
        return None
    name = target.path.name
    if any(each.is_locked and not each.trouble for each in target.store.entries):
        raise PasswordNeeded(
            f"“{name}” needs its password: the new key is to have the same.",
            causes=("There are keys in it under a password that is not known.",),
            remedy="Give it with --password-file FILE.",
        )
    password = new_password(
        options,
        what=f"The new key in “{name}”",
        remedy="Give the one that is to protect it with --password-file FILE.",
        prompt="Password for the new key: ",
    )
    check_password(password, target.store.format)
    return password

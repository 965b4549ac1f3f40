"""The verb generate: a key pair, self-signed or issued by a CA of a keystore."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from handfast.cli.extension_options import add_extension_options, plan_of, preset_of, save_preset
from handfast.cli.options import add_keystore, add_new_keystore, add_validity_days
from handfast.cli.output.json_documents import entry_json
from handfast.cli.output.messages import certificate_text, notes_text
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import safe
from handfast.cli.passwords import KEYS, key_passwords, open_store
from handfast.cli.target import password_warnings, protection_of_new_key, target_of
from handfast.core.errors import InvalidInput
from handfast.core.language import tr
from handfast.services.policy.aliases import check_free
from handfast.services.policy.certificate_warnings import (
    is_for_servers,
    warning_about_kind,
    warning_about_names,
)
from handfast.services.policy.chosen_entry import only_authority
from handfast.services.policy.formats import key_may_differ
from handfast.services.policy.new_pairs import DEFAULT_DAYS, DEFAULT_KEY
from handfast.services.policy.validity_days import warning_about_days, warning_about_issuer_end

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handfast.cli.target import Target
    from handfast.core.entry import KeyPair
    from handfast.core.password import Password
    from handfast.services.exchange.generating import PairRequest

EXAMPLES = """  handfast generate client.p12 --alias client --dname "CN=Acme, O=Acme Inc., C=AU" \\
      --purpose client
  handfast generate server.jks --format jks --alias server --dname "CN=api.example" \\
      --key ec:P-256 --san dns:api.example --san ip:192.0.2.7 --purpose server
  handfast generate ca.p12 --alias ca --dname "CN=Test CA" --purpose ca --days 3650
  handfast generate server.p12 --alias server --dname CN=api.example --issuer ca.p12#ca
  handfast generate mail.p12 --alias me --dname CN=me --extensions smime
  handfast generate acme.p12 --alias acme --dname CN=acme --extensions tls-client \
      --ext crl=http://ca.example/ca.crl --save-preset acme.json
  handfast generate keys.p12 --alias session --key aes:256
"""


def add_options(parser: ArgumentParser) -> None:
    from handfast.services.authority.profiles import ALL_PURPOSES

    add_keystore(parser)
    add = parser.add_argument
    add("--alias", required=True, metavar="A", help=tr("the alias of the new entry"))
    add(
        "--dname",
        metavar="DN",
        help=tr("the subject of the certificate: 'CN=…, OU=…, O=…, L=…, C=AU'"),
    )
    add(
        "--key",
        default=DEFAULT_KEY,
        metavar="KEY",
        help=tr(
            "rsa:2048, rsa:3072, rsa:4096, rsa:8192, ec:P-256, ec:P-384, ec:P-521, or ed25519; or "
            "a secret key: aes:128, aes:192, aes:256, hmac:sha1, hmac:sha256, hmac:sha384, or "
            "hmac:sha512 (default: {key})",
            key=DEFAULT_KEY,
        ),
    )
    add_validity_days(parser, DEFAULT_DAYS)
    add(
        "--san",
        action="append",
        default=[],
        metavar="NAME",
        help=tr(
            "a subject alternative name: dns:HOST, ip:ADDR, uri:URI, or email:ADDR; may be repeated"
        ),
    )
    add(
        "--purpose",
        type=str.lower,
        choices=ALL_PURPOSES,
        default="both",
        help=tr(
            "what it is for: a side of TLS, issuing certificates, or signing code (default: both)"
        ),
    )
    add(
        "--path-length",
        type=int,
        metavar="N",
        help=tr("how many CAs may be below it, with --purpose ca (default: any number)"),
    )
    add(
        "--issuer",
        metavar="STORE#ALIAS",
        help=tr("the CA that issues the certificate (default: it is self-signed)"),
    )
    add_extension_options(parser)
    add("--issuer-password-file", metavar="F", help=tr("a file with the password of --issuer"))
    add_new_keystore(parser)


def run(options: Namespace) -> Result:
    from handfast.services.exchange.generating import PairRequest, check_request
    from handfast.services.exchange.secret_keys import is_secret_kind

    if is_secret_kind(options.key):
        return _generate_secret(options)
    if options.dname is None:
        raise InvalidInput(
            tr("A key pair needs the subject of its certificate."),
            field="dname",
            remedy=tr("Name it with --dname, such as --dname CN=api.example."),
        )
    plan = plan_of(options, options.purpose)
    if plan is not None and options.path_length is not None:
        plan = dataclasses.replace(plan, path_length=options.path_length)
    request = PairRequest(
        extensions=plan,
        alias=options.alias,
        name=options.dname,
        key=options.key,
        days=options.days,
        sans=tuple(options.san),
        purpose=options.purpose,
        path_length=options.path_length,
    )
    # What was typed is judged before a password is asked for.
    check_request(request)
    preset = preset_of(options, plan, options.purpose)
    target = target_of(options)
    check_free(target.store, request.alias)
    # Before the key is created, which may take a while.
    password, target = _key_password(target, options)
    pair = dataclasses.replace(_make(request, options), password=password)
    saved, notes = target.save(target.store.with_entries([pair]))
    notes += save_preset(options, preset)
    if options.key_password_file and not key_may_differ(target.store.format):
        notes.append(
            tr(
                "The new key has the password of the keystore, because Java and keytool "
                "cannot open a key of a PKCS#12 keystore with another password."
            )
        )
    entry = saved.store.get(request.alias)
    warnings = (*_warnings(request, pair), *target.warnings)
    if options.json:
        return Result(
            data={**target.facts(), "entry": entry_json(entry), "notes": notes}, warnings=warnings
        )
    return Result(
        warnings=warnings,
        text=tr(
            "Created the key pair “{alias}” in {path}.",
            alias=safe(entry.alias),
            path=safe(str(target.path)),
        )
        + "\n"
        + certificate_text(entry.chain[0])
        + notes_text(notes),
    )


def _generate_secret(options: Namespace) -> Result:
    """A secret key, which has no certificate and nobody to be issued by."""
    from handfast.services.exchange.secret_keys import generate_secret, put_secret

    if (
        options.dname is not None
        or options.san
        or options.issuer is not None
        or options.extensions is not None
        or options.ext
        or options.save_preset is not None
    ):
        raise InvalidInput(
            tr("A secret key has no certificate."),
            field="key",
            remedy=tr(
                "Omit --dname, --san, --issuer, and the options for extensions, or choose a kind "
                "of key pair."
            ),
        )
    key = generate_secret(options.alias, options.key)
    target = target_of(options)
    check_free(target.store, options.alias)
    password, target = _key_password(target, options)
    key = dataclasses.replace(key, password=password)
    saved, notes = target.save(put_secret(target.store, key))
    entry = saved.store.get(options.alias)
    if options.json:
        return Result(
            warnings=target.warnings,
            data={**target.facts(), "entry": entry_json(entry), "notes": notes},
        )
    text = tr(
        "Created the secret key “{alias}” in {path}.",
        alias=safe(entry.alias),
        path=safe(str(target.path)),
    )
    return Result(warnings=target.warnings, text=f"{text}\n{notes_text(notes)}")


def _make(request: PairRequest, options: Namespace) -> KeyPair:
    """The pair, self-signed or issued by ``--issuer``, whose journal then has it."""
    from handfast.services.exchange.generating import make_pair

    if options.issuer is None:
        return make_pair(request)
    from handfast.cli.options import split_alias
    from handfast.services.authority.issuer import issuer_of
    from handfast.services.authority.journal import journal_path, read_journal, record_issued

    path, alias = split_alias(options.issuer)
    store = open_store(path, options, "issuer_password_file").store
    issuer = issuer_of(
        store.get(alias)
        if alias is not None
        else only_authority(
            store, name=path.name, field="issuer", remedy=tr("Write it as STORE#ALIAS.")
        )
    )
    journal = read_journal(journal_path(path))
    pair = make_pair(request, issuer=issuer, used_serials=journal.serials())
    now = dt.datetime.now(dt.UTC)
    record_issued(path, issuer.certificate, pair.chain[0], now)
    return pair


def _warnings(request: PairRequest, pair: KeyPair) -> tuple[str, ...]:
    """What the wizard says beside its fields."""
    leaf, *above = pair.chain
    start = leaf.not_before
    serves = is_for_servers(leaf)
    found = [
        warning_about_kind(request.key),
        warning_about_days(request.days, is_for_servers=serves),
        warning_about_names(leaf.san, is_for_servers=serves),
    ]
    if above and start is not None:
        end = start + dt.timedelta(days=request.days)
        found.append(warning_about_issuer_end(above[0], end))
    return tuple(found)


def _key_password(target: Target, options: Namespace) -> tuple[Password | None, Target]:
    """The password of the new key itself; None where it has that of the keystore.

    Beside it the keystore, with what is unwise about that password.

    It gets the one from ``--key-password-file`` where the format can hold it: keytool takes no key
    out of a PKCS#12 file under a password other than that of the file. In a keystore without a
    password, as a text of certificates, the key needs one, or it would be stored unencrypted.
    """
    own = key_passwords(options, KEYS)
    if own and key_may_differ(target.store.format):
        return own[0], target.with_warnings(password_warnings(own[0], target.store.format))
    return protection_of_new_key(target, options)

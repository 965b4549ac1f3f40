"""The verb probe: a handshake with a live endpoint, and what it makes of your certificate."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.mutual_tls.negative import (
    add_negative_options,
    check_negative_options,
    model_of,
    run_against,
)
from handfast.cli.mutual_tls.parties import name_options, party_of
from handfast.cli.options import add_own_keystores
from handfast.cli.output.handshake_text import WIDEST, story_text
from handfast.cli.output.json_documents import certificate_json
from handfast.cli.output.messages import certificate_text
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import is_coloured, safe, width_of
from handfast.core.errors import AlreadyExists, InvalidInput, PasswordNeeded
from handfast.core.language import tr, tr_count
from handfast.core.network import DEFAULT_TIMEOUT_SECONDS, check_timeout
from handfast.handshake.live.dialing import STARTTLS

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handfast.handshake.live.proxy import Proxy
    from handfast.handshake.report.report import Report

EXAMPLES = """  handfast probe api.example:443 --identity client.p12#client --trust truststore.p12
  handfast probe mail.example:25 --starttls smtp --json
  handfast probe api.example:443 --proxy mary@proxy.example:3128 --proxy-password-file proxy.txt
  handfast probe api.example:443 --save-chain partner.pem
  handfast probe api.example:443 --negative --ca ca.p12#ca --report negative.html
"""


def add_options(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("endpoint", metavar="HOST:PORT", help=tr("the server to connect to"))
    add_own_keystores(parser, required=False)
    add("--hostname", metavar="H", help=tr("the server name to send and to check (default: HOST)"))
    add(
        "--timeout",
        type=float,
        default=DEFAULT_TIMEOUT_SECONDS,
        metavar="S",
        help=tr("timeout in seconds (default: {seconds})", seconds=f"{DEFAULT_TIMEOUT_SECONDS:g}"),
    )
    add("--starttls", choices=STARTTLS, help=tr("how TLS is started"))
    add("--proxy", metavar="[NAME@]HOST:PORT", help=tr("an HTTP proxy that supports CONNECT"))
    add(
        "--proxy-password-file",
        metavar="F",
        help=tr("a file with the password of NAME at the proxy"),
    )
    add(
        "--save-chain",
        metavar="FILE",
        help=tr("write the certificates that the server presents to FILE, as PEM"),
    )
    add_negative_options(parser, of_listen=False)


def run(options: Namespace) -> Result:
    from handfast.handshake.engine.endpoint import endpoint_of, host_of
    from handfast.handshake.live.probing import Target, probe
    from handfast.handshake.report.report import report_json

    check_negative_options(options)
    host, port = endpoint_of(options.endpoint)
    check_timeout(options.timeout)
    target = Target(
        host=host,
        port=port,
        hostname=host_of(options.hostname or ""),
        seconds=options.timeout,
        proxy=_proxy(options),
        starttls=options.starttls,
    )
    if options.negative:
        if options.save_chain is not None:
            raise InvalidInput(tr("--save-chain and --negative exclude each other."))
        return run_against(target, model_of(party_of("client", options)), options)
    saved = Path(options.save_chain) if options.save_chain is not None else None
    if saved is not None and saved.exists():
        raise AlreadyExists(
            tr("“{name}” already exists.", name=saved.name),
            remedy=tr("Name another file with --save-chain."),
        )
    report = name_options(probe(target, party_of("client", options)), client="identity")
    report = _name_proxy_options(report)
    code = 0 if report.ok else 1
    if saved is not None and report.presented:
        _save(saved, report)
    if options.json:
        data = report_json(report)
        data["asked_for"] = None if report.asked_for is None else list(report.asked_for)
        data["presented"] = [certificate_json(each) for each in report.presented]
        if saved is not None:
            data["saved"] = str(saved) if report.presented else None
        return Result(data=data, code=code)
    width = min(width_of(sys.stdout) or WIDEST, WIDEST)
    text = story_text(report, width=width, coloured=is_coloured(sys.stdout))
    return Result(text=text + _presented_text(report, saved), code=code)


def _proxy(options: Namespace) -> Proxy | None:
    """The proxy; where it has a name, the password from its own option or a terminal."""
    from handfast.cli.passwords import asked, from_option
    from handfast.handshake.live.proxy import check_named, proxy_of

    file = options.proxy_password_file
    if options.proxy is None:
        if file is not None:
            raise InvalidInput(tr("--proxy-password-file requires --proxy NAME@HOST:PORT."))
        return None
    proxy = proxy_of(options.proxy, "--proxy")
    if not proxy.name:
        if file is not None:
            check_named(proxy)
        return proxy
    # Never the common password: that of a store is not for others to hear.
    password = (
        from_option(options, "proxy_password_file")
        if file is not None
        else asked(tr("Password of {name} at {where}:", name=proxy.name, where=proxy.where) + " ")
    )
    if password is None:
        raise PasswordNeeded(
            tr("The proxy requires the password of “{name}”.", name=proxy.name),
            remedy=tr("Use --proxy-password-file FILE."),
        )
    return dataclasses.replace(proxy, password=password)


def _name_proxy_options(report: Report) -> Report:
    """The report, saying where the name and the password for a proxy are given here."""
    causes = [
        dataclasses.replace(
            each,
            remedy=tr(
                "{remedy} Here: --proxy NAME@HOST:PORT, and --proxy-password-file FILE.",
                remedy=each.remedy,
            ),
        )
        if each.is_proxy_sign_in
        else each
        for each in report.causes
    ]
    return dataclasses.replace(report, causes=tuple(causes))


def _save(path: Path, report: Report) -> None:
    from handfast.services.exchange.exporting import encode_certificates
    from handfast.services.files.store_files import write_file

    write_file(path, encode_certificates(report.presented, "pem"), new_mode=0o644)


def _presented_text(report: Report, saved: Path | None) -> str:
    """The server’s certificates in full, with the fingerprints by which they are compared."""
    if not report.presented:
        return (
            ""
            if saved is None
            else "\n" + tr("The server presented nothing that could be saved.") + "\n"
        )
    title = (
        "\n"
        + tr_count(
            "Presented by the server ({count} certificate)",
            "Presented by the server ({count} certificates), its own first",
            len(report.presented),
        )
        + "\n"
    )
    told = "\n".join(certificate_text(each) for each in report.presented)
    where = (
        ""
        if saved is None
        else "\n"
        + tr(
            "Saved in {path}. Compare the fingerprints with your partner through another "
            "channel, such as by telephone, before you import it as trusted.",
            path=safe(str(saved)),
        )
        + "\n"
    )
    return title + told + where

"""The verb listen: a mutual-TLS test server that reports each connection."""

from __future__ import annotations

import dataclasses
import gc
import signal
import sys
from typing import TYPE_CHECKING

from handfast.cli.mutual_tls.negative import (
    add_negative_options,
    check_negative_options,
    run_own_server,
)
from handfast.cli.mutual_tls.parties import party_of
from handfast.cli.options import add_own_keystores, revocation_lists
from handfast.cli.output.handshake_text import WIDEST, story_text
from handfast.cli.output.json_documents import certificate_json
from handfast.cli.output.json_text import json_line
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import is_coloured, safe, width_of, write
from handfast.core.errors import InvalidInput
from handfast.core.language import tr, tr_count
from handfast.core.network import check_port
from handfast.handshake.engine.endpoint import bracketed

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handfast.handshake.live.listening import Received

EXAMPLES = """  handfast listen --identity server.p12#api --trust truststore.p12 --port 8443
  handfast listen --identity server.p12 --trust truststore.p12 --connections 1 --json
  handfast listen --identity server.p12 --trust truststore.p12 --negative --ca ca.p12#ca
"""


def add_options(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add_own_keystores(parser, required=True)
    add("--port", type=int, default=0, metavar="P", help=tr("(default: 0, any free port)"))
    add("--address", default="127.0.0.1", metavar="A", help=tr("(default: this computer only)"))
    add("--connections", type=int, metavar="N", help=tr("stop after N connections"))
    add(
        "--for",
        type=float,
        dest="for_seconds",
        metavar="SECONDS",
        help=tr("stop after that time"),
    )
    add(
        "--crl",
        action="append",
        default=[],
        metavar="FILE",
        help=tr("a revocation list, PEM or DER, whose certificates are refused; may be repeated"),
    )
    add_negative_options(parser, of_listen=True)


def run(options: Namespace) -> Result:
    from handfast.handshake.live.listening import Listener

    check_negative_options(options)
    check_port(options.port, least=0)
    for name in ("connections", "for_seconds"):
        limit = getattr(options, name)
        if limit is not None and not 0 < limit <= 10**8:
            raise InvalidInput(tr("A limit must be above 0."), field=name)
    lists = revocation_lists(options.crl)
    server = dataclasses.replace(party_of("server", options), revocation_lists=lists)
    if options.negative:
        return run_own_server(server, options.port, options)
    listener = Listener(server, address=options.address, port=options.port)

    def tell(heard: Received) -> None:
        write(sys.stdout, _json(heard) if options.json else _text(heard))

    # Other verbs are over before there is anything to collect; this one may run for days.
    gc.enable()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: listener.stop())
    where = bracketed(options.address)
    if options.json:
        where_json = {"address": options.address, "port": listener.port}
        write(sys.stdout, json_line({"listening": where_json}))
    else:
        write(
            sys.stdout,
            tr(
                "Listening on {where}:{port}. Press Ctrl-C to stop.",
                where=where,
                port=listener.port,
            )
            + "\n",
        )
    count = listener.serve(tell, connections=options.connections, seconds=options.for_seconds)
    ended = (
        ""
        if options.json
        else tr_count("{count} connection.", "{count} connections.", count) + "\n"
    )
    return Result(text=ended)


def _json(heard: Received) -> str:
    from handfast.handshake.report.report import report_json

    # For programs, in the form that every name has in JSON.
    subject = next((each.subject_rfc4514 for each in heard.report.presented), "")
    told = {"connection": heard.number, "peer": heard.peer, "subject": subject}
    presented = [certificate_json(each) for each in heard.report.presented]
    return json_line({**told, **report_json(heard.report), "presented": presented})


def _text(heard: Received) -> str:
    width = min(width_of(sys.stdout) or WIDEST, WIDEST)
    told = story_text(heard.report, width=width, coloured=is_coloured(sys.stdout))
    if heard.subject:
        title = tr(
            "Connection {number} from {peer}: {subject}",
            number=heard.number,
            peer=heard.peer,
            subject=safe(heard.subject),
        )
    else:
        title = tr("Connection {number} from {peer}", number=heard.number, peer=heard.peer)
    return f"\n{title}\n{told}"

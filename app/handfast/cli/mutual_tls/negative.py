"""Negative tests, for the verbs probe and listen: clients that a server must refuse call it."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handfast.cli.inputs import files_read
from handfast.cli.options import split_alias
from handfast.cli.output.handshake_text import WIDEST
from handfast.cli.output.json_documents import certificate_json
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import safe, width_of, write
from handfast.cli.passwords import is_terminal, open_store
from handfast.core.errors import InvalidInput
from handfast.core.language import tr
from handfast.services.policy.chosen_entry import only_authority

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handfast.core.entry import KeyPair
    from handfast.handshake.live.negative_tests import CaseResult, NegativeReport
    from handfast.handshake.live.probing import Target
    from handfast.handshake.report.party import Party
    from handfast.services.authority.issuer import Issuer
    from handfast.services.authority.journal import Journal
    from handfast.services.authority.negative_clients import NegativeClients

#: What has a meaning only together with --negative.
_BELONGING = ("ca", "ca_password_file", "report", "force")
_OF_PROBE = ("crl_out", "crl_wait", "checks_names", "path")
#: A server that takes longer to load a list is told to do so another way.
_MAX_WAIT_SECONDS = 3_600


def add_negative_options(parser: ArgumentParser, *, of_listen: bool) -> None:
    """The options of a negative test."""
    add = parser.add_argument
    add(
        "--negative",
        action="store_true",
        help=tr(
            "run the server, and test it with clients that it must refuse, one connection "
            "each; exit with 1 unless it refuses all of them"
        )
        if of_listen
        else tr(
            "test the server with clients that it must refuse, one connection each; exit "
            "with 1 unless it refuses all of them"
        ),
    )
    add(
        "--ca",
        metavar="STORE[#ALIAS]",
        help=tr("with --negative: the CA that the server trusts, which issues the clients"),
    )
    add("--ca-password-file", metavar="F", help=tr("a file with the password of --ca"))
    add("--report", metavar="FILE", help=tr("with --negative: write a report, .html or .txt"))
    add("--force", action="store_true", help=tr("replace FILE if it exists; never a keystore"))
    if of_listen:
        return
    add(
        "--crl-out",
        metavar="FILE",
        help=tr("with --negative: write the revocation list that the server must load"),
    )
    add(
        "--crl-wait",
        type=float,
        metavar="S",
        help=tr(
            "how many seconds to wait until the server has loaded it (default: wait for the "
            "Enter key)"
        ),
    )
    add(
        "--checks-names",
        action="store_true",
        help=tr("with --negative: the server must refuse other names from the same CA"),
    )
    add(
        "--path",
        metavar="PATH",
        help=tr("with --negative: request PATH over HTTP, such as /api"),
    )


def check_negative_options(options: Namespace) -> None:
    """Let the options of a negative test stand together.

    :raises InvalidInput: one is missing, or stands alone
    """
    if options.negative and options.ca is None:
        raise InvalidInput(
            tr("--negative requires the CA that issues the clients."),
            field="ca",
            remedy=tr("Name it with --ca STORE#ALIAS."),
        )
    if options.negative:
        return
    for name in (*_BELONGING, *_OF_PROBE):
        if getattr(options, name, None):
            option = f"--{name.replace('_', '-')}"
            raise InvalidInput(tr("{option} requires --negative.", option=option), field=name)


def run_against(target: Target, model: KeyPair | None, options: Namespace) -> Result:
    """A negative test of the server that the command line names."""
    from handfast.handshake.engine.endpoint import http_path_of
    from handfast.handshake.live.negative_tests import NegativePlan, run_negative_tests

    wait, path = options.crl_wait, http_path_of(options.path or "")
    list_path = Path(options.crl_out) if options.crl_out is not None else None
    if wait is not None and (list_path is None or not 0 < wait <= _MAX_WAIT_SECONDS):
        raise InvalidInput(
            tr("--crl-wait requires --crl-out, and a time of at most an hour."), field="crl_wait"
        )
    if list_path is not None and wait is None and not is_terminal():
        raise InvalidInput(
            tr(
                "Without a terminal, Handfast cannot wait for the Enter key while the server "
                "loads the list."
            ),
            field="crl_wait",
            remedy=tr("Set the waiting time with --crl-wait SECONDS."),
        )
    test = _Test(options, model)
    target.network.check(
        tr("Network access is off, so Handfast did not connect to {host}.", host=target.host)
    )
    made, _journal = test.clients(list_path)
    if list_path is not None:
        _wait_for_list(list_path, wait)
    plan = NegativePlan(
        target=target,
        clients=made,
        knows_list=list_path is not None,
        checks_names=options.checks_names,
        path=path,
    )
    return test.result(run_negative_tests(plan))


def run_own_server(server: Party, port: int, options: Namespace) -> Result:
    """A negative test of a server of this program, on this computer alone."""
    from handfast.handshake.live.negative_tests import (
        NegativePlan,
        OwnServer,
        run_negative_tests,
    )
    from handfast.handshake.live.probing import Target
    from handfast.services.authority.negative_clients import revocation_list_for_test

    test = _Test(options, None)
    # Before anything is issued: the port may be taken, or sockets forbidden.
    own = OwnServer(server, port=port)
    made, journal = test.clients(None)
    own.add_revocation_list(revocation_list_for_test(test.issuer, journal))
    with own:
        plan = NegativePlan(
            target=Target(host="127.0.0.1", port=own.port), clients=made, knows_list=True
        )
        return test.result(run_negative_tests(plan, own=own))


class _Test:
    """The CA, the clients that it issues, and where the report goes."""

    def __init__(self, options: Namespace, model: KeyPair | None) -> None:
        from handfast.services.authority.issuer import issuer_of
        from handfast.services.authority.negative_clients import check_outputs

        self._options, self._model = options, model
        self._path, alias = split_alias(options.ca)
        self._report = Path(options.report) if options.report is not None else None
        list_name = getattr(options, "crl_out", None)
        written = [self._report, Path(list_name) if list_name is not None else None]
        check_outputs(
            self._path,
            [each for each in written if each is not None],
            replace=options.force,
            read=files_read(options),
        )
        store = open_store(self._path, options, "ca_password_file").store
        self.issuer: Issuer = issuer_of(
            store.get(alias)
            if alias
            else only_authority(
                store,
                name=self._path.name,
                field="ca",
                remedy=tr("Write it as STORE#ALIAS."),
            )
        )

    def clients(self, list_path: Path | None) -> tuple[NegativeClients, Journal]:
        """The clients, recorded in the journal of the CA; the list is written where it is to be."""
        from handfast.services.authority.negative_clients import prepare_negative_test

        return prepare_negative_test(
            self._path,
            self.issuer,
            model=self._model,
            list_path=list_path,
            replace=self._options.force,
        )

    def result(self, report: NegativeReport) -> Result:
        """What the verb prints; the report is written where one was asked for."""
        from handfast.flows.negative.report import report_file_text, report_text
        from handfast.services.files.store_files import write_file

        path = self._report
        if path is not None:
            data = report_file_text(report, path.name).encode("utf-8")
            write_file(path, data, overwrite=self._options.force, new_mode=0o644)
        code = 0 if report.ok else 1
        if self._options.json:
            told = negative_json(report)
            if path is not None:
                told["report"] = str(path)
            return Result(data=told, code=code)
        width = min(width_of(sys.stdout) or WIDEST, WIDEST)
        text = report_text(report, width=width)
        if path is not None:
            text += tr("Written to {path}.", path=safe(str(path))) + "\n"
        return Result(text=text, code=code)


def _wait_for_list(path: Path, seconds: float | None) -> None:
    told = tr("The revocation list is in {path}. Load it into the server.", path=safe(str(path)))
    if seconds is not None:
        write(sys.stderr, told + "\n")
        time.sleep(seconds)
        return
    write(sys.stderr, told + " " + tr("Then press Enter.") + "\n")
    sys.stdin.readline()


def negative_json(report: NegativeReport) -> dict[str, Any]:
    """The shape that scripts rely on."""
    from handfast.flows.negative.words import verdict

    return {
        "ok": report.ok,
        "verdict": verdict(report),
        "target": {"host": report.host, "port": report.port, "own": report.is_own_server},
        "ca": certificate_json(report.issuer),
        "server": certificate_json(report.server[0]) if report.server else None,
        "started": f"{report.started:%Y-%m-%dT%H:%M:%SZ}",
        "cases": [_case_json(each) for each in report.results],
    }


def _case_json(result: CaseResult) -> dict[str, Any]:
    from handfast.flows.negative.words import CASE_TITLES, remedy, seen

    certificate = result.certificate
    return {
        "case": result.case.value,
        "title": CASE_TITLES[result.case],
        "expected": result.expectation.value,
        "outcome": result.outcome.value,
        "ok": result.ok,
        "evidence": result.evidence.value,
        "tls": result.tls,
        "alert": result.alert or None,
        "http": result.http or None,
        "server_cause": result.server_cause or None,
        "at": f"{result.at:%Y-%m-%dT%H:%M:%SZ}" if result.at is not None else None,
        "serial": certificate.serial if certificate is not None else None,
        "sha256": certificate.sha256 if certificate is not None else None,
        "detail": seen(result),
        "remedy": remedy(result) or None,
    }


def model_of(party: Party) -> KeyPair | None:
    """The pair of --identity, which is the client that the server accepts."""
    from handfast.handshake.engine.identity_choice import choose

    if party.keys is None:
        return None
    pairs = party.keys.store.key_pairs
    choice = choose(pairs, role="client", tls=min(party.tls), alias=party.alias, asked_for=None)
    return choice.pair

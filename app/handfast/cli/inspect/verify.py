"""The verb verify: a certificate, a file, or an entry against a trust store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.options import add_keystore, revocation_lists
from handfast.cli.output.json_documents import certificate_json
from handfast.cli.output.messages import certificate_text, naming
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import safe
from handfast.cli.passwords import open_store
from handfast.core.errors import HandfastError, InvalidInput, NotAKeystore
from handfast.core.language import tr
from handfast.core.store import Format, Integrity, Store, shorten
from handfast.services.policy.moments import parse_moment

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handfast.core.certificates.certificate import Certificate
    from handfast.handshake.report.party import PartyStore
    from handfast.handshake.verifying import VerificationPlan, VerifiedChain

EXAMPLES = """  handfast verify partner.cer --trust truststore.p12 --hostname api.example
  handfast verify server.p12 --alias server --trust jdk --purpose server
"""


def add_options(parser: ArgumentParser) -> None:
    add_keystore(parser)
    add = parser.add_argument
    add("--alias", metavar="A", help=tr("the entry of a keystore (default: its only key pair)"))
    add(
        "--trust",
        required=True,
        metavar="STORE",
        help=tr("the trust store; jdk for that of the current JDK, system for that of the system"),
    )
    add("--trust-password-file", metavar="F", help=tr("a file with the password of --trust"))
    add("--hostname", metavar="H", help=tr("the host that the certificate must be for"))
    add(
        "--purpose",
        type=str.lower,
        choices=("client", "server"),
        help=tr("the side of TLS that presents it (default: what the certificate is for)"),
    )
    add(
        "--at",
        metavar="TIME",
        help=tr("verify at this time, such as 2027-01-31 or 2027-01-31T12:00Z"),
    )
    add(
        "--crl",
        action="append",
        default=[],
        metavar="FILE",
        help=tr("a revocation list, PEM or DER; may be repeated"),
    )
    add(
        "--online",
        action="store_true",
        help=tr("ask the OCSP responder and fetch the revocation lists that the certificates name"),
    )


def run(options: Namespace) -> Result:
    from handfast.handshake.engine.endpoint import host_of
    from handfast.handshake.verifying import (
        VerificationPlan,
        check_host_for,
        purpose_of,
        verify_chain,
    )

    if options.hostname is not None and not options.hostname.strip():
        # As a variable that is not set: without a host, the check would be left out unseen.
        raise InvalidInput(
            tr("The host name in --hostname is missing."),
            field="hostname",
            remedy=tr("Enter the host name, or omit --hostname to check no host."),
        )
    if options.online:
        from handfast.core.network import ALLOWED

        # Before anything is read: whoever forbade the network is to know that it was asked for.
        ALLOWED.check("ask whether the certificates are revoked")
    chain = _chain(options)
    purpose = options.purpose or ("server" if options.hostname else purpose_of(chain[0]))
    check_host_for(purpose, options.hostname or "")
    trust = _trust(options)
    plan = VerificationPlan(
        chain=chain,
        trust=trust,
        purpose=purpose,
        host=host_of(options.hostname or ""),
        at=parse_moment(options.at) if options.at is not None else None,
        revocation_lists=revocation_lists(options.crl),
        is_from_trust=trust.path is not None
        and trust.path.resolve() == Path(options.store).resolve(),
    )
    verified = verify_chain(plan)
    if options.online:
        verified = _online(verified, plan)
    code = 0 if verified.ok else 1
    if options.json:
        return Result(data=_document(verified, plan), code=code)
    return Result(text=_text(verified, plan), code=code)


def _chain(options: Namespace) -> tuple[Certificate, ...]:
    """The leaf, then whatever else came with it."""
    from handfast.services.exchange.certificate_files import read_certificates
    from handfast.services.files.store_files import read_named_file

    path = Path(options.store)
    if options.alias is None:
        data = read_named_file(path)[0]
        try:
            with naming(options.store):
                found = read_certificates(data)
        except HandfastError as error:
            if isinstance(error, NotAKeystore):
                raise
        else:
            # What is nothing but certificates need not be opened again to see it.
            is_bare = found.encoding in {"DER", "PEM"} and b"PRIVATE KEY" not in data
            if is_bare or not _has_keys(path, options):
                return found.certificates
    store = open_store(path, options).store
    if options.alias is not None:
        entry = store.get(options.alias)
    else:
        candidates = store.key_pairs or store.trusted
        if len(candidates) != 1:
            raise InvalidInput(
                tr(
                    "“{name}” contains several entries; specify which one to verify.",
                    name=path.name,
                ),
                field="alias",
                remedy=tr("Name it with --alias."),
            )
        entry = candidates[0]
    if not entry.chain:
        raise InvalidInput(
            tr("“{alias}” has no certificate.", alias=shorten(entry.alias)), field="alias"
        )
    return entry.chain


def _has_keys(path: Path, options: Namespace) -> bool:
    """Whether a file that certificates were read from is a keystore with key pairs."""
    try:
        return bool(open_store(path, options).store.key_pairs)
    except HandfastError:
        return False


def _trust(options: Namespace) -> PartyStore:
    from handfast.handshake.report.party import PartyStore

    path = _trust_path(options.trust)
    try:
        return PartyStore(store=open_store(path, options, "trust_password_file").store, path=path)
    except NotAKeystore:
        # A certificate alone, in DER or in another form, is a trust store of one.
        from handfast.services.exchange.certificate_files import read_certificates
        from handfast.services.exchange.importing import import_certificates, suggest_alias
        from handfast.services.files.store_files import read_named_file

        with naming(str(path)):
            found = read_certificates(read_named_file(path)[0]).certificates
    store = Store(format=Format.PEM, integrity=Integrity.NONE)
    for each in found:
        store = import_certificates(store, [(each, suggest_alias(each, store))])
    return PartyStore(store=store, path=path)


def _trust_path(named: str) -> Path:
    if named not in {"jdk", "system"}:
        return Path(named)
    # Where JDKs are, and the system's certificates, is not loaded by those who name a file.
    from handfast.services.files.trust_sources import jdk_trust_store, system_trust_store

    return jdk_trust_store() if named == "jdk" else system_trust_store()


def _online(verified: VerifiedChain, plan: VerificationPlan) -> VerifiedChain:
    from handfast.core.network import ALLOWED
    from handfast.handshake.live.revocation_answers import ask_about
    from handfast.handshake.verifying import with_revocation

    findings = ask_about(verified.path, at=plan.moment, permission=ALLOWED)
    return with_revocation(verified, findings, plan.purpose)


def _document(verified: VerifiedChain, plan: VerificationPlan) -> dict[str, object]:
    from handfast.flows.verification.story import rule_steps

    return {
        "ok": verified.ok,
        "path": [certificate_json(each) for each in verified.path],
        "anchor": verified.anchor or None,
        "revocation": verified.revocation.value,
        "revocation_details": [
            {
                "sha256": each.certificate.sha256,
                "state": each.state.value,
                "source": each.source,
                "detail": each.detail,
            }
            for each in verified.answers
        ],
        "steps": [
            {
                "number": each.number,
                "rule": each.rule.value,
                "status": each.outcome.value,
                "title": each.title,
                "source": each.source,
                "detail": each.detail,
            }
            for each in rule_steps(verified, plan)
        ],
        "causes": [
            {
                "code": each.code,
                "side": each.side,
                "message": each.message,
                "remedy": each.remedy,
                # Told beside the answer: it does not make it a no.
                "minor": each.is_minor,
                "refused_by": sorted(peer.value for peer in each.refused_by),
            }
            for each in verified.causes
        ],
    }


def _text(verified: VerifiedChain, plan: VerificationPlan) -> str:
    from handfast.flows.verification.story import (
        missing_link,
        outcome_words,
        rule_steps,
        verdict_text,
    )

    lines = [f"{verdict_text(verified, plan)}\n"]
    for depth, certificate in enumerate(verified.path):
        lines.append(certificate_text(certificate, indent="  " * (depth + 1)))
    if verified.anchor:
        lines.append(tr("Trusted as “{anchor}”.", anchor=safe(verified.anchor)) + "\n")
    elif missing := missing_link(verified):
        lines.append(f"{safe(missing)}\n")
    for step in rule_steps(verified, plan):
        lines.append(
            f"{step.number}. {step.title} ({step.source}): {outcome_words(step.outcome)}\n"
        )
        lines += [f"   {safe(line)}\n" for line in step.detail.splitlines()]
    for number, cause in enumerate(verified.causes, 1):
        if number == 1 or cause.is_minor != verified.causes[number - 2].is_minor:
            heading = tr("What not every program accepts:") if cause.is_minor else ""
            lines.append((heading or tr("What to change:")) + "\n")
        lines.append(f"{number}. {safe(cause.message)}\n   {safe(cause.remedy)}\n")
    return "".join(lines)

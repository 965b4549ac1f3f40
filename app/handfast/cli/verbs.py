"""The one table of verbs: the name of each, what it is for, and the module that runs it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handfast.cli.output.result import Result


class VerbModule(Protocol):
    """What the module of a verb has at its top level."""

    #: Command lines as one would type them, indented by two blanks.
    EXAMPLES: str

    def add_options(self, parser: ArgumentParser) -> None:
        """Tell the parser what the verb takes, besides ``--json`` and ``--allow-cost``."""

    def run(self, options: Namespace) -> Result:
        """Carry the verb out."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb. Its module is imported only when its options or its answer are asked for."""

    name: str
    #: What it is for, as a phrase that follows the name in the overview.
    help: str
    #: The module below :mod:`handfast.cli`.
    module: str
    #: Whether it opens keystores, so that the rules about passwords and costs apply to it.
    opens_keystores: bool = True

    @property
    def examples(self) -> str:
        """Command lines as one would type them."""
        return self._load().EXAMPLES

    def options(self, parser: ArgumentParser) -> None:
        """Add what the verb takes to a parser."""
        self._load().add_options(parser)

    def run(self, options: Namespace) -> Result:
        """Carry the verb out."""
        return self._load().run(options)

    def _load(self) -> VerbModule:
        return cast("VerbModule", import_module(f"handfast.cli.{self.module}"))


_TABLE = (
    Verb("list", "list the entries of a keystore", "inspect.list"),
    Verb("show", "show certificates in full", "inspect.show"),
    Verb("check", "report what will fail, why it matters, and what to do", "inspect.check"),
    Verb("scan", "list every keystore below some folders, and what is wrong", "inspect.scan"),
    Verb("compare", "compare two certificates or two keystores", "inspect.compare"),
    Verb("generate", "generate a key pair with a self-signed certificate", "change.generate"),
    Verb("export", "export the public certificate of an entry, for a partner", "change.export"),
    Verb("import", "import the certificates in a file as trusted", "change.import_"),
    Verb("request", "create a certificate signing request for a key pair", "change.request"),
    Verb("reply", "put a CA’s reply onto the key pair that it matches", "change.reply"),
    Verb(
        "import-key",
        "put the key pairs of a heap of files into a keystore",
        "change.import_key",
    ),
    Verb(
        "export-key",
        "export a key pair or a private key in the form that a program wants",
        "change.export_key",
    ),
    Verb("rename", "rename an entry", "change.rename"),
    Verb("delete", "delete entries", "change.delete"),
    Verb("copy", "copy entries from one keystore into another", "change.copy"),
    Verb("password", "change the password of a keystore, or of a key in it", "change.password"),
    Verb("convert", "convert a keystore to another format", "change.convert"),
    Verb("verify", "verify a certificate against a trust store", "inspect.verify"),
    Verb("complete", "complete the chain of a key pair with its issuers", "change.complete"),
    Verb("renew", "renew the certificate of a key pair", "authority.renew"),
    Verb("sign", "issue a certificate for a request, as a small CA", "authority.sign"),
    Verb("revoke", "revoke a certificate that a CA issued", "authority.revoke"),
    Verb("crl", "create the revocation list of a CA", "authority.crl"),
    Verb(
        "rehearse",
        "run the handshake of two parties in memory, and explain failures",
        "mutual_tls.rehearse",
    ),
    Verb(
        "rollover",
        "prove a change of certificates before it is made",
        "mutual_tls.rollover",
    ),
    Verb("probe", "test a handshake with a live server, and explain failures", "mutual_tls.probe"),
    Verb(
        "listen", "run a mutual-TLS test server that reports each connection", "mutual_tls.listen"
    ),
    Verb(
        "recipe",
        "show how to configure a program (Tomcat, Kafka, nginx, …) with your keystores",
        "mutual_tls.recipe",
    ),
    Verb(
        "explain",
        "find the cause behind an error message or a log",
        "inspect.explain",
        opens_keystores=False,
    ),
    Verb(
        "demo",
        "create the keystores of two example parties, and open them",
        "change.demo",
        opens_keystores=False,
    ),
)
#: The verbs by name, in the order of the overview.
VERBS = {verb.name: verb for verb in _TABLE}

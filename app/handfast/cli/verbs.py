"""The one table of verbs: the name of each, what it is for, and the module that runs it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from handfast.core.frozen import dataclass
from handfast.core.language import tr

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
    Verb("list", tr("list the entries of a keystore"), "inspect.list"),
    Verb("show", tr("show certificates in full"), "inspect.show"),
    Verb("check", tr("report what will fail, why it matters, and what to do"), "inspect.check"),
    Verb("scan", tr("list every keystore below some folders, with its problems"), "inspect.scan"),
    Verb("compare", tr("compare two certificates or two keystores"), "inspect.compare"),
    Verb("generate", tr("generate a key pair with a self-signed certificate"), "change.generate"),
    Verb("export", tr("export the public certificate of an entry, for a partner"), "change.export"),
    Verb("import", tr("import the certificates in a file as trusted"), "change.import_"),
    Verb("request", tr("create a certificate signing request for a key pair"), "change.request"),
    Verb("reply", tr("import a CA’s reply onto the key pair that it matches"), "change.reply"),
    Verb(
        "import-key",
        tr("import the key pairs from any mix of files into a keystore"),
        "change.import_key",
    ),
    Verb(
        "export-key",
        tr("export a key pair or a private key in the format that a program needs"),
        "change.export_key",
    ),
    Verb("rename", tr("rename an entry"), "change.rename"),
    Verb("delete", tr("delete entries"), "change.delete"),
    Verb("copy", tr("copy entries from one keystore into another"), "change.copy"),
    Verb("password", tr("change the password of a keystore, or of a key in it"), "change.password"),
    Verb("convert", tr("convert a keystore to another format"), "change.convert"),
    Verb("verify", tr("verify a certificate against a trust store"), "inspect.verify"),
    Verb("complete", tr("complete the chain of a key pair with its issuers"), "change.complete"),
    Verb(
        "jdks",
        tr("list the JDKs of this machine, and have all of them trust a CA"),
        "change.jdks",
    ),
    Verb("renew", tr("renew the certificate of a key pair"), "authority.renew"),
    Verb("sign", tr("issue a certificate for a request, as a small CA"), "authority.sign"),
    Verb("revoke", tr("revoke a certificate that a CA issued"), "authority.revoke"),
    Verb("crl", tr("create the revocation list of a CA"), "authority.crl"),
    Verb(
        "test-setup",
        tr("create a CA with a server and a client, and the trust stores of both"),
        "authority.test_setup",
    ),
    Verb(
        "rehearse",
        tr("run the handshake of two parties in memory, and explain failures"),
        "mutual_tls.rehearse",
    ),
    Verb(
        "rollover",
        tr("verify a change of certificates before you make it"),
        "mutual_tls.rollover",
    ),
    Verb(
        "probe", tr("test a handshake with a live server, and explain failures"), "mutual_tls.probe"
    ),
    Verb(
        "listen",
        tr("run a mutual-TLS test server that reports each connection"),
        "mutual_tls.listen",
    ),
    Verb(
        "recipe",
        tr("show how to configure a program (Tomcat, Kafka, nginx, …) with your keystores"),
        "mutual_tls.recipe",
    ),
    Verb(
        "explain",
        tr("find the cause behind an error message or a log"),
        "inspect.explain",
        opens_keystores=False,
    ),
    Verb(
        "demo",
        tr("create the keystores of two example parties, and open them"),
        "change.demo",
        opens_keystores=False,
    ),
)
#: The verbs by name, in the order of the overview.
VERBS = {verb.name: verb for verb in _TABLE}

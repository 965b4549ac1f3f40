"""The command line: its verbs, what each takes, and the help. Only what is asked for is built."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, NoReturn

from handfast import __version__
from handfast.cli.console import write
from handfast.cli.usage import in_words, remedy_for
from handfast.core.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

EXITS = """exit codes:
  0 done                             4 damaged, or not a keystore
  1 the answer is no                 5 recognised, but not supported
  2 usage                            6 refused, so that nothing is lost
  3 wrong or missing password        7 a file could not be read or written
"""
PASSWORDS = """passwords:
  They never stand on the command line. Each comes from --password-file (the first line of the
  file; - for standard input, of which each option takes a line), else from the variable
  HANDFAST_PASSWORD, else an existing store is tried with none, the empty one and “changeit”,
  else it is asked for on a terminal.
"""
_OVERVIEW = """handfast: a keystore manager for JKS and PKCS#12

usage:
  handfast [FILE...]             open the window, with these stores; where it is open, there
  handfast --new-instance [FILE...]   open a window of its own
  handfast VERB ...              answer on the console

verbs:
{verbs}

  handfast VERB --help           what a verb takes, with examples
  handfast --version

{passwords}
{exits}"""


class Parser(argparse.ArgumentParser):
    """A parser that raises instead of ending the program, and writes in any encoding."""

    def error(self, message: str) -> NoReturn:
        text = in_words(message)
        raise InvalidInput(f"{text[:1].upper()}{text[1:]}.", remedy=remedy_for(message, self.prog))

    def _print_message(self, message: str, file: object = None) -> None:  # noqa: ARG002
        # Help and version only: errors are raised, so nothing here is for stderr.
        write(sys.stdout, message)


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The options of one verb, with its name as ``verb``.

    :raises InvalidInput: what was typed makes no sense
    :raises SystemExit: help or the version was asked for, and has been given
    """
    first = argv[0] if argv else "--help"
    if first in {"-h", "--help", "help"}:
        width = max(len(name) for name in VERBS)
        lines = [f"  {name:<{width}}  {summary}" for name, (summary, _) in VERBS.items()]
        write(
            sys.stdout,
            _OVERVIEW.format(verbs="\n".join(lines), passwords=PASSWORDS, exits=EXITS),
        )
        raise SystemExit(0)
    if first in {"-V", "--version"}:
        write(sys.stdout, f"handfast {__version__}\n")
        raise SystemExit(0)
    if first not in VERBS:
        raise InvalidInput(
            f"There is no verb “{first}”"
            + (", and no file of that name." if not first.startswith("-") else "."),
            causes=_meant(first),
            remedy="See handfast --help.",
        )
    parser = verb_parser(first)
    options = parser.parse_args(argv[1:])
    options.verb = first
    return options


def verb_parser(verb: str) -> Parser:
    """What a verb takes, with its help. The completions and the manual are made from it too."""
    summary, build = VERBS[verb]
    parser = Parser(
        prog=f"handfast {verb}",
        description=f"{summary[:1].upper()}{summary[1:]}.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    examples = build(parser)
    parser.add_argument("--json", action="store_true", help="answer in JSON, for scripts")
    passwords = ""
    if verb not in {"demo", "explain"}:
        passwords = f"\n{PASSWORDS}"
        parser.add_argument(
            "--allow-cost",
            action="store_true",
            help="open a store even if that takes far more work than usual; Ctrl-C stops it",
        )
    parser.epilog = f"examples:\n{examples}{passwords}\n{EXITS}"
    return parser


def _meant(first: str) -> tuple[str, ...]:
    from difflib import get_close_matches

    close = get_close_matches(first, VERBS, n=1)
    return (f"Perhaps “{close[0]}” was meant.",) if close else ()


# --- the verbs -----------------------------------------------------------------------------------


def _store(parser: Parser, *, several: bool = False) -> None:
    if several:
        parser.add_argument("stores", nargs="+", metavar="STORE", help="a keystore file")
    else:
        parser.add_argument("store", metavar="STORE", help="the keystore file")
    parser.add_argument(
        "--password-file", metavar="F", help="a file whose first line is the password"
    )


def _key_password(parser: Parser, option: str, whose: str) -> None:
    parser.add_argument(
        option,
        action="append",
        metavar="F",
        help=f"a file with the password of {whose}, where it has one of its own; may be repeated",
    )


def _new_store(parser: Parser) -> None:
    parser.add_argument(
        "--format",
        type=str.lower,
        choices=("pkcs12", "jks", "jceks"),
        help="of a new store (default: pkcs12, which Java has preferred since version 9)",
    )
    parser.add_argument(
        "--compatible",
        action="store_true",
        help="protect a new PKCS#12 store as Java 8 and other old readers understand it",
    )


def _list(parser: Parser) -> str:
    _store(parser, several=True)
    return """  handfast list truststore.jks
  handfast list *.jks *.p12
  handfast list client.p12 --password-file secret.txt
  handfast list client.p12 --json | jq -r '.entries[].alias'
"""


def _show(parser: Parser) -> str:
    _store(parser)
    parser.add_argument("--alias", metavar="A", help="this entry only (default: all)")
    parser.add_argument("--pem", action="store_true", help="each certificate in PEM too")
    return """  handfast show truststore.jks
  handfast show client.p12 --alias client --pem
"""


def _check(parser: Parser) -> str:
    _store(parser, several=True)
    parser.add_argument(
        "--days",
        type=int,
        default=30,
        metavar="N",
        help="call a certificate expiring so many days before its end (default: 30)",
    )
    return """  handfast check client.p12 truststore.jks
  handfast check *.jks --days 60 --json
"""


def _generate(parser: Parser) -> str:
    _store(parser)
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
    _new_store(parser)
    return """  handfast generate client.p12 --alias client --dname "CN=Acme, O=Acme Inc., C=AU" \\
      --purpose client
  handfast generate server.jks --format jks --alias server --dname "CN=api.example" \\
      --key ec:P-256 --san dns:api.example --san ip:192.0.2.7 --purpose server
"""


def _export(parser: Parser) -> str:
    _store(parser)
    add = parser.add_argument
    add("--alias", required=True, metavar="A", help="whose certificate; never its private key")
    add("--out", required=True, metavar="FILE", help="the file to make; - for standard output")
    add(
        "--encoding",
        type=str.lower,
        choices=("der", "pem", "pkcs7"),
        default="der",
        help="how it is written (default: der, as keytool does)",
    )
    add("--chain", action="store_true", help="the whole chain, in PEM or PKCS#7")
    add("--force", action="store_true", help="replace FILE if it exists; never a keystore")
    return """  handfast export client.p12 --alias client --out client.cer
  handfast export server.p12 --alias server --out server.pem --encoding pem --chain
"""


def _import(parser: Parser) -> str:
    _store(parser)
    add = parser.add_argument
    add("file", metavar="FILE", help="the certificates, in any encoding; - for standard input")
    add(
        "--alias",
        metavar="A",
        help="their name in the store, numbered from the second on (default: from the common name)",
    )
    add(
        "--expect-sha256",
        action="append",
        metavar="HEX",
        help="the fingerprint that the partner read out, in any spacing; may be repeated. "
        "Nothing is imported unless every certificate in FILE has one of these",
    )
    add(
        "--file-password-file",
        metavar="F",
        help="a file with the password of FILE, where that is itself a keystore",
    )
    _new_store(parser)
    return """  handfast import truststore.p12 partner.cer --alias partner
  handfast import truststore.jks partner.cer --expect-sha256 "3F:0A:…"
"""


def _convert(parser: Parser) -> str:
    add = parser.add_argument
    add("store", metavar="SRC", help="the keystore file")
    add("target", metavar="DST", help="the new keystore file")
    add("--format", required=True, choices=("pkcs12", "jks", "jceks", "pem"), type=str.lower)
    add("--password-file", metavar="F", help="a file whose first line is the password of SRC")
    add(
        "--dest-password-file",
        metavar="F",
        help="a file with the password of DST (default: the one that was given for SRC)",
    )
    _key_password(parser, "--key-password-file", "a key in SRC")
    add("--java-8", action="store_true", help="protect PKCS#12 so that Java 8 reads it")
    add("--allow-loss", action="store_true", help="leave out what the format cannot hold")
    return """  handfast convert truststore.jks truststore.p12 --format pkcs12
  handfast convert client.p12 client.pem --format pem --dest-password-file secret.txt
"""


def _rehearse(parser: Parser) -> str:
    add = parser.add_argument
    for side in ("client", "server"):
        add(
            f"--{side}",
            required=True,
            metavar="STORE[#ALIAS]",
            help=f"the keystore of the {side}, and which of its pairs to present; or, of a "
            "partner, only a certificate",
        )
        add(f"--{side}-trust", metavar="STORE", help=f"whom the {side} trusts")
    add("--hostname", metavar="H", help="what the client connects to (default: not checked)")
    add("--tls", choices=("1.2", "1.3"), help="this version only (default: the best in common)")
    add("--at", metavar="TIME", help="as if it were then: 2027-01-31T12:00:00Z (default: now)")
    add(
        "--crl",
        action="append",
        default=[],
        metavar="FILE",
        help="a list of revoked certificates to go by; may be repeated",
    )
    add("--password-file", metavar="F", help="a file whose first line is the password of all")
    for role in ("client", "client-trust", "server", "server-trust"):
        add(f"--{role}-password-file", metavar="F", help=f"the same for the --{role} store only")
    for side in ("client", "server"):
        _key_password(parser, f"--{side}-key-password-file", f"the pair of the {side}")
    return """  handfast rehearse --client client.p12 --client-trust client-trust.p12 \\
      --server server.jks#api --server-trust server-trust.jks --hostname api.example
  handfast rehearse --client client.p12 --client-trust client-trust.p12 \\
      --server partner.cer --at 2027-06-01 --json
"""


def _explain(parser: Parser) -> str:
    parser.add_argument("text", metavar="TEXT", help="the message; - for standard input")
    return """  handfast explain "PKIX path building failed"
  handfast explain - < server.log
"""


def _own_stores(parser: Parser, *, required: bool) -> None:
    add = parser.add_argument
    add("--identity", required=required, metavar="STORE[#ALIAS]", help="the pair to present")
    add("--trust", required=required, metavar="STORE", help="whom we trust")
    add("--password-file", metavar="F", help="a file whose first line is the password of both")
    add("--identity-password-file", metavar="F", help="the same for --identity only")
    add("--trust-password-file", metavar="F", help="the same for --trust only")
    _key_password(parser, "--identity-key-password-file", "the pair")


def _probe(parser: Parser) -> str:
    add = parser.add_argument
    add("endpoint", metavar="HOST:PORT", help="whom to connect to")
    _own_stores(parser, required=False)
    add("--hostname", metavar="H", help="the name to ask for and to check (default: HOST)")
    add("--timeout", type=float, default=10.0, metavar="S", help="in seconds (default: 10)")
    add("--starttls", choices=("smtp", "imap", "ldap", "postgres"), help="how TLS is asked for")
    add("--proxy", metavar="[NAME@]HOST:PORT", help="an HTTP proxy that takes CONNECT")
    add("--proxy-password-file", metavar="F", help="a file with the password of NAME at the proxy")
    add("--save-chain", metavar="FILE", help="write what the server presents to FILE, as PEM")
    return """  handfast probe api.example:443 --identity client.p12#client --trust truststore.p12
  handfast probe mail.example:25 --starttls smtp --json
  handfast probe api.example:443 --proxy mary@proxy.example:3128 --proxy-password-file proxy.txt
  handfast probe api.example:443 --save-chain partner.pem
"""


def _listen(parser: Parser) -> str:
    add = parser.add_argument
    _own_stores(parser, required=True)
    add("--port", type=int, default=0, metavar="P", help="(default: 0, any that is free)")
    add("--address", default="127.0.0.1", metavar="A", help="(default: this computer only)")
    add("--connections", type=int, metavar="N", help="end after so many")
    add("--for", type=float, dest="for_seconds", metavar="SECONDS", help="end after so long")
    return """  handfast listen --identity server.p12#api --trust truststore.p12 --port 8443
  handfast listen --identity server.p12 --trust truststore.p12 --connections 1 --json
"""


def _recipe(parser: Parser) -> str:
    add = parser.add_argument
    add("name", nargs="?", metavar="NAME", help="which one (without it: all that there are)")
    _own_stores(parser, required=False)
    add("--role", choices=("client", "server"), help="what we are (default: what it is for)")
    add("--host", metavar="H", help="whom the client connects to")
    add("--port", type=int, default=0, metavar="P", help="(default: the usual one)")
    add("--address", default="", metavar="A", help="where a server listens (default: everywhere)")
    add("--partner", default="", metavar="NAME", help="what the partner is called")
    add("--out", metavar="FILE", help="write it to a file, as Markdown")
    return """  handfast recipe
  handfast recipe tomcat --identity server.p12 --trust truststore.p12 --port 8443
  handfast recipe curl --identity client.p12#acme --trust truststore.p12 --host api.example
"""


def _demo(parser: Parser) -> str:
    parser.add_argument(
        "folder",
        nargs="?",
        default="handfast-demo",
        metavar="DIR",
        help="where (default: ./handfast-demo); an earlier demo there is made anew",
    )
    parser.add_argument("--no-window", action="store_true", help="make the files only")
    return """  handfast demo
  handfast demo /tmp/example --no-window
"""


#: Each verb in a line, and what adds its options and returns its examples.
VERBS: dict[str, tuple[str, Callable[[Parser], str]]] = {
    "list": ("list the entries of a store", _list),
    "show": ("show certificates in full", _show),
    "check": ("say what will fail, why it matters, and what to do", _check),
    "generate": ("make a key pair with a self-signed certificate", _generate),
    "export": ("write the public certificate of an entry to a file, for a partner", _export),
    "import": ("trust the certificates in a file", _import),
    "convert": ("write a store anew in another format", _convert),
    "rehearse": ("run the handshake of two parties in memory, and say what is wrong", _rehearse),
    "probe": ("shake hands with a live server, and say what is wrong", _probe),
    "listen": ("be a server for a test of mutual TLS, and tell of each connection", _listen),
    "recipe": ("say how a program is told of our stores: Tomcat, Kafka, nginx, …", _recipe),
    "explain": ("tell the cause behind an error message or a log", _explain),
    "demo": ("make the stores of two example parties, and open them", _demo),
}

"""The verb recipe: how to configure a program with our keystores, with their real names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from handfast.cli.mutual_tls.parties import Shared
from handfast.cli.options import add_own_keystores, split_alias
from handfast.cli.output.result import Result
from handfast.cli.output.terminal import safe
from handfast.core.errors import InvalidInput
from handfast.core.language import tr
from handfast.core.network import check_port
from handfast.handshake.engine.endpoint import host_of
from handfast.handshake.report.party import PartyStore

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from handfast.handshake.recipes import RecipeFacts


EXAMPLES = """  handfast recipe
  handfast recipe tomcat --identity server.p12 --trust truststore.p12 --port 8443
  handfast recipe curl --identity client.p12#acme --trust truststore.p12 --host api.example
"""


def add_options(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("name", nargs="?", metavar="NAME", help=tr("the recipe (default: list all of them)"))
    add_own_keystores(parser, required=False)
    add("--role", choices=("client", "server"), help=tr("your role (default: the recipe’s)"))
    add("--host", metavar="H", help=tr("the server that the client connects to"))
    add("--port", type=int, metavar="P", help=tr("(default: the usual port)"))
    add(
        "--address",
        default="",
        metavar="A",
        help=tr("where a server listens (default: everywhere)"),
    )
    add("--partner", default="", metavar="NAME", help=tr("the name of the partner"))
    add("--out", metavar="FILE", help=tr("write the recipe to a file, as Markdown"))


def run(options: Namespace) -> Result:
    from handfast.handshake.recipes import make_recipe, recipe_json, recipe_text

    if options.name is None:
        return _list(options)
    made = make_recipe(options.name, _facts(options))
    text = recipe_text(made)
    if options.out is not None:
        from handfast.services.files.store_files import write_file

        write_file(Path(options.out), text.encode(), overwrite=False)
    if options.json:
        return Result(data=recipe_json(made))
    if options.out is not None:
        return Result(text=tr("Wrote the recipe to {out}.", out=safe(options.out)) + "\n")
    return Result(text="".join(f"{safe(line)}\n" for line in text.splitlines()))


def _list(options: Namespace) -> Result:
    from handfast.handshake.recipes import RECIPES, recipes_for

    kinds = RECIPES if options.role is None else recipes_for(options.role)
    if options.json:
        rows = [
            {"id": k.id, "title": k.title, "summary": k.summary, "roles": list(k.roles)}
            for k in kinds
        ]
        return Result(data={"recipes": rows})
    wide = max(len(each.id) for each in kinds)
    return Result(
        text="".join(
            f"{each.id:<{wide}}  {', '.join(each.roles):<14}  {each.title}: {each.summary}\n"
            for each in kinds
        )
    )


def _facts(options: Namespace) -> RecipeFacts:
    from handfast.handshake.recipes import facts_of, find_recipe

    roles = find_recipe(options.name).roles
    for option in ("identity", "trust"):
        if getattr(options, option) is None:
            raise InvalidInput(
                tr(
                    "--{option} is required: a recipe is filled in with your keystores.",
                    option=option,
                ),
                field=option,
            )
    if options.port is not None:
        check_port(options.port)
    shared = Shared(options)
    path, alias = split_alias(options.identity)
    store = shared.open(path, "identity")
    if alias is not None:
        store.get(alias)
    if not any(alias in {None, each.alias} for each in store.key_pairs):
        raise InvalidInput(
            tr("“{name}” has no key pair to present.", name=path.name),
            field="identity",
            remedy=tr(
                "Use a keystore with a private key, and add the alias of the pair after a #."
            ),
        )
    trust = Path(options.trust)
    return facts_of(
        role=options.role or roles[0],
        keys=PartyStore(store=store, path=path),
        alias=alias,
        trust=PartyStore(store=shared.open(trust, "trust"), path=trust),
        partner=options.partner,
        host=host_of(options.host or ""),
        port=options.port or 0,
        address=options.address,
    )

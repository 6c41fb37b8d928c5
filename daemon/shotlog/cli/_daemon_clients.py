"""``shotlog daemon clients``: the keys of the clients that the daemon accepts."""

from __future__ import annotations

import click
from rich import box
from rich.table import Table

from shotlog.cli.options import context_option, json_option
from shotlog.cli.output import print_json, say, terminal
from shotlog.schema import spell_commands
from shotlog.service.runtime import DaemonPaths
from shotlog.service.security import allow_client as allow_key
from shotlog.service.security import load_client_keys, read_allowed_clients
from shotlog.service.security import revoke_client as revoke_key

# Z85 keys may begin with a hyphen, which click would read as options of one letter each. So these
# commands have no such option, not even -h, which is part of some keys.
_ANY_FIRST_CHARACTER = {"ignore_unknown_options": True, "help_option_names": ["--help"]}


class _KeyCommand(click.Command):
    """A command with a key among its arguments; -h on its own still shows the help."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, ["--help" if arg == "-h" else arg for arg in args])


@click.group()
def clients() -> None:
    """List, allow and revoke the client keys that the daemon accepts.

    All programs of this user on this machine share one key, which is allowed when it is made;
    other keys are seldom needed. Changes apply at once, also to a running daemon.
    """


@clients.command(name="list")
@context_option
@json_option
def list_clients(context: str, as_json: bool) -> None:
    """List the allowed keys and their names."""
    places = DaemonPaths(context)
    own, keys = load_client_keys(places).public.decode(), read_allowed_clients(places)
    if as_json:
        print_json([{"key": key, "name": name, "own": key == own} for key, name in keys.items()])
        return
    table = Table("key", "name", box=box.SIMPLE_HEAD, pad_edge=False)
    for key, name in keys.items():
        table.add_row(key, name, style="bold" if key == own else None)
    terminal().print(table)


@clients.command(cls=_KeyCommand, context_settings=_ANY_FIRST_CHARACTER)
@context_option
@click.argument("key")
@click.argument("name", required=False, default="")
def allow(context: str, key: str, name: str) -> None:
    """Allow another client by its public KEY; NAME is shown in the list.

    KEY is the first line of the file client.key in the other user's daemon folder.
    """
    try:
        allow_key(DaemonPaths(context), key.encode(), name)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="KEY") from error
    say(f"allowed: {key}")


@clients.command(cls=_KeyCommand, context_settings=_ANY_FIRST_CHARACTER)
@context_option
@click.argument("key")
def revoke(context: str, key: str) -> None:
    """Revoke a KEY; jobs that its client has submitted are still finished."""
    if key.encode() == load_client_keys(DaemonPaths(context)).public:
        raise click.BadParameter(
            "this is your own key, which every shotlog command uses", param_hint="KEY"
        )
    if not revoke_key(DaemonPaths(context), key.encode()):
        message = spell_commands("this key is not allowed; see: shotlog daemon clients list")
        raise click.BadParameter(message, param_hint="KEY")
    say(f"revoked: {key}")

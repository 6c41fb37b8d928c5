"""``shotlog daemon clients``: whose keys the daemon serves."""

from __future__ import annotations

import click
from rich import box
from rich.table import Table

from shotlog.cli.options import context_option, json_option
from shotlog.cli.output import print_json, say, terminal
from shotlog.schema import spelled
from shotlog.service.runtime import DaemonPaths
from shotlog.service.security import allow_client as let_in
from shotlog.service.security import load_client_keys, read_allowed_clients
from shotlog.service.security import revoke_client as shut_out

_KEYS_BEGIN_WITH_ANYTHING = {"ignore_unknown_options": True}  # also with a hyphen


@click.group()
def clients() -> None:
    """List the keys that the daemon serves, let one in, shut one out.

    Programs of this user on this machine share one key, which is let in when it is made; there is
    seldom a need for others. Changes hold at once, also for a daemon that runs.
    """


@clients.command(name="list")
@context_option
@json_option
def list_clients(context: str, as_json: bool) -> None:
    """List the keys that are allowed_clients, and what they were called."""
    places = DaemonPaths(context)
    own, keys = load_client_keys(places).public.decode(), read_allowed_clients(places)
    if as_json:
        print_json([{"key": key, "name": name, "own": key == own} for key, name in keys.items()])
        return
    table = Table("key", "name", box=box.SIMPLE_HEAD, pad_edge=False)
    for key, name in keys.items():
        table.add_row(key, name, style="bold" if key == own else None)
    terminal().print(table)


@clients.command(context_settings=_KEYS_BEGIN_WITH_ANYTHING)
@context_option
@click.argument("key")
@click.argument("name", required=False, default="")
def allow(context: str, key: str, name: str) -> None:
    """Serve the holder of KEY too, whom you call NAME.

    KEY is public: the first line of the file client.key in the other user's folder of the daemon.
    """
    try:
        let_in(DaemonPaths(context), key.encode(), name)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="KEY") from error
    say(f"allowed_clients: {key}")


@clients.command(context_settings=_KEYS_BEGIN_WITH_ANYTHING)
@context_option
@click.argument("key")
def revoke(context: str, key: str) -> None:
    """Serve the holder of KEY no longer; what it asked before is done all the same."""
    if key.encode() == load_client_keys(DaemonPaths(context)).public:
        raise click.BadParameter(
            "it is your own, with which all commands talk to the daemon", param_hint="KEY"
        )
    if not shut_out(DaemonPaths(context), key.encode()):
        told = spelled("it is not allowed_clients; see: shotlog daemon clients list")
        raise click.BadParameter(told, param_hint="KEY")
    say(f"no longer allowed_clients: {key}")

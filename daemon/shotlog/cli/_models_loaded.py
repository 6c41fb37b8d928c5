"""``shotlog models load`` and ``unload``: the models that the daemon holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click
from rich.filesize import decimal

from shotlog.cli.model_options import asks_of, place_options
from shotlog.cli.options import context_option, json_option, keep_alive_option
from shotlog.cli.output import Line, print_json, say, terminal, waiting
from shotlog.schema import DaemonAbsent, Stopped
from shotlog.service.client import Client
from shotlog.service.client import load_models as load_models
from shotlog.service.client import unload_models as unload_models
from shotlog.service.protocol import StatusReport


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@place_options
@keep_alive_option
@context_option
@json_option
def load(
    names: Sequence[str], device: str, precision: str, keep_alive: int | None, context: str,
    as_json: bool,
) -> None:  # fmt: skip
    """Have the daemon load models now, so that the next job need not wait for it.

    Without a name: all that are here. The daemon is started where none runs.
    """
    if keep_alive == 0:
        raise click.UsageError("--keep-alive 0 would let go of them as soon as they are loaded.")
    asks = asks_of("local", names, device, precision)
    with Client(context=context, name="shotlog models load") as client:
        try:
            now = _watch("Loading", load_models(client, asks, keep_alive))
        except KeyboardInterrupt:
            raise Stopped(
                "models load", "no longer watched",
                "They are loaded all the same; see: shotlog daemon status.",
            ) from None  # fmt: skip
    _say(now, as_json)


@click.command()
@context_option
@json_option
def unload(context: str, as_json: bool) -> None:
    """Have the daemon let go of its models and their memory, once no job runs."""
    try:
        with Client(start=False, context=context, name="shotlog models unload") as client:
            _say(_watch("Letting go", unload_models(client)), as_json)
    except DaemonAbsent:
        _say(None, as_json)


def _watch(what: str, reports: Iterator[StatusReport]) -> StatusReport | None:
    now: StatusReport | None = None
    with waiting(terminal(stderr=True), f"{what}…") as spinner:
        for now in reports:
            behind = "; a job runs, and comes first" if now.running else ""
            spinner.update(f"{what}{behind}…")
    return now


def _say(now: StatusReport | None, as_json: bool) -> None:
    """What is loaded now; None: no daemon runs."""
    models = now.worker.models if now else ()
    devices = now.worker.devices if now else ()
    if as_json:
        print_json(
            {
                "models": list(models),
                "devices": [device.model_dump(mode="json") for device in devices],
            }
        )
        return
    for model in models:
        say(Line.assemble((model, "bold"), " is loaded"))
    for device in devices if models else ():
        room = f"{decimal(device.used)} used, {decimal(device.free)} free"
        say(Line(f"{device.name}: {room}", "dim"))
    if not models:
        say("no model is loaded")

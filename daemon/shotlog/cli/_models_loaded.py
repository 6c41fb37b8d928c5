"""``shotlog models load`` and ``unload``: load models in the daemon, and unload them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click
from rich.filesize import decimal

from shotlog.cli.options import (
    asks_of,
    context_option,
    json_option,
    keep_alive_option,
    place_options,
)
from shotlog.cli.output import SafeLine, print_json, say, show_waiting, terminal
from shotlog.schema import DaemonAbsent, Stopped
from shotlog.service.client import Client
from shotlog.service.client import load_models as load_models
from shotlog.service.client import unload_models as unload_models
from shotlog.service.protocol import StatusReport
from shotlog.settings import load_settings


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@place_options
@keep_alive_option
@context_option
@json_option
def load(
    names: Sequence[str], device: str | None, precision: str | None, keep_alive: int | None,
    context: str, as_json: bool,
) -> None:  # fmt: skip
    """Load models in the daemon now, so that the next job does not wait for them.

    Without a name, loads every installed model, or those that the settings name. Starts the daemon
    if it is not running.
    """
    if keep_alive == 0:  # valid for analyze, but of no use here
        raise click.UsageError("--keep-alive 0 would unload the models as soon as they are loaded.")
    settings = load_settings().settings.analysis
    asks = asks_of(
        settings, models="local", names=names, device=device, precision=precision, profile=""
    )
    with Client(context=context, name="shotlog models load") as client:
        try:
            last = _show_progress("Loading", load_models(client, asks, keep_alive))
        except KeyboardInterrupt:
            raise Stopped(
                "models load", "no longer watched",
                "The models are still loaded; see: shotlog daemon status.",
            ) from None  # fmt: skip
    _print_loaded(last, as_json)


@click.command()
@context_option
@json_option
def unload(context: str, as_json: bool) -> None:
    """Unload the daemon's models and free their memory, after the running job."""
    try:
        with Client(start=False, context=context, name="shotlog models unload") as client:
            _print_loaded(_show_progress("Unloading", unload_models(client)), as_json)
    except DaemonAbsent:  # without a daemon no model is loaded: that is the wish, no error
        _print_loaded(None, as_json)


def _show_progress(what: str, reports: Iterator[StatusReport]) -> StatusReport | None:
    """Show a spinner until the reports end; return the last one."""
    last: StatusReport | None = None
    with show_waiting(terminal(stderr=True), f"{what}…") as spinner:
        for last in reports:
            waits = ", after the running job" if last.running else ""
            spinner.update(f"{what}{waits}…")
    return last


def _print_loaded(status: StatusReport | None, as_json: bool) -> None:
    """Print the loaded models and the memory of their devices; None: no daemon is running."""
    models = status.worker.models if status else ()
    devices = status.worker.devices if status else ()
    if as_json:
        print_json(
            {
                "models": list(models),
                "devices": [device.model_dump(mode="json") for device in devices],
            }
        )
        return
    for model in models:
        say(SafeLine.assemble((model, "bold"), " is loaded"))
    for device in devices if models else ():
        room = f"{decimal(device.used)} used, {decimal(device.free)} free"
        say(SafeLine(f"{device.name}: {room}", "dim"))
    if not models:
        say("no model is loaded")

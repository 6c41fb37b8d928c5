"""``shotlog daemon``: start it, stop it, see how it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

import click

from shotlog.cli._daemon_clients import clients
from shotlog.cli.options import Idle, KeepAlive, as_typed, context_option, json_option
from shotlog.cli.output import (
    is_read,
    lines,
    print_json,
    print_json_text,
    say,
    status_table,
    terminal,
    waiting,
)
from shotlog.schema import DaemonAbsent, Stopped, spelled
from shotlog.service.client import Client, check, connect_or_start, daemon_command, find, left
from shotlog.service.client import stop as end
from shotlog.service.daemon import Options, Settings, remembered, resolve, to_argv
from shotlog.service.daemon import run as serve
from shotlog.service.protocol import DEFAULT_KEEP_ALIVE, IDLE_TIMEOUT, StatusReport
from shotlog.service.runtime import DaemonPaths, follow_log, format_line, tail_log

_NOT_WAIT = "to end it now: shotlog daemon stop"

_force_option = click.option(
    "--force",
    is_flag=True,
    help="End its process where it hangs, is suspended, or cannot be reached.",
)


def _rules(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say how a daemon runs: those that were given, as ``given``."""

    @wraps(command)
    def called(**values: Any) -> None:
        said = {name: values.pop(name) for name in Options.model_fields}
        command(given={k: v for k, v in said.items() if v not in (None, ())}, **values)

    for option in reversed((
        click.option("--idle", type=Idle(), metavar="TIME",
                     help="End after so long without client and job: minutes, 15m, 2h, or 0: never."
                     f"{_at_first(as_typed(IDLE_TIMEOUT))}"),
        click.option("--keep-alive", type=KeepAlive(), metavar="TIME",
                     help="Keep models loaded for so long: minutes, 15m, 2h, 0, or forever."
                     f"{_at_first(as_typed(DEFAULT_KEEP_ALIVE))}"),
        click.option("--allow-root", "roots", multiple=True, metavar="FOLDER",
                     type=click.Path(path_type=Path, resolve_path=True),
                     help="Read media of this folder alone; may be given more than once."),
        click.option("--listen", metavar="ADDRESS",
                     help=f"Where clients connect to.{_at_first('127.0.0.1')}"),
        click.option("--exposed/--no-exposed", default=None,
                     help="Let other machines connect, with a client key, where --listen is theirs"
                     " to reach."),
        click.option("--polite/--no-polite", default=None,
                     help="Let batch jobs wait while an editing program plays or renders."
                     f"{_at_first('polite')}"),
        click.option("--reset", is_flag=True, help="Forget the options of earlier starts."),
        click.option("--verbose", "debug", is_flag=True, help="Log everything, this time."),
    )):  # fmt: skip
        called = option(called)
    return called


def _at_first(value: str) -> str:
    return f"  [at first: {value}]"


def _start(places: DaemonPaths, given: Mapping[str, object], *, reset: bool, debug: bool) -> None:
    more = [*to_argv(given), *["--reset"] * reset, *["--debug"] * debug]
    started = connect_or_start(places, command=[*daemon_command(places), *more])
    options = remembered(places)
    changed = options.changed()
    times = {"idle": as_typed(options.idle), "keep_alive": as_typed(options.keep_alive)}
    held = " ".join(to_argv({name: times.get(name, value) for name, value in changed.items()}))
    how = f", with {held}" if held else ""
    say(f"started: process {started.pid} at {started.endpoint}{how}")


@click.group()
def daemon() -> None:
    """Start, stop and watch the daemon that keeps models ready.

    It is started when it is needed and ends when it has not been for an hour; there is seldom a
    need to do either by hand. Nothing is lost with it: jobs are kept, and go on where they were.
    """


@daemon.command()
@context_option
@_rules
def start(context: str, given: Mapping[str, object], reset: bool, debug: bool) -> None:
    """Start the daemon, or say that it runs already.

    Its options hold until they are given anew: for a restart, and where a client starts the daemon
    on demand, after a crash too. --reset forgets them.
    """
    places = DaemonPaths(context)
    try:
        running = find(places)
    except DaemonAbsent:
        _start(places, given, reset=reset, debug=debug)
        return
    say(f"runs already: process {running.pid} at {running.endpoint}")
    if given or reset or debug:
        say(spelled("it goes on as it was; give these options to: shotlog daemon restart"))


@daemon.command()
@context_option
@click.option(
    "--drain",
    is_flag=True,
    help="Finish what is queued first, and take nothing new; what is paused is kept.",
)
@_force_option
def stop(context: str, drain: bool, force: bool) -> None:
    """Stop the daemon. Its jobs are kept, and go on with the next start."""
    if drain and force:
        raise click.UsageError("--drain waits, and --force does not: give one of them.")
    places = DaemonPaths(context)
    was = _drained(places) if drain else end(places, force=force)
    say("none runs" if was is None else f"stopped: process {was}{_kept(places)}")


def _drained(places: DaemonPaths) -> int | None:
    """Ends the daemon once it has finished what is queued; shows how far it is meanwhile."""
    with waiting(terminal(stderr=True), "Finishing what is queued…") as spinner:
        said: str | None = None

        def tell(report: StatusReport) -> None:
            nonlocal said
            spinner.update(f"Finishing what is queued: {report.queued} waiting…")
            reason = report.batch_held_reason
            if report.running is None and reason not in (None, said):  # nothing else to do
                said = reason
                say(spelled(f"batch jobs wait: {said}; {_NOT_WAIT}"), stderr=True)

        try:
            return end(places, drain=True, timeout=None, tell=tell)
        except KeyboardInterrupt:
            told = "It takes nothing new, and ends once what is queued is finished"
            raise Stopped("daemon stop", "no longer watched", f"{told}; {_NOT_WAIT}.") from None


def _kept(places: DaemonPaths) -> str:
    """What a daemon that ended left to do, and how that goes on."""
    jobs, held = left(places)
    if not jobs:
        return ""
    kept = "1 job is" if jobs == 1 else f"{jobs:,} jobs are"
    more = "; then, as jobs are paused: shotlog daemon resume" if held else ""
    return spelled(f"; {kept} not done but kept; go on with: shotlog daemon start{more}")


@daemon.command()
@context_option
@_rules
@_force_option
def restart(
    context: str, given: Mapping[str, object], reset: bool, debug: bool, force: bool
) -> None:
    """Stop the daemon and start it anew, as after an update.

    It runs with the options that it was last started with, but for those that are given here.
    """
    places = DaemonPaths(context)
    end(places, force=force, restart=True)
    _start(places, given, reset=reset, debug=debug)


@daemon.command()
@context_option
@json_option
@click.option("--metrics", is_flag=True, help="Print counters as Prometheus reads them.")
@click.option(
    "--check",
    "checked",
    is_flag=True,
    help="Have the worker try itself first; fails where that does not go well.",
)
@click.pass_context
def status(
    ctx: click.Context, context: str, as_json: bool, metrics: bool, checked: bool
) -> None:  # fmt: skip
    """Show how the daemon is. Starts none; fails where none runs."""
    with Client(start=False, context=context, name="shotlog daemon status") as client:
        report = check(client) if checked else client.status()
        if metrics:
            say(lines(*client.metrics().splitlines()))
        elif as_json:
            print_json(report.model_dump(mode="json"))
        else:
            terminal().print(status_table(report))
    if checked and report.self_test is not None and not report.self_test.ok:
        ctx.exit(1)


@daemon.command()
@context_option
@click.option("-f", "--follow", "following", is_flag=True, help="Go on with what is logged.")
@click.option("-n", "count", type=click.IntRange(min=0), default=40, show_default=True,
              help="So many of the last lines.")  # fmt: skip
@click.option(
    "--worker",
    "of_worker",
    is_flag=True,
    help="What the process that computes, and its libraries, printed.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the lines as they are, in JSON.")
def logs(context: str, following: bool, count: int, of_worker: bool, as_json: bool) -> None:
    """Show what the daemon logged, also when it does not run."""
    places = DaemonPaths(context)
    path = places.worker_log if of_worker else places.log
    say(f"{path}:", stderr=True)
    try:
        for line in follow_log(path, count) if following else tail_log(path, count):
            if as_json:
                print_json_text(line)
            else:
                say(lines(*format_line(line)))
            if not is_read():
                return
    except KeyboardInterrupt:  # the way to end this, and no failure
        return


@daemon.command()
@context_option
@_rules
def run(context: str, given: Mapping[str, object], reset: bool, debug: bool) -> None:
    """Run the daemon here, in the foreground, for service managers and the curious.

    Its options hold for later starts too, as those of start do.
    """
    places = DaemonPaths(context)
    options = resolve(places, given, reset=reset)
    serve(Settings(places, options, debug=debug, console=True))


@daemon.command()
@context_option
@click.option("--batch", is_flag=True, help="Hold jobs of priority batch alone.")
def pause(context: str, batch: bool) -> None:
    """Hold all work, so that the machine is yours; what was done is kept."""
    with Client(start=False, context=context, name="shotlog daemon pause") as client:
        client.pause(batch)
    what = "batch jobs are paused" if batch else "paused"
    say(spelled(f"{what}; go on with: shotlog daemon resume"))


@daemon.command()
@context_option
def resume(context: str) -> None:
    """Go on after a pause of either kind."""
    with Client(start=False, context=context, name="shotlog daemon resume") as client:
        client.resume()
    say("goes on")


daemon.add_command(clients)

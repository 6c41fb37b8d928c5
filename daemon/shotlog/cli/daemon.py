"""``shotlog daemon``: start and stop the daemon, show its state, its log and its options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any

import click

from shotlog.cli._daemon_clients import clients
from shotlog.cli.options import Idle, KeepAlive, context_option, json_option
from shotlog.cli.output import (
    is_read,
    lines,
    print_json,
    print_json_text,
    say,
    show_waiting,
    status_table,
    terminal,
)
from shotlog.schema import DaemonAbsent, Stopped, spell_commands
from shotlog.service.client import (
    Client,
    check_worker,
    count_leftover_jobs,
    daemon_command,
    find_daemon,
    find_or_start_daemon,
    stop_daemon,
)
from shotlog.service.daemon import DaemonOptions, load_options, resolve_options, to_argv
from shotlog.service.protocol import StatusReport
from shotlog.service.runtime import DaemonPaths, follow_log, format_line, tail_log
from shotlog.settings import format_seconds

_STOP_NOW = "to end it now: shotlog daemon stop"

_force_option = click.option(
    "--force",
    is_flag=True,
    help="Kill the process if it hangs, is suspended or cannot be reached.",
)


def _daemon_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the daemon's own options; those that were typed are passed as ``given``."""

    @wraps(command)
    def called(**values: Any) -> None:
        said = {name: values.pop(name) for name in DaemonOptions.model_fields}
        command(given={k: v for k, v in said.items() if v not in (None, ())}, **values)

    for option in reversed((
        click.option("--idle", type=Idle(), metavar="TIME",
                     help="Stop after this time without clients and jobs: minutes, 15m, 2h, or 0:"
                     " never."
                     f"{_default('setting daemon.idle')}"),
        click.option("--keep-alive", type=KeepAlive(), metavar="TIME",
                     help="Keep unused models loaded for this time: minutes, 15m, 2h, 0, or"
                     " forever."
                     f"{_default('setting daemon.keep_alive')}"),
        click.option("--allow-root", "roots", multiple=True, metavar="FOLDER",
                     type=click.Path(path_type=Path, resolve_path=True),
                     help="Only read media in this folder; may be given more than once."),
        click.option("--listen", metavar="ADDRESS",
                     help=f"Address to listen on.{_default('127.0.0.1')}"),
        click.option("--exposed/--no-exposed", default=None,
                     help="Let other machines connect, with a client key. Needs a --listen"
                     " address that they can reach."),
        click.option("--polite/--no-polite", default=None,
                     help="Hold batch jobs while an editing program plays or renders."
                     f"{_default('polite')}"),
        click.option("--reset", is_flag=True, help="Forget the options of earlier starts."),
        click.option("--verbose", "debug", is_flag=True,
                     help="Log everything until the next start."),
    )):  # fmt: skip
        called = option(called)
    return called


def _default(value: str) -> str:
    # Not click's default: an option that is not typed keeps the value of the last start.
    return f"  [default: {value}]"


def _start(places: DaemonPaths, given: Mapping[str, object], *, reset: bool, debug: bool) -> None:
    more = [*to_argv(given), *["--reset"] * reset, *["--debug"] * debug]
    started = find_or_start_daemon(places, command=[*daemon_command(places), *more])
    options = load_options(places)
    changed = options.non_defaults()
    times = {"idle": format_seconds(options.idle), "keep_alive": format_seconds(options.keep_alive)}
    held = " ".join(to_argv({name: times.get(name, value) for name, value in changed.items()}))
    how = f", with {held}" if held else ""
    say(f"started: process {started.pid} at {started.endpoint}{how}")


@click.group()
def daemon() -> None:
    """Start, stop and watch the daemon that keeps models loaded.

    The daemon starts when a command needs it and stops after an hour without work, so these
    commands are seldom needed. Stopping it loses nothing: jobs are kept and resumed.
    """


@daemon.command()
@context_option
@_daemon_options
def start(context: str, given: Mapping[str, object], reset: bool, debug: bool) -> None:
    """Start the daemon, if it is not running.

    The options are remembered: later starts use them too, by hand, on demand or after a crash.
    --reset forgets them.
    """
    places = DaemonPaths(context)
    try:
        running = find_daemon(places)
    except DaemonAbsent:
        _start(places, given, reset=reset, debug=debug)
        return
    say(f"already running: process {running.pid} at {running.endpoint}")
    if given or reset or debug:
        say(spell_commands("its options did not change; to change them: shotlog daemon restart"))


@daemon.command()
@context_option
@click.option(
    "--drain",
    is_flag=True,
    help="Finish queued jobs first and accept no new ones; paused jobs are kept.",
)
@_force_option
def stop(context: str, drain: bool, force: bool) -> None:
    """Stop the daemon. Its jobs are kept and resumed at the next start."""
    if drain and force:
        raise click.UsageError("give either --drain, which waits, or --force, which does not.")
    places = DaemonPaths(context)
    was = _drain(places) if drain else stop_daemon(places, force=force)
    say("no daemon is running" if was is None else f"stopped: process {was}{_leftover(places)}")


def _drain(places: DaemonPaths) -> int | None:
    """Stop the daemon after its queued jobs and show progress; return its process id."""
    with show_waiting(terminal(stderr=True), "Finishing queued jobs…") as spinner:
        shown: str | None = None

        def tell(report: StatusReport) -> None:
            nonlocal shown
            spinner.update(f"Finishing queued jobs: {report.queued} waiting…")
            reason = report.batch_held_reason
            if report.running is None and reason not in (None, shown):
                shown = reason
                say(spell_commands(f"batch jobs wait: {shown}; {_STOP_NOW}"), stderr=True)

        try:
            return stop_daemon(places, drain=True, timeout=None, on_status=tell)
        except KeyboardInterrupt:
            hint = f"The daemon stops after its queued jobs; {_STOP_NOW}."
            raise Stopped("daemon stop", "no longer watched", hint) from None


def _leftover(places: DaemonPaths) -> str:
    """Return the number of unfinished jobs of a stopped daemon, and how to resume them."""
    jobs, held = count_leftover_jobs(places)
    if not jobs:
        return ""
    kept = "1 job is" if jobs == 1 else f"{jobs:,} jobs are"
    more = "; then, as jobs are paused: shotlog daemon resume" if held else ""
    return spell_commands(f"; {kept} unfinished and kept; resume with: shotlog daemon start{more}")


@daemon.command()
@context_option
@_daemon_options
@_force_option
def restart(
    context: str, given: Mapping[str, object], reset: bool, debug: bool, force: bool
) -> None:
    """Stop the daemon and start it again, for instance after an update.

    Options that are not given keep their last values.
    """
    places = DaemonPaths(context)
    stop_daemon(places, force=force, restart=True)
    _start(places, given, reset=reset, debug=debug)


@daemon.command()
@context_option
@json_option
@click.option("--metrics", is_flag=True, help="Print counters in the format of Prometheus.")
@click.option(
    "--check",
    "checked",
    is_flag=True,
    help="Run the worker's self-test first; exit code 1 if it fails.",
)
@click.pass_context
def status(
    ctx: click.Context, context: str, as_json: bool, metrics: bool, checked: bool
) -> None:  # fmt: skip
    """Show the state of the daemon. Fails if no daemon is running; starts none."""
    with Client(start=False, context=context, name="shotlog daemon status") as client:
        report = check_worker(client) if checked else client.status()
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
@click.option(
    "-f", "--follow", "following", is_flag=True, help="Print new lines as they are logged."
)
@click.option("-n", "count", type=click.IntRange(min=0), default=40, show_default=True,
              help="Number of lines to print, from the end.")  # fmt: skip
@click.option(
    "--worker",
    "of_worker",
    is_flag=True,
    help="Show the output of the worker, which computes, and of its libraries instead.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the log lines as JSON.")
def logs(context: str, following: bool, count: int, of_worker: bool, as_json: bool) -> None:
    """Show the daemon's log; the daemon need not be running."""
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
    except KeyboardInterrupt:  # the usual way to end --follow, no failure
        return


@daemon.command()
@context_option
@_daemon_options
def run(context: str, given: Mapping[str, object], reset: bool, debug: bool) -> None:
    """Run the daemon in the foreground, for service managers and debugging.

    The options are remembered, as those of 'shotlog daemon start' are.
    """
    # The broker and its libraries take 0.1 s to import, and only this command needs them.
    from shotlog.service.daemon import DaemonSettings
    from shotlog.service.daemon import run_daemon as serve

    places = DaemonPaths(context)
    options = resolve_options(places, given, reset=reset)
    serve(DaemonSettings(places, options, debug=debug, console=True))


@daemon.command()
@context_option
@click.option("--batch", is_flag=True, help="Only pause batch jobs.")
def pause(context: str, batch: bool) -> None:
    """Pause all jobs and free the machine; finished work is kept."""
    with Client(start=False, context=context, name="shotlog daemon pause") as client:
        client.pause(batch)
    what = "batch jobs are paused" if batch else "paused"
    say(spell_commands(f"{what}; resume with: shotlog daemon resume"))


@daemon.command()
@context_option
def resume(context: str) -> None:
    """Resume paused jobs, whether all were paused or batch jobs alone."""
    with Client(start=False, context=context, name="shotlog daemon resume") as client:
        client.resume()
    say("resumed")


daemon.add_command(clients)

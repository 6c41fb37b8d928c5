"""``shotlog jobs``: what the daemon was asked to do, and what came of it."""

from __future__ import annotations

from pathlib import Path

import click

from shotlog.cli.options import context_option, json_option
from shotlog.cli.output import (
    job_page,
    job_table,
    json_text,
    print_json,
    print_json_text,
    say,
    show_watched,
    terminal,
)
from shotlog.schema import Stopped
from shotlog.service.client import Client, find_job, select_recent
from shotlog.service.protocol import JobState
from shotlog_otio import save

_job_argument = click.argument("job", required=False)


def _client(context: str) -> Client:
    return Client(context=context, name="shotlog jobs")


@click.group(invoke_without_command=True)
@click.pass_context
def jobs(ctx: click.Context) -> None:
    """List jobs, watch them, cancel them, fetch what they found.

    A job is named by the beginning of its id; without one the newest is meant, but to cancel.

    Jobs that have been over for 30 days are forgotten, and sooner where what is kept of all takes
    more than 256 MiB: then the oldest go first. The newest hundred stay.
    """
    if ctx.invoked_subcommand is None:
        with list_jobs.make_context("list", [], parent=ctx) as listing:  # $SHOTLOG_CONTEXT counts
            list_jobs.invoke(listing)


@jobs.command("list")
@context_option
@json_option
@click.option("--all", "everything", is_flag=True, help="Also those that are long over.")
def list_jobs(context: str, as_json: bool, everything: bool) -> None:
    """List jobs, newest first.

    Of those that are over, the newest 20 are listed; with --all or --json the newest 1,000.
    """
    with _client(context) as client:
        known = client.job_list()
    shown = known.jobs if everything or as_json else select_recent(known.jobs)
    if as_json:
        print_json([info.model_dump(mode="json") for info in shown])
    else:
        terminal().print(job_table(shown))
    if more := len(known.jobs) - len(shown):
        say(f"and {more:,} more that are over; see them with --all", stderr=as_json)
    if known.older:
        say(f"and {known.older:,} older ones; each is known by its whole id", stderr=as_json)


@jobs.command()
@_job_argument
@context_option
@json_option
def show(job: str | None, context: str, as_json: bool) -> None:
    """Show everything about a job."""
    with _client(context) as client:
        info = find_job(client, job)
    if as_json:
        print_json(info.model_dump(mode="json"))
    else:
        terminal().print(job_page(info))


@jobs.command()
@click.argument("job")
@context_option
def cancel(job: str, context: str) -> None:
    """Stop a job; what was measured is kept, should the same be asked again."""
    with _client(context) as client:
        info = client.cancel(find_job(client, job).job)
    say(f"{info.name}: {info.state.value}")


@jobs.command()
@_job_argument
@context_option
def attach(job: str | None, context: str) -> None:
    """Watch a job until it is over. Ctrl-C leaves it alone, and it goes on."""
    console = terminal()
    with _client(context) as client:
        info = find_job(client, job)
        try:
            last = show_watched(console, client.watch(info.job))
        except KeyboardInterrupt:
            raise Stopped(info.name, "no longer watched", "It goes on all the same.") from None
    if last is not None:
        console.print(job_page(last))
        if last.state is not JobState.DONE:
            raise click.exceptions.Exit(1)


@jobs.command()
@_job_argument
@context_option
@click.option("-o", "--output", type=click.Path(path_type=Path),
              help="Write it there instead of printing it.")  # fmt: skip
def results(job: str | None, context: str, output: Path | None) -> None:
    """Print what a job found, as JSON."""
    with _client(context) as client:
        log = client.result(find_job(client, job).job)
    text = json_text(log.model_dump(mode="json"))
    if output is None:
        print_json_text(text)
    else:
        save(output, text.encode() + b"\n")

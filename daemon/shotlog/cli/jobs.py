"""``shotlog jobs``: list the daemon's jobs, watch and cancel them, print their results."""

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

_job_argument = click.argument("job", required=False)


def _client(context: str) -> Client:
    return Client(context=context, name="shotlog jobs")


@click.group(invoke_without_command=True)
@click.pass_context
def jobs(ctx: click.Context) -> None:
    """List, watch and cancel jobs, and fetch their results.

    Name a job by the first characters of its id. Without one, the newest job is taken, except by
    'cancel'.

    Finished jobs are deleted after 30 days, or earlier, oldest first, if all jobs together take
    more than 256 MiB. The newest 100 are always kept.
    """
    if ctx.invoked_subcommand is None:
        # Not ctx.invoke: only make_context reads defaults from the environment (SHOTLOG_CONTEXT).
        with list_jobs.make_context("list", [], parent=ctx) as listing:
            list_jobs.invoke(listing)


@jobs.command("list")
@context_option
@json_option
@click.option("--all", "everything", is_flag=True, help="Include older finished jobs.")
def list_jobs(context: str, as_json: bool, everything: bool) -> None:
    """List jobs, newest first.

    Lists the newest 20 finished jobs; with --all or --json the newest 1,000.
    """
    with _client(context) as client:
        known = client.job_list()
    shown = known.jobs if everything or as_json else select_recent(known.jobs)
    if as_json:
        print_json([info.model_dump(mode="json") for info in shown])
    else:
        terminal().print(job_table(shown))
    # To stderr with --json, so that stdout remains valid JSON.
    if more := len(known.jobs) - len(shown):
        say(f"and {more:,} more finished jobs; list them with --all", stderr=as_json)
    if known.older:
        say(f"and {known.older:,} older jobs, available by their full ids", stderr=as_json)


@jobs.command()
@_job_argument
@context_option
@json_option
def show(job: str | None, context: str, as_json: bool) -> None:
    """Show all details of a job."""
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
    """Cancel a job; what it has measured stays in the cache."""
    with _client(context) as client:
        info = client.cancel(find_job(client, job).job)
    say(f"{info.name}: {info.state.value}")


@jobs.command()
@_job_argument
@context_option
def attach(job: str | None, context: str) -> None:
    """Watch a job until it ends. Ctrl-C stops watching, not the job."""
    console = terminal()
    with _client(context) as client:
        info = find_job(client, job)
        try:
            last = show_watched(console, client.watch(info.job))
        except KeyboardInterrupt:
            raise Stopped(info.name, "no longer watched", "The job continues.") from None
    if last is not None:
        console.print(job_page(last))
        if last.state is not JobState.DONE:
            raise click.exceptions.Exit(1)


@jobs.command()
@_job_argument
@context_option
@click.option("-o", "--output", type=click.Path(path_type=Path),
              help="Write to this file instead of printing.")  # fmt: skip
def results(job: str | None, context: str, output: Path | None) -> None:
    """Print the findings of a job as JSON."""
    with _client(context) as client:
        log = client.result(find_job(client, job).job)
    text = json_text(log.model_dump(mode="json"))
    if output is None:
        print_json_text(text)
    else:
        from shotlog_otio import save  # OpenTimelineIO takes 0.3 s to import

        save(output, text.encode() + b"\n")

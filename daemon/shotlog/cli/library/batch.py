"""``shotlog batch``: folders of timelines and media to marked timelines and one library."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import click
from rich.console import Console

from shotlog.batch import (
    BatchOptions,
    BatchPlan,
    BatchStatus,
    Executor,
    OutputFolder,
    PlanRequest,
    RunSettings,
    at_work,
    emitter_named,
    farm_job,
    forget_failures,
    merge_results,
    open_shards,
    plan_batch,
    read_plan,
    run_batch,
    runner_named,
    status_of,
)
from shotlog.cli._interrupt import sets_flag
from shotlog.cli.options import (
    ANY_PATH,
    EXIT_FALLBACK,
    RemoteChoice,
    agree,
    all_tier_options,
    ask_provider_too,
    asks_of,
    context_option,
    json_option,
    keep_alive_option,
    profile_options,
    provider_options,
    rate_option,
    set_option,
)
from shotlog.cli.output import (
    BatchLines,
    BatchScreen,
    SafeLine,
    batch_table,
    print_bytes,
    print_json_text,
    show_failures,
    show_search,
    show_stages,
    terminal,
)
from shotlog.markers import MarkerOptions
from shotlog.schema import BatchError, ExecutorUnusable, OutputNotWritable, Stopped
from shotlog.service.protocol import AnalysisOptions
from shotlog.settings import load_settings

_folder_argument = click.argument("folder", metavar="LOGGED", type=ANY_PATH)


class _Batch(click.Group):
    """A group whose first command, ``run``, need not be named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["run", *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = "INPUT... --out LOGGED [OPTIONS]\n       {} status|retry|merge LOGGED"
        formatter.write_usage(ctx.command_path, pieces.format(ctx.command_path))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        run.format_options(click.Context(run, info_name="run", parent=ctx), formatter)
        self.format_commands(ctx, formatter)


@click.group(cls=_Batch)
def batch() -> None:
    """Log folders of timelines and media: marked timelines, reports, and one library of all shots.

    Every timeline below the inputs is logged, of all formats that 'shotlog analyze' reads, and
    every media file that none of them uses. INPUT is a folder, a file, or a text file that lists
    paths, one a line. What is timeline and what is film is decided by content. In LOGGED, marked
    timelines and reports lie as their sources do; index.html shows all of them, problems first;
    library.sqlite is what 'shotlog find' searches; shots.csv and shots.parquet hold all shots.

    The same command again does only what is new or has changed; after Ctrl-C, a crash or a full
    disk it resumes. Sources are never changed. An output that you have edited is not written over.

    \b
    shotlog batch season/ --out logged/
    shotlog batch list.txt --out logged/ --executor ray --address auto
    shotlog batch season/ --out logged/ --emit slurm > job.sh
    shotlog batch status logged/
    shotlog batch retry logged/
    shotlog find "CS and dolly_in and faces >= 1" --in logged/

    Exit codes: 0: every item has a result. 1: an item has none, a file cannot be read, or the batch
    could not run. 3: every item has a result, some of them by another tier than the first one of
    your order (setting remote.tiers), as a provider could not be used. 130: stopped by Ctrl-C; what
    is done is kept, and the same command resumes.
    """


def _run_options(command: Any) -> Any:
    """Add the options of how shards are run."""
    for option in (
        keep_alive_option,
        context_option,
        click.option(
            "--share-cache",
            type=ANY_PATH,
            metavar="DIR",
            help="Folder in which machines share evidence, so that none measures what another has.",
        ),
        click.option(
            "--gpus",
            type=click.FloatRange(min=0),
            metavar="N",
            help="GPUs of each worker; 0.5 lets two share one.  [default: 1 where there are GPUs]",
        ),
        click.option(
            "--address",
            metavar="ADDRESS",
            help="Head of the Ray cluster: auto, HOST:6379, or http://HOST:8265 to submit a job."
            "  [default: Ray on this machine alone]",
        ),
        click.option(
            "--jobs",
            type=click.IntRange(min=1),
            metavar="N",
            help="Shards in progress at a time.  [default: the executor's own]",
        ),
        click.option(
            "--executor",
            metavar="NAME",
            default="local",
            show_default=True,
            help="Who does the work: local, the daemon of this machine; ray, a Ray cluster.",
        ),
    ):
        command = option(command)
    return command


@batch.command("run", hidden=True)
@click.argument("inputs", metavar="INPUT...", nargs=-1, required=True, type=ANY_PATH)
@click.option("--out", metavar="LOGGED", required=True, type=ANY_PATH, help="The output folder.")
@click.option(
    "--emit",
    metavar="KIND",
    help="Print a job for a render farm instead of working: openjd, deadline, opencue, slurm,"
    " shell. See docs/farms.md.",
)
@click.option("--dry-run", is_flag=True, help="Plan, and show the plan; do no work.")
@click.option(
    "--map",
    "maps",
    metavar="OLD=NEW",
    multiple=True,
    help="Look for files whose path begins with OLD under NEW, on the machines that work as well:"
    " 'E:\\Media=/mnt/media'. May be given more than once.",
)
@_run_options
@rate_option
@click.option(
    "--on",
    type=click.Choice(["timeline", "clips"]),
    help="Put markers on the timeline or on the clips.  [default: setting markers.on]",
)
@click.option(
    "--disabled/--no-disabled",
    default=None,
    help="Also analyse clips that are switched off.  [default: setting analysis.disabled]",
)
@all_tier_options
@profile_options
@provider_options
@set_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.option("-q", "--quiet", is_flag=True, help="Only show problems.")
def run(
    inputs: Sequence[Path], out: Path, emit: str | None, dry_run: bool, maps: Sequence[str],
    executor: str, jobs: int | None, address: str | None, gpus: float | None,
    share_cache: Path | None, context: str, keep_alive: int | None, rate: Fraction | None,
    on: Literal["timeline", "clips"] | None, disabled: bool | None, models: str | None,
    names: Sequence[str], cuts: str | None, device: str | None, precision: str | None,
    flags: Mapping[str, object], as_json: bool, quiet: bool, profile: str | None,
    remote: RemoteChoice,
) -> None:  # fmt: skip
    """Plan and run a batch."""
    settings = load_settings(inputs[0], flags).settings
    asks = asks_of(
        settings.analysis, models=models, names=names, cuts=cuts, device=device,
        precision=precision, disabled=disabled, profile=profile,
    )  # fmt: skip
    asks = ask_provider_too(
        asks, models, remote, settings.remote, inputs[0], named=bool(names), may_ask=False
    )
    options = BatchOptions(
        analysis=asks.model_copy(update={"facts": True}),
        markers=MarkerOptions(
            **{name: getattr(settings.markers, name) for name in MarkerOptions.model_fields}
        ),
        on=on or settings.markers.on,
        rate=rate,
    )
    maps = (*maps, *settings.media.relinks)
    how = RunSettings(
        jobs=jobs, address=address, gpus=gpus, context=context, keep_alive=keep_alive,
        share_cache=None if share_cache is None else str(share_cache.absolute()), maps=maps,
    )  # fmt: skip
    folder = OutputFolder(out)
    emitter = emitter_named(emit) if emit else None
    runner = None if emitter else runner_named(executor)
    _check_executor(emitter or runner, asks)
    console = terminal(stderr=as_json or emit is not None, quiet=quiet)
    with _of_the_output(), at_work(folder):
        with show_search(console) as count, show_stages(console) as stages:
            plan = plan_batch(PlanRequest(inputs, options, maps), folder, count, stages)
        if emitter is not None:
            job = farm_job(folder, plan, how, _node_options(how))
            if not job.shards:
                raise BatchError(str(out), "nothing is left to do", "See: shotlog batch status.")
            print_bytes(emitter.emit(job).encode())
            return
        if dry_run:
            _report(console, status_of(folder, plan), as_json)
            return
        assert runner is not None  # noqa: S101
        _run(folder, plan, executor, how, console, as_json=as_json)


@batch.command()
@_folder_argument
@json_option
def status(folder: Path, as_json: bool) -> None:
    """Show what is done, what failed and why, and what is left.

    Exit codes: 0: every item has a result. 1: an item has none, or a file cannot be read. 3: as for
    shotlog batch.
    """
    found = OutputFolder(folder)
    _report(terminal(), status_of(found, read_plan(found)), as_json)


@batch.command()
@_folder_argument
@click.option(
    "--failed",
    is_flag=True,
    help="Only what failed or was parked; without it, all that has no result.",
)
@_run_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.option("-q", "--quiet", is_flag=True, help="Only show problems.")
def retry(
    folder: Path, failed: bool, executor: str, jobs: int | None, address: str | None,
    gpus: float | None, share_cache: Path | None, context: str, keep_alive: int | None,
    as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Try again what failed, was given up because it ended its worker twice, or fell back.

    What another tier has made, as a provider could not be used, is asked of the provider again.

    The plan stays as it is: where inputs have changed, run shotlog batch itself again.
    """
    place = OutputFolder(folder)
    plan = read_plan(place)
    how = RunSettings(
        jobs=jobs, address=address, gpus=gpus, context=context, keep_alive=keep_alive,
        share_cache=None if share_cache is None else str(share_cache.absolute()),
    )  # fmt: skip
    console = terminal(stderr=as_json, quiet=quiet)
    with _of_the_output(), at_work(place):
        forgotten = forget_failures(place, plan)
        console.print(SafeLine(f"{forgotten} items are tried again"))
        if failed and not forgotten:
            _report(console, status_of(place, plan), as_json)
            return
        _run(place, plan, executor, how, console, as_json=as_json)


@batch.command()
@_folder_argument
@json_option
def merge(folder: Path, as_json: bool) -> None:
    """Bring library, tables and index.html up to date with the results of a farm.

    May be run while the farm works, and as often as you like.
    """
    place = OutputFolder(folder)
    console = terminal(stderr=as_json)
    plan = read_plan(place)
    with _of_the_output(), at_work(place), show_stages(console) as stages:
        merged = merge_results(place, stages)
    for item in merged.damaged:
        name = plan.items[item].name if item in plan.items else item
        words = f"the result of {name} was damaged; run shotlog batch again to make it anew"
        console.print(SafeLine.assemble(("note: ", "yellow"), words), soft_wrap=True)
    _report(terminal(), status_of(place, plan), as_json)


def _check_executor(executor: Executor | None, asks: AnalysisOptions) -> None:
    """Refuse to ask a provider from machines that cannot.

    Raises:
        ExecutorUnusable: Its machines have neither tokens nor consent.
    """
    if asks.remote is not None and executor is not None and not executor.asks_providers:
        message = "its machines have neither the token of a provider nor your consent"
        hint = "Use --executor local, or send nothing: --offline --tier auto."
        raise ExecutorUnusable(executor.name, message, hint)


def _run(
    folder: OutputFolder,
    plan: BatchPlan,
    executor: str,
    how: RunSettings,
    console: Console,
    *,
    as_json: bool,
) -> None:
    """Run a plan with progress, and report how it ended."""
    asks = plan.manifest.options.analysis
    _check_executor(runner_named(executor), asks)
    if asks.remote is not None:
        agree(asks.remote, yes=False, must=asks.models == "remote", may_ask=False)
        how = how.model_copy(update={"since": time.time()})
    shards = open_shards(folder, plan)
    before = status_of(folder, plan)
    screen = (
        BatchLines()
        if as_json
        else BatchScreen(console, before.cost - before.cost_done, before.waiting)
    )
    if not shards:
        console.print(SafeLine("everything is logged already", style="dim"))
    with sets_flag() as ctrl_c, screen:
        run_batch(folder, plan, runner_named(executor), how, screen.tell, lambda: ctrl_c.pressed)
    if ctrl_c.pressed:
        raise Stopped("shotlog batch")
    _report(console, status_of(folder, plan), as_json)


@contextmanager
def _of_the_output() -> Iterator[None]:
    """Make errors of writing name the option of a batch."""
    try:
        yield
    except OutputNotWritable as error:
        if error.problem.hint != OutputNotWritable.hint:
            raise
        hint = "Choose another folder with --out, or change the permissions."
        raise OutputNotWritable(error.problem.subject, error.problem.message, hint) from error


def _report(console: Console, found: BatchStatus, as_json: bool) -> None:
    if as_json:
        print_json_text(found.model_dump_json())
    else:
        console.print(batch_table(found))
        show_failures(terminal(stderr=True), found)
        if found.library:
            folder = found.folder
            console.print(
                SafeLine.assemble(("wrote ", "green"), f"{folder}/index.html"), soft_wrap=True
            )
    if not found.complete:
        raise click.exceptions.Exit(1)
    if found.fallbacks:
        raise click.exceptions.Exit(EXIT_FALLBACK)


def _node_options(how: RunSettings) -> tuple[str, ...]:
    """Return the options that every task of a farm gets."""
    options = [word for text in how.maps for word in ("--map", text)]
    if how.share_cache is not None:
        options += ["--share-cache", how.share_cache]
    return tuple(options)

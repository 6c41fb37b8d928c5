"""``shotlog deliver``: the stages of a recipe in a row."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import click

from shotlog.cli.analysis import OwnEngine, open_timeline
from shotlog.cli.delivery.deliver_views import plan_table, result_line, summary_table
from shotlog.cli.options import ANY_PATH, cache_option, read_options_of, reading_options
from shotlog.cli.output import StageBars, json_text, print_json, show_problems, terminal
from shotlog.delivery.recipe import (
    STAGES,
    CheckedClips,
    DeliveredFilm,
    RenderedClips,
    StageReport,
    StageStore,
    UploadedClips,
    keep_findings,
    load_recipe,
    recipe_names,
)
from shotlog.delivery.recipe import (
    deliver as run_recipe,
)
from shotlog.delivery.recipe import (
    explain as explain_recipe,
)
from shotlog.delivery.subtitles import SUFFIXES
from shotlog.engine import Cache
from shotlog.paths import cache_file as own_cache
from shotlog.paths import deliveries_folder
from shotlog.schema import Edit, MediaReference, Model, Problem, ShotlogError
from shotlog_otio import is_timeline, read_timeline, save

_NOT_PASSED = 4
_INCOMPLETE = 3


@click.command()
@click.argument("inputs", nargs=-1, type=ANY_PATH, metavar="INPUT...")
@click.option(
    "--recipe",
    "recipe_name",
    default="shorts",
    show_default=True,
    metavar="NAME|FILE",
    help="The stages and their settings; 'list' shows the recipes that come along.",
)
@click.option("-o", "--output", type=ANY_PATH, metavar="FOLDER", help="The folder of the files.")
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="STAGE.SETTING=VALUE",
    help="A setting in place of the recipe's: render.loudness=-16. May be given more than once.",
)
@click.option(
    "--without",
    "left_out",
    multiple=True,
    type=click.Choice(STAGES),
    help="Leave out a stage. May be given more than once.",
)
@click.option("--explain", is_flag=True, help="Show what would be done, and stop.")
@click.option(
    "--debug",
    "debug_folder",
    type=ANY_PATH,
    metavar="FOLDER",
    help="Keep what stages found: results, times, tracks of faces, drawings of the paths of crops,"
    " and frames with faces and crops drawn on them.",
)
@click.option("--no-keep", is_flag=True, help="Run every stage anew, and keep no results.")
@click.option("--ffmpeg", type=ANY_PATH, metavar="PROGRAM", help="The FFmpeg to use.")
@click.option("--yes", is_flag=True, help="Upload without a question, where the recipe uploads.")
@click.option("--json", "as_json", is_flag=True, help="Print everything that was done as JSON.")
@reading_options
@cache_option
@click.option("-q", "--quiet", is_flag=True, help="Only show problems.")
def deliver(
    inputs: Sequence[Path], recipe_name: str, output: Path | None, changes: Sequence[str],
    left_out: Sequence[str], explain: bool, debug_folder: Path | None, no_keep: bool,
    ffmpeg: Path | None, yes: bool, as_json: bool, sequence: str | None, dialect: str | None,
    relinks: Sequence[str], rate: Fraction | None, cache_file: Path | None, quiet: bool,
) -> None:  # fmt: skip
    """Make finished clips of a film by a recipe: found, cropped, rendered, checked.

    INPUT is a timeline, or media files. A recipe is a TOML file; a stage without a table is left
    out:

    \b
    title = "Trailers for phones"
    [highlights]
    top = 5
    shortest = 20
    longest = 45
    [reframe]
    aspect = "9:16"
    use = "speaker:hold=2"
    [subtitles]
    style = "karaoke"
    [render]
    size = "1080x1920"
    loudness = -14.0
    [qc]
    profile = "web"
    [upload]
    to = "folder:path=/mnt/delivery"

    Each stage is kept by its content: another style of subtitles tracks no face anew, and a file
    that is there already is not rendered again. deliver.json in the folder tells what was made.

    \b
    shotlog deliver film.mp4 --recipe shorts -o out/
    shotlog deliver film.mp4 --recipe shorts.toml --explain -o out/
    shotlog deliver cut.otio --recipe web --set render.loudness=-16 -o out/
    shotlog deliver film.mp4 --recipe shorts --without qc -o out/

    Exit codes: 0: all was made, and passed. 1: failed, with the reason. 3: a clip could not be made
    or sent. 4: a file did not pass. 130: stopped by Ctrl-C; what was finished is kept.
    """
    if recipe_name == "list":
        for name in recipe_names():
            click.echo(f"{name}: {load_recipe(name).title}")
        return
    if not inputs:
        raise click.UsageError("Give a timeline, or media files.")
    if output is None:
        raise click.UsageError("Name the folder with -o.")
    recipe = load_recipe(recipe_name, changes).without(left_out)
    console = terminal(stderr=as_json, quiet=quiet)
    store = StageStore(None if no_keep else deliveries_folder())
    reading = read_options_of(inputs[0], sequence, dialect, relinks, rate)
    with (
        OwnEngine(cache_file) as engine,
        open_timeline(inputs, output, engine, console) as (path, problems, warnings),
        Cache(cache_file or own_cache()) as cache,
    ):
        read = read_timeline(path, reading)
        film = DeliveredFilm(
            name=inputs[0].stem,
            edit=read.edit,
            media=_media(read.edit, engine),
            output=output,
            cache=cache,
            facts=read.render_facts,
            single=_single(inputs),
            beside=_beside(inputs[0]),
            probes=engine.probe_cache,
            ffmpeg=ffmpeg,
            progress=StageBars(console),
            agree=lambda told: yes or _ask(told),
        )
        if explain:
            planned = explain_recipe(film, recipe, store)
            if as_json:
                print_json([each.model_dump(mode="json") for each in planned])
            else:
                console.print(plan_table(planned))
            return

        def watch(stage: str, result: Model, report: StageReport) -> None:
            console.print(result_line(stage, result, report))

        delivery, made = run_recipe(film, recipe, store, watch=watch)
        save(output / "deliver.json", json_text(delivery.model_dump(mode="json")).encode() + b"\n")
        undrawn: Sequence[Problem] = ()
        if debug_folder is not None:
            undrawn = keep_findings(debug_folder, film, made, delivery.reports)
    if as_json:
        print_json(delivery.model_dump(mode="json"))
    else:
        console.print(summary_table(made))
    lost = [*problems, *_problems(made)]
    show_problems(terminal(stderr=True), [*lost, *undrawn], () if quiet else warnings)
    raise click.exceptions.Exit(_exit_code(made, lost))


def _media(edit: Edit, engine: OwnEngine) -> dict[str, str]:
    """Return the identity of the content of each media file; empty for one that is not there."""
    found = {}
    references = (clip.media for clip in (*edit.clips, *edit.sound) if clip.media is not None)
    for reference in references:
        if reference.path not in found:
            found[reference.path] = _content(reference, engine)
    return found


def _content(reference: MediaReference, engine: OwnEngine) -> str:
    try:
        return engine.probe_cache.get(reference).content_id
    except ShotlogError:  # the stages tell which clip it costs
        return ""


def _single(inputs: Sequence[Path]) -> Path | None:
    alone = len(inputs) == 1 and inputs[0].is_file() and not is_timeline(inputs[0])
    return inputs[0] if alone else None


def _beside(first: Path) -> Path | None:
    found = (first.with_suffix(suffix) for suffix in SUFFIXES)
    return next((path for path in found if path.is_file()), None)


def _ask(told: Sequence[str]) -> bool:
    for line in told:
        click.echo(line, err=True)
    try:
        return click.confirm("Send it?", err=True)
    except click.Abort:  # nobody is there to answer
        return False


def _problems(made: dict[str, Model]) -> list[Problem]:
    rendered, sent = made.get("render"), made.get("upload")
    found = []
    if isinstance(rendered, RenderedClips):
        found += [each.problem for each in rendered.clips if each.problem is not None]
    if isinstance(sent, UploadedClips):
        found += [each.problem for each in sent.files if each.problem is not None]
    return found


def _exit_code(made: dict[str, Model], lost: Sequence[Problem]) -> int:
    checked = made.get("qc")
    if lost:
        return _INCOMPLETE
    if isinstance(checked, CheckedClips) and not all(file.passed for file in checked.files):
        return _NOT_PASSED
    return 0

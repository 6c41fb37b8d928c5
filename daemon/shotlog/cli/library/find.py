"""``shotlog find``: find shots across everything that was logged."""

from __future__ import annotations

import webbrowser
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table

from shotlog.cli.options import ANY_PATH, json_option
from shotlog.cli.output import (
    SafeLine,
    hit_cells,
    hit_json,
    hit_table,
    parse_shown,
    print_json,
    say,
    show_problems,
    terminal,
)
from shotlog.library import LIBRARY_NAME, FoundShots, Hit, Library, Order, Query
from shotlog.schema import LibraryError, LoggedShot, make_visible, readable

if TYPE_CHECKING:
    from shotlog.batch import BatchResults
    from shotlog.selects import Selects


@click.command()
@click.argument("query")
@click.option(
    "--in",
    "logged",
    required=True,
    metavar="DIR",
    type=ANY_PATH,
    help="Output folder of shotlog batch, or its library.sqlite.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Write the shots as a timeline, a stringout: an .otio file.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    help="Write a page with a picture of every shot: an .html file.",
)
@click.option("--open", "opens", is_flag=True, help="Open that page in the browser.")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=100,
    show_default=True,
    help="Take this many shots at most; 0 takes all.",
)
@click.option(
    "--order",
    type=click.Choice(["timeline", "similarity", "highlight", "duration"]),
    help="Order of the shots.  [default: similarity with text:, else timeline]",
)
@click.option(
    "--handles",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Frames to show before and after each shot, in -o and --report.",
)
@json_option
def find(
    query: str, logged: Path, output: Path | None, report: Path | None, opens: bool, limit: int,
    order: Order | None, handles: int, as_json: bool,
) -> None:  # fmt: skip
    """Find shots across everything that was logged.

    A query is terms with 'and', 'or', 'not' and parentheses; put it in quotes.

    \b
    Labels         ECS CS MS FS LS, pan_left, dolly_in, static, undefined, ...
                   size:CS, move:pan_left, movement:Push, motion:chaotic
    Numbers        faces >= 1, speech >= 20%, duration < 2s, loudness > -20dB,
                   highlight >= 70, confidence > 80%, move.confidence > 0.5,
                   width >= 3840, height, fps = 23.976
    Alone          faces (one or more), speech (half of the shot), highlight
    Names          "kitchen", "kit*", clip:"A001*", timeline:"Reel 1",
                   media:"A001_C003.mov"
    Descriptions   text:"a woman laughing"; ranks by similarity, and needs an
                   image-text model (shotlog models list)

    What was not measured of a shot is found neither by a comparison nor by its negation. An empty
    query finds every shot.

    \b
    shotlog find "CS and dolly_in and faces >= 1 and speech" --in logged
    shotlog find "(ECS or CS) and not static and duration < 2s" --in logged
    shotlog find '"kitchen" and highlight >= 70' --in logged -o selects.otio
    shotlog find 'MS and text:"two people argue"' --in logged --report a.html --open

    Exit codes: 0: searched, also where no shot matches. 1: it failed, or there is no shot to write
    with -o or --report.
    """
    if opens and report is None:
        raise click.UsageError("--open opens the page of --report; give its name with --report.")
    _check_places(output, report)
    asked = parse_shown(query)
    path = logged / LIBRARY_NAME if logged.is_dir() else logged
    with Library.open(path) as library:
        found = _search(library, asked, limit or None, order)
    written: list[Path] = []
    if output is not None or report is not None:
        if not found.hits:
            hint = "Nothing was written. Ask for less, or see shotlog find --help."
            raise LibraryError("query", "no shot matches", hint)
        written = _write(path.parent, asked, found, output, report, handles)
    if as_json:
        print_json(_as_json(asked, found, written))
    else:
        _print(found, written, described=asked.text is not None)
    if opens and report is not None and not webbrowser.open(report.absolute().as_uri()):
        say(f"no browser could be started; the page is {report}", stderr=True)


def _check_places(output: Path | None, report: Path | None) -> None:
    """Check that the files can be written, before anything is searched."""
    from shotlog_otio import check_output, check_output_file

    if output is not None:
        check_output(None, output)
    if report is not None:
        check_output_file(report, ".html", option="--report")


def _search(library: Library, query: Query, limit: int | None, order: Order | None) -> FoundShots:
    vector = None
    if query.text is not None and library.models:
        from shotlog.models.words import embed_text  # torch takes seconds to import

        vector = embed_text(query.text, among=library.models)
    return library.find(query, limit=limit, order=order, text_vector=vector)


def _write(
    folder: Path,
    query: Query,
    found: FoundShots,
    output: Path | None,
    report: Path | None,
    handles: int,
) -> list[Path]:
    """Write the stringout and the page, and return their paths."""
    from shotlog.batch import BatchResults  # these import the engine
    from shotlog.engine import Cache, ProbeCache
    from shotlog.paths import cache_file
    from shotlog.selects import Pick, make_selects, write_selects
    from shotlog.settings import load_settings
    from shotlog_otio import save

    results = BatchResults(folder)
    picks = [Pick(results.log(hit.item, hit.sequence), hit.shot_number) for hit in found.hits]
    settings = load_settings(output).settings
    name = output.stem if output is not None else make_visible(str(query)) or "All shots"
    with ExitStack() as closing:
        cache = closing.enter_context(Cache(cache_file(), settings.storage.cache_size))
        selects = make_selects(picks, name, ProbeCache(cache), handles)
    written = []
    if output is not None:
        write_selects(output, selects, settings.markers, on=settings.markers.on)
        written.append(output)
    if report is not None:
        save(report, _render(selects, found.hits, results).encode())
        written.append(report)
    log = selects.log
    show_problems(terminal(stderr=True), log.problems, log.warnings)
    return written


def _render(selects: Selects, hits: Sequence[Hit], results: BatchResults) -> str:
    from shotlog.report import render_report

    # A shot keeps its id in the selects; equal ones show the same frames.
    logs = {(hit.item, hit.sequence) for hit in hits}
    ids = {key: [logged.shot.id for logged in results.log(*key).shots] for key in logs}
    places = {
        ids[hit.item, hit.sequence][hit.shot_number]: (hit.item, hit.sequence, hit.shot_number)
        for hit in hits
    }

    def picture(logged: LoggedShot) -> bytes | None:
        place = places.get(logged.shot.id)
        return None if place is None else results.picture(*place)

    return render_report(selects.log, picture)


def _print(found: FoundShots, written: Sequence[Path], *, described: bool) -> None:
    console = terminal()
    if found.hits:
        console.print(_table(found.hits, described=described))
    count = f"{found.total:,} shot(s)"
    if len(found.hits) < found.total:
        count += f"; these are the first {len(found.hits):,}, more with --limit"
    console.print(SafeLine(count, style="bold"))
    for path in written:
        say(SafeLine.assemble(("wrote ", "green"), (str(path), "bold")))


def _table(hits: Sequence[Hit], *, described: bool) -> Table:
    table = hit_table("Shots", *(["alike"] if described else []), "timeline")
    for hit in hits:
        alike = [] if hit.similarity is None else [f"{hit.similarity:.3f}"]
        table.add_row(*alike, hit.timeline, *hit_cells(hit))
    return table


def _as_json(query: Query, found: FoundShots, written: Sequence[Path]) -> dict[str, Any]:
    return {
        "query": str(query),
        "total": found.total,
        "files": [readable(str(path)) for path in written],
        "shots": [hit_json(hit) for hit in found.hits],
    }

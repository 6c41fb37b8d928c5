"""``shotlog selects``: shots of a timeline, in groups, as a new timeline."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

import click

from shotlog.cli.analysis import (
    DaemonChoice,
    OwnEngine,
    analyze_edit,
    check_free,
    open_timeline,
    real_path,
)
from shotlog.cli.options import (
    ANY_PATH,
    EXIT_FALLBACK,
    FilmLength,
    RemoteChoice,
    all_tier_options,
    ask_provider_too,
    asks_of,
    check_cache,
    engine_options,
    json_option,
    profile_options,
    provider_options,
    read_options_of,
    reading_options,
    set_option,
)
from shotlog.cli.output import (
    SelectsView,
    parse_shown,
    print_json,
    show_problems,
    terminal,
)
from shotlog.library import find_in_log
from shotlog.schema import LibraryError, OutputNotWritable, TimelineEmpty, readable
from shotlog.selects import (
    GROUPINGS,
    EditorMarker,
    Layout,
    Length,
    ShotOrder,
    arrange_shots,
    correct_labels,
    editor_markers,
    write_selects,
)
from shotlog.settings import MarkerSection, load_settings
from shotlog_otio import check_output, check_output_file, read_timeline, save

_GAP = Length(Fraction(1), counts_frames=False)


@dataclass(frozen=True)
class _Places:
    """The files that are written: the selects, their report, and pictures of title cards."""

    selects: Path | None
    report: Path | None
    titles: bool

    @property
    def cards(self) -> Path | None:
        """Folder for the pictures of title cards; None for none."""
        if self.selects is None or not self.titles:
            return None
        return self.selects.with_name(f"{self.selects.stem} cards")

    def check(self, inputs: Sequence[Path]) -> None:
        """Check, before the long work, that they can be written, and that none is read.

        Raises:
            OutputNotWritable: One cannot, or is an input.
        """
        if self.selects is not None:
            check_output(None, self.selects)
        if self.report is not None:
            check_output_file(self.report, ".html", option="--report")
        if self.cards is not None and os.path.lexists(self.cards) and not self.cards.is_dir():
            message = "this is no folder, and title cards need one of this name"
            raise OutputNotWritable(str(self.cards), message, "Choose another place with -o.")
        taken = {real_path(path) for path in inputs}
        message = "this is what is read; selects are a new timeline and change no other"
        check_free("-o", self.selects, taken, message)
        check_free("--report", self.report, taken, message)

    def __bool__(self) -> bool:
        return self.selects is not None or self.report is not None


@click.command()
@click.argument("inputs", nargs=-1, required=True, type=ANY_PATH)
@click.option(
    "--by",
    type=click.Choice(list(GROUPINGS)),
    help="Group the shots; without it they are one group. "
    + " ".join(f"{name}: {way.groups}." for name, way in GROUPINGS.items()),
)
@click.option(
    "--where",
    metavar="QUERY",
    default="",
    help="Only shots that meet a condition, in the language of: shotlog find --help.",
)
@click.option(
    "--order",
    type=click.Choice(["timeline", "quality", "duration"]),
    default="timeline",
    show_default=True,
    help="Order within a group. quality: shots with the best highlight first, then those whose size"
    " and move are surest. duration: the longest first.",
)
@click.option(
    "--handles",
    type=FilmLength(),
    metavar="LENGTH",
    default="0f",
    show_default=True,
    help="Show this much more before and after each shot, as far as its media go: 12f, 0.5s.",
)
@click.option(
    "--between",
    type=click.Choice(["gap", "title", "none"]),
    default="gap",
    show_default=True,
    help="gap: a gap between two groups. title: a title card before each group, a picture in a"
    " folder beside the selects. A marker names each group in any case.",
)
@click.option(
    "--gap",
    type=FilmLength(),
    metavar="LENGTH",
    default=_GAP,
    show_default=True,
    help="Length of such a gap or card: 1s, 24f.",
)
@click.option("-o", "--output", type=ANY_PATH, help="Write the selects: a new .otio file.")
@click.option(
    "--report",
    "report_file",
    metavar="FILE",
    type=ANY_PATH,
    help="Write a page with a picture of every shot: an .html file.",
)
@click.option(
    "--on",
    type=click.Choice(["timeline", "clips"]),
    help="Put Shotlog's markers on the timeline or on the clips.  [default: setting markers.on]",
)
@click.option(
    "--disabled/--no-disabled",
    default=None,
    help="Also take clips that are switched off.  [default: setting analysis.disabled]",
)
@json_option
@reading_options
@all_tier_options
@profile_options
@provider_options
@set_option
@engine_options
@click.option("-q", "--quiet", is_flag=True, help="Only show problems.")
def selects(
    inputs: Sequence[Path], by: str | None, where: str, order: ShotOrder, handles: Length,
    between: str, gap: Length, output: Path | None, report_file: Path | None,
    on: Literal["timeline", "clips"] | None, disabled: bool | None, as_json: bool,
    sequence: str | None, dialect: str | None, rate: Fraction | None, relinks: Sequence[str],
    models: str | None, names: Sequence[str], cuts: str | None, device: str | None,
    precision: str | None, flags: Mapping[str, object], in_process: bool, keep_alive: int | None,
    context: str, no_cache: bool, cache_file: Path | None, quiet: bool, profile: str | None,
    remote: RemoteChoice,
) -> None:  # fmt: skip
    """Make selects: shots of a timeline or of footage, in groups, as a new timeline.

    The timeline is analysed, as by 'shotlog analyze'; what was analysed before comes from the
    cache. Shots that meet --where are put into groups and into the order that you want, and written
    as a stringout: one clip for each, with its name, its source timecode and handles. Markers tell
    what is known of each shot, and name each group: 'CS · 12 shots'. Your own markers that begin in
    a shot come along, and labels that you corrected in markers count in --by and --where. The given
    timeline is never changed. Without -o and --report nothing is written, and you see what there
    would be.

    \b
    shotlog selects cut.otio --by size -o selects.otio
    shotlog selects cut.otio --by move --where "CS and not static" --handles 12f -o moves.otio
    shotlog selects footage/ --by people --where "speech and duration > 2s" -o talk.otio
    shotlog selects cut.xml --by highlight --order quality --between title -o best.otio
    shotlog selects cut.otio --where "highlight >= 70" --order quality --json

    Black, title cards and other pictures of no shot come after all sizes and moves; --where "not
    black" leaves them out.

    Exit codes: 0: done, also where no shot is found. 1: it failed, or there is no shot to write
    with -o or --report. 3: done, by another tier than the first one of your order (setting
    remote.tiers), as a provider could not be used. 130: stopped by Ctrl-C; nothing was written.
    """
    asked = parse_shown(where)
    if between == "title" and output is None:
        raise click.UsageError("--between title puts pictures beside the selects; name them by -o.")
    places = _Places(output, report_file, titles=between == "title")
    places.check(inputs)
    check_cache(in_process, no_cache, cache_file)
    settings = load_settings(inputs[0], flags).settings
    asks = asks_of(
        settings.analysis, models=models, names=names, cuts=cuts, device=device,
        precision=precision, disabled=disabled, profile=profile,
    ).model_copy(update={"facts": True})  # fmt: skip
    asks = ask_provider_too(
        asks, models, remote, settings.remote, inputs[0], named=bool(names), may_ask=True
    )
    markers = settings.markers.model_copy(update={"on": on or settings.markers.on})
    layout = Layout(handles, None if between == "none" else gap, places.cards)
    console = terminal(stderr=as_json, quiet=quiet)
    with (
        OwnEngine(cache_file, keep=not no_cache, size=settings.storage.cache_size) as engine,
        open_timeline(inputs, output, engine, console) as (timeline, problems, warnings),
    ):
        reading = read_timeline(
            timeline, read_options_of(inputs[0], sequence, dialect, relinks, rate)
        )
        if not reading.clips:
            raise TimelineEmpty(str(timeline))
        daemon = None if in_process else DaemonChoice(context, keep_alive)
        log = analyze_edit(reading.edit, asks, engine, daemon, console)
        carried = editor_markers(reading)
        told = {
            "problems": problems + log.problems,
            "warnings": (*warnings, *log.warnings),
        }
        log = log.model_copy(update=told)
        found = find_in_log(correct_labels(log, carried), asked)
        arranged = arrange_shots(log, found, by, order)
        view = SelectsView(log, asked, by, order, arranged)
        if places:
            view = _made(view, places, engine, layout, carried, markers)
    if as_json:
        print_json(view.as_json())
    else:
        view.show(console)
    show_problems(terminal(stderr=True), view.problems, () if quiet else view.warnings)
    if log.fallback is not None:
        raise click.exceptions.Exit(EXIT_FALLBACK)


def _made(
    view: SelectsView,
    places: _Places,
    engine: OwnEngine,
    layout: Layout,
    carried: Sequence[EditorMarker],
    markers: MarkerSection,
) -> SelectsView:
    """Make the selects and write the files.

    Raises:
        LibraryError: There is no shot to write.
        TimelineEmpty: The media of no shot can be used.
        OutputNotWritable: A file cannot be written.
        DiskFull: There is no room.
    """
    groups = [group for group, _ in view.arranged.groups]
    if not groups:
        # The clips that could not be analysed may be the reason.
        show_problems(terminal(stderr=True), view.problems, ())
        asked = str(view.query)
        message = f"no shot was found that meets: {asked}" if asked else "no shot was found"
        hint = "Nothing was written. Without --where and -o you see what is known of every shot."
        raise LibraryError(view.log.edit.name, message, hint)
    name = places.selects.stem if places.selects is not None else f"{view.log.edit.name} selects"
    made = engine.make_stringouts(groups, readable(name), layout, carried)
    page, notes = engine.report(made.log) if places.report is not None else ("", ())
    if places.selects is not None:
        written = write_selects(places.selects, made, markers, on=markers.on)
        notes = (*notes, *written.warnings_for(places.selects))
    if places.report is not None:
        save(places.report, page.encode())
    files = tuple(filter(None, (places.selects, places.cards, places.report)))
    return replace(view, selects=made, files=files, notes=(*made.log.warnings, *notes))

"""``shotlog relink``: find media that have moved, and keep where they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from shotlog.cli.options import ANY_PATH, json_option, read_options_of, sequence_option
from shotlog.cli.output import SafeLine, print_json, say, show_search, terminal, titled_table
from shotlog.engine import ProbeCache
from shotlog.engine.sources import LostMedia, MovedMedia, find_moved, maps_of
from shotlog.schema import MediaMissing, readable
from shotlog.settings import load_settings, parse_key, set_value, settings_file_for
from shotlog_otio import Reading, read_timeline


@click.command()
@click.argument("timeline", type=ANY_PATH)
@click.argument("folders", nargs=-1, required=True, type=ANY_PATH)
@sequence_option
@click.option(
    "--save",
    is_flag=True,
    help="Keep the map in the settings of the timeline's project (media.relinks), so that every"
    " later run finds the media.",
)
@json_option
def relink(
    timeline: Path, folders: Sequence[Path], sequence: str | None, save: bool, as_json: bool
) -> None:
    r"""Search folders for the media of a timeline that are not where it says.

    Files of the same name are compared by start timecode and length, as far as the timeline tells
    them. The result is a map of paths, for --map or, with --save, for all runs of the project. The
    timeline itself is not changed.

    \b
    shotlog relink cut.xml /mnt/raid
    shotlog relink cut.xml /mnt/raid --save
    """
    for folder in folders:
        if not folder.is_dir():
            raise MediaMissing(readable(str(folder)), "there is no such folder", "Check the path.")
    reading = read_timeline(timeline, read_options_of(timeline, sequence, None, ()))
    lost = _lost(reading)
    with show_search(terminal(stderr=True)) as count:
        moved = find_moved(lost, folders, ProbeCache().get, count)
    maps = [f"{old}={new}" for old, new in maps_of(moved.suggestions)]
    if as_json:
        print_json(_facts(moved, maps))
    else:
        _print(moved, maps, lost)
    if save and maps:
        path = settings_file_for(timeline)
        kept = load_settings(timeline).settings.media.relinks
        value = list(dict.fromkeys((*maps, *kept)))
        set_value(path, parse_key("media.relinks"), value, project=True)
        if not as_json:
            say(f"media.relinks is set in {path}")


def _lost(reading: Reading) -> list[LostMedia]:
    """Return the media of picture and sound that are not there, each once."""
    found: dict[str, LostMedia] = {}
    for clip in (*reading.clips, *reading.sound):
        media = clip.node.media
        if media is None or media.written is None or media.reference is None:
            continue
        if Path(media.reference.path).exists():
            continue
        start = media.available.start if media.available else None
        duration = media.available.duration if media.available else None
        found.setdefault(media.written, LostMedia(media.written, start, duration))
    return list(found.values())


def _facts(moved: MovedMedia, maps: Sequence[str]) -> dict[str, object]:
    return {
        "maps": list(maps),
        "found": [
            {
                "media": item.lost.written,
                "file": readable(str(item.found)),
                "agrees": list(item.agrees),
                "differs": list(item.differs),
            }
            for item in moved.suggestions
        ],
        "ambiguous": [
            {"media": written, "files": [readable(str(path)) for path in paths]}
            for written, paths in moved.ambiguous.items()
        ],
        "missing": list(moved.missing),
    }


def _print(moved: MovedMedia, maps: Sequence[str], lost: Sequence[LostMedia]) -> None:
    console = terminal()
    if not lost:
        console.print(SafeLine("all media are where the timeline says"))
        return
    if moved.suggestions:
        table = titled_table("Found")
        for name in ("media", "file", "agrees", "differs"):
            table.add_column(name, overflow="fold")
        for item in moved.suggestions:
            table.add_row(
                SafeLine(item.lost.written),
                SafeLine(str(item.found)),
                ", ".join(item.agrees),
                ", ".join(item.differs),
            )
        console.print(table)
    for written, paths in moved.ambiguous.items():
        files = ", ".join(map(str, paths))
        console.print(SafeLine(f"! {written}: {len(paths)} files are equally likely: {files}"))
    for written in moved.missing:
        console.print(SafeLine(f"! {written}: no file of this name was found"))
    for text in maps:
        console.print(SafeLine(f"--map '{text}'", style="bold"), soft_wrap=True)

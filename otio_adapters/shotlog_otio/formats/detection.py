"""The installed formats, and the one that a file is of."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from shotlog.markers import DEFAULT_OPTIONS, MarkerOptions
from shotlog.schema import ANALYSED, Edit, Marker, MarkerFamily, RenderFacts
from shotlog_otio.documents import read_head
from shotlog_otio.formats.collector import collector_paused
from shotlog_otio.formats.contract import FORMATS, Format
from shotlog_otio.formats.otio import OtioFormat
from shotlog_otio.markers import Target, WriteResult, WrittenMarker
from shotlog_otio.reading_options import DEFAULT_READING, ReadOptions
from shotlog_otio.timeline import Reading


def find_format(path: Path) -> Format:
    """Return the format of a timeline: by its content, else by its suffix.

    Where neither tells, it is a plain .otio file, whose reader says what else the file is.
    """
    head = read_head(path)
    sniffed = (f for f in FORMATS.installed if f.sniff(path, head))
    if head:  # a file whose content is of no format is none, whatever its name
        return next(sniffed, OtioFormat())
    suffix = path.suffix.lower()
    named = (f for f in FORMATS.installed if suffix in f.suffixes)
    return next(sniffed, next(named, OtioFormat()))


def is_timeline(path: Path) -> bool:
    """Return whether a path names a timeline: by its suffix, or as a folder that holds one.

    Where other kinds of files have the suffix too, the content decides. Cameras write XML beside
    their films.
    """
    suffix, formats = path.suffix.lower(), FORMATS.installed
    if any(suffix in f.shared_suffixes for f in formats) and (head := read_head(path)):
        return any(f.sniff(path, head) for f in formats)
    return any(suffix in f.suffixes or (f.is_folder and f.sniff(path, b"")) for f in formats)


def is_timeline_content(path: Path, head: bytes) -> bool:
    """Return whether a file or folder is a timeline by its content, whatever its name.

    Args:
        path: The file or folder.
        head: Its first :data:`shotlog.schema.HEAD_BYTES`; empty for a folder.
    """
    return any(f.sniff(path, head) for f in FORMATS.installed)


@collector_paused()
def read_edit(path: Path, options: ReadOptions = DEFAULT_READING) -> Edit:
    """Read the clips of a timeline of any format; see :meth:`Format.read`."""
    return find_format(path).read(path, options)


@collector_paused()
def read_timeline(path: Path, options: ReadOptions = DEFAULT_READING) -> Reading:
    """Read a timeline of any format; see :meth:`Format.open`."""
    return find_format(path).open(path, options)


def read_render_facts(path: Path, options: ReadOptions = DEFAULT_READING) -> RenderFacts:
    """Read what a render must know of a timeline beyond its clip ranges.

    Levels and fades are those that the format tells, and titles, effects and transitions other than
    dissolves are named. What a format cannot tell is not in it; `docs/nle` says for each.

    Args:
        path: The timeline.
        options: The sequence and the places of media, as :func:`read_edit` was given them: ids of
            clips are the same.

    Raises:
        TimelineError: see :meth:`Format.open`.
    """
    return read_timeline(path, options).render_facts


def check_output(source: Path | None, output: Path) -> None:
    """Check the output for a timeline of any format; see :meth:`Format.check_output`."""
    of = OtioFormat() if source is None else find_format(source)
    of.check_output(source, output)


def check_marker_lists(source: Path, edit: Edit, *, on: Target = "timeline") -> None:
    """Check a timeline of any format; see :meth:`Format.check_marker_lists`."""
    find_format(source).check_marker_lists(source, edit, on=on)


@collector_paused()
def write_markers(
    source: Path,
    destination: Path,
    markers: Sequence[Marker],
    edit: Edit,
    *,
    on: Target = "timeline",
    options: MarkerOptions = DEFAULT_OPTIONS,
    reading: ReadOptions = DEFAULT_READING,
    replacing: Collection[MarkerFamily] = ANALYSED,
) -> WriteResult:
    """Write markers into a timeline of any format; see :meth:`Format.write_markers`."""
    found = find_format(source)
    return found.write_markers(
        source,
        destination,
        markers,
        edit,
        on=on,
        options=options,
        reading=reading,
        replacing=replacing,
    )


@collector_paused()
def read_markers(path: Path, reading: ReadOptions = DEFAULT_READING) -> list[WrittenMarker]:
    """Read our markers from a timeline of any format; see :meth:`Format.read_markers`."""
    return find_format(path).read_markers(path, reading)


@collector_paused()
def clear_markers(
    source: Path,
    destination: Path,
    *,
    edited: bool = False,
    reading: ReadOptions = DEFAULT_READING,
) -> int:
    """Take our markers out of a timeline of any format; see :meth:`Format.clear_markers`."""
    found = find_format(source)
    return found.clear_markers(source, destination, edited=edited, reading=reading)

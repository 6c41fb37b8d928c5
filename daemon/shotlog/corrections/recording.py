"""Recording of what a run wrote, so that later corrections of an editor are known.

A record that cannot be written costs a warning and nothing else: the user's work is done by then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from shotlog.corrections.records import RecordedMarker, RunRecord
from shotlog.corrections.store import RecordStore, TimelineKey
from shotlog.markers import PlacedMarker
from shotlog.paths import RECORDS_VARIABLE, explain_os_error
from shotlog.schema import (
    Log,
    Marker,
    MarkerFamily,
    ShotlogError,
    TimeRange,
    readable,
)
from shotlog_otio import DEFAULT_READING, ReadOptions, read_timeline

FAMILIES = frozenset({MarkerFamily.SHOT, MarkerFamily.MOVE})
"""The kinds of markers that tell labels."""


def record_timeline(
    written: Path,
    log: Log,
    markers: Sequence[Marker],
    reading: ReadOptions = DEFAULT_READING,
) -> tuple[str, ...]:
    """Record the markers that stand in a timeline right after they were written.

    Args:
        written: The file with the markers.
        log: The log that they were made of.
        markers: The markers that were made, before the format of the file.
        reading: The options by which the file is read.

    Returns:
        A warning where the record could not be written.
    """

    def record(store: RecordStore) -> tuple[TimelineKey, RunRecord]:
        found = read_timeline(written, reading).markers
        stand = [m for m in found if m.marker.tag is not None and m.marker.family in FAMILIES]
        key = TimelineKey.of_file(log.edit.name, written, reading.sequence)
        made = {marker.id: marker for marker in markers}
        kept: Mapping[str, RecordedMarker] = {}
        if any(each.marker.edited for each in stand):
            earlier = store.find({each.marker.id for each in stand}, key)
            kept = {marker.id: marker for marker in earlier.markers} if earlier else {}
        listed: list[RecordedMarker] = []
        for each in stand:
            marker, own = each.marker, made.get(each.marker.id)
            if not marker.edited and own is not None:
                listed.append(_recorded(own, marker.colour, each.shown, marker.duration))
            elif own is not None and (former := kept.get(marker.id)) is not None:
                # An editor had changed it before this run, which left it alone.
                listed.append(former.model_copy(update={"name": own.name}))
        return key, _record(log, listed, written.suffix.lower())

    return _keep(log, record)


def record_markers(
    log: Log, placed: Iterable[PlacedMarker] | Iterable[Marker], timeline: Path | None = None
) -> tuple[str, ...]:
    """Record markers that an editing program takes, by a script or from a file of markers alone.

    Args:
        log: The log that they were made of.
        placed: The markers, on frames of the timeline.
        timeline: The file of the timeline, if there is one.

    Returns:
        A warning where the record could not be written.
    """

    def record(store: RecordStore) -> tuple[TimelineKey, RunRecord]:
        del store
        name = log.edit.name
        key = TimelineKey.of_file(name, timeline) if timeline else TimelineKey(name)
        return key, _record(log, list(_on_frames(placed)), "")

    return _keep(log, record)


def _keep(
    log: Log, record: Callable[[RecordStore], tuple[TimelineKey, RunRecord]]
) -> tuple[str, ...]:
    """Write a record; return a warning where that fails."""
    try:
        store = RecordStore()
        store.write(*record(store))
    except ShotlogError as error:
        return (_warning(log, error.problem.message),)
    except OSError as error:
        words, remedy = explain_os_error(
            error, store.folder, RECORDS_VARIABLE, f"Name another folder in {RECORDS_VARIABLE}."
        )
        return (_warning(log, f"{words}. {remedy.rstrip('.')}"),)
    return ()


def _warning(log: Log, reason: str) -> str:
    name = readable(log.edit.name) or "the timeline"
    return f"what was written into {name} is not recorded for corrections: {reason}"


def _record(log: Log, markers: Sequence[RecordedMarker], suffix: str) -> RunRecord:
    edit = log.edit.model_copy(update={"sound": (), "scene_starts": ()})
    kept = Log(edit=edit, shots=log.shots, evidence=log.evidence)
    return RunRecord(suffix=suffix, log=kept, markers=tuple(markers))


def _on_frames(
    markers: Iterable[PlacedMarker] | Iterable[Marker],
) -> Iterator[RecordedMarker]:
    for each in markers:
        own, colour = (each.marker, each.colour) if isinstance(each, PlacedMarker) else (each, "")
        if own.family in FAMILIES:
            start, length = each.frame / own.rate, each.duration / own.rate
            yield _recorded(own, colour, TimeRange(start=start, duration=length), length)


def _recorded(
    marker: Marker, colour: str, shown: TimeRange | None, length: Fraction
) -> RecordedMarker:
    return RecordedMarker(
        id=marker.id,
        family=marker.family,
        name=marker.name,
        colour=colour,
        shown=shown,
        length=length,
        shot=str(marker.payload["shot"]),
    )

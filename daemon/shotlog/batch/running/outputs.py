"""Outputs of an item: the marked timeline and the report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from shotlog.batch.manifest import BatchOptions, OutputPlace
from shotlog.batch.running.sources import OpenItem
from shotlog.batch.store import ShotNumber, WrittenOutputs
from shotlog.corrections import record_markers, record_timeline
from shotlog.markers import markers_of
from shotlog.report import render_report
from shotlog.schema import Log, LoggedShot
from shotlog_otio import Exporter, export_markers, output_exporter, save, write_markers


def write_marked(
    opened: OpenItem,
    logs: Sequence[Log],
    place: OutputPlace,
    options: BatchOptions,
    to: WrittenOutputs,
) -> tuple[str, ...]:
    """Write the timeline of an item with the markers of all its sequences.

    Args:
        opened: The item in this place.
        logs: A log for each of its sequences.
        place: Names of the outputs.
        options: The options of the markers.
        to: Notes of the outputs.

    Returns:
        Sentences on what the format made necessary.

    Raises:
        OutputError: It cannot be written, or an editor has changed it.
        TimelineError: The timeline cannot be read any more.
    """
    with to.replacing(place.output) as path:
        if (exporter := output_exporter(opened.timeline, path)) is not None:
            notes = _write_alone(logs[0], path, options, exporter)
        else:
            notes = _write_in_place(opened, logs, path, place, options, to)
    if exporter is not None:
        markers = markers_of(logs[0], options=options.markers)
        return (*notes, *record_markers(logs[0], markers, opened.timeline))
    # Once it stands: an output that an editor has changed is not replaced, nor is its record.
    return (*notes, *_record(opened, logs, to.path_of(place.output), options))


def _record(
    opened: OpenItem, logs: Sequence[Log], path: Path, options: BatchOptions
) -> Iterator[str]:
    """Record the markers of every sequence; yield a warning for each that is not recorded."""
    for sequence, log in zip(opened.sequences, logs, strict=True):
        markers = markers_of(log, on=options.on, options=options.markers)
        yield from record_timeline(path, log, markers, sequence.reading)


def _write_alone(
    log: Log, path: Path, options: BatchOptions, exporter: Exporter
) -> tuple[str, ...]:
    """Write a file of markers alone, which belongs to one sequence."""
    markers = markers_of(log, options=options.markers)
    files, notes = export_markers(path, markers, log.edit, options.markers, exporter=exporter)
    for file, content in files.items():
        save(file, content)
    return notes


def _write_in_place(
    opened: OpenItem,
    logs: Sequence[Log],
    path: Path,
    place: OutputPlace,
    options: BatchOptions,
    to: WrittenOutputs,
) -> tuple[str, ...]:
    notes: list[str] = []
    source = opened.timeline
    for sequence, log in zip(opened.sequences, logs, strict=True):
        written = write_markers(
            source,
            path,
            markers_of(log, on=options.on, options=options.markers),
            log.edit,
            on=options.on,
            options=options.markers,
            reading=sequence.reading,
        )
        if to.lies_beside(place.output, opened.timeline):  # as the draft does not
            written = written.model_copy(update={"unlinked_media": ()})
        notes += written.warnings_for(Path(place.output))
        source = path  # the next sequence of the file is added to the one that is marked
    return tuple(dict.fromkeys(notes))


def write_reports(
    logs: Sequence[Log], pictures: Mapping[ShotNumber, bytes], report: str, to: WrittenOutputs
) -> None:
    """Write the report of an item: a page of its first sequence, and one for each further one.

    Raises:
        OutputError: It cannot be written.
    """
    for number, log in enumerate(logs):
        with to.replacing(report_of(report, number)) as path:
            save(path, render_report(log, _reader(log, number, pictures)).encode())


def report_of(report: str, sequence: int) -> str:
    """Return the path of the report of a sequence: ``cut.html``, ``cut-2.html`` and so on."""
    if not sequence:
        return report
    stem, _, suffix = report.rpartition(".")
    return f"{stem}-{sequence + 1}.{suffix}"


def _reader(
    log: Log, sequence: int, pictures: Mapping[ShotNumber, bytes]
) -> Callable[[LoggedShot], bytes | None]:
    numbers = {id(shot): number for number, shot in enumerate(log.shots)}
    return lambda shot: pictures.get((sequence, numbers[id(shot)]))

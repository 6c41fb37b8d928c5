"""Markers in a copy of a timeline, or in a file of markers alone."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Literal

from shotlog.corrections import record_markers, record_timeline
from shotlog.mcp.analyses import OpenTimeline, analyze, open_timeline
from shotlog.mcp.calls import Call
from shotlog.mcp.records import Findings, TimelineChoice, ToolModel
from shotlog.mcp.replacing import check_marked, check_new
from shotlog.mcp.summaries import describe_problems
from shotlog.mcp.tools.contract import Answer, Tool
from shotlog.schema import Log, PathText
from shotlog_otio import (
    check_marker_lists,
    check_output,
    check_output_file,
    export_markers,
    markers_of,
    output_exporter,
    save,
    write_markers,
)


class WriteMarkersArguments(TimelineChoice):
    """Arguments of ``write_markers``."""

    output: PathText
    """Absolute path of the result, in a folder that may be written to: a timeline of the same kind
    as the input; of media a new .otio timeline; or a file of markers alone, such as .edl for
    DaVinci Resolve. A file that is there is replaced only if it is an earlier output of the same
    timeline that nobody has changed, or the timeline itself with markers of Shotlog."""


class WrittenMarkers(Findings):
    """Result of ``write_markers``."""

    files: tuple[PathText, ...]
    """The files that were written."""
    added: int = 0
    """Number of new markers."""
    replaced: int = 0
    """Number of markers of Shotlog whose content is another now."""
    unchanged: int = 0
    """Number of markers of Shotlog that are as before."""
    kept: int = 0
    """Number of markers that an editor has changed; they were left as they are."""


class WriteMarkersTool(Tool):
    """Write sizes, moves and highlights of a timeline as markers into a copy of it.

    All else in the timeline stays as it is: markers of others, and those of Shotlog that an editor
    has changed. Ask the user before you write.
    """

    name: ClassVar[str] = "write_markers"
    title: ClassVar[str] = "Write markers into a timeline"
    arguments: ClassVar[type[ToolModel]] = WriteMarkersArguments
    result: ClassVar[type[ToolModel]] = WrittenMarkers
    writes: ClassVar[Literal["never", "on request", "always"]] = "always"

    def run(self, asked: WriteMarkersArguments, call: Call) -> Answer:
        """Write the markers."""
        path = call.access.check_readable(asked.path)
        output = call.access.check_writable(asked.output)
        with open_timeline(path, asked.sequence, call) as opened:
            exporter = None if opened.made else output_exporter(opened.file, output)
            if exporter is not None:
                check_output_file(output, exporter.suffix, option="output")
                check_new(asked.output, output)
                log = analyze(opened, asked, call)
                return Answer(_export(opened, log, output))
            check_output(None if opened.made else opened.file, output)
            check_marked(asked.output, output, opened.file)
            check_marker_lists(opened.file, opened.edit, on=opened.settings.markers.on)
            log = analyze(opened, asked, call)
            return Answer(_mark(opened, log, output))


def _export(opened: OpenTimeline, log: Log, output: Path) -> WrittenMarkers:
    options = opened.settings.markers
    markers = markers_of(log, options=options)
    exporter = output_exporter(opened.file, output)
    files, notes = export_markers(output, markers, log.edit, options, exporter=exporter)
    for file in files:
        check_new(str(file), file)
    for file, content in files.items():
        save(file, content)
    notes += record_markers(log, markers, opened.file)
    return _written(log, tuple(map(str, files)), notes, added=len(markers))


def _mark(opened: OpenTimeline, log: Log, output: Path) -> WrittenMarkers:
    options = opened.settings.markers
    markers = markers_of(log, on=options.on, options=options)
    done = write_markers(
        opened.file,
        output,
        markers,
        opened.edit,
        on=options.on,
        options=options,
        reading=opened.reading,
    )
    return _written(
        log,
        (str(output),),
        (*done.warnings_for(output), *record_timeline(output, log, markers, opened.reading)),
        added=done.added,
        replaced=done.replaced,
        unchanged=done.unchanged,
        kept=len(done.kept),
    )


def _written(
    log: Log, files: tuple[str, ...], notes: tuple[str, ...], **counts: int
) -> WrittenMarkers:
    found = describe_problems(log)
    warnings = (*found.warnings, *notes)
    told = found.model_copy(update={"warnings": warnings})
    return WrittenMarkers(**dict(told), files=files, **counts)

"""The result files of a timeline."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from shotlog.corrections import record_timeline
from shotlog.files import output_errors, replace_file
from shotlog.markers import MarkerOptions, markers_of
from shotlog.schema import Log, OutputNotWritable, readable
from shotlog.settings import load_settings
from shotlog.watch.names import Outputs
from shotlog_otio import export_markers, part_of, write_markers

_CONSOLE = "shotlog.lua"
_CONSOLE_SETTINGS = "shotlog.settings.lua"


class Written(NamedTuple):
    """The results that were written for a timeline.

    Attributes:
        outputs: Names of the files.
        markers: Number of markers.
        problems: Clips that could not be analysed, as sentences.
        warnings: Assumptions, as sentences.
        fallback: The reason why another tier than the first one made them; empty if none did.
    """

    outputs: tuple[str, ...]
    markers: int
    problems: tuple[str, ...]
    warnings: tuple[str, ...]
    fallback: str


def write_results(timeline: Path, log: Log, options: MarkerOptions) -> Written:
    """Write the marked timeline and the files of markers alone, each whole or not at all.

    Args:
        timeline: The timeline, which is only read.
        log: The result of its analysis.
        options: Those of the markers.

    Raises:
        TimelineError: The timeline cannot be read any more.
        OutputError: A file cannot be written.
    """
    outputs, markers = Outputs(timeline), markers_of(log, options=options)
    # Writing follows links, which in a shared folder might lead anywhere.
    if outputs.marked.is_symlink():
        raise OutputNotWritable(
            str(outputs.marked), f"{outputs.marked.name} is a link", "Remove it; export again."
        )
    result = write_markers(timeline, outputs.marked, markers, log.edit, options=options)
    names, notes = [outputs.marked.name], list[str]()
    for path in outputs.markers.values():
        files, told = export_markers(path, markers, log.edit, options)
        notes += (f"{readable(path.name)}: {note}" for note in told)
        for file, content in files.items():
            with output_errors(file):
                replace_file(file, content)
        names += (file.name for file in files)
        _remove_parts(path, len(files) + 1)
    return Written(
        outputs=tuple(map(readable, names)),
        markers=len(markers),
        problems=tuple(map(str, log.problems)),
        warnings=(
            *log.edit.warnings,
            *log.warnings,
            *result.warnings_for(outputs.marked),
            *record_timeline(outputs.marked, log, markers),
            *notes,
        ),
        fallback=str(log.fallback or ""),
    )


def _remove_parts(path: Path, number: int) -> None:
    """Remove the further files that an earlier run with more markers has written."""
    while (part := part_of(path, number)).exists():
        with output_errors(part):
            part.unlink()
        number += 1


def write_console_settings(folder: Path) -> None:
    """Write what the Lua script for Resolve's Console follows of the settings, if it is installed.

    Args:
        folder: The watched folder.

    Raises:
        SettingsUnreadable: The settings cannot be read, as are their other errors.
        OSError: The file cannot be written.
    """
    if not (folder / _CONSOLE).exists():
        return
    occupied = load_settings(folder).settings.resolve.occupied
    replace_file(folder / _CONSOLE_SETTINGS, f'return {{occupied = "{occupied}"}}\n'.encode())

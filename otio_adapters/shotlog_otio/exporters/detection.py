"""The installed exporters, and the one for a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from shotlog.markers import DEFAULT_OPTIONS, PALETTE, MarkerOptions
from shotlog.schema import Edit, Marker, OutputNotWritable
from shotlog_otio.exporters.contract import EXPORTERS, Exporter
from shotlog_otio.exporters.fitting import ExportMarker, count


class Exported(NamedTuple):
    """The files of an export by their paths, and sentences on what their format made necessary."""

    files: dict[Path, bytes]
    notes: tuple[str, ...] = ()


def find_exporter(path: Path) -> Exporter:
    """Return the exporter of a file by the suffix of its name.

    Several kinds of files may share a suffix; the one that owns it is returned.

    Raises:
        OutputNotWritable: No exporter has this suffix.
    """
    suffix = path.suffix.lower()
    owners = [e for e in EXPORTERS.installed if e.owns_suffix]
    found = next((e for e in owners if e.suffix == suffix), None)
    if found is None:
        kinds = ", ".join(f"{e.suffix} ({e.description})" for e in owners)
        message = f"no file of markers has the suffix {suffix or 'of this name, which has none'}"
        raise OutputNotWritable(str(path), message, f"Give a name that ends in one of: {kinds}.")
    return found


def export_markers(
    path: Path,
    markers: Sequence[Marker],
    edit: Edit,
    options: MarkerOptions = DEFAULT_OPTIONS,
    *,
    exporter: Exporter | None = None,
) -> Exported:
    """Return the content of the file of markers alone, and of further ones if it takes too few.

    Args:
        path: The file. Further ones are called ``cut-2.edl``.
        markers: The markers of findings, by frame.
        edit: The timeline that they belong to.
        options: Their colours.
        exporter: The kind of file; None for the one that the suffix tells.

    Raises:
        OutputNotWritable: No exporter has this suffix.
    """
    chosen = exporter or find_exporter(path)
    clips = {clip.id: clip.name for clip in edit.clips}
    told = [to_export(marker, chosen, clips, options) for marker in markers]
    return export_files(path, told, edit, chosen)


def to_export(
    marker: Marker,
    exporter: Exporter,
    clips: Mapping[str, str],
    options: MarkerOptions = DEFAULT_OPTIONS,
) -> ExportMarker:
    """Return the marker of a finding as it is exported, in the user's colours.

    Args:
        marker: The marker.
        exporter: The kind of file.
        clips: Names of the clips, by their ids.
        options: The user's colours.
    """
    return ExportMarker(
        frame=marker.frame,
        duration=marker.duration,
        colour=options.colour(exporter.palette, marker.family) or PALETTE[marker.family],
        name=marker.name,
        note=marker.note,
        id=marker.id,
        family=marker.family.value,
        clip=clips.get(marker.clip or "", ""),
    )


def export_files(
    path: Path, markers: Sequence[ExportMarker], edit: Edit, exporter: Exporter
) -> Exported:
    """Return the files of markers of any origin; see :func:`export_markers`."""
    fitted = exporter.fit(markers, edit)
    size = exporter.most or max(1, len(fitted.markers))
    starts = range(0, max(1, len(fitted.markers)), size)
    files = {
        part_of(path, number): exporter.write(fitted.markers[first : first + size], edit)
        for number, first in enumerate(starts, start=1)
    }
    notes = fitted.notes
    if len(files) > 1:
        notes += (f"{count(len(files), 'file')}, as one holds {size:,} markers at most",)
    return Exported(files, notes)


def part_of(path: Path, number: int) -> Path:
    """Return the path of the first, second and so on of the files of one timeline."""
    return path if number == 1 else path.with_stem(f"{path.stem}-{number}")

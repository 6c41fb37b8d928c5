"""The installed exporters, and the one for a file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from shotlog.markers import DEFAULT_OPTIONS, MarkerOptions, place_markers
from shotlog.plugins import load
from shotlog.schema import Edit, Marker, OutputNotWritable
from shotlog_otio.exporters.contract import Exporter

GROUP = "shotlog.exporters"
"""Entry-point group of the exporters."""


@cache  # plugins do not change while the program runs, and a search reads every package's metadata
def load_exporters() -> tuple[Exporter, ...]:
    """Return one instance of every exporter that is installed, by name.

    Raises:
        PluginError: An entry point cannot be loaded, gives no exporter, or two exporters bear one
            name.
    """
    return tuple(load(GROUP, Exporter))  # type: ignore[type-abstract]


def find_exporter(path: Path) -> Exporter:
    """Return the exporter of a file by the suffix of its name.

    Raises:
        OutputNotWritable: No exporter has this suffix.
    """
    suffix = path.suffix.lower()
    found = next((e for e in load_exporters() if e.suffix == suffix), None)
    if found is None:
        kinds = ", ".join(f"{e.suffix} ({e.description})" for e in load_exporters())
        message = f"no file of markers has the suffix {suffix or 'of this name, which has none'}"
        raise OutputNotWritable(str(path), message, f"Give a name that ends in one of: {kinds}.")
    return found


def export_markers(
    path: Path, markers: Sequence[Marker], edit: Edit, options: MarkerOptions = DEFAULT_OPTIONS
) -> dict[Path, bytes]:
    """Return the content of the file of markers alone, and of further ones if it takes too few.

    Args:
        path: The file; its suffix chooses the exporter. Further ones are called ``cut-2.edl``.
        markers: The markers, by frame.
        edit: The timeline that they belong to.
        options: Their colours.

    Raises:
        OutputNotWritable: No exporter has this suffix.
    """
    exporter, placed = find_exporter(path), place_markers(markers, edit, options)
    size = exporter.most or max(1, len(placed))
    starts = range(0, max(1, len(placed)), size)
    return {
        part_of(path, number): exporter.export(placed[first : first + size], edit)
        for number, first in enumerate(starts, start=1)
    }


def part_of(path: Path, number: int) -> Path:
    """Return the path of the first, second and so on of the files of one timeline."""
    return path if number == 1 else path.with_stem(f"{path.stem}-{number}")

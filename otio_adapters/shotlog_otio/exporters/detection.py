"""The installed exporters, and the one for a file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from shotlog.plugins import load
from shotlog.schema import OutputNotWritable
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

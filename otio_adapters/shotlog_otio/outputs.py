"""The kind of file that a marked timeline is written as."""

from __future__ import annotations

import os
from pathlib import Path

from shotlog_otio.exporters import EXPORTERS, Exporter
from shotlog_otio.formats import find_format


def output_exporter(source: Path, output: Path) -> Exporter | None:
    """Return the exporter for an output of a timeline; None where the timeline itself is written.

    A format may name an exporter, as programs import its markers from files of that kind alone;
    the timeline itself is then marked in place. A suffix that is not the format's is that of a
    file of markers.

    Args:
        source: The timeline.
        output: The path of the result.
    """
    if os.path.realpath(output) == os.path.realpath(source):
        return None
    found, suffix = find_format(source), output.suffix.lower()
    if found.exporter is not None and EXPORTERS.by_name[found.exporter].suffix == suffix:
        return EXPORTERS.by_name[found.exporter]
    # A timeline under the suffix of another kind stays what it is.
    if suffix in found.suffixes or suffix == source.suffix.lower():
        return None
    return next((e for e in EXPORTERS.installed if e.suffix == suffix and e.owns_suffix), None)

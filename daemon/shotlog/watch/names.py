"""Names of files in a watched folder: timelines, results, and requests of scripts."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from shotlog_otio import EXPORTERS
from shotlog_otio.formats import FORMATS, is_timeline

REQUEST = ".request.json"
PROGRESS = ".progress.json"
RESULT = ".result.json"
CANCEL = ".cancel"

_TEMPORARY = re.compile(r"\.(part|tmp|temp|partial|download|crdownload|bak|swp)$|~$|^~\$", re.I)
_MARKED = ".marked"
_RESULT = re.compile(r"\.(marked|markers(-\d+)?)$", re.I)
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@cache
def _suffixes() -> frozenset[str]:
    # By name alone: to look into files and folders takes a while on a network.
    return frozenset(suffix for format_ in FORMATS.installed for suffix in format_.suffixes)


@cache
def _shared_suffixes() -> frozenset[str]:
    return frozenset(suffix for format_ in FORMATS.installed for suffix in format_.shared_suffixes)


def is_ours_to_read(path: Path) -> bool:
    """Return True for a timeline, by its name, that is no result, not hidden and not temporary."""
    name = path.name
    if name.startswith(".") or path.suffix.lower() not in _suffixes():
        return False
    if _TEMPORARY.search(name) or _RESULT.search(path.stem):
        return False
    # Of suffixes that other kinds of files have, too, the content decides: cameras write XML.
    return path.suffix.lower() not in _shared_suffixes() or is_timeline(path)


def request_id(name: str) -> str | None:
    """Return the id of a request from the name of its file; None for other files."""
    if not name.endswith(REQUEST):
        return None
    found = _ID.fullmatch(name.removesuffix(REQUEST))
    return found and found[0]


class Outputs:
    """The files that are written for a timeline, beside it.

    Of ``cut.otio`` they begin with ``cut``; of other suffixes with the whole name, as ``cut.otioz``
    may lie beside it.

    Attributes:
        marked: The marked timeline.
        markers: The files of markers alone that belong beside a timeline, by the exporter's name.
        error: A note in plain words, where there are no results.
    """

    def __init__(self, timeline: Path) -> None:
        suffix = timeline.suffix
        stem = timeline.stem if suffix.lower() == ".otio" else timeline.name
        self.marked = timeline.with_name(f"{stem}{_MARKED}{suffix}")
        self.markers = {
            exporter.name: timeline.with_name(f"{stem}.markers{exporter.suffix}")
            for exporter in EXPORTERS.installed
            if exporter.beside_timelines
        }
        self.error = timeline.with_name(f"{stem}.error.txt")

    @property
    def results(self) -> tuple[Path, ...]:
        """All files of a timeline that was analysed."""
        return (self.marked, *self.markers.values())

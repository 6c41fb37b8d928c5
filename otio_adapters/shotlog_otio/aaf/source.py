"""AAF files that were read: their timeline, and their content with other markers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from shotlog.markers import MarkerOptions
from shotlog.schema import Marker
from shotlog_otio.aaf.compositions import read_composition
from shotlog_otio.aaf.opening import opened
from shotlog_otio.aaf.patching import patched
from shotlog_otio.aaf.placing import place_on_tracks
from shotlog_otio.formats import SourceFile
from shotlog_otio.markers import MarkerChanges, PlacedText, Target
from shotlog_otio.reading_options import ReadOptions
from shotlog_otio.timeline import Reading, TimelineTree


class AafFile(SourceFile):
    """An AAF file that was read.

    Args:
        path: The file that was given.
        options: The options of reading.
    """

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self.path = path
        with opened(path) as file:
            self._read = read_composition(file, path, path.stat().st_size, options)

    @cached_property
    def raw(self) -> bytes:  # type: ignore[override]
        """Its content; read when markers are written, as media in it may be large."""
        return self.path.read_bytes()

    @property
    def tree(self) -> TimelineTree:
        """The sequence in it, the chosen one of several."""
        return self._read.tree

    def place(
        self, markers: Sequence[Marker], reading: Reading, on: Target, options: MarkerOptions
    ) -> tuple[list[PlacedText], tuple[str, ...]]:
        """Return the markers on tracks: the lowest of picture, or that of the clip."""
        places = self._read.tracks
        lowest = next(iter(places.values()))
        own = {clip.range.id: places[clip.track] for clip in reading.clips} if on == "clips" else {}
        owners = [own.get(marker.clip or "", lowest) for marker in markers]
        tracks = sorted(places.values(), key=lambda place: place != places.get("TC1"))
        others = [marker for marker in self.markers() if marker.tag is None]
        return place_on_tracks(markers, owners, tracks, others, reading.edit, options)

    def apply(self, changes: MarkerChanges) -> bytes:
        """Return the content of the file with other markers; all other objects stay as they are."""
        return patched(self.path, self._read.key, self.tree.rate, changes)

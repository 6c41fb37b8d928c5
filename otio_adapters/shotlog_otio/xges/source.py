"""Projects of GES that were read: their timeline, and their content with other markers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from shotlog.markers import NAME_LIMIT, NOTE_LIMIT, MarkerOptions, clean, colour_named
from shotlog.schema import Marker, MarkerFamily, TimelineEmpty, TimelineUnreadable
from shotlog_otio.documents import read_whole
from shotlog_otio.formats import SourceFile, moved_to_timeline
from shotlog_otio.markers import FoundMarker, MarkerChanges, PlacedText, Target
from shotlog_otio.reading_options import ReadOptions
from shotlog_otio.references import MediaFinder
from shotlog_otio.timeline import (
    Reading,
    SequenceInfo,
    TimelineTree,
    choose_sequence,
    stack_of,
)
from shotlog_otio.xges.marker_list import TIMELINE, GesMarkerList
from shotlog_otio.xges.structure import fields_of
from shotlog_otio.xges.tree import GesLayerReader, rate_in
from shotlog_otio.xml_text import MAX_BYTES, Element, XmlText, parse_xml

_DEFAULT_RATE = Fraction(30)
"""The rate of a timeline that tells none: GES then takes 30 frames per second."""


class XgesFile(SourceFile):
    """A project of GES.

    Args:
        path: The file.
        options: The places of media.

    Raises:
        TimelineMissing: as do the other errors of :meth:`PatchedFormat.load`.
    """

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self.path = path
        self.raw = read_whole(path, MAX_BYTES)
        text = parse_xml(self.raw, path)
        timeline = text.root.child("project", "timeline")
        if text.root.tag != "ges":
            raise TimelineUnreadable(str(path), f"it is XML, but of <{text.root.tag}>, not of GES")
        if timeline is None:
            raise TimelineEmpty(str(path))
        self._rate, warnings = _rate_of(timeline)
        self._markers = GesMarkerList(text, timeline, self._rate)
        self._tree = self._read(text, timeline, options, warnings)

    @property
    def tree(self) -> TimelineTree:
        """The timeline."""
        return self._tree

    def _read(
        self, text: XmlText, timeline: Element, options: ReadOptions, warnings: tuple[str, ...]
    ) -> TimelineTree:
        project = text.root.child("project")
        facts = fields_of(project.get("metadatas")) if project is not None else {}
        name = facts.get("name", "").strip() or self.path.stem
        finder = MediaFinder.beside(self.path, options.relinks)
        reader = GesLayerReader(text, finder, self._rate)
        layers = sorted(timeline.all("layer"), key=_priority)
        tracks = [reader.tracks(layer) for layer in layers]
        # The first layer is the topmost.
        picture = [track for track, _ in reversed(tracks)]
        sound = [track for _, track in tracks if track.children]
        whole = stack_of((*picture, *sound), name=name, markers=tuple(self._markers.found()))
        length = round(whole.retiming.length * self._rate)
        choose_sequence([SequenceInfo(name, self._rate, length)], options.sequence, str(self.path))
        return TimelineTree(name=name, rate=self._rate, root=whole, warnings=warnings)

    def markers(self) -> list[FoundMarker]:
        """Return the markers of the timeline; those of clips are never written."""
        return list(self._tree.root.markers)

    def place(
        self, markers: Sequence[Marker], reading: Reading, on: Target, options: MarkerOptions
    ) -> tuple[list[PlacedText], tuple[str, ...]]:
        """Return markers as GES has them, all on the timeline: its clips have none."""
        del reading
        self._check_list()
        placed = [self._placed(marker, options) for marker in markers]
        return placed, moved_to_timeline(markers, on, "GES")

    def _placed(self, marker: Marker, options: MarkerOptions) -> PlacedText:
        return PlacedText(
            marker,
            TIMELINE,
            start=Fraction(marker.frame) / marker.rate,
            duration=Fraction(marker.duration) / marker.rate,
            rate=self._rate,
            name=clean(marker.name, NAME_LIMIT).replace("\n", " "),
            note=clean(marker.note, NOTE_LIMIT),
            colour=_colour_of(marker.family, options),
        )

    def apply(self, changes: MarkerChanges) -> bytes:
        """Return the content of the file with other markers."""
        self._check_list()
        return self._markers.patched(changes)

    def _check_list(self) -> None:
        if self._markers.damaged:
            raise TimelineUnreadable(
                str(self.path),
                "its list of markers is damaged, so that none can be put in or taken out",
                "Open it in Pitivi, save it and run again.",
            )


def _colour_of(family: MarkerFamily, options: MarkerOptions) -> str:
    red, green, blue = colour_named("ges", options.colour("ges", family) or family).rgb
    return f"#{red:02X}{green:02X}{blue:02X}"


def _priority(layer: Element) -> int:
    text = layer.get("priority") or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _rate_of(timeline: Element) -> tuple[Fraction, tuple[str, ...]]:
    for track in timeline.all("track"):
        if track.get("track-type") == "4":
            told = fields_of(track.get("properties")).get("restriction-caps")
            if rate := rate_in(told) or rate_in(track.get("caps")):
                return rate, ()
    return _DEFAULT_RATE, ("the timeline tells no frame rate; 30 was taken, as GES does",)

"""A Final Cut Pro 7 XML that was read, and the patches of its markers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from shotlog.markers import NAME_LIMIT, NOTE_LIMIT, MarkerOptions, clean
from shotlog.schema import ClipRange, Marker, nearest_frame
from shotlog_otio.fcp7.catalog import Catalog
from shotlog_otio.fcp7.clip_items import ItemReader
from shotlog_otio.fcp7.colours import colour_of
from shotlog_otio.fcp7.marker_elements import MarkerClock, insertion, marker_xml
from shotlog_otio.fcp7.media_files import FileReader
from shotlog_otio.fcp7.sequences import SequenceReader
from shotlog_otio.fcp7.values import text_in
from shotlog_otio.formats import SourceFile
from shotlog_otio.markers import MarkerChanges, PlacedText, Target
from shotlog_otio.reading_options import ReadOptions
from shotlog_otio.references import MediaFinder
from shotlog_otio.timeline import Address, Reading, TimelineTree
from shotlog_otio.xml_text import Element, XmlText, remove, replace


class Fcp7File(SourceFile):
    """A Final Cut Pro 7 XML.

    Args:
        path: The file.
        raw: Its content.
        text: The same, parsed.
        options: The sequence to read, and the places of media.

    Raises:
        TimelineError: see :meth:`shotlog_otio.fcp7.sequences.SequenceReader.tree`.
    """

    def __init__(self, path: Path, raw: bytes, text: XmlText, options: ReadOptions) -> None:
        self.path, self.raw = path, raw
        self._text = text
        self._catalog = Catalog(text.root)
        finder = MediaFinder.beside(path, options.relinks)
        items = ItemReader(self._catalog, FileReader(self._catalog, finder))
        reader = SequenceReader(self._catalog, items, str(path))
        self._tree = reader.tree(options.sequence, path.stem)
        self._clocks = items.clocks

    @property
    def tree(self) -> TimelineTree:
        """The chosen sequence."""
        return self._tree

    def place(
        self, markers: Sequence[Marker], reading: Reading, on: Target, options: MarkerOptions
    ) -> tuple[list[PlacedText], tuple[str, ...]]:
        """Return markers with their owners; a clip's count from the first frame of its media."""
        clips = {clip.id: clip for clip in reading.edit.clips}
        items: list[PlacedText] = []
        written: set[tuple[object, ...]] = set()
        for marker in markers:
            clip = clips.get(marker.clip or "") if on == "clips" else None
            item = self._on_clip(marker, clip, options) if clip is not None else None
            if item is not None:
                # Of a sequence that is shown twice, the clips are in the file once.
                place = (item.owner, item.start, item.duration, item.name, item.note)
                if place in written:
                    continue
                written.add(place)
            items.append(item or self._on_sequence(marker, options))
        return items, (*_merged(len(markers) - len(items)), *self._shared(items))

    def apply(self, changes: MarkerChanges) -> bytes:
        """Return the content of the file with other markers."""
        data, splices = self._text.data, []
        for found, item, tag in changes.replaced:
            xml = marker_xml(item, tag, self._clock(item.owner))
            splices.append(replace(data, _element(found.key), xml))
        splices += [remove(data, _element(found.key)) for found in changes.removed]
        for item, tag in changes.added:
            owner = self._catalog.element(_address(item.owner))
            xml = marker_xml(item, tag, self._clock(item.owner))
            splices.append(insertion(data, owner, xml))
        return self._text.patched(splices)

    def _clock(self, owner: object) -> MarkerClock:
        return self._clocks[_address(owner)]

    def _on_sequence(self, marker: Marker, options: MarkerOptions) -> PlacedText:
        owner = self._tree.root.path
        rate = self._clock(owner).rate
        length = marker.duration if marker.duration > 1 else 0
        start, duration = Fraction(marker.frame) / marker.rate, Fraction(length) / marker.rate
        return _text(marker, owner, (start, duration), rate, options)

    def _on_clip(
        self, marker: Marker, clip: ClipRange, options: MarkerOptions
    ) -> PlacedText | None:
        """Return a marker in whole frames of its clip, within the part that the clip shows."""
        clock = self._clocks.get(_address(clip.path))
        if clock is None or marker.source_start is None:
            return None
        origin, rate = clock.origin, clock.rate
        if clock.still is not None:
            return self._on_still(marker, clip, clock, options)
        first = math.ceil((clip.source.start - origin) * rate)
        last = max(first + 1, math.floor((clip.source.end - origin) * rate))
        begin = marker.source_start - origin
        finish = begin + (marker.source_duration or Fraction(0))
        start = max(min(max(nearest_frame(begin, rate), first), last - 1), 0)
        end = min(max(nearest_frame(finish, rate), start + 1), max(last, start + 1))
        length = end - start if end - start > 1 else 0
        span = (origin + Fraction(start) / rate, Fraction(length) / rate)
        return _text(marker, clip.path, span, rate, options)

    def _on_still(
        self, marker: Marker, clip: ClipRange, clock: MarkerClock, options: MarkerOptions
    ) -> PlacedText:
        """Return a marker on a picture, which counts from the in-point of the clip."""
        shown_at = Fraction(marker.frame) / marker.rate - clip.timeline.start
        in_point = (clock.still or Fraction(0)) / clock.rate
        frame = nearest_frame(in_point + max(shown_at, Fraction(0)), clock.rate)
        length = nearest_frame(Fraction(marker.duration) / marker.rate, clock.rate)
        start = clock.origin + Fraction(frame) / clock.rate
        span = (start, Fraction(length if length > 1 else 0) / clock.rate)
        return _text(marker, clip.path, span, clock.rate, options)

    def _shared(self, items: Sequence[PlacedText]) -> tuple[str, ...]:
        """Return a sentence where editors may show the markers of one clip on others too."""
        marked = {_address(item.owner) for item in items} - {self._tree.root.path}
        uses = Counter(map(self._master, self._clocks))
        shared = [address for address in marked if uses[self._master(address)] > 1]
        if not shared:
            return ()
        return (
            f"{len(shared)} of the marked clips show media that others show too; Premiere Pro keeps"
            " markers with the media, and may show them on all of those",
        )

    def _master(self, address: Address) -> str:
        """Return the id of the master clip of a clip; of one without, a text of its own."""
        return text_in(self._catalog.element(address), "masterclipid") or repr(address)


def _text(
    marker: Marker,
    owner: Address,
    span: tuple[Fraction, Fraction],
    rate: Fraction,
    options: MarkerOptions,
) -> PlacedText:
    return PlacedText(
        marker=marker,
        owner=owner,
        start=span[0],
        duration=span[1],
        rate=rate,
        name=_writable(marker.name, NAME_LIMIT),
        note=_writable(marker.note, NOTE_LIMIT),
        colour=colour_of(marker.family, options),
    )


def _writable(text: str, limit: int) -> str:
    # Two characters that XML cannot hold.
    return clean(text.replace("\ufffe", "").replace("\uffff", ""), limit)


def _merged(number: int) -> tuple[str, ...]:
    if not number:
        return ()
    what = "1 marker was" if number == 1 else f"{number} markers were"
    return (f"{what} not written a second time, as the file holds their clips once",)


def _address(owner: object) -> Address:
    assert isinstance(owner, tuple)  # noqa: S101 (owners are paths of nodes)
    return owner


def _element(key: object) -> Element:
    assert isinstance(key, Element)  # noqa: S101 (keys are set in marker_elements)
    return key

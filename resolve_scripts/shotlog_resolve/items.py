"""From a timeline item to the clip that it shows, or the reason why there is none."""

from fractions import Fraction
from typing import Any, Dict, List, NamedTuple, Optional, Tuple, Union

from shotlog_resolve.clips import Clip
from shotlog_resolve.media import Media, pool_media, reference_media
from shotlog_resolve.otio_items import Part
from shotlog_resolve.otio_route import Export, Place
from shotlog_resolve.rates import exact_scalar, nearest, simplest_fraction

_OFF_BY = 2
"""Frames by which Resolve's own source start may differ from that of the export: one measured, one
for the rounding of mixed rates."""

_FINEST = 2002
"""Largest denominator of a speed that is believed as it is: two NTSC rates have one of 1001."""

_FASTEST = Fraction(10000)
"""Speed beyond which a number is an error; Resolve's own greatest is 100."""

_NO_MEDIA = "it is a title, a generator or an adjustment clip, so that there is no footage in it"
_UNKNOWN_SPEED = "Resolve does not tell at which speed it runs"
_NO_SPEEDS = (
    "This version of Resolve does not tell speeds, and the export of the timeline has no word of"
    " some clips; 100 % was taken."
)
_NO_RAMPS = (
    "The export of the timeline has no word of some clips at other speeds than 100 %; if there is a"
    " speed ramp among them, its mean was taken."
)
_NESTS = (
    ("multicam", "it is a multicam clip, and Resolve does not tell its angle; flatten it"),
    ("fusion", "it is a Fusion clip, whose picture Resolve makes; render it in place"),
    ("compound", "it is a compound clip, and Resolve does not tell what is in it; decompose it"),
    ("timeline", "it is a nested timeline, and Resolve does not tell what is in it; decompose it"),
)
_EMPTY_NEST = "it has no media file of its own; decompose it or render it in place"

Read = Union[Clip, str]
"""A clip, or the reason why it cannot be analysed."""


class Spot(NamedTuple):
    """The position of an item.

    Attributes:
        track: Its video track, from 1.
        start: Its first frame, from the first frame of the timeline.
        end: The frame after its last.
    """

    track: int
    start: int
    end: int


class ItemReader:
    """Reader of the items of one timeline, with as few calls as possible.

    Args:
        rate: Frames per second of the timeline.
        start: Frame number of its first frame.
        export: Its export; None where there is none.

    """

    def __init__(self, rate: Fraction, start: int, export: Optional[Export]) -> None:
        self._rate, self._start, self._export = rate, start, export
        self._pool: Dict[str, Tuple[Optional[Media], Dict[str, Any]]] = {}
        self._methods: Optional[List[str]] = None
        self._doubts: List[str] = []
        self._disputed: List[str] = []

    @property
    def doubts(self) -> List[str]:
        """Sentences about what was assumed."""
        if not self._disputed:
            return self._doubts
        others = len(self._disputed) - 1
        more = f" and {others} more" if others else ""
        told = (
            f"{self._disputed[0]}{more}: the export and the calls of Resolve disagree about the"
            " frame of the media that is shown first; that of the calls was taken."
        )
        return [*self._doubts, told]

    def spot(self, item: Any, track: int) -> Spot:
        """Return where an item lies."""
        start = round(float(item.GetStart())) - self._start
        return Spot(track, start, start + round(float(item.GetDuration())))

    def read(self, item: Any, spot: Spot) -> List[Read]:
        """Return what an item shows: one clip, all clips in a compound clip, none in a transition.

        A reason stands for a clip that cannot be analysed.
        """
        place = self._place(spot)
        pooled = item.GetMediaPoolItem()
        if pooled is None:
            return [] if self._is_transition(item) else [self._unpooled(spot, place)]
        try:
            media, properties = self._media(pooled)
        except ValueError as error:
            return [str(error)]
        if media is None:
            return self._nest(properties, place)
        part = place.parts[0] if place is not None and place.parts else None
        return [self._clip(item, spot, media, part)]

    def _place(self, spot: Spot) -> Optional[Place]:
        if self._export is None:
            return None
        return self._export.place(spot.track, spot.start, spot.end - spot.start)

    def _media(self, pooled: Any) -> Tuple[Optional[Media], Dict[str, Any]]:
        key = str(pooled.GetMediaId())
        if key not in self._pool:
            properties = dict(pooled.GetClipProperty() or {})
            self._pool[key] = pool_media(properties), properties
        return self._pool[key]

    def _has(self, item: Any, name: str) -> bool:
        # All items have the same methods, and asking is a call.
        if self._methods is None:
            self._methods = dir(item)
        return name in self._methods

    def _is_transition(self, item: Any) -> bool:
        """Return True for a transition, which older versions tell by its lack of properties."""
        kind = item.GetType() if self._has(item, "GetType") else None
        return kind == "transition" or not item.GetProperty()

    def _unpooled(self, spot: Spot, place: Optional[Place]) -> Read:
        """Return the clip of an item without a media pool item, or what the item is."""
        # The media of a clip may have been removed from the pool.
        if place is not None and len(place.parts) == 1:
            media = reference_media(place.parts[0].reference, place.parts[0].name)
            if media is not None:
                return _from_part(place.parts[0], spot, media, self._rate)
        return _NO_MEDIA

    def _nest(self, properties: Dict[str, Any], place: Optional[Place]) -> List[Read]:
        kind = str(properties.get("Type") or "").lower()
        reason = next((told for name, told in _NESTS if name in kind), _EMPTY_NEST)
        # Of a multicam clip the export could hold every angle, with no word of the one that shows.
        if place is None or not place.nest or "multicam" in kind:
            return [reason]
        return [self._nested(part) for part in place.parts] or [reason]

    def _nested(self, part: Part) -> Read:
        if not part.enabled:
            return f"{part.name or 'a clip'} in it is switched off"
        media = reference_media(part.reference, part.name)
        if media is None:
            return f"{part.name or 'a clip'} in it has no media file"
        start, end = nearest(part.start * self._rate), nearest(part.end * self._rate)
        read = _from_part(part, Spot(0, start, end), media, self._rate)
        return f"{part.name} in it: {read}" if isinstance(read, str) else read

    def _clip(self, item: Any, spot: Spot, media: Media, part: Optional[Part]) -> Read:
        first = self._first_frame(item)
        if part is None or part.media_start is None:
            return _bounded(self._from_calls(item, spot, media, first))
        clip = _from_part(part, spot, media, self._rate)
        if isinstance(clip, str) or first is None:
            return clip
        # A subclip has a start of its own, from which Resolve's calls count; its file has another.
        first += media.start - clip.media.start
        backwards = 1 if clip.speed < 0 else 0
        if abs(clip.source - backwards - first) <= _OFF_BY:
            return clip
        self._disputed.append(clip.name)
        return clip._replace(source=Fraction(first + backwards))

    def _first_frame(self, item: Any) -> Optional[int]:
        """Return the frame of the media that is shown first; None where this version has no word.

        It may be off by one.
        """
        if not self._has(item, "GetSourceStartFrame"):
            return None
        return round(float(item.GetSourceStartFrame()))

    def _from_calls(self, item: Any, spot: Spot, media: Media, first: Optional[int]) -> Read:
        """Return a clip without the help of an export."""
        clip = Clip(media.name, media, spot.start, spot.end, Fraction(0), Fraction(1))
        if media.frames == 1:
            return clip
        if first is None:
            self._doubt(_NO_SPEEDS)
            offset = Fraction(str(item.GetLeftOffset()))  # in frames of the timeline
            return clip._replace(source=offset / self._rate * media.rate)
        speed = self._speed(item, spot, media, first)
        if speed is None:
            return _UNKNOWN_SPEED
        return clip._replace(source=Fraction(first + (1 if speed < 0 else 0)), speed=speed)

    def _speed(self, item: Any, spot: Spot, media: Media, first: int) -> Optional[Fraction]:
        length = (spot.end - spot.start) / self._rate
        end = round(float(item.GetSourceEndFrame()))
        # The last frame itself where the rates differ, the one after it where they do not.
        shown = end - first + (0 if media.rate == self._rate else 1)
        if end > first and abs(shown - length * media.rate) <= 1:
            return Fraction(1)
        self._doubt(_NO_RAMPS)
        if self._has(item, "GetSpeed"):
            percent = (item.GetSpeed() or {}).get("Percentage")
            if percent is None:
                return None
            speed = exact_scalar(float(percent)) / 100
            return -abs(speed) if end < first and speed else speed
        return self._speed_by_times(item, length, media)

    def _speed_by_times(self, item: Any, length: Fraction, media: Media) -> Optional[Fraction]:
        begins, ends = item.GetSourceStartTime(), item.GetSourceEndTime()
        if not begins and not ends:  # both 0: Resolve does not know
            return None
        span = Fraction(ends) - Fraction(begins)
        half = 1 / (2 * media.rate)
        if abs(span) <= half:
            return Fraction(0)
        speed = exact_scalar(float(span / length))
        if speed.denominator <= _FINEST:
            return speed
        # The times were rounded to frames.
        speed = simplest_fraction((abs(span) - half) / length, (abs(span) + half) / length)
        return speed if span > 0 else -speed

    def _doubt(self, sentence: str) -> None:
        if sentence not in self._doubts:
            self._doubts.append(sentence)


def _from_part(part: Part, spot: Spot, media: Media, rate: Fraction) -> Read:
    """Return the clip that a part of the export tells of, at the frames of its item."""
    # A still shows one picture at any speed. Its type is a word of the editor's language.
    if part.unknown is not None and media.frames != 1:
        return part.unknown
    if part.media_start is not None:
        frames = nearest(part.media_length * media.rate)
        media = media._replace(start=nearest(part.media_start * media.rate), frames=frames or None)
    # A clip in a compound clip may start between two frames of the timeline.
    source = (part.source + (spot.start / rate - part.start) * part.speed) * media.rate
    return _bounded(Clip(part.name or media.name, media, spot.start, spot.end, source, part.speed))


def _bounded(read: Read) -> Read:
    """Return a clip, or the reason if its speed is out of all bounds."""
    if isinstance(read, Clip) and read.speed and not 1 / _FASTEST <= abs(read.speed) <= _FASTEST:
        return f"it has a speed of {float(read.speed):g}"
    return read

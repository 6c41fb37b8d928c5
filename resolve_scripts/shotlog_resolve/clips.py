"""A clip of the timeline in exact numbers, and as the bridge wants it told."""

import math
from fractions import Fraction
from typing import Any, Dict, NamedTuple, Optional, Tuple

from shotlog_resolve.media import Media
from shotlog_resolve.rates import nearest, spell

_FRAME_NOISE = Fraction(1, 1000)
"""Part of a frame by which a frozen moment may miss the start of its frame, as in shotlog_otio."""


class Clip(NamedTuple):
    """A clip of the timeline.

    Attributes:
        name: Its name.
        media: What it shows.
        start: Its first frame, from the first frame of the timeline.
        end: The frame after its last.
        source: The moment of the media that is shown at ``start``, in frames of the media, from
            the first frame of the media. Of a clip that runs backwards it is the end of the frame
            that is shown first.
        speed: Source seconds per timeline second; negative backwards, 0 for a freeze frame.
    """

    name: str
    media: Media
    start: int
    end: int
    source: Fraction
    speed: Fraction

    def within(self, limits: Optional[Tuple[int, int]], rate: Fraction) -> "Optional[Clip]":
        """Return the part of it that lies between two frames of the timeline.

        Args:
            limits: The first frame, and that after the last; None for no limits.
            rate: Frames per second of the timeline.

        Returns:
            None where there is no such part.
        """
        if limits is None:
            return self
        start, end = max(self.start, limits[0]), min(self.end, limits[1])
        if start >= end:
            return None
        moved = (start - self.start) / rate * self.speed * self.media.rate
        return self._replace(start=start, end=end, source=self.source + moved)

    def plain(self, id_: str, rate: Fraction) -> Dict[str, Any]:
        """Return it as the bridge's ``PlainClip``.

        Args:
            id_: Its id in the edit.
            rate: Frames per second of the timeline.
        """
        counted, origin, source = self._count(rate)
        length = (self.end - self.start) / rate * abs(self.speed) * counted
        if not self.speed:
            first = math.floor(source + _FRAME_NOISE)
            span = (first, first + 1)
        elif self.speed < 0:
            last = nearest(source)
            span = (last - max(1, nearest(length)), last)
        else:
            first = nearest(source)
            span = (first, first + max(1, nearest(length)))
        told: Dict[str, Any] = {
            "id": id_,
            "name": self.name,
            "media": self.media.path,
            "rate": spell(counted),
            "source_in": origin + span[0],
            "source_out": origin + span[1],
            "media_start": origin,
            "timeline_in": self.start,
            "timeline_out": self.end,
            "speed": spell(self.speed),
        }
        if self.media.frames is not None and self.media.frames > 1:  # a still has no length
            told["media_frames"] = max(1, nearest(self.media.frames / self.media.rate * counted))
        if self.media.pattern is not None:
            told.update(pattern=self.media.pattern, first=self.media.first)
        return told

    def _count(self, rate: Fraction) -> Tuple[Fraction, int, Fraction]:
        """Return the rate in which the source is counted, the media's first frame, and ``source``.

        Frames of the media, if a whole number tells the start. Where the rates differ, Resolve cuts
        the source in frames of the timeline; those are taken then, lest a part of a frame be lost.
        """
        media = self.media
        whole = self.source.denominator == 1 or media.pattern is not None or not self.speed
        on_timeline = self.source / media.rate * rate
        if whole or on_timeline.denominator != 1:
            return media.rate, media.start, self.source
        return rate, nearest(media.start / media.rate * rate), on_timeline

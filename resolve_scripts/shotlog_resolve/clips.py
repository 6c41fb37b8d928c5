"""A clip of the timeline in exact numbers, and as the bridge wants it told."""

import math
from fractions import Fraction
from typing import Any, Dict, NamedTuple, Optional, Tuple

from shotlog_resolve.media import Media, spell_name
from shotlog_resolve.rates import nearest, spell

_FRAME_NOISE = Fraction(1, 1000)
"""Part of a frame by which a frozen moment may miss the start of its frame, as in shotlog_otio."""

_FINEST = 10**9
"""Largest denominator of a number that the bridge is told."""


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
        # Products of speeds, in compound clips, may have more digits than the bridge takes.
        source, speed = (n.limit_denominator(_FINEST) for n in (self.source, self.speed))
        media, length = self.media, (self.end - self.start) / rate * abs(speed) * self.media.rate
        edge = math.floor(source + (0 if speed else _FRAME_NOISE))
        shown = max(1, nearest(length)) if speed else 1
        first, end = (edge - shown, edge) if speed < 0 else (edge, edge + shown)
        told: Dict[str, Any] = {
            "id": id_,
            "name": spell_name(self.name),
            "media": media.path,
            "rate": spell(media.rate),
            "source_in": media.start + first,
            "source_out": media.start + end,
            "media_start": media.start,
            "timeline_in": self.start,
            "timeline_out": self.end,
            "speed": spell(speed),
        }
        if speed and source != edge:
            told["subframe"] = spell(source - edge)
        if media.frames is not None and media.frames > 1:  # a still has no length
            told["media_frames"] = media.frames
        if media.pattern is not None:
            told.update(pattern=media.pattern, first=media.first)
        return told

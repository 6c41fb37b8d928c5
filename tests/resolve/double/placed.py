"""Where an item stands on its timeline, and which frames of its media it shows."""

from fractions import Fraction
from typing import Any, Dict, Optional

from .markers import Marked, Marker
from .media import Media
from .retime import Retime


class Placed(Marked):
    """The state of a timeline item, and its arithmetic.

    Attributes:
        type: "clip", "title", "generator", "adjustment", "transition" or "subtitle".
        at: Its first frame, counted from the start of the timeline.
        length: Its frames on the timeline.
        source: The lowest frame of the media that it shows, from the start of the media.
    """

    kind = "TimelineItem"

    def __init__(self, timeline: Any, told: Dict[str, Any], media: Optional[Media]) -> None:
        super().__init__(timeline.session)
        self.timeline = timeline
        self.media = media
        self.id: str = told.get("id") or self.session.new_id()
        self.uid = self.session.new_id()
        self.type: str = told.get("type", "clip")
        self.track = (told["track"][0], int(told["track"][1]))
        self.at = int(told["at"])
        self.length = int(told["length"])
        self.source = Fraction(str(told.get("source", 0)))
        self.retime = Retime(Fraction(str(told.get("speed", 1))), told.get("ramp"))
        self.enabled = bool(told.get("enabled", True))
        self.name: str = told.get("name") or (media.name if media else "")
        self.link: Optional[int] = told.get("link")
        self.unknown_source = bool(told.get("unknown_source", False))
        self.color: str = told.get("color", "")
        self.properties: Dict[str, Any] = dict(told.get("properties", {}))
        self.deleted = False

    def is_gone(self) -> bool:
        return self.deleted or bool(self.timeline.deleted)

    def told(self) -> Dict[str, Any]:
        """Return what makes a copy of it."""
        return {
            "type": self.type,
            "track": list(self.track),
            "at": self.at,
            "length": self.length,
            "source": str(self.source),
            "speed": str(self.retime.speed),
            "ramp": [[str(at), str(media)] for at, media in self.retime.points] or None,
            "enabled": self.enabled,
            "name": self.name,
            "link": self.link,
            "unknown_source": self.unknown_source,
            "color": self.color,
            "properties": dict(self.properties),
        }

    @property
    def start(self) -> int:
        return int(self.timeline.first) + self.at

    @property
    def end(self) -> int:
        return self.start + self.length

    @property
    def fps(self) -> Fraction:
        return Fraction(self.media.fps if self.media else self.timeline.rate)

    @property
    def span(self) -> Fraction:
        """Media frames that it shows."""
        return self.retime.span(self.length, self.timeline.rate, self.fps)

    def media_frame(self, frame: int) -> int:
        """Return the frame of the media that a frame of the item (0 is its first) shows."""
        return self.retime.shown(self.source, frame, self.length, self.timeline.rate, self.fps)

    @property
    def left_offset(self) -> Fraction:
        """Frames of the retimed media before the item, at the timeline's rate."""
        if self.media is None:
            return Fraction(0)
        frames, speed = self.source, self.retime.speed
        if speed < 0:  # counted from the end of the media, which is where it starts
            frames = self.media.frames - (self.source + self.span)
        if self.retime.is_ramp:
            speed = self.span * self.timeline.rate / self.fps / self.length
        return Fraction(frames / (abs(speed) or 1) * self.timeline.rate / self.fps)

    def admits(self, frame: int) -> bool:
        if self.timeline.item_markers == "clip":
            return 0 <= frame < self.length
        return frame >= 0

    def marker_frames(self) -> Dict[int, Marker]:
        """Return its markers by the timeline frame, from 0, on which the editor sees each."""
        first = 0 if self.timeline.item_markers == "clip" else int(self.left_offset)
        return {self.at + at - first: marker for at, marker in self.markers.items()}

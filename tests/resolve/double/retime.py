"""The way from frames of a timeline item to frames of its media."""

from fractions import Fraction
from typing import Any, List, Optional, Sequence, Tuple

Point = Tuple[Fraction, Fraction]


class Retime:
    """Constant speed, or a ramp.

    Attributes:
        speed: Media seconds a timeline second; negative plays backwards, 0 holds one frame.
        points: Of a ramp: (timeline frame from the item's start, media frame from its source
            frame), straight between the points, rising.
    """

    def __init__(self, speed: Fraction, points: Optional[Sequence[Sequence[Any]]] = None) -> None:
        self.speed = speed
        self.points: List[Point] = [
            (Fraction(str(at)), Fraction(str(media))) for at, media in points or []
        ]

    @property
    def is_ramp(self) -> bool:
        return bool(self.points)

    @property
    def is_plain(self) -> bool:
        return not self.points and self.speed == 1

    def span(self, frames: int, rate: Fraction, fps: Fraction) -> Fraction:
        """Return the media frames that an item of so many timeline frames shows; never negative."""
        if self.points:
            return self._along(Fraction(frames)) - self._along(Fraction(0))
        return frames * abs(self.speed) * fps / rate

    def shown(
        self, source: Fraction, frame: int, frames: int, rate: Fraction, fps: Fraction
    ) -> int:
        """Return the media frame that a timeline frame of the item (0 is its first) shows."""
        at = source + (self._along(Fraction(frame)) if self.points else self.span(frame, rate, fps))
        if self.speed < 0 and not self.points:  # from the end down: the frame just below
            at = source + self.span(frames, rate, fps) - self.span(frame, rate, fps)
            return -(-at.numerator // at.denominator) - 1
        return at.numerator // at.denominator

    def _along(self, at: Fraction) -> Fraction:
        (left, low), (right, high) = self.points[0], self.points[1]
        for left_point, right_point in zip(self.points, self.points[1:]):
            (left, low), (right, high) = left_point, right_point
            if at <= right:
                break
        return low + (at - left) * (high - low) / (right - left)

"""Places of markers in files that hold one on a frame, or several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from fractions import Fraction
from typing import NamedTuple

from shotlog_otio.markers import FoundMarker


class Frames(NamedTuple):
    """Frames ``[start, end)`` of an object."""

    start: int
    end: int


class Places:
    """The frames that markers take.

    Args:
        found: The markers in the file.
        rate: Frames per second.
        one_per_frame: True where the program keeps one marker on a frame.
    """

    def __init__(
        self, found: Sequence[FoundMarker], rate: Fraction, *, one_per_frame: bool
    ) -> None:
        self._one = one_per_frame
        self._rate = rate
        self._kept: dict[tuple[Hashable, Fraction], str] = {}
        for marker in found if one_per_frame else ():
            if marker.tag is None or marker.edited:
                self._kept[marker.owner, marker.start] = marker.id
        self._taken: dict[tuple[Hashable, int], str] = {}
        self._counts: Counter[str] = Counter()

    def find(
        self, owner: Hashable, wanted: Frames, origin: Fraction, marker_id: str
    ) -> Frames | None:
        """Return the frames that a marker gets; None where it is left out.

        A marker of an editor keeps its frame, and ours is left out there. Of several of ours that
        want a frame the first gets it, and the others the next free ones within their own range.

        Args:
            owner: The object that is to hold it.
            wanted: The frames that it describes.
            origin: Time of the object's first frame on its own clock.
            marker_id: Its identity.
        """
        if not self._one:
            return wanted
        kept = self._kept.get((owner, origin + wanted.start / self._rate))
        if kept is not None and kept != marker_id:
            self._counts["kept"] += 1
            return None
        if _base(self._taken.get((owner, wanted.start), "-")) == _base(marker_id):
            self._counts["same"] += 1
            return None
        for frame in range(wanted.start, wanted.end):
            free = (owner, frame) not in self._taken
            editors = self._kept.get((owner, origin + frame / self._rate))
            if free and editors in (None, marker_id):
                self._taken[owner, frame] = marker_id
                self._counts["moved"] += frame != wanted.start
                return Frames(frame, wanted.end)
        self._counts["full"] += 1
        return None

    def notes(self) -> tuple[str, ...]:
        """Return a sentence for each kind of marker that was moved or left out."""
        sentences = {
            "kept": "{} not written, as your own stands on the frame, which holds one alone",
            "moved": "{} put a frame or more later, as the program keeps one marker on a frame",
            "full": "{} not written, as others of ours take all frames that it describes",
            "same": "{} not written again, as the same shot has its marker on that frame already",
        }
        return tuple(
            sentences[kind].format(_number(count))
            for kind, count in sorted(self._counts.items())
            if count
        )


def _base(marker_id: str) -> str:
    """Return an identity without the count of the times that its shot is shown."""
    return marker_id.partition("-")[0]


def _number(count: int) -> str:
    return "1 marker was" if count == 1 else f"{count} markers were"

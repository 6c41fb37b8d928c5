"""Pictures that stand still, by FFmpeg's filter ``freezedetect``."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from fractions import Fraction
from typing import ClassVar

from pydantic import Field

from shotlog.delivery.qc.contract import Defect, FileFacts, PictureExaminer, QualityCheck, SeenFrame
from shotlog.delivery.qc.pictures.black import BLACK, BlackState
from shotlog.delivery.qc.pictures.filtering import CLOCK
from shotlog.delivery.qc.runs import FrameRuns
from shotlog.schema import TimeRange


class FreezeCheck(QualityCheck):
    """A picture that does not change, unless it is black."""

    name: ClassVar[str] = "freeze"
    summary: ClassVar[str] = "picture that stands still, other than black"
    source: ClassVar[str] = "FFmpeg freezedetect"

    longest: float = Field(1.0, gt=0)
    """Seconds that are allowed."""
    noise: float = Field(-60.0, le=0)
    """Mean difference of pixels, in dB of full scale, up to which two pictures are the same."""

    def of_picture(self, facts: FileFacts) -> PictureExaminer:
        """Return an examiner of the pictures."""
        return FreezeExaminer(self)


class FreezeExaminer(PictureExaminer):
    """Gathers stretches of frames that are the same.

    The filter tells that a picture stands still once it has for ``longest`` seconds. It writes the
    start with six digits, too few for a long film, so the start is that of the last frame that was
    shown that long ago. Black is found beside it: its freezes belong to another check.
    """

    def __init__(self, check: FreezeCheck) -> None:
        self._check = check
        self.filters = f"{BLACK},freezedetect=n={check.noise}dB:d={check.longest}"
        self._least = round(Fraction(check.longest) * CLOCK)
        self._recent: deque[tuple[int, Fraction]] = deque()
        self._frozen: Fraction | None = None
        self._found: list[TimeRange] = []
        self._end = Fraction(0)
        self._is_black = BlackState()
        self._black = FrameRuns(Fraction(0))

    def see(self, frame: SeenFrame) -> None:
        """Take the next frame."""
        facts, now = frame.facts, round(frame.start * CLOCK)
        self._black.add(frame.start, frame.end, holds=self._is_black.see(facts))
        self._recent.append((now, frame.start))
        while len(self._recent) > 1 and self._recent[1][0] <= now - self._least:
            self._recent.popleft()
        if "lavfi.freezedetect.freeze_start" in facts:
            self._frozen = self._recent[0][1]
        if "lavfi.freezedetect.freeze_end" in facts:
            self._close(frame.start)
        self._end = frame.end

    def defects(self) -> Sequence[Defect]:
        """Return the stretches that are not black."""
        self._close(self._end)
        black = self._black.finish()
        return [
            self._check.lasting("the picture stands still", run)
            for run in self._found
            if _share(run, black) < Fraction(1, 2)
        ]

    def _close(self, end: Fraction) -> None:
        if self._frozen is not None:
            self._found.append(TimeRange.between(self._frozen, end))
            self._frozen = None


def _share(run: TimeRange, others: Sequence[TimeRange]) -> Fraction:
    """Return the share of a range that others cover; those do not overlap."""
    common = [part.duration for other in others if (part := run.intersection(other))]
    return sum(common, Fraction(0)) / run.duration

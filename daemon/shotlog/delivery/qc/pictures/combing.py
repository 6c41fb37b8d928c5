"""Interlaced lines in progressive film, by FFmpeg's filter ``idet``."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import ClassVar

from pydantic import Field

from shotlog.delivery.qc.contract import Defect, FileFacts, PictureExaminer, QualityCheck, SeenFrame
from shotlog.delivery.qc.pictures.black import BlackState
from shotlog.delivery.qc.runs import FrameRuns

_INTERLACED = ("tff", "bff")


class CombingCheck(QualityCheck):
    """Two moments in the lines of one picture."""

    name: ClassVar[str] = "combing"
    summary: ClassVar[str] = "interlaced lines"
    source: ClassVar[str] = "FFmpeg idet"

    longest: float = Field(0.2, ge=0)
    """Seconds of it that are allowed."""
    interlaced: bool = False
    """True allows it in a file that says that it is interlaced."""

    def of_picture(self, facts: FileFacts) -> PictureExaminer | None:
        """Return an examiner of the pictures; None where interlaced film may be so."""
        video = facts.media.video
        if self.interlaced and video is not None and video.interlaced is not None:
            return None
        return CombingExaminer(self)


class CombingExaminer(PictureExaminer):
    """Gathers stretches of combed frames.

    The filter decides on every frame, and by several: the first tells where it begins and ends, the
    second whether it is so at all. Where nearly all is black, it decides by noise.
    """

    filters = "blackdetect=d=0:pic_th=0.98:pix_th=0.1,idet"

    def __init__(self, check: CombingCheck) -> None:
        self._check = check
        self._black = BlackState()
        self._runs = FrameRuns(Fraction(check.longest))
        self._sure = FrameRuns(Fraction(0))

    def see(self, frame: SeenFrame) -> None:
        """Take the next frame."""
        black = self._black.see(frame.facts)
        for runs, by in ((self._runs, "single"), (self._sure, "multiple")):
            said = frame.facts.get(f"lavfi.idet.{by}.current_frame")
            runs.add(frame.start, frame.end, holds=said in _INTERLACED and not black)

    def defects(self) -> Sequence[Defect]:
        """Return the stretches that are too long."""
        sure = self._sure.finish()
        return [
            self._check.lasting("interlaced lines", run)
            for run in self._runs.finish()
            if any(run.intersection(other) for other in sure)
        ]

"""Black pictures, by FFmpeg's filter ``blackdetect``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import ClassVar

from pydantic import Field

from shotlog.delivery.qc.contract import Defect, FileFacts, PictureExaminer, QualityCheck, SeenFrame
from shotlog.delivery.qc.runs import FrameRuns

BLACK = "blackdetect=d=0:pic_th=0.999:pix_th=0.1"
"""The filter for checks to which black pictures tell nothing."""


class BlackState:
    """Follows the filter, which writes where black begins and where it ends."""

    def __init__(self) -> None:
        self._black = False

    def see(self, facts: Mapping[str, str]) -> bool:
        """Take the facts of the next frame; return whether it is black."""
        if "lavfi.black_start" in facts:
            self._black = True
        elif "lavfi.black_end" in facts:
            self._black = False
        return self._black


class BlackCheck(QualityCheck):
    """Black for longer than a fade or a deliberate pause lasts."""

    name: ClassVar[str] = "black"
    summary: ClassVar[str] = "black picture"
    source: ClassVar[str] = "FFmpeg blackdetect"

    longest: float = Field(0.5, ge=0)
    """Seconds of black that are allowed."""
    pixels: float = Field(0.999, gt=0, le=1)
    """Share of pixels that must be black; with FFmpeg's 0.98 a logo or a line of text is black."""
    level: float = Field(0.1, ge=0, le=1)
    """Luma, from black 0 to white 1, up to which a pixel is black."""

    def of_picture(self, facts: FileFacts) -> PictureExaminer:
        """Return an examiner of the pictures."""
        return BlackExaminer(self)


class BlackExaminer(PictureExaminer):
    """Gathers stretches of black frames."""

    def __init__(self, check: BlackCheck) -> None:
        self._check = check
        # The length is judged here, on exact times; the filter only tells where black begins.
        self.filters = f"blackdetect=d=0:pic_th={check.pixels}:pix_th={check.level}"
        self._runs = FrameRuns(Fraction(0))
        self._black = BlackState()

    def see(self, frame: SeenFrame) -> None:
        """Take the next frame."""
        self._runs.add(frame.start, frame.end, holds=self._black.see(frame.facts))

    def defects(self) -> Sequence[Defect]:
        """Return the stretches that are too long."""
        check = self._check
        return [
            check.lasting("black", run)
            for run in self._runs.finish()
            if run.duration > Fraction(check.longest)
        ]

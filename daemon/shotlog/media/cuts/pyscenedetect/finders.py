"""PySceneDetect's detectors as cut finders.

Names, defaults and limits of parameters are those of ``scenedetect detect-... --help`` (0.7);
synonyms are the names of its Python classes.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from shotlog.media.cuts.contract import CutFinder, CutView
from shotlog.media.cuts.pyscenedetect.measure import VERSION, DetectorMeasure
from shotlog.schema import Cut, CutKind, TimeRange

Scores = npt.NDArray[np.float64]

_RATE = Fraction(25)


def _check_length(text: str) -> str:
    from scenedetect import FrameTimecode

    try:
        FrameTimecode(text, fps=_RATE)
    except ValueError:
        raise ValueError("a length is a number of frames, 0.6s, or 00:00:00.600") from None
    return text


def _split(value: Any) -> Any:
    return value.split(",") if isinstance(value, str) else value


def _none(value: Any) -> Any:
    return None if value == "auto" else value


Length = Annotated[str, BeforeValidator(str), AfterValidator(_check_length)]
"""Frames (``15``), seconds (``0.6s``) or ``00:00:00.600``."""

Level = Annotated[float, Field(ge=0, le=255)]
"""A value on the scale of 8-bit samples."""

Share = Annotated[float, Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0)]


class _DetectorCuts(CutFinder):
    """A detector of PySceneDetect."""

    version: ClassVar[str] = VERSION
    kind: ClassVar[CutKind] = CutKind.CUT

    min_scene_len: Length = "0.6s"
    """Least length of a shot."""

    @property
    @abstractmethod
    def measures(self) -> tuple[DetectorMeasure]:
        """The metrics of its detector."""

    @abstractmethod
    def _scores(self, metrics: Scores) -> Scores:
        """Return (n,) what the detector takes, for (n, columns) metrics."""

    @abstractmethod
    def _detector(self, rate: Fraction) -> Any:
        """Return the detector that decides."""

    def find(self, view: CutView) -> list[Cut]:
        """Return the cuts; PySceneDetect tells neither spans nor confidences."""
        from shotlog.media.cuts.pyscenedetect.replay import FrameTimes, decide

        series = view.rows(*self.measures)
        times = FrameTimes(series, view.video.rate)
        # The first frame of a run has no metric, and no difference.
        scores = np.zeros(len(times.moments))
        scores[np.searchsorted(times.moments, series.last)] = self._scores(
            series.values.astype(np.float64)
        )
        moments = decide(self._detector(view.video.rate), times, scores)
        starts = (series.seconds(moment) for moment in moments)
        return [
            Cut(
                at=at,
                kind=self.kind,
                span=TimeRange(start=at, duration=Fraction(0)),
                confidence=1.0,
            )
            for at in starts
            if view.span.start < at < view.span.end
        ]

    def _shortest(self, rate: Fraction) -> int:
        from shotlog.media.cuts.pyscenedetect.replay import frames_of

        return frames_of(self.min_scene_len, rate)


class _ContentScores(_DetectorCuts):
    """A detector of the weighted change of hue, saturation, luma and edges."""

    weights: Annotated[tuple[Weight, Weight, Weight, Weight], BeforeValidator(_split)] = (
        1.0,
        1.0,
        1.0,
        0.0,
    )
    """Weights of hue, saturation, luma and edges."""
    luma_only: bool = False
    """True to weigh luma alone."""
    kernel_size: Annotated[int | None, BeforeValidator(_none)] = None
    """Odd size of the kernel that thickens edges, in pixels; `auto` follows the size of
    pictures."""

    @field_validator("weights")
    @classmethod
    def _some_weight(cls, weights: tuple[float, ...]) -> tuple[float, ...]:
        if not any(weights):
            raise ValueError("one weight at least must be more than 0")
        return weights

    @field_validator("kernel_size")
    @classmethod
    def _odd(cls, size: int | None) -> int | None:
        if size is not None and (size < 3 or size % 2 == 0):
            raise ValueError("it must be an odd number from 3, or auto")
        return size

    @property
    def measures(self) -> tuple[DetectorMeasure]:
        """The changes of all components; weights and thresholds do not change rows."""

        def make() -> Any:
            from scenedetect import ContentDetector

            return ContentDetector(kernel_size=self.kernel_size)

        return (DetectorMeasure("content", make, kernel=self.kernel_size),)

    def _scores(self, metrics: Scores) -> Scores:
        weights = np.array((0, 0, 1, 0) if self.luma_only else self.weights)
        return np.asarray(metrics @ weights / np.abs(weights).sum(), dtype=np.float64)


class AdaptiveCuts(_ContentScores):
    """PySceneDetect's ``detect-adaptive``: change of content against its rolling mean."""

    name: ClassVar[str] = "adaptive"
    synonyms: ClassVar[Mapping[str, str]] = {
        "adaptive_threshold": "threshold",
        "window_width": "frame_window",
    }

    threshold: Level = 3.0
    """Least ratio of the change to the mean of its neighbours."""
    min_content_val: Level = 15.0
    """Least change of content."""
    frame_window: int = Field(2, ge=1)
    """Frames on either side over which the mean is taken."""

    def _detector(self, rate: Fraction) -> Any:
        from shotlog.media.cuts.pyscenedetect.replay import ScoredAdaptive

        return ScoredAdaptive(
            adaptive_threshold=self.threshold,
            min_scene_len=self._shortest(rate),
            window_width=self.frame_window,
            min_content_val=self.min_content_val,
        )


class ContentCuts(_ContentScores):
    """PySceneDetect's ``detect-content``: change of content against a threshold."""

    name: ClassVar[str] = "content"

    threshold: Level = 27.0
    """Least change of content."""
    filter_mode: Literal["merge", "suppress"] = "merge"
    """Treatment of changes that are nearer than the least length of a shot."""

    def _detector(self, rate: Fraction) -> Any:
        from scenedetect.detector import FlashFilter

        from shotlog.media.cuts.pyscenedetect.replay import ScoredContent

        return ScoredContent(
            threshold=self.threshold,
            min_scene_len=self._shortest(rate),
            filter_mode=FlashFilter.Mode[self.filter_mode.upper()],
        )


class ThresholdCuts(_DetectorCuts):
    """PySceneDetect's ``detect-threshold``: fades to and from black."""

    name: ClassVar[str] = "threshold"
    kind: ClassVar[CutKind] = CutKind.FADE
    synonyms: ClassVar[Mapping[str, str]] = {"add_final_scene": "add_last_scene"}

    threshold: Level = 12.0
    """Mean of the samples below which a picture is faded out; a fraction is dropped."""
    # The command line takes up to 100 %, and hands it on undivided: 1 is the whole way.
    fade_bias: float = Field(0.0, ge=-1, le=1)
    """Place of the cut, from the fade out (-1) to the fade in (1)."""
    add_last_scene: bool = True
    """True to cut where the film ends faded out, too."""
    min_out_length: Length = "0.1s"
    """Least length of the faded part."""

    @property
    def measures(self) -> tuple[DetectorMeasure]:
        """The mean of each frame."""

        def make() -> Any:
            from scenedetect import ThresholdDetector

            return ThresholdDetector()

        return (DetectorMeasure("threshold", make, pairs=False),)

    def _scores(self, metrics: Scores) -> Scores:
        return metrics[:, 0]

    def _detector(self, rate: Fraction) -> Any:
        from scenedetect import FrameTimecode

        from shotlog.media.cuts.pyscenedetect.replay import ScoredThreshold

        return ScoredThreshold(
            threshold=self.threshold,
            min_scene_len=self._shortest(rate),
            fade_bias=self.fade_bias,
            add_final_scene=self.add_last_scene,
            min_out_length=FrameTimecode(self.min_out_length, fps=rate),
        )


class HashCuts(_DetectorCuts):
    """PySceneDetect's ``detect-hash``: distance of perceptual hashes."""

    name: ClassVar[str] = "hash"

    threshold: Share = 0.35
    """Least share of differing bits."""
    size: int = Field(8, ge=1, le=256)
    """Side of the square of low frequencies that is hashed."""
    lowpass: int = Field(2, ge=1, le=256)
    """Factor by which frequencies are reduced before."""

    @model_validator(mode="after")
    def _even(self) -> Self:
        # OpenCV's cosine transform refuses odd sizes.
        if self.size * self.lowpass % 2:
            raise ValueError("size times lowpass must be even")
        return self

    @property
    def measures(self) -> tuple[DetectorMeasure]:
        """The distances of neighbouring frames."""

        def make() -> Any:
            from scenedetect import HashDetector

            return HashDetector(size=self.size, lowpass=self.lowpass)

        return (DetectorMeasure("hash", make, size=self.size, lowpass=self.lowpass),)

    def _scores(self, metrics: Scores) -> Scores:
        # In single precision, as the rows are: a distance equal to the threshold counts.
        return np.asarray(metrics[:, 0] >= np.float32(self.threshold), dtype=np.float64)

    def _detector(self, rate: Fraction) -> Any:
        from shotlog.media.cuts.pyscenedetect.replay import SpacedDetector

        return SpacedDetector(self._shortest(rate))


class HistogramCuts(_DetectorCuts):
    """PySceneDetect's ``detect-hist``: correlation of histograms of luma."""

    name: ClassVar[str] = "histogram"

    threshold: Share = 0.2
    """Least loss of correlation."""
    bins: int = Field(128, ge=1, le=256)
    """Number of bins."""

    @property
    def measures(self) -> tuple[DetectorMeasure]:
        """The correlations of neighbouring frames."""

        def make() -> Any:
            from scenedetect import HistogramDetector

            return HistogramDetector(bins=self.bins)

        return (DetectorMeasure("histogram", make, bins=self.bins),)

    def _scores(self, metrics: Scores) -> Scores:
        return np.asarray(metrics[:, 0] <= np.float32(1 - self.threshold), dtype=np.float64)

    def _detector(self, rate: Fraction) -> Any:
        from shotlog.media.cuts.pyscenedetect.replay import SpacedDetector

        return SpacedDetector(self._shortest(rate))

"""Options of highlights: who judges a timeline, and which stretches are selected from that."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Annotated, Self

from pydantic import Field, model_validator

from shotlog.schema.base import Model, Seconds
from shotlog.schema.error_branches import TimelineTooShort

_Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]
_Count = Annotated[int, Field(ge=1)]
_Length = Annotated[Seconds, Field(gt=0)]


class MomentOptions(Model):
    """Short moments that stand out, at most one for every 12 s."""

    most: _Count = 5
    """Largest number."""
    shortest: _Length = Fraction(4)
    """Length of the shortest, in seconds."""
    longest: _Length = Fraction(15)
    """Length of the longest, in seconds."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.shortest > self.longest:
            raise ValueError("the shortest moment is longer than the longest")
        return self


class ScoreCalibration(Model):
    """A map from the score of a passage to the probability that an editor takes it.

    With x the logit of the score, a share, it is 1 / (1 + exp(-(x + bias) / temperature)).
    """

    source: str
    """The clips that it was fitted on, for people: ``Drama``."""
    clips: Annotated[int, Field(ge=0)]
    """Their number."""
    bias: Annotated[float, Field(allow_inf_nan=False)]
    """Added to the logit."""
    temperature: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    """Divides the sum."""

    @staticmethod
    def logit(score: float) -> float:
        """Return the logit of a score of 0 to 100; 0 and 100, which have none, count to a half."""
        share = min(max(score, 0.5), 99.5) / 100
        return math.log(share / (1 - share))

    def probability(self, score: float) -> float:
        """Return the probability that an editor takes a passage with a score of 0 to 100."""
        margin = (self.logit(score) + self.bias) / self.temperature
        # The logistic function, in a form that never overflows.
        return (1 + math.tanh(margin / 2)) / 2


class PassageOptions(Model):
    """Passages: stretches that can be shown alone, the best of a timeline."""

    viral_weight: _Weight = 0.5
    """Weight of what grips at once."""
    compelling_weight: _Weight = 0.5
    """Weight of what holds. The weights count by their ratio: the score is the weighted sum,
    divided by their own."""
    min_duration: Annotated[Seconds, Field(ge=1)] = Fraction(60)
    """Length of the shortest, in seconds; at least 1."""
    max_duration: Annotated[Seconds, Field(ge=1)] = Fraction(120)
    """Length of the longest, in seconds."""
    top: _Count = 5
    """Largest number."""
    calibration: ScoreCalibration | None = None
    """Makes confidences of scores; None takes how sure it is that the best moment is no chance."""
    transcript: str | None = None
    """Path of subtitles, whose words and sentences decide where passages begin and end; None takes
    the voice detector."""

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if self.viral_weight + self.compelling_weight <= 0:
            raise ValueError("both weights are 0; at least one must be above it")
        if self.min_duration > self.max_duration:
            raise ValueError("the shortest passage is longer than the longest")
        return self

    def check_length(self, duration: Fraction, subject: str = "the timeline") -> None:
        """Check that a timeline is as long as the shortest passage.

        Args:
            duration: Its length in seconds.
            subject: Its name, for the error.

        Raises:
            TimelineTooShort: It is not.
        """
        if duration < self.min_duration:
            shorter, longer = max(1, int(duration // 4)), max(2, int(duration // 2))
            raise TimelineTooShort(
                subject,
                f"it is {float(duration):.1f} s long, and the shortest passage is to last"
                f" {float(self.min_duration):g} s",
                f"Ask for shorter ones: --min-duration {shorter} --max-duration {longer}.",
            )


class HighlightOptions(Model):
    """The highlighters of a run, and what is selected from their judgements."""

    backends: tuple[str, ...] = ("heuristic",)
    """The highlighters with their parameters; the first with a result leads."""
    moments: MomentOptions = MomentOptions()
    """The short moments; used where there are no ``passages``."""
    passages: PassageOptions | None = None
    """The passages; None selects moments."""

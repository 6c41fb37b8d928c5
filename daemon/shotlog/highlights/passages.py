"""Selection of passages: stretches that can be shown alone, the best of a timeline."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np

from shotlog.analyzers.clock import EditClock, Numbers, find_speech, steps_before
from shotlog.highlights.agreement import contradiction
from shotlog.highlights.boundaries import Transcript
from shotlog.highlights.candidates import Candidates, find_candidates
from shotlog.highlights.contract import Judgement
from shotlog.highlights.moments import Selected, noise_threshold, relative_heights
from shotlog.schema import EditView, PassageOptions


class Passages:
    """Selects the passages with the highest scores; they never overlap.

    A passage lasts as long as the options allow, and begins and ends as
    :func:`~shotlog.highlights.boundaries.find_boundaries` tells. What it has of

    - *viral*, what grips at once: its peaks, which are what rises above the upper quartile of the
      timeline, and a quarter of those of its first 3 s;
    - *compelling*, what holds: the mean over all of it,

    are percentages of all candidates that have as much or less. A mean counts by its height over
    that of the timeline, times the square root of the length, as short stretches reach the same
    height by chance more easily: the scan statistic of Kulldorff, Huang and Konty, "A scan
    statistic for continuous data based on the normal probability model" (International Journal of
    Health Geographics 8, 2009), for a known variance. Else the shortest would always win. The score
    is the mean of both percentages, weighted by the options, 0 to 100.

    Args:
        options: Weights, lengths and number.
        transcript: What is said in the timeline; None takes the voice detector.
    """

    def __init__(
        self, options: PassageOptions | None = None, transcript: Transcript | None = None
    ) -> None:
        self._options, self._transcript = options or PassageOptions(), transcript

    @property
    def options(self) -> PassageOptions:
        """Its options."""
        return self._options

    @property
    def key(self) -> str:
        """Its options and the transcript."""
        said = blake2b(repr(self._transcript).encode(), digest_size=8).hexdigest()
        return f"passages 3 {self._options.model_dump_json()} {said}"

    def warnings(self, view: EditView) -> tuple[str, ...]:
        """Return a sentence about a transcript that cannot be used; none where it can."""
        if self._transcript is None:
            return ()
        clock = EditClock.of(view)
        told = contradiction(self._transcript.words, find_speech(clock), clock.duration)
        return () if told is None else (told,)

    def select(self, judgement: Judgement, clock: EditClock) -> list[Selected]:
        """Return the passages, best first, of equals the earlier and shorter.

        None where nothing stands out, or where no stretch begins and ends as it has to.

        Raises:
            TimelineTooShort: The timeline is shorter than the shortest passage.
        """
        self._options.check_length(clock.duration)
        return self.choose(self.find_candidates(judgement, clock), judgement)

    def choose(self, found: Candidates, judgement: Judgement) -> list[Selected]:
        """Return the passages among some candidates, as :meth:`select` does."""
        height = relative_heights(judgement.viral)
        passages: list[Selected] = []
        # lexsort() sorts by its last key first.
        free = np.lexsort((found.end, found.start, -found.score))
        while len(free) and len(passages) < self._options.top:
            passages.append(self._selected(found, int(free[0]), height))
            free = free[~found.overlapping(passages[-1].range)[free]]
        return passages

    def find_candidates(self, judgement: Judgement, clock: EditClock) -> Candidates:
        """Return every stretch that may be a passage; see :func:`find_candidates`."""
        return find_candidates(judgement, clock, self._options, self._transcript)

    def _selected(self, found: Candidates, number: int, height: Numbers) -> Selected:
        item = found.range(number)
        first, last = steps_before(item.start), steps_before(item.end)
        scores = {
            "score": round(float(found.score[number]), 1),
            "viral": round(float(found.viral[number]), 1),
            "compelling": round(float(found.compelling[number]), 1),
        }
        calibration, reason = self._options.calibration, found.reason(number)
        if calibration is None:
            noise = noise_threshold(int(np.isfinite(height).sum()), self._options.min_duration)
            peak = float(np.nanmax(height[first:last]))
            confidence, told = max(0.0, 1 - noise / peak) if peak > 0 else 0.0, [reason]
        else:
            confidence = calibration.probability(scores["score"])
            known = f"calibrated on {calibration.clips} clips of {calibration.source}"
            told = [reason, f"an editor takes it with a probability of {confidence:.0%}, {known}"]
        return Selected(first, last, item, scores, round(confidence, 3), tuple(told))

"""Orders of clips in which rare labels come as often as frequent ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from shotlog.learning.clips.labelled import LabelledClip


def balanced(clips: Sequence[LabelledClip], seed: int) -> Callable[[int], Sequence[int]]:
    """Return the order of clips for each pass, in which clips of rare labels come again.

    A clip is drawn with a probability inverse to the number of clips of its rarest label: with one
    label each, all labels come equally often on average. Of a pass of n clips some are left out.
    The order follows from the seed and the pass alone.

    Args:
        clips: The clips; those without a label are balanced as those of one more label.
        seed: Another one gives another order.

    Returns:
        Takes the number of a pass, and gives as many numbers of clips as there are clips.
    """
    counts = Counter(label for clip in clips for label in _labels(clip))
    rarest = [min(counts[label] for label in _labels(clip)) for clip in clips]
    weights = 1 / np.array(rarest, np.float64)
    ends = np.cumsum(weights / weights.sum()) if len(clips) else weights

    def order(number: int) -> Sequence[int]:
        rng = np.random.default_rng((seed, number))
        # Evenly spaced draws: the number of times that a clip comes differs by one at most.
        draws = (np.arange(len(ends)) + rng.random()) / max(1, len(ends))
        drawn = np.minimum(np.searchsorted(ends, draws, side="right"), len(ends) - 1)
        shown: list[int] = rng.permutation(drawn).tolist()
        return shown

    return order


def _labels(clip: LabelledClip) -> list[tuple[str, str]]:
    """Return the labels of a clip; of one without any, that it has none."""
    found = [(family.value, label) for family, told in clip.labels.items() for label in told]
    return found or [("", "")]

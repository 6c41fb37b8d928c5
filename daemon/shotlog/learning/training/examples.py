"""Examples: windows of clips as batches, in an order that follows from the seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from shotlog.learning.clips import (
    AUGMENTATIONS,
    MIRROR,
    REVERSE,
    LabelledClip,
    Part,
    augment,
    balanced,
)
from shotlog.learning.training.options import TrainingOptions
from shotlog.learning.training.questions import Labels, Question
from shotlog.schema import UNDEFINED, Family

Values = npt.NDArray[Any]
"""Input of a network for one window: (frames, side, side, 3) uint8, or (d,) float32 of a probe."""


_KEEPING: Final = tuple(one for one in AUGMENTATIONS if one not in (MIRROR, REVERSE))
"""Augmentations that leave labels as they are."""


class TrainingInputs(Protocol):
    """Inputs of the windows, by number."""

    def __getitem__(self, window: int, /) -> Values: ...


@dataclass(frozen=True, eq=False)
class Batch:
    """Inputs of a step, and for each question what holds of them.

    Attributes:
        inputs: (n, ...) the inputs.
        targets: For each question (n, k) 1 where a label holds, and (n, k) True where it is known.
    """

    inputs: Values
    targets: tuple[tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]], ...]


@dataclass(frozen=True, eq=False)
class PartWindows:
    """The windows of the clips of one part.

    Attributes:
        clips: The clips.
        windows: For each clip the numbers of its windows; one at least.
    """

    clips: tuple[LabelledClip, ...]
    windows: tuple[tuple[int, ...], ...]

    @property
    def all_windows(self) -> list[int]:
        """Numbers of all windows, those of a clip side by side."""
        return [window for own in self.windows for window in own]

    @classmethod
    def of(
        cls,
        clips: Sequence[LabelledClip],
        owners: Sequence[int],
        part: Part,
        families: Sequence[Family],
    ) -> PartWindows:
        """Return the clips of a part that have windows, and labels of any of these families.

        Args:
            clips: All clips.
            owners: For each window the number of its clip.
            part: The part.
            families: The families.
        """
        found: dict[int, list[int]] = {}
        for window, clip in enumerate(owners):
            found.setdefault(clip, []).append(window)
        told = {n for n in found if not clips[n].labels.keys().isdisjoint(families)}
        numbers = [n for n in sorted(told) if clips[n].part is part]
        return cls(tuple(clips[n] for n in numbers), tuple(tuple(found[n]) for n in numbers))


class Examples:
    """Batches of the clips that are learned from.

    A pass shows one window of a clip at a time, so that long clips weigh no more than short ones.
    Which one, and how it is varied, follows from the seed and the step alone.

    Args:
        inputs: Inputs of all windows.
        learned: The clips, with their windows.
        questions: The questions.
        options: Batch, seed, balance and variations.
        share: Number of this process, and of all that share each batch.
    """

    def __init__(
        self,
        inputs: TrainingInputs,
        learned: PartWindows,
        questions: Sequence[Question],
        options: TrainingOptions,
        share: tuple[int, int] = (0, 1),
    ) -> None:
        self._inputs, self._learned, self._questions = inputs, learned, questions
        self._options = options
        order = balanced if options.balanced else shuffled
        self._order = order(learned.clips, options.seed)
        self._known = {question.family: {*question.labels, UNDEFINED} for question in questions}
        self._rank, self._shares = share
        # A pass of fewer clips than a batch is one step.
        self._size = min(options.batch, len(learned.clips))
        self.steps_per_pass = max(1, len(learned.clips) // self._size)

    def stream(self, first: int, stop: int) -> Iterator[Batch]:
        """Yield the batches of steps, the next of which is made while one is computed."""
        with ThreadPoolExecutor(1, thread_name_prefix="examples") as ahead:
            waiting = ahead.submit(self.batch, first) if first < stop else None
            for step in range(first, stop):
                assert waiting is not None  # noqa: S101
                batch = waiting.result()
                waiting = ahead.submit(self.batch, step + 1) if step + 1 < stop else None
                yield batch

    def batch(self, step: int) -> Batch:
        """Return the batch of a step; of several processes each gets its share."""
        number, place = divmod(step, self.steps_per_pass)
        shown = self._order(number)[place * self._size : (place + 1) * self._size]
        chosen = [self._example(step, n, shown[n]) for n in self._mine(len(shown))]
        labels = [labels for _, labels in chosen]
        judged = [self._learned.clips[shown[n]].judged for n in self._mine(len(shown))]
        return Batch(
            np.stack([values for values, _ in chosen]),
            tuple(question.targets(labels, judged) for question in self._questions),
        )

    def _mine(self, count: int) -> range:
        return range(self._rank, count, self._shares)

    def _example(self, step: int, place: int, clip: int) -> tuple[Values, Labels]:
        rng = np.random.default_rng((self._options.seed, step, place))
        windows = self._learned.windows[clip]
        values = self._inputs[windows[int(rng.integers(len(windows)))]]
        told = self._learned.clips[clip].labels
        # An augmentation leaves clips alone whose labels it would make wrong: those of families
        # that are not asked for must not hinder it.
        labels = {family: names for family, names in told.items() if family in self._known}
        if not self._options.augment:
            return values, labels
        # Which labels are known of a clip is not changed with them.
        partly = not self._learned.clips[clip].judged.keys().isdisjoint(self._known)
        varied = augment(values, labels, rng, _KEEPING if partly else None)
        # The mirror of a move that occurs may be one that does not, of which the head knows none.
        return varied if self._knows(varied[1]) else (values, labels)

    def _knows(self, labels: Labels) -> bool:
        return all(self._known[family].issuperset(names) for family, names in labels.items())


def shuffled(clips: Sequence[LabelledClip], seed: int) -> Callable[[int], Sequence[int]]:
    """Return an order in which every pass shows each clip once."""

    def order(number: int) -> Sequence[int]:
        shown: list[int] = np.random.default_rng((seed, number)).permutation(len(clips)).tolist()
        return shown

    return order

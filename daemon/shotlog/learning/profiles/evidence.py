"""Evidence of the built-in heads, measured again on the media of corrections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

import numpy as np

from shotlog.engine import ProbeCache
from shotlog.learning.profiles.heads import head_parameters
from shotlog.learning.profiles.labelled import CorrectedRange, HeadWindows, LabelledScores
from shotlog.learning.profiles.readers import WindowReader, find_reader
from shotlog.learning.profiles.strengths import SHOTS_PER_PARAMETER
from shotlog.schema import (
    ClipRange,
    Edit,
    MediaMissing,
    MediaReference,
    Problem,
    ShotlogError,
    TimeMap,
)

_RATE: Final = Fraction(25)
"""Frames per second of an edit of labelled ranges; they are measured in media time."""


class HeadEvidence:
    """The evidence of the built-in heads on labelled shots.

    Measure :attr:`readers` on :meth:`edit`, each clip as one shot; then :meth:`shots` have windows.
    Nothing is read for a head that has too few shots.

    Args:
        shots: By analyzer.

    Attributes:
        readers: A reader for each head that has enough shots.
        spans: The ranges to measure.
    """

    def __init__(self, shots: Sequence[LabelledScores]) -> None:
        self._shots = shots
        self._by_analyzer = {
            each.analyzer: reader() for each in shots if (reader := _needed_reader(each))
        }
        self.readers: tuple[WindowReader, ...] = tuple(self._by_analyzer.values())
        wanted = (each.spans for each in shots if each.analyzer in self._by_analyzer)
        self.spans = tuple(sorted({span for spans in wanted for span in spans}, key=_place))

    def edit(self, probe_cache: ProbeCache) -> tuple[Edit, list[Problem]]:
        """Return an edit of the ranges, one after the other, and why media cannot be used.

        Args:
            probe_cache: Probes the media.
        """
        lost = {path: _check(path, self.spans, probe_cache) for path in sorted(self._paths)}
        clips, at = [], Fraction(0)
        for number, span in enumerate(self.spans):
            if lost[span.path] is None:
                clips.append(_clip(number, span, at))
                at += span.source.duration
        edit = Edit(name="corrections", rate=_RATE, duration=at, clips=tuple(clips))
        return edit, [problem for problem in lost.values() if problem]

    def shots(self) -> list[LabelledScores]:
        """Return the labelled shots with the windows that were read."""
        return [
            self._with_windows(each, self._by_analyzer[each.analyzer])
            if each.analyzer in self._by_analyzer
            else each
            for each in self._shots
        ]

    @property
    def _paths(self) -> set[str]:
        return {span.path for span in self.spans}

    def _with_windows(self, shots: LabelledScores, reader: WindowReader) -> LabelledScores:
        by_span = {self.spans[int(clip)]: windows for clip, windows in reader.found.items()}
        pairs = [
            (number, window)
            for number, span in enumerate(shots.spans)
            for window in by_span.get(span, ())
        ]
        if not pairs:
            return shots
        looks = tuple(dict.fromkeys(map(reader.look_of, shots.labels)))
        windows = HeadWindows(
            shots=np.array([number for number, _ in pairs], np.intp),
            scores=np.array([[w.scores.get(name, 0.0) for name in shots.labels] for _, w in pairs]),
            features=np.array([w.features for _, w in pairs]),
            names=reader.features,
            looks=looks,
            look_of=np.array([looks.index(reader.look_of(label)) for label in shots.labels]),
        )
        return replace(shots, scores=_known(shots, windows), windows=windows)


def _known(shots: LabelledScores, windows: HeadWindows) -> np.ndarray:
    """Return (n, k) the scores; those that a profile had changed are taken from the windows."""
    total = np.zeros_like(shots.scores)
    np.add.at(total, windows.shots, windows.scores)
    count = np.bincount(windows.shots, minlength=len(shots))[:, None]
    means = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return np.where(np.isnan(shots.scores), means, shots.scores)


def _needed_reader(shots: LabelledScores) -> type[WindowReader] | None:
    """Return the reader of a head; None where there is none, or there are too few shots for it."""
    reader = find_reader(shots.analyzer)
    if reader is None or np.isnan(shots.scores).any():
        return reader
    fewest = SHOTS_PER_PARAMETER * head_parameters(reader.features)
    return reader if len(shots) >= fewest else None


def _place(span: CorrectedRange) -> tuple[str, str, Fraction, Fraction]:
    return span.content_id, span.path, span.source.start, span.source.duration


def _clip(number: int, span: CorrectedRange, at: Fraction) -> ClipRange:
    return ClipRange(
        id=str(number),
        name=span.path,
        media=MediaReference(path=span.path, start=Fraction(0)),
        source=span.source,
        timeline=span.source.shifted(at - span.source.start),
        time_map=TimeMap(timeline_start=at, source_start=span.source.start),
    )


def _check(path: str, spans: Sequence[CorrectedRange], probe_cache: ProbeCache) -> Problem | None:
    """Return why a file cannot be measured, or is another one than that of the corrections."""
    try:
        media = probe_cache.get(MediaReference(path=path, start=Fraction(0)))
    except ShotlogError as error:
        return error.problem
    if {span.content_id for span in spans if span.path == path} == {media.content_id}:
        return None
    hint = "Its corrections take part in temperatures and biases alone."
    return MediaMissing(
        path, "another file lies here than the one that was corrected", hint
    ).problem

"""Scores of analyzers, as an analysis gives them: the built-in tier, or any that is installed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Final

import numpy as np

from shotlog.engine.sources import ProbeCache
from shotlog.learning.assessment.known_labels import known_labels
from shotlog.learning.assessment.scores import ClipScores
from shotlog.learning.clips import LabelledClip
from shotlog.learning.edits import make_edit
from shotlog.schema import (
    UNDEFINED,
    VOCABULARIES,
    Analyzer,
    Edit,
    Family,
    Log,
    Media,
    MediaReference,
    NoPicture,
    Opinion,
    Problem,
    ShotlogError,
    TimeRange,
)

Measure = Callable[[Edit, Sequence[Analyzer]], Log]
"""Returns the log of an edit by these analyzers, of which every clip is one shot."""

_STILL: Final = Fraction(1)
"""Seconds for which a still is shown."""
_LONGEST: Final = Fraction(24 * 3600)
"""Seconds beyond the end of any file."""


def score_by_analyzers(
    clips: Sequence[LabelledClip],
    family: Family,
    analyzers: Sequence[Analyzer],
    probe_cache: ProbeCache,
    measure: Measure,
) -> tuple[ClipScores, tuple[Problem, ...]]:
    """Return what analyzers say of clips, and the clips that cannot be used.

    Of several analyzers the one that leads in a log counts. A clip has the labels that it names in
    any part of it; where one label excludes another, the one that it names for the longest time.

    Args:
        clips: The clips; those without labels of the family are left out.
        family: The question.
        analyzers: Analyzers that answer it.
        probe_cache: Probes the media.
        measure: Runs them.

    Raises:
        ScoresUnusable: No clip can be used.
    """
    parts: list[tuple[LabelledClip, Media, TimeRange]] = []
    problems: list[Problem] = []
    for clip in clips:
        if family in clip.labels:
            try:
                parts.append((clip, *_part(clip, probe_cache)))
            except ShotlogError as error:
                problems.append(error.problem.model_copy(update={"clip": clip.id}))
    log = measure(make_edit(family.value, ((media, span) for _, media, span in parts)), analyzers)
    ids = {f"V1/{number}": clip for number, (clip, _, _) in enumerate(parts)}
    problems += [
        problem.model_copy(update={"clip": ids[problem.clip].id})
        if problem.clip in ids
        else problem
        for problem in log.problems
    ]
    said = [(ids[logged.shot.clip], logged.leading(family)) for logged in log.shots]
    return _scores(said, family), tuple(problems)


def _part(clip: LabelledClip, probe_cache: ProbeCache) -> tuple[Media, TimeRange]:
    media = probe_cache.get(MediaReference(path=str(clip.path)))
    if media.video is None:
        raise NoPicture(media.path)
    if media.video.still:
        return media, TimeRange(start=Fraction(0), duration=_STILL)
    # A file that does not tell its length is read to its end.
    whole = TimeRange(start=Fraction(0), duration=media.duration or _LONGEST)
    return media, clip.span or whole


def _scores(said: Sequence[tuple[LabelledClip, Opinion]], family: Family) -> ClipScores:
    clips = [clip for clip, _ in said]
    answers = _answers((opinion for _, opinion in said), family)
    truth = known_labels(clips, family, answers, one_of_many=True)
    named = [_lengths(opinion, truth.labels) for _, opinion in said]
    if truth.exclusive:
        named = [row * (np.arange(len(row)) == row.argmax()) for row in named]
    return ClipScores(
        family=family,
        labels=truth.labels,
        clips=tuple(clip.id for clip in clips),
        films=tuple(clip.film for clip in clips),
        scores=np.array([_means(opinion, truth.labels) for _, opinion in said]),
        truth=truth.holds,
        exclusive=truth.exclusive,
        known=truth.known,
        named=np.array(named) > 0,
    )


def _answers(opinions: Iterable[Opinion], family: Family) -> tuple[str, ...]:
    """Return the labels that have scores, in the order of the vocabulary."""
    scored = {name for opinion in opinions for finding in opinion for name in finding.scores}
    names = VOCABULARIES[family].names
    return tuple(name for name in names if name in scored and name != UNDEFINED)


def _means(opinion: Opinion, labels: Sequence[str]) -> list[float]:
    """Return the score of each label, averaged over the length of a clip; 0 without findings."""
    # Labels that hold together share a range and its scores.
    by_range = {finding.timeline: finding.scores for finding in opinion}
    total = float(sum(span.duration for span in by_range)) or 1.0
    return [
        sum(scores.get(label, 0.0) * float(span.duration) for span, scores in by_range.items())
        / total
        for label in labels
    ]


def _lengths(opinion: Opinion, labels: Sequence[str]) -> np.ndarray:
    """Return (k,) the seconds for which each label is named."""
    return np.array(
        [
            sum(float(finding.timeline.duration) for finding in opinion if finding.label == label)
            for label in labels
        ]
    )

"""Analyzer of scenes: by the markers of an editor where there are any, else by colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np

from shotlog.analyzers.kind import FlatnessMeasure, KindAnalyzer
from shotlog.analyzers.scenes.linking import (
    LEAST_LIKENESS,
    ShotColours,
    link_across,
    select_pictures,
)
from shotlog.analyzers.scenes.measure import ColourMeasure, Histogram
from shotlog.schema import Claim, EditAnalyzer, EditView, Family, ShotView, Tier, TimeRange, union

_START = "the first shot of the timeline"
_UNLIKE = (
    "its colours are unlike those before it: likeness {:.2f}; from {:.2f} on it would be the same"
    " scene"
)
_MARKED = "a marker named scene starts it"
_UNMARKED = "it lies before the first marker named scene"


class ScenesAnalyzer(EditAnalyzer):
    """Analyzer of scenes, which follow each other without gaps.

    Where the timeline has markers of an editor that are named ``scene``, the scenes are exactly
    theirs; what lies before the first one is a scene of its own. Otherwise a scene starts with each
    shot across whose start no link of like colours leads (:mod:`shotlog.analyzers.scenes.linking`).

    Sound is not used: in the assembled footage that is labelled it changes with every file, so that
    no figure would tell of films. Two rooms with the same walls and light are one scene, and so are
    dark ones; a scene that goes from sun into shade, or shows something else in every shot, falls
    apart. The confidence is one less the likeness across the start, not a probability.
    """

    name = "builtin.scenes"
    family = Family.SCENE
    tier = Tier.BUILTIN
    version = "1"
    measures = (ColourMeasure(), FlatnessMeasure())

    def conclude(self, view: EditView) -> Sequence[Claim]:
        """Return the scenes in order of time; none where neither marker nor colour is known."""
        if view.edit.scene_starts:
            return list(_marked_scenes(view))
        return list(_found_scenes(view))


def _marked_scenes(view: EditView) -> Iterator[Claim]:
    edit = view.edit
    starts = [start for start in edit.scene_starts if 0 <= start.at < edit.duration]
    names = [start.name or f"Scene {number}" for number, start in enumerate(starts, start=1)]
    moments = [start.at for start in starts]
    reasons = [_MARKED] * len(starts)
    earliest = min((clip.timeline.start for clip in edit.clips), default=edit.duration)
    if starts and earliest < starts[0].at:
        names.insert(0, f"Before {names[0]}")
        moments.insert(0, earliest)
        reasons.insert(0, _UNMARKED)
    for name, (start, end), reason in zip(
        names, pairwise([*moments, edit.duration]), reasons, strict=True
    ):
        yield _claim(view, name, TimeRange.between(start, end), 1.0, reason)


def _found_scenes(view: EditView) -> Iterator[Claim]:
    compared = [
        ShotColours(shot.shot.timeline, pictures)
        for shot in _select_shots(view)
        if len(pictures := _pictures(shot))
    ]
    if not compared:
        return
    # What cannot be compared belongs to the scene before it; at the start, to the first one.
    starts = [(min(shot.shot.timeline.start for shot in view.shots), 0.0)]
    across = link_across(compared).tolist()
    for number, (shot, likeness) in enumerate(zip(compared, across, strict=True)):
        if likeness < LEAST_LIKENESS and number and shot.shown.start > starts[-1][0]:
            starts.append((shot.shown.start, likeness))
    end = max(shot.shot.timeline.end for shot in view.shots)
    moments = [moment for moment, _ in starts]
    for number, (start, stop) in enumerate(pairwise([*moments, end]), start=1):
        likeness = starts[number - 1][1]
        reason = _START if number == 1 else _UNLIKE.format(likeness, LEAST_LIKENESS)
        span = TimeRange.between(start, stop)
        yield _claim(view, f"Scene {number}", span, 1 - likeness, reason)


def _claim(view: EditView, label: str, span: TimeRange, confidence: float, reason: str) -> Claim:
    shots = sum(span.contains(shot.shot.timeline.start) for shot in view.shots)
    return Claim(
        label=label,
        scores={"shots": float(shots)},
        confidence=confidence,
        range=span,
        reasons=(reason,),
    )


def _select_shots(view: EditView) -> list[ShotView]:
    """Return the visible shots that tell of a setting, by start.

    They are the shots of the track with the most screen time, and those of other tracks where it
    shows nothing: an insert or a logo over it is no other setting. Black, title cards and bars tell
    of none.
    """
    visible = [shot for shot in view.shots if shot.clip.enabled]
    times: dict[str, Fraction] = {}
    for shot in visible:
        track = _track(shot)
        times[track] = times.get(track, Fraction(0)) + shot.shot.timeline.duration
    main = max(times, key=lambda track: times[track], default="")
    covered = union(shot.shot.timeline for shot in visible if _track(shot) == main)
    return [
        shot
        for shot in visible
        if (_track(shot) == main or not any(map(shot.shot.timeline.intersection, covered)))
        and not _is_of_a_kind(shot)
    ]


def _track(shot: ShotView) -> str:
    """Return the top-level track of a shot: V1 of the clip V1/3."""
    return shot.shot.clip.partition("/")[0]


def _is_of_a_kind(shot: ShotView) -> bool:
    return FlatnessMeasure.name in shot.series and bool(KindAnalyzer().conclude(shot))


def _pictures(shot: ShotView) -> Histogram:
    series = shot.series.get(ColourMeasure.name)
    if series is None:
        return np.empty((0, 0), np.float32)
    return select_pictures(series.values)

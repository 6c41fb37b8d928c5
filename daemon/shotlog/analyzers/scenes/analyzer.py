"""Analyzer of scenes: by the markers of an editor where there are any, else by colours."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from shotlog.analyzers.kind import FlatnessMeasure, KindAnalyzer
from shotlog.analyzers.scenes.linking import (
    LEAST_LIKENESS,
    ShotColours,
    link_across,
    select_pictures,
)
from shotlog.analyzers.scenes.measure import ColourMeasure
from shotlog.schema import (
    Claim,
    CutKind,
    EditAnalyzer,
    EditView,
    Family,
    ShotView,
    Tier,
    TimeRange,
    union,
)

_START = "the first shot of the timeline"
_AFTER_BLACK = "black lies before it, and "
_UNLIKE = (
    "its colours are unlike those before it: likeness {:.2f}; from {:.2f} on it would be the same"
    " scene"
)
_BLACK = "black"
_THROUGH_BLACK = (CutKind.FADE, CutKind.DIP)
_MARKED = "a marker named scene starts it"
_UNMARKED = "it lies before the first marker named scene"


class ScenesAnalyzer(EditAnalyzer):
    """Analyzer of scenes, which follow each other without gaps.

    Where the timeline has markers of an editor that are named ``scene``, the scenes are exactly
    theirs; what lies before the first one is a scene of its own. Otherwise a scene starts with each
    shot across whose start no link of like colours leads (:mod:`shotlog.analyzers.scenes.linking`);
    links through black are weaker.

    Sound is not used: in the one labelled film its background tells less than the colours do, and
    in the assembled footage it changes with every file. Two rooms with the same walls and light are
    one scene, and so are dark ones; a scene that goes from sun into shade, or shows something else
    in every shot, falls apart. The confidence is one less the likeness across the start, not a
    probability.
    """

    name = "builtin.scenes"
    family = Family.SCENE
    tier = Tier.BUILTIN
    version = "2"
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
    beginnings = _beginnings(view)
    for name, (start, end), reason in zip(
        names, pairwise([*moments, edit.duration]), reasons, strict=True
    ):
        yield _claim(beginnings, name, TimeRange.between(start, end), 1.0, reason)


def _found_scenes(view: EditView) -> Iterator[Claim]:
    compared = list(compare_shots(view))
    if not compared:
        return
    # What cannot be compared belongs to the scene before it; at the start, to the first one.
    beginnings = _beginnings(view)
    starts = [(beginnings[0], 0.0, _START)]
    across = link_across(compared).tolist()
    for number, (shot, likeness) in enumerate(zip(compared, across, strict=True)):
        if likeness < LEAST_LIKENESS and number and shot.shown.start > starts[-1][0]:
            unlike = _UNLIKE.format(likeness, LEAST_LIKENESS)
            reason = _AFTER_BLACK + unlike if shot.after_black else unlike
            starts.append((shot.shown.start, likeness, reason))
    end = max(shot.shot.timeline.end for shot in view.shots)
    stops = [*(start for start, *_ in starts[1:]), end]
    for number, ((start, likeness, reason), stop) in enumerate(zip(starts, stops, strict=True), 1):
        span = TimeRange.between(start, stop)
        yield _claim(beginnings, f"Scene {number}", span, 1 - likeness, reason)


def compare_shots(view: EditView) -> Iterator[ShotColours]:
    """Yield the shots that tell of a setting, as they are compared, by start."""
    faded_in = {
        (clip, cut.at)
        for clip, cuts in view.cuts.items()
        for cut in cuts
        if cut.kind in _THROUGH_BLACK
    }
    after_black = False
    for shot in _select_shots(view):
        if not (series := shot.series.get(ColourMeasure.name)):
            continue
        pictures = select_pictures(series.values)
        if len(pictures):
            # A fade of its media through black ends where the shot begins.
            faded = (shot.shot.clip, shot.shot.source.start) in faded_in
            yield ShotColours(shot.shot.timeline, pictures, after_black or faded)
        after_black = not len(pictures)


def _beginnings(view: EditView) -> list[Fraction]:
    """Return the moments at which shots begin on the timeline, in order."""
    return sorted(shot.shot.timeline.start for shot in view.shots)


def _claim(
    beginnings: Sequence[Fraction], label: str, span: TimeRange, confidence: float, reason: str
) -> Claim:
    shots = bisect_left(beginnings, span.end) - bisect_left(beginnings, span.start)
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
    shows nothing: an insert or a logo over it is no other setting. Title cards and bars tell of
    none.
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
        and not _is_card(shot)
    ]


def _track(shot: ShotView) -> str:
    """Return the top-level track of a shot: V1 of the clip V1/3."""
    return shot.shot.clip.partition("/")[0]


def _is_card(shot: ShotView) -> bool:
    kinds = KindAnalyzer().conclude(shot) if FlatnessMeasure.name in shot.series else ()
    return any(kind.label != _BLACK for kind in kinds)

"""Who is in a shot: faces followed from look to look, and hits that are none left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

from shotlog.analyzers.faces import Face, Look

_FOLLOWED_SCORE = 0.55
"""Least mean score of a face that was seen on several looks.

Of what lasted over the clips that ``benchmarks/faces.py`` lists, flowers, dogs and foliage had
means up to 0.50, the people who decide a clip's size 0.65 or more.
"""

_SINGLE_SCORE = 0.68
"""Least score of a face that was seen on one look alone; the best false hit there was 0.63."""

_FILLS, _FILLING_SCORE = 0.8, 0.4
"""Height from which a face fills the picture, and its least score: such faces are cut off and
score low, but no look at those clips found one, of any score, that was not there."""

_LEAST_SHARE = 0.2
"""Share of the looks that must show somebody."""

_SEVERAL = 4
"""From so many looks on, one alone is somebody who passed by."""

_GROWTH = 1.7
"""How far a face may grow or shrink from one look to the next."""

_STEP, _FREE_STEP = 1.5, 0.12
"""How far it may move from one look to the next: in its own heights, but always so much of the
picture."""

_GAP = 2
"""It may be lost for one look."""


def principals(looks: Sequence[Look]) -> list[Face | None]:
    """For every look the face that decides the shot's size, None where nobody is seen.

    A face counts when it is found again on other looks at a plausible place and size; one that is
    seen once must be plainer. The most prominent one decides.
    """
    best: list[Face | None] = [None] * len(looks)
    for track in followed(looks):
        if fmean(face.score for face in track.values()) < _least_score(track):
            continue
        for at, face in track.items():
            other = best[at]
            if other is None or face.prominence > other.prominence:
                best[at] = face
    seen = sum(face is not None for face in best)
    least_seen = max(_LEAST_SHARE * len(looks), 2 if len(looks) >= _SEVERAL else 1)
    return best if seen >= least_seen else [None] * len(looks)


def _least_score(track: Mapping[int, Face]) -> float:
    if fmean(face.h for face in track.values()) >= _FILLS:
        return _FILLING_SCORE
    return _SINGLE_SCORE if len(track) == 1 else _FOLLOWED_SCORE


def followed(looks: Sequence[Look]) -> list[dict[int, Face]]:
    """Faces by number of the look: each goes on with the nearest that it can have come from."""
    tracks: list[dict[int, Face]] = []
    for at, look in enumerate(looks):
        recent = [track for track in tracks if at - _last(track)[0] <= _GAP]
        for face in look.faces:
            fitting = [t for t in recent if at not in t and _continues(_last(t), (at, face))]
            if fitting:
                min(fitting, key=lambda t: _distance(_last(t)[1], face))[at] = face
            else:
                tracks.append({at: face})
    return tracks


def _last(track: dict[int, Face]) -> tuple[int, Face]:
    return next(reversed(track.items()))


def _continues(before: tuple[int, Face], after: tuple[int, Face]) -> bool:
    (then, was), (now, face) = before, after
    reach = (now - then) * max(_FREE_STEP, _STEP * max(was.h, face.h))
    return 1 / _GROWTH <= face.h / was.h <= _GROWTH and _distance(was, face) <= reach


def _distance(a: Face, b: Face) -> float:
    return max(abs(a.cx - b.cx), abs(a.cy - b.cy))

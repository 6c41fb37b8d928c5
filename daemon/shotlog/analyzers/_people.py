"""Who is in a shot: faces followed from look to look, and hits that are none left out."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from shotlog.analyzers.faces import Face, Look

_FOLLOWED_SCORE = 0.5
"""Mean score of a face that was seen on several looks."""

_SINGLE_SCORE = 0.6
"""Score of a face that was seen on one look alone."""

_LEAST_SHARE = 0.25
"""Share of the looks that must show a face for it to count."""

_GROWTH = 1.7
_STEP = 1.5
_FREE_STEP = 0.12


def principals(looks: Sequence[Look]) -> list[Face | None]:
    """For every look the face that decides the shot's size, None where nobody is seen.

    A face counts when it is found again on other looks at a plausible place and size; where there
    is but one look, it must be plainer. The most prominent one decides: height times score, less
    where the frame cuts it off.
    """
    best: list[Face | None] = [None] * len(looks)
    for track in _followed(looks):
        scores = [face.score for face in track.values()]
        least = _SINGLE_SCORE if len(scores) == 1 else _FOLLOWED_SCORE
        if fmean(scores) < least or len(scores) < _LEAST_SHARE * len(looks):
            continue
        for at, face in track.items():
            other = best[at]
            if other is None or _prominence(face) > _prominence(other):
                best[at] = face
    return best


def _prominence(face: Face) -> float:
    return face.h * face.score * face.visible


def _followed(looks: Sequence[Look]) -> list[dict[int, Face]]:
    """Faces by number of the look: each goes on with the nearest that it can have come from."""
    tracks: list[dict[int, Face]] = []
    for at, look in enumerate(looks):
        open_tracks = [track for track in tracks if at - max(track) <= 2]
        for face in look.faces:
            fitting = [t for t in open_tracks if at not in t and _continues(t[max(t)], face)]
            if fitting:
                min(fitting, key=lambda t: _distance(t[max(t)], face))[at] = face
            else:
                tracks.append({at: face})
    return tracks


def _continues(before: Face, now: Face) -> bool:
    ratio = now.h / before.h
    reach = max(_FREE_STEP, _STEP * max(before.h, now.h))
    return 1 / _GROWTH <= ratio <= _GROWTH and _distance(before, now) <= reach


def _distance(a: Face, b: Face) -> float:
    return max(abs(a.cx - b.cx), abs(a.cy - b.cy))

"""Face tracking over the samples of a shot, and rejection of false detections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

from shotlog.analyzers.faces import Face, FaceMeasure, FaceSample, read_samples
from shotlog.schema import ShotView

_FOLLOWED_SCORE = 0.55
"""Least mean score of a face on several samples.

Of the tracks in the clips that ``benchmarks/faces.py`` lists, flowers, dogs and foliage had means
up to 0.50, the people who decide a clip's size 0.65 or more."""

_SINGLE_SCORE = 0.68
"""Least score of a face on a single sample; the best false detection there was 0.63."""

_FILLS, _FILLING_SCORE = 0.8, 0.4
"""Height from which a face fills the picture, and its least score: such faces are cropped and
score low, but in those clips no such detection, of any score, was false."""

_LEAST_SHARE = 0.2
"""Least share of the samples with a face."""

_SEVERAL = 4
"""Number of samples from which a face on one sample alone is a passer-by."""

_GROWTH = 1.7
"""Largest factor of growth or shrinkage of a face from one sample to the next."""

_STEP, _FREE_STEP = 1.5, 0.12
"""Largest movement from one sample to the next: in heights of the face, and at least as a share of
the picture."""

_GAP = 2
"""Largest distance between two samples of a track: one detection may be missing."""


def read_principals(view: ShotView) -> list[Face | None]:
    """Return for every sample of a shot the face that decides its size; see find_principals.

    The list is empty where the shot has no sample.
    """
    series = view.series.get(FaceMeasure.name)
    return find_principals(reframe(read_samples(series))) if series else []


def find_principals(samples: Sequence[FaceSample]) -> list[Face | None]:
    """Return for every sample the face that decides the shot's size; None where there is none.

    A face counts when it is found again on other samples at a plausible position and size; a single
    detection needs a higher score. The most prominent face decides.
    """
    best: list[Face | None] = [None] * len(samples)
    for track in _sure_tracks(samples):
        for at, face in track.items():
            other = best[at]
            if other is None or face.prominence > other.prominence:
                best[at] = face
    count = sum(face is not None for face in best)
    # A passer-by does not decide the size of a longer shot.
    least_count = max(_LEAST_SHARE * len(samples), 2 if len(samples) >= _SEVERAL else 1)
    return best if count >= least_count else [None] * len(samples)


def count_faces(samples: Sequence[FaceSample]) -> int:
    """Return the largest number of faces on one sample, without doubtful ones.

    A face counts by the scores of :func:`find_principals`. On one sample alone it counts only in a
    shot of fewer than four. A sample holds at most :data:`~shotlog.analyzers.faces.MAX_FACES`.
    """
    least = 2 if len(samples) >= _SEVERAL else 1
    tracks = [track for track in _sure_tracks(samples) if len(track) >= least]
    return max((sum(at in track for track in tracks) for at in range(len(samples))), default=0)


def _sure_tracks(samples: Sequence[FaceSample]) -> list[dict[int, Face]]:
    """Return the tracks whose faces score high enough to be faces."""
    # A false detection is seldom found again, so longer tracks need lower scores.
    return [
        track
        for track in track_faces(samples)
        if fmean(face.score for face in track.values()) >= _least_score(track)
    ]


def _least_score(track: Mapping[int, Face]) -> float:
    if fmean(face.h for face in track.values()) >= _FILLS:
        return _FILLING_SCORE
    return _SINGLE_SCORE if len(track) == 1 else _FOLLOWED_SCORE


def track_faces(samples: Sequence[FaceSample]) -> list[dict[int, Face]]:
    """Return face tracks by sample number; each face continues the nearest plausible track."""
    tracks: list[dict[int, Face]] = []
    for at, sample in enumerate(samples):
        recent = [track for track in tracks if at - _last(track)[0] <= _GAP]
        for face in sample.faces:
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
    # A near face moves further between two samples than a distant one.
    reach = (now - then) * max(_FREE_STEP, _STEP * max(was.h, face.h))
    return 1 / _GROWTH <= face.h / was.h <= _GROWTH and _distance(was, face) <= reach


def _distance(a: Face, b: Face) -> float:
    return max(abs(a.cx - b.cx), abs(a.cy - b.cy))


def reframe(samples: Sequence[FaceSample]) -> list[FaceSample]:
    """Return the samples with all faces relative to one frame: the shot's largest picture."""
    if not samples:
        return []
    # Bars stay the same for a whole shot: broader bars on one sample mean a dark picture.
    vertical = min(sample.letterbox.vertical for sample in samples)
    horizontal = min(sample.letterbox.horizontal for sample in samples)
    return [
        sample._replace(
            faces=tuple(
                _transform(
                    face,
                    _offset_and_scale(sample.letterbox.horizontal, horizontal),
                    _offset_and_scale(sample.letterbox.vertical, vertical),
                )
                for face in sample.faces
            )
        )
        for sample in samples
    ]


def _offset_and_scale(bar: float, least: float) -> tuple[float, float]:
    """Return offset and scale that map a position inside one bar to one inside a narrower bar."""
    whole = 1 - 2 * least
    return (bar - least) / whole, (1 - 2 * bar) / whole


def _transform(face: Face, across: tuple[float, float], down: tuple[float, float]) -> Face:
    (x, wide), (y, high) = across, down
    return Face(
        score=face.score,
        cx=x + face.cx * wide,
        cy=y + face.cy * high,
        w=face.w * wide,
        h=face.h * high,
        eyes_y=y + face.eyes_y * high,
        mouth_y=y + face.mouth_y * high,
        turn=face.turn,
    )

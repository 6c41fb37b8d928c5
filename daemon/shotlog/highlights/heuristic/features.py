"""Features of highlights, for every quarter second of a timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from shotlog.analyzers.clock import (
    SPOKEN,
    STEP,
    EditClock,
    Numbers,
    columns_of,
    find_gate,
    hear,
)
from shotlog.analyzers.faces import MAX_FACES, FaceMeasure, select_deciding
from shotlog.analyzers.motion import PICTURE_RATE, MotionMeasure
from shotlog.highlights.contract import Criterion
from shotlog.highlights.salience import limited_z_scores, local_median, novelty, rise, smooth
from shotlog.schema import ClipRange, Series


class Feature(NamedTuple):
    """A feature and its weights.

    Attributes:
        name: Name among a finding's scores.
        viral: Weight in how much a step grips at once.
        compelling: Weight in how much it holds in its surroundings.
        text: Reason shown to an editor, as that of a :class:`~shotlog.highlights.Criterion`.
    """

    name: str
    viral: float
    compelling: float
    text: str


FEATURES = (
    Feature("loudness", 1.0, 0.0, "loudness {z:+.1f}σ over its surroundings"),
    Feature("onset", 0.5, 0.0, "louder at once ({z:+.1f}σ)"),
    Feature("change", 0.5, 0.0, "the sound changes ({z:+.1f}σ)"),
    Feature("voice", 0.5, 0.5, "voices are raised ({z:+.1f}σ)"),
    Feature("motion", 1.0, 0.0, "motion in the picture {z:+.1f}σ"),
    Feature("pace", 0.5, 0.5, "cuts come faster ({z:+.1f}σ)"),
    Feature("faces", 0.25, 0.5, "faces in the picture: {value:.0f}"),
    Feature("closeness", 0.25, 1.0, "a face fills {value:.0%} of the height"),
    Feature("novelty", 0.5, 1.0, "something new begins ({z:+.1f}σ)"),
)
"""The weights are a judgement, not a fit: there is no ground truth of highlights. In what grips, an
event itself weighs 1, its accompaniments 1/2, and the two features of faces share that. What holds
is people near by and something new, accompanied by voices and tension."""

UNWEIGHTED = (
    Feature("speech", 0.0, 0.0, "somebody speaks ({z:+.1f}σ)"),
    Feature("camera", 0.0, 0.0, "the camera moves ({z:+.1f}σ)"),
    Feature("centroid", 0.0, 0.0, "the sound is brighter ({z:+.1f}σ)"),
    Feature("flatness", 0.0, 0.0, "the sound is noise, as applause is ({z:+.1f}σ)"),
)
"""Features without a weight of their own in the heuristic: they say what a moment is like, not that
it stands out. A highlighter that learns from edits may weigh them."""

_LEAST_SPREAD = {
    "loudness": 2.0,
    "onset": 2.0,
    "change": 0.5,
    "centroid": 0.25,
    "flatness": 0.05,
    "speech": 0.1,
    "voice": 0.1,
    "motion": 0.05,
    "camera": 0.05,
    "pace": 0.25,
    "faces": 0.5,
    "closeness": 0.05,
    "novelty": 0.25,
}
"""The least spread of each series, in its own unit: smaller differences are irrelevant. dB
(loudness, onset, change, voice), octaves (centroid, pace), shares (flatness, speech; of the
picture's height: closeness), grey range or picture side per second (motion, camera), faces,
spreads (novelty)."""

_SURROUNDINGS = Fraction(30)
"""Seconds of the surroundings that loudness is compared with."""
_BEFORE, _AFTER = Fraction(2), Fraction(1)
"""Seconds before and after a step for an onset."""
_KERNEL = Fraction(8)
"""Half length of the novelty kernel in seconds."""
_PACE, _LONG_PACE = Fraction(3), Fraction(15)
"""Standard deviations, in seconds, of the local and the surrounding pace of cuts."""
_SMOOTH = Fraction(1, 2)
"""Standard deviation of the smoothing of every feature, in seconds."""
_SURE_SCORE = 0.5
"""Score of the detector from which a face counts."""
_NOBODY = 0.35
"""Probability of speech below which nobody speaks: ``neg_threshold`` of silero-vad's own
``get_speech_timestamps``."""
_LEFT_BY_CAMERA = 1.5
"""Change in grey range that a camera's move by one side of the picture leaves, by parallax and
detail. Labelled clips of moving cameras have 1.2 in the median, quartiles 0.4 and 2.5; among these,
the figures of ``benchmarks/made_edits.py`` decide (``benchmarks/README.md``)."""


FACELESS = tuple(feature for feature in FEATURES if feature.name not in ("faces", "closeness"))
"""Those that need no faces."""


def compute_criteria(
    clock: EditClock, features: Sequence[Feature] = FEATURES
) -> tuple[Criterion, ...]:
    """Return features of every step of a timeline, in their order."""
    sound, voice = hear(clock)
    (loudness, flux, centroid, flatness), (speech,) = sound.T, voice.T
    motion, camera = (clock.read(MotionMeasure, 2, _motion) * clock.paces()[:, None]).T
    faces, closeness = see_faces(clock).T
    if not {"faces", "closeness"} & {feature.name for feature in features}:
        # Other analyzers may have had faces measured; they must not count as something new, either.
        faces, closeness = (np.full(len(clock), np.nan) for _ in range(2))
    scene = {
        "loudness": loudness,
        "centroid": centroid,
        "flatness": flatness,
        "speech": speech,
        "motion": motion,
        "camera": camera,
        "faces": faces,
        "closeness": closeness,
    }
    gate = find_gate(loudness)
    over = loudness - local_median(
        np.where(loudness >= gate, loudness, np.nan), _steps(_SURROUNDINGS)
    )
    series = scene | {
        "loudness": over,
        # A pause counts as silent as the gate, or every sound after one would be an onset.
        "onset": np.maximum(rise(np.maximum(loudness, gate), _steps(_BEFORE), _steps(_AFTER)), 0),
        # Syllables change the spectrum about four times a second (Houtgast and Steeneken, JASA 77,
        # 1985): while somebody speaks that is no news.
        "change": np.where(speech > SPOKEN, np.nan, flux),
        "voice": _raised(speech, over),
        "pace": _pace(clock),
        "novelty": _novelty(scene, clock),
    }
    smoothed = {name: smooth(values, _steps(_SMOOTH)) for name, values in series.items()}
    return tuple(
        Criterion(
            feature.name,
            feature.viral,
            feature.text,
            smoothed[feature.name],
            _spreads(feature.name, smoothed[feature.name]),
        )
        for feature in features
    )


def see_faces(clock: EditClock) -> Numbers:
    """Return the number of certain faces at every step, and the height of the most prominent one.

    The height is a share of that of the picture; (n, 2), NaN where unknown.
    """
    return clock.read(FaceMeasure, 2, _faces)


def _raised(speech: Numbers, over: Numbers) -> Numbers:
    """Return the decibels by which voices are raised.

    People talk in most films for much of the time, so talk itself does not stand out. A raised
    voice does: highlights of broadcasts are found by excited speech, which is louder (Rui, Gupta
    and Acero, "Automatically extracting highlights for TV baseball programs", ACM Multimedia 2000).

    Args:
        speech: (n,) probability of speech.
        over: (n,) dB over the surroundings; a difference that is irrelevant in a sound is so in a
            voice.
    """
    spoken = np.where(speech < _NOBODY, 0.0, speech)
    return np.asarray(spoken * np.maximum(over - _LEAST_SPREAD["loudness"], 0))


def _spreads(name: str, series: Numbers) -> Numbers:
    return limited_z_scores(series, _LEAST_SPREAD[name])


def _novelty(scene: Mapping[str, Numbers], clock: EditClock) -> Numbers:
    known = [
        _spreads(name, smooth(series, _steps(_SMOOTH)))
        for name, series in scene.items()
        if np.isfinite(series).any()
    ]
    if not known:
        return np.full(len(clock), np.nan)
    # The edge of a gap is no novelty.
    return np.where(clock.owner >= 0, novelty(np.column_stack(known), _steps(_KERNEL)), np.nan)


def _pace(clock: EditClock) -> Numbers:
    """Return the excess of pace over the surroundings, in octaves of shot length."""
    # No owner is -2, so both ends of the timeline are edges too.
    edges = np.flatnonzero(np.diff(clock.owner, prepend=-2, append=-2))
    lengths = np.diff(edges)
    shortness = -np.log2(np.repeat(lengths, lengths).astype(np.float64))
    # A gap is no shot.
    shortness[clock.owner < 0] = np.nan
    return smooth(shortness, _steps(_PACE)) - smooth(shortness, _steps(_LONG_PACE))


def _steps(seconds: Fraction) -> int:
    return int(seconds / STEP)


def _motion(series: Series, clip: ClipRange) -> Numbers:
    """Return the change beyond what the camera's move leaves, and that move.

    Both are per second of the timeline; under a speed ramp per second of media, as the pace is that
    of the step that shows it.
    """
    names = ("seconds", "change", "x", "y", "zoom")
    seconds, change, x, y, zoom = columns_of(MotionMeasure, series, names)
    pace = 1.0 if clip.time_map.bends else abs(float(clip.time_map.speed))
    camera = np.hypot(np.hypot(x, y), zoom)
    own = np.maximum(change / seconds - _LEFT_BY_CAMERA * camera, 0)
    rows = np.column_stack([own, camera]) * pace
    # Only neighbouring pictures: over the long baseline everything changes more.
    rows[seconds > 1.5 / float(PICTURE_RATE)] = np.nan
    return rows


def _faces(series: Series, _: ClipRange) -> Numbers:
    """Return the number of certain faces, and the height of the most prominent one."""
    scores, heights = (
        np.column_stack(columns_of(FaceMeasure, series, [f"{part}_{n}" for n in range(MAX_FACES)]))
        for part in ("score", "h")
    )
    sure = scores > _SURE_SCORE
    rows = np.column_stack([sure.sum(axis=1), np.where(sure[:, 0], heights[:, 0], 0.0)])
    decides = select_deciding(series)
    deciding = rows[decides]
    # Distant faces are found at every other deciding sample, so of two in a row the one that finds
    # more counts.
    rows[decides] = np.maximum(deciding, np.vstack([deciding[:1], deciding[:-1]]))
    # A sample that does not decide repeats the last one that does.
    latest = np.maximum.accumulate(np.where(decides, np.arange(len(rows)), -1))
    return np.asarray(np.where(latest[:, None] >= 0, rows[latest], np.nan))

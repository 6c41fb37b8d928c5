"""Highlights in edits made at random: ``python benchmarks/made_edits.py [--edits N]``.

An edit lasts 40 to 150 s and has scenes of music, talk, both or a quiet room, and shots of 2 to 8 s
with still and moving cameras, with and without people: all that goes on anyway. In it lie two to
four events, 12 s or more apart, of the kinds of :data:`KINDS`. The sound is made by the generators
of the demo film and measured as sound of a file is; the evidence of the pictures is drawn about
figures that were measured on that film. Printed are the events found, by kind, and the highlights
without an event, by what goes on there.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import numpy as np
import numpy.typing as npt
from highlights import ROWS, evidence_of, shared, view_of
from scipy.signal import resample_poly

from shotlog.analyzers.faces import FaceMeasure
from shotlog.analyzers.motion import MotionMeasure
from shotlog.analyzers.sound import LoudnessMeasure, SpeechMeasure
from shotlog.demo import (
    fade,
    make_applause,
    make_babble,
    make_fireworks,
    make_music,
    make_room_tone,
)
from shotlog.highlights import HighlightAnalyzer
from shotlog.highlights.heuristic import HeuristicHighlighter
from shotlog.schema import SOUND_RATE, Claim, EditView, Samples, Series
from shotlog.synthetic import AUDIO_RATE

_TAKES = 6
"""Different sounds of each kind, of which edits are made."""
_SCENES = ("talk", "music")
_LEFT = (0.3, 3.0)
"""Change in grey range that a move of the camera by one side of the picture leaves, by the detail
of the scene: first and ninth decile of the 17 labelled clips whose camera moves (median 1.2)."""
GROUNDS = ("music", "talk", "talk over music", "quiet")
RAISED = 8.0
"""Decibels by which a raised voice is louder than talk; ISO 9921, table A.1, tells 6 to 12."""


@dataclass(frozen=True)
class EventKind:
    """A kind of event: its sound, and what happens in the picture.

    Attributes:
        sound: Name of its sound; None for none.
        activity: Change of the picture beside the camera's move, in grey range per second.
        decibels: Gain of its sound.
    """

    sound: str | None
    activity: float
    decibels: float = 0.0


KINDS = {
    "applause and confetti": EventKind("applause", 0.08),
    "applause alone": EventKind("applause", 0.0),
    "fireworks": EventKind("fireworks", 0.09),
    "action": EventKind(None, 0.16),
    "raised voice": EventKind("talk", 0.01, RAISED),
}
"""The activity of confetti and fireworks is the median of that in the demo film, that of action the
ninth decile of its confetti."""


@dataclass(frozen=True)
class Planted:
    """An event of a kind at a place of an edit, in seconds."""

    kind: str
    start: float
    length: float


@dataclass(frozen=True)
class Ground:
    """A stretch of an edit with one background sound, in seconds."""

    kind: str
    start: float
    end: float


@dataclass(frozen=True)
class Made:
    """An edit with its truth."""

    view: EditView
    events: Sequence[Planted]
    grounds: Sequence[Ground]


@cache
def make(seed: int) -> Made:
    """Make an edit."""
    rng = np.random.default_rng(seed)
    seconds = int(rng.integers(40, 151))
    events = _events(rng, seconds)
    grounds = _grounds(rng, seconds)
    measured = _heard(_sound(rng, seconds, grounds, events))
    cuts = _cuts(rng, seconds)
    measured |= _seen(rng, seconds, cuts, events)
    return Made(view_of(seconds, measured, cuts), events, grounds)


def _events(rng: np.random.Generator, seconds: int) -> list[Planted]:
    """Draw events that begin 12 s or more after the end of the one before."""
    count = min(int(rng.integers(2, 5)), seconds // 20)
    lengths = rng.uniform(3, 6, count)
    spare = seconds - 8 - lengths.sum() - 12 * (count - 1)
    offsets = np.sort(rng.uniform(0, spare, count))
    starts = 4 + offsets + np.concatenate([[0], np.cumsum(lengths[:-1] + 12)])
    kinds = rng.choice(list(KINDS), count)
    return [
        Planted(str(kind), float(start), float(length))
        for kind, start, length in zip(kinds, starts, lengths, strict=True)
    ]


def _grounds(rng: np.random.Generator, seconds: int) -> list[Ground]:
    """Draw the background sounds: of 6 to 20 s, no two alike in a row."""
    found: list[Ground] = []
    at = 0.0
    while at < seconds:
        kinds = [kind for kind in GROUNDS if not found or kind != found[-1].kind]
        end = min(float(seconds), at + float(rng.uniform(6, 20)))
        found.append(Ground(str(rng.choice(kinds)), at, end))
        at = end
    return found


def _sound(
    rng: np.random.Generator, seconds: int, grounds: Sequence[Ground], events: Sequence[Planted]
) -> Samples:
    """Return the sound of an edit at 48 kHz."""
    out = make_room_tone(rng, seconds * AUDIO_RATE)

    def play(kind: str, start: float, length: float, decibels: float = 0.0) -> None:
        take = _takes(kind)[int(rng.integers(_TAKES))]
        # Scenes begin anywhere in a take, events at its start.
        spare = len(take) - int(length * AUDIO_RATE) if kind in _SCENES else 0
        offset, first = int(rng.integers(spare + 1)), int(start * AUDIO_RATE)
        part = take[offset:][: int(length * AUDIO_RATE)][: len(out) - first]
        out[first : first + len(part)] += fade(part, 0.03) * np.float32(10 ** (decibels / 20))

    for ground in grounds:
        length = ground.end - ground.start
        if "talk" in ground.kind:
            play("talk", ground.start, length)
        if "music" in ground.kind:
            play("music", ground.start, length, -12.0 if "talk" in ground.kind else 0.0)
    for event in events:
        kind = KINDS[event.kind]
        if kind.sound is not None:
            play(kind.sound, event.start, event.length, kind.decibels)
    return np.clip(out, -1, 1)


@cache
def _takes(kind: str) -> list[Samples]:
    """Return sounds of a kind: 40 s of a scene, 6 s of an event."""
    rng = np.random.default_rng(len(kind))
    scene, event = 40 * AUDIO_RATE, 6 * AUDIO_RATE
    makers: dict[str, Callable[[], Samples]] = {
        "talk": lambda: make_babble(rng, scene),
        "music": lambda: make_music(rng, scene),
        "applause": lambda: make_applause(rng, event),
        "fireworks": lambda: make_fireworks(rng, event, (0.0, *rng.uniform(0.5, 4.8, 5))),
    }
    return [makers[kind]() for _ in range(_TAKES)]


def _heard(sound: Samples) -> dict[str, Series]:
    """Measure a sound."""
    samples = resample_poly(sound, 1, AUDIO_RATE // SOUND_RATE).astype(np.float32)
    return {
        measure.name: Series.of(
            Fraction(1, SOUND_RATE), measure.listen(samples, 0, 0), len(measure.columns)
        )
        for measure in (LoudnessMeasure(), SpeechMeasure())
    }


def _cuts(rng: np.random.Generator, seconds: int) -> list[float]:
    """Draw the cuts of shots of 2 to 8 s."""
    cuts = np.cumsum(rng.uniform(2, 8, seconds))
    return [float(cut) for cut in cuts if cut < seconds - 1]


def _seen(
    rng: np.random.Generator, seconds: int, cuts: Sequence[float], events: Sequence[Planted]
) -> dict[str, Series]:
    """Draw the evidence of the pictures."""
    moments = {measure: _moments(measure, seconds) for measure in (MotionMeasure, FaceMeasure)}
    shot = {measure: np.searchsorted(cuts, at) for measure, at in moments.items()}
    shots, step = len(cuts) + 1, 1 / ROWS[MotionMeasure]
    # Median of the shots of the demo film with a still camera, with their spread.
    calm = rng.lognormal(np.log(0.01), 0.5, shots)
    speed = np.where(rng.random(shots) < 0.5, rng.uniform(0.05, 0.15, shots), 0.0)
    low, high = map(math.log, _LEFT)
    left = np.exp(rng.uniform(low, high, shots))
    at, of = moments[MotionMeasure], shot[MotionMeasure]
    change = (calm + left * speed)[of] * rng.lognormal(0, 0.25, len(at))
    for event in events:
        inside = (at >= event.start) & (at < event.start + event.length)
        change = change + inside * KINDS[event.kind].activity * rng.lognormal(0, 0.4, len(at))
    people = np.where(rng.random(shots) < 0.6, rng.lognormal(np.log(0.15), 0.8, shots), 0.0)
    height = np.minimum(people, 1.0)[shot[FaceMeasure]]
    return {
        MotionMeasure.name: evidence_of(
            MotionMeasure,
            {"seconds": np.full(len(at), step), "change": change * step, "x": speed[of]},
        ),
        FaceMeasure.name: evidence_of(FaceMeasure, {"score_0": 0.9 * (height > 0), "h_0": height}),
    }


def _moments(measure: type[MotionMeasure | FaceMeasure], seconds: int) -> npt.NDArray[np.float64]:
    return np.asarray((np.arange(int(seconds * ROWS[measure])) + 0.5) / ROWS[measure])


def main() -> None:
    """Print all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edits", type=int, default=200, help="edits to make and judge")
    options = parser.parse_args()
    planted, found, others = Counter[str](), Counter[str](), Counter[str]()
    for seed in range(options.edits):
        made = make(seed)
        claims = HighlightAnalyzer(HeuristicHighlighter()).conclude(made.view)
        for event in made.events:
            planted[event.kind] += 1
            found[event.kind] += any(
                shared(claim, event.start, event.length) >= event.length / 2 for claim in claims
            )
        for claim in claims:
            if all(shared(claim, event.start, event.length) < 1 for event in made.events):
                others[_ground(made, claim)] += 1
    print(f"{options.edits} made edits")
    for kind in KINDS:
        print(f"  {kind}: {found[kind]} of {planted[kind]} found")
    print(f"  all: {found.total()} of {planted.total()} found")
    told = ", ".join(f"{kind} {others[kind]}" for kind in GROUNDS)
    print(f"  highlights without an event: {others.total()} ({told})")


def _ground(made: Made, claim: Claim) -> str:
    """Return the background sound in the middle of a highlight."""
    middle = float(claim.range.start + claim.range.end) / 2
    return next(ground.kind for ground in made.grounds if ground.start <= middle <= ground.end)


if __name__ == "__main__":
    main()

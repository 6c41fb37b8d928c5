"""Edits and evidence made by rule, for the tests of what judges a whole timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.faces import FaceMeasure
from shotlog.analyzers.motion import PICTURE_RATE, MotionMeasure
from shotlog.analyzers.sound import (
    BANDS,
    CHUNK,
    HOP,
    LoudnessMeasure,
    MelMeasure,
    SpeechMeasure,
)
from shotlog.schema import (
    SOUND_RATE,
    ClipRange,
    Edit,
    EditView,
    Measure,
    Media,
    MediaReference,
    Series,
    Shot,
    ShotView,
    SoundView,
    TimeMap,
    TimeRange,
)

Numbers = npt.NDArray[np.floating]
Rows = npt.NDArray[np.float32]
PICTURE = (MotionMeasure.name, FaceMeasure.name)
SOUND = (LoudnessMeasure.name, SpeechMeasure.name, MelMeasure.name)


@dataclass(frozen=True)
class Event:
    """Something that happens in a media file, from ``start`` for ``length`` seconds."""

    start: float
    length: float
    loudness: float = 0.0
    speech: float = 0.0
    motion: float = 0.0
    camera: float = 0.0
    faces: int = 0


@dataclass
class Footage:
    """A media file: a steady, slightly noisy ground with events in it, as evidence."""

    seconds: float
    events: Sequence[Event] = ()
    seed: int = 0
    series: dict[str, Series] = field(init=False)

    def __post_init__(self) -> None:
        rng = np.random.default_rng(self.seed)
        self.series = {
            LoudnessMeasure.name: self._loudness(rng),
            SpeechMeasure.name: self._speech(rng),
            MotionMeasure.name: self._motion(rng),
            FaceMeasure.name: self._faces(),
            MelMeasure.name: self._mel(rng),
        }

    def _at(self, time: Numbers, name: str) -> Numbers:
        """The sum of the events' values of a name at each moment."""
        total = np.zeros(len(time))
        for event in self.events:
            inside = (time >= event.start) & (time < event.start + event.length)
            total += inside * float(getattr(event, name))
        return total

    def _loudness(self, rng: np.random.Generator) -> Series:
        count = int(self.seconds * SOUND_RATE / HOP)
        time = (np.arange(count) + 0.5) * HOP / SOUND_RATE
        loudness = -30 + rng.normal(0, 1.5, count) + self._at(time, "loudness")
        flux = np.abs(rng.normal(1, 0.3, count))
        rows = _rows(LoudnessMeasure, count, loudness=loudness, flux=flux, centroid=1000.0)
        first = np.arange(count, dtype=np.int64) * HOP
        return Series(Fraction(1, SOUND_RATE), first, first + HOP - 1, rows)

    def _mel(self, rng: np.random.Generator) -> Series:
        count = int(self.seconds * SOUND_RATE / HOP)
        time = (np.arange(count) + 0.5) * HOP / SOUND_RATE
        rows = -50 + rng.normal(0, 1.5, (count, BANDS)) + self._at(time, "loudness")[:, None]
        first = np.arange(count, dtype=np.int64) * HOP
        return Series(Fraction(1, SOUND_RATE), first, first + HOP - 1, rows.astype(np.float32))

    def _speech(self, rng: np.random.Generator) -> Series:
        count = int(self.seconds * SOUND_RATE / CHUNK)
        time = (np.arange(count) + 0.5) * CHUNK / SOUND_RATE
        speech = np.clip(rng.uniform(0, 0.1, count) + self._at(time, "speech"), 0, 1)
        first = np.arange(count, dtype=np.int64) * CHUNK
        rows = _rows(SpeechMeasure, count, speech=speech)
        return Series(Fraction(1, SOUND_RATE), first, first + CHUNK - 1, rows)

    def _motion(self, rng: np.random.Generator) -> Series:
        count = max(0, int(self.seconds * PICTURE_RATE) - 1)
        time = (np.arange(count) + 0.5) / float(PICTURE_RATE)
        change = np.abs(rng.normal(0.02, 0.004, count)) + self._at(time, "motion")
        rows = _rows(
            MotionMeasure, count, seconds=1 / float(PICTURE_RATE), change=change,
            x=self._at(time, "camera"),
        )  # fmt: skip
        first = np.arange(count, dtype=np.int64)
        return Series(1 / PICTURE_RATE, first, first + 1, rows)

    def _faces(self) -> Series:
        rate = FaceMeasure.need.rate or Fraction(1)
        count = int(self.seconds * rate)
        at = np.arange(count, dtype=np.int64)
        faces = self._at(at / float(rate), "faces")
        scores = {f"score_{n}": 0.9 * (faces > n) for n in range(3)}
        heights = {f"h_{n}": 0.3 * (faces > n) for n in range(3)}
        rows = _rows(FaceMeasure, count, count=np.minimum(faces, 3), **scores, **heights)
        return Series(1 / rate, at, at.copy(), rows)


def _rows(
    measure: type[Measure], count: int, /, **columns: Numbers | float
) -> npt.NDArray[np.float32]:
    rows = np.zeros((count, len(measure.columns)), np.float32)
    for name, values in columns.items():
        rows[:, measure.columns.index(name)] = values
    return rows


@dataclass(frozen=True)
class Piece:
    """A clip that is one shot: ``length`` seconds of a timeline track from ``start`` on.

    ``ramp`` maps seconds since its start to the footage, in place of ``source`` and ``speed``.
    """

    footage: Footage
    start: Fraction
    length: Fraction
    source: Fraction = Fraction(0)
    speed: Fraction = Fraction(1)
    layer: int = 0
    enabled: bool = True
    without: Sequence[str] = ()
    ramp: TimeMap | None = None


def edit_of(
    pieces: Sequence[Piece], duration: Fraction | None = None, sound: Sequence[Piece] = ()
) -> EditView:
    """The view of an edit; a piece's source is the media moment at its start.

    A piece of sound without any evidence is one that could not be read.
    """
    shots = [_shot(number, piece) for number, piece in enumerate(pieces)]
    shots.sort(key=lambda view: (view.shot.timeline.start, view.shot.clip))
    ends = [piece.start + piece.length for piece in pieces]
    length = duration if duration is not None else max(ends, default=Fraction(0))
    clips = tuple(view.clip for view in shots)
    heard = [_shot(number, piece) for number, piece in enumerate(sound)]
    edit = Edit(
        name="edit", rate=Fraction(24), duration=length, clips=clips,
        sound=tuple(view.clip for view in heard),
    )  # fmt: skip
    known = [SoundView(v.clip, v.media, v.series) for v in heard if v.clip.enabled and v.series]
    return EditView(edit=edit, shots=shots, sound=known)


def cut_up(
    footage: Footage, cuts: Sequence[int | Fraction], without: Sequence[str] = ()
) -> EditView:
    """An edit that shows footage from end to end, with a new shot at every cut."""
    edges = [Fraction(0), *map(Fraction, cuts), Fraction(footage.seconds)]
    return edit_of(
        [
            Piece(footage, start=a, length=b - a, source=a, without=without)
            for a, b in pairwise(edges)
        ]
    )


def _shot(number: int, piece: Piece) -> ShotView:
    timeline = TimeRange(start=piece.start, duration=piece.length)
    time_map = TimeMap(timeline_start=piece.start, source_start=piece.source, speed=piece.speed)
    if piece.ramp is not None:
        time_map = piece.ramp.shifted(piece.start)
    source = time_map.range_to_source(timeline)
    if time_map.is_freeze:
        source = TimeRange(start=piece.source, duration=Fraction(1, 24))
    clip = ClipRange(
        id=f"V{piece.layer + 1}/{number}",
        name=f"clip {number}",
        media=None,
        source=source,
        timeline=timeline,
        time_map=time_map,
        enabled=piece.enabled,
        path=("tracks", "children", piece.layer, "children", number),
    )
    shot = Shot(id=f"{number}", clip=clip.id, source=source, core=source, timeline=timeline)
    media = Media(path="/film.mov", content_id="film", container="mov", video=None, audio=None)
    series: Mapping[str, Series] = {
        name: series.within(source)
        for name, series in piece.footage.series.items()
        if name not in piece.without
    }
    return ShotView(shot=shot, clip=clip, media=media, series=series)


def edit_of_ranges(path: Path, rate: Fraction, *spans: TimeRange) -> Edit:
    """Return an edit of ranges of a film, one after the other on one track."""
    clips, at = [], Fraction(0)
    for number, source in enumerate(spans):
        clips.append(
            ClipRange(
                id=f"V1/{number}",
                name=f"clip {number}",
                media=MediaReference(path=str(path), start=Fraction(0)),
                source=source,
                timeline=source.shifted(at - source.start),
                time_map=TimeMap(timeline_start=at, source_start=source.start),
            )
        )
        at += source.duration
    return Edit(name="cut", rate=rate, duration=at, clips=tuple(clips))

"""The reframer that follows who speaks, by evidence made by hand."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest

from shotlog.analyzers.sound import CHUNK, HOP, LoudnessMeasure, SpeechMeasure
from shotlog.delivery.reframe import EditSound, FaceTrack, SeenShot, SpeakerReframer, Target
from shotlog.delivery.reframe.evidence import LipMeasure
from shotlog.schema import (
    SOUND_RATE,
    AudioStream,
    ClipRange,
    Edit,
    EditView,
    Media,
    Row,
    Series,
    Shot,
    ShotView,
    SoundView,
    TimeMap,
    TimeRange,
)

Numbers = npt.NDArray[np.float64]
SECONDS = 12
WHOLE = TimeRange(start=Fraction(0), duration=Fraction(SECONDS))
TURNS = ((0.0, 4.0, 0), (4.0, 8.0, 1), (8.0, 12.0, 0))
"""Start and end of the turns of two people, and the number of who speaks, from the left."""


def speaks(person: int, at: float) -> bool:
    return any(first <= at < end and who == person for first, end, who in TURNS)


def track(x: float) -> FaceTrack:
    moments = np.arange(0, SECONDS, 0.2)
    boxes = np.tile([x, 0.4, 0.1, 0.3], (len(moments), 1))
    return FaceTrack(moments, boxes, np.full(len(moments), 0.9))


def lips(moving: bool = True) -> Series:
    """Return rows in which the mouth of who speaks changes, and that of the other hardly."""
    tick = Fraction(2, 25)
    rows = []
    for n in range(1, round(SECONDS / tick)):
        at = float(n * tick)
        values = [2.0]
        for person, x in enumerate((0.25, 0.75)):
            changes = 8.0 if moving and speaks(person, at) else 2.0
            values += [x, 0.4, 0.1, 0.3, changes, 2.0]
        rows.append(Row(n - 1, n, [*values, *[0.0] * 12]))
    return Series.of(tick, rows, len(LipMeasure.columns))


def loudness(persons: tuple[int, ...], quiet: float) -> Series:
    """Return the rows of a microphone that hears persons, and others at a level."""
    rows = []
    for n in range(SECONDS * SOUND_RATE // HOP):
        at = n * HOP / SOUND_RATE
        level = -20.0 if any(speaks(person, at) for person in persons) else quiet
        rows.append(Row(n * HOP, (n + 1) * HOP - 1, [level, 0.0, 0.0, 0.0]))
    return Series.of(Fraction(1, SOUND_RATE), rows, 4)


def speech() -> Series:
    count = SECONDS * SOUND_RATE // CHUNK
    rows = [Row(n * CHUNK, (n + 1) * CHUNK - 1, [1.0]) for n in range(count)]
    return Series.of(Fraction(1, SOUND_RATE), rows, 1)


def sounds(*heard: Series) -> dict[str, Series]:
    return {LoudnessMeasure.name: heard[0], SpeechMeasure.name: speech()}


def clip(name: str) -> ClipRange:
    time_map = TimeMap(timeline_start=Fraction(0), source_start=Fraction(0))
    return ClipRange(
        id=name, name=name, media=None, source=WHOLE, timeline=WHOLE, time_map=time_map
    )


def media() -> Media:
    audio = AudioStream(
        index=0, codec="aac", rate=48_000, channels=1, start=Fraction(0), duration=Fraction(SECONDS)
    )
    return Media(path="two.mp4", content_id="two", container="mp4", video=None, audio=audio)


def shot(series: dict[str, Series]) -> ShotView:
    one = Shot(id="a", clip="V1/0", source=WHOLE, core=WHOLE, timeline=WHOLE)
    return ShotView(one, clip("V1/0"), media(), series)


def follow(view: EditView, backend: SpeakerReframer) -> list[tuple[float, float, float]]:
    """Return start, end and horizontal centre of each target."""
    seen = SeenShot(view.shots[0], (1920, 1080), Fraction(9, 16), (track(0.25), track(0.75)))
    (targets,) = backend.follow([seen], EditSound.of(view))
    return [_told(target) for target in targets]


def _told(target: Target) -> tuple[float, float, float]:
    return float(target.range.start), float(target.range.end), float(target.boxes[0, 0])


def of_microphones(*heard: Series, moving: bool = True) -> EditView:
    clips = [clip(f"A{n}/0") for n in range(1, len(heard) + 1)]
    edit = Edit(
        name="talk", rate=Fraction(25), duration=Fraction(SECONDS), clips=(clip("V1/0"),),
        sound=tuple(clips),
    )  # fmt: skip
    sound = [SoundView(c, media(), sounds(h)) for c, h in zip(clips, heard, strict=True)]
    return EditView(edit, [shot({LipMeasure.name: lips(moving)})], {}, sound)


def of_camera(moving: bool = True) -> EditView:
    edit = Edit(name="talk", rate=Fraction(25), duration=Fraction(SECONDS), clips=(clip("V1/0"),))
    series = {LipMeasure.name: lips(moving), **sounds(loudness((0, 1), -70.0))}
    return EditView(edit, [shot(series)], {}, ())


def test_isolated_microphones_tell_who_speaks_with_the_lead() -> None:
    view = of_microphones(loudness((1,), -45.0), loudness((0,), -45.0))
    found = follow(view, SpeakerReframer(lead=0.4))
    assert [x for _, _, x in found] == [0.25, 0.75, 0.25]
    edges = [end for _, end, _ in found]
    assert edges == pytest.approx([3.6, 7.6, 12.0], abs=0.25)


def test_without_microphones_lips_tell_who_speaks() -> None:
    found = follow(of_camera(), SpeakerReframer(lead=0))
    assert [x for _, _, x in found] == [0.25, 0.75, 0.25]
    assert [end for _, end, _ in found] == pytest.approx([4.0, 8.0, 12.0], abs=0.85)


def test_microphones_that_hear_the_same_leave_it_to_lips() -> None:
    both = loudness((0, 1), -70.0)
    found = follow(of_microphones(both, both), SpeakerReframer(lead=0))
    assert [x for _, _, x in found] == [0.25, 0.75, 0.25]


def test_a_turn_that_is_shorter_than_the_hold_makes_no_jump() -> None:
    found = follow(of_camera(), SpeakerReframer(hold=5))
    assert [x for _, _, x in found] == [0.25]


def test_mouths_that_do_not_move_leave_the_crop_where_it_is() -> None:
    found = follow(of_camera(moving=False), SpeakerReframer())
    assert len(found) == 1

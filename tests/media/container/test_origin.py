"""Media time begins with the first picture that a file shows, decodable or not."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from benchmarks.field.timing import overwrite
from shotlog.schema import Media
from shotlog.synthetic import write_video
from tests.media.material import drift, opened, seen

RATE = Fraction(25)
GROUPS = {"g": "10", "bf": "2"}


def film(path: Path, count: int = 40) -> Path:
    write_video(path, drift(count), RATE, options=GROUPS)
    return path


def starts(media: Media) -> list[Fraction]:
    return [start for start, *_ in seen(media)]


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.mkv", "a.flv"])
def test_damage_at_the_start_moves_nothing_that_follows(tmp_path: Path, name: str) -> None:
    whole = film(tmp_path / name)
    before, sound = seen(opened(whole)), opened(whole).video
    overwrite(whole, 10)
    media = opened(whole)
    # A keyframe every 10 frames: the first that can be decoded is frame 10, at 0.4 s.
    assert seen(media) == before[10:]
    assert media.video is not None
    assert sound is not None
    assert media.video.origin == sound.origin
    assert media.duration == 40 / RATE
    assert media.warnings == (
        "its first 0.40 s cannot be decoded; times count from where the file begins",
    )


def test_sound_stays_where_it_is_beside_damaged_pictures(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    write_video(path, drift(40), RATE, sound=np.zeros(76_800, np.float32), options=GROUPS)
    before = opened(path).audio
    overwrite(path, 10)
    after = opened(path).audio
    assert before is not None
    assert after is not None
    assert after.start == before.start


def test_damage_in_the_middle_is_no_late_start(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4")
    overwrite(path, 10, first=10)
    media = opened(path)
    assert media.warnings == ()
    assert starts(media)[:10] == [n / RATE for n in range(10)]


def test_pictures_before_the_first_keyframe_of_a_stream_are_not_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.mpg"
    write_video(path, drift(40), RATE, codec="mpeg2video", options={"g": "10", "bf": "0"})
    data = path.read_bytes()
    # Only the first pack is missing, with the first keyframe: that of frame 10 is now the first.
    path.write_bytes(data[2048:])
    media = opened(path)
    assert starts(media) == [n / RATE for n in range(30)]
    (words,) = media.warnings
    assert words.endswith("that cannot be shown, and times count from the keyframe")

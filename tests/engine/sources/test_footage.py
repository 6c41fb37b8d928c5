"""Footage: a bad file affects no other, and files that are no film are named by their kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from shotlog.engine import ProbeCache
from shotlog.engine.sources import FoundFootage, probe_footage
from shotlog.media.discovery import search_media
from shotlog.schema import AAF_HEADS, TimelineEmpty, TimelineUnreadable
from shotlog.synthetic import write_video


def found(*paths: Path) -> FoundFootage:
    return probe_footage(search_media(paths), ProbeCache(), "rushes")


def names(footage: FoundFootage) -> list[str]:
    return [Path(media.path).name for media in footage.media]


@pytest.fixture
def rushes(tmp_path: Path) -> Path:
    folder = tmp_path / "rushes"
    folder.mkdir()
    pictures = [np.full((90, 160, 3), 40 * n, np.uint8) for n in range(6)]
    write_video(folder / "good.mp4", pictures, Fraction(25))
    return folder


def sound_alone(path: Path) -> Path:
    with av.open(path, "w") as container:
        stream = container.add_stream("pcm_s16le", rate=48000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 4800), np.int16), "s16", "mono")
        frame.sample_rate = 48000
        container.mux([*stream.encode(frame), *stream.encode(None)])
    return path


def test_sound_under_a_suffix_of_film_is_counted_as_sound(rushes: Path) -> None:
    sound_alone(rushes / "A1.mov")
    footage = found(rushes)
    assert names(footage) == ["good.mp4"]
    assert footage.warnings == ("passed over: 1 sound file (.mov)",)


def test_the_same_file_is_a_problem_where_it_is_named(rushes: Path) -> None:
    footage = found(sound_alone(rushes / "A1.mov"), rushes / "good.mp4")
    assert [problem.code for problem in footage.problems] == ["no-picture"]
    assert not footage.warnings


def test_a_project_among_files_that_are_named_is_a_problem_of_its_own(rushes: Path) -> None:
    (rushes / "p.veg").write_bytes(b"riff" * 20)
    footage = found(rushes / "p.veg", rushes / "good.mp4")
    assert names(footage) == ["good.mp4"]
    assert "a Vegas project" in footage.problems[0].message


def test_a_lone_project_is_an_error_that_names_the_export(tmp_path: Path) -> None:
    (tmp_path / "p.prproj").write_bytes(b"?")
    with pytest.raises(TimelineUnreadable, match=r"Premiere Pro project.*25 or later"):
        found(tmp_path / "p.prproj")


def test_an_error_about_no_footage_lists_everything_found(tmp_path: Path) -> None:
    (tmp_path / "torn.mp4").write_bytes(b"\0\1\2" * 99)
    (tmp_path / "gone.mov").symlink_to("nowhere.mov")
    (tmp_path / "a.wav").write_bytes(b"x")
    with pytest.raises(TimelineEmpty) as caught:
        found(tmp_path)
    told = caught.value.problem
    assert told.message.startswith("there is no film here; 2 files cannot be used (")
    assert "gone.mov" in told.message
    assert told.message.endswith("passed over: 1 sound file (.wav)")


@pytest.mark.parametrize(
    ("name", "what"), [("notes.txt", "document"), ("a.srt", "subtitle file"), ("a.zip", "archive")]
)
def test_a_named_file_that_is_no_film_has_no_hint_to_play_it(
    tmp_path: Path, name: str, what: str
) -> None:
    (tmp_path / name).write_bytes(b"nothing to be seen")
    with pytest.raises(TimelineEmpty) as caught:
        found(tmp_path / name)
    assert caught.value.problem.message == f"by its name this is no film ({what})"
    assert "play" not in caught.value.problem.hint


def test_a_timeline_under_another_suffix_is_recognised(tmp_path: Path) -> None:
    (tmp_path / "cut.json").write_text('{"OTIO_SCHEMA": "Timeline.1"}')
    with pytest.raises(TimelineUnreadable, match=r"OpenTimelineIO timeline.*ends in \.otio"):
        found(tmp_path / "cut.json")
    (tmp_path / "cut.media").write_bytes(AAF_HEADS[1] + bytes(4096))
    with pytest.raises(TimelineUnreadable, match=r"an AAF.*ends in \.aaf"):
        found(tmp_path / "cut.media")


def _pictures(
    folder: Path, name: str, numbers: Iterable[int], size: Callable[[int], tuple[int, int]]
) -> None:
    for number in numbers:
        width, height = size(number)
        picture = np.full((height, width, 3), number % 256, np.uint8)
        assert cv2.imwrite(str(folder / name.format(number)), picture)


def _alike(number: int) -> tuple[int, int]:
    return 64, 36


@pytest.mark.parametrize(
    ("name", "first", "pattern"),
    [
        ("shot.{:04d}.png", 1001, "shot.%d.png"),
        ("a_v2_{:04d}.png", 1, "a_v2_%04d.png"),
        ("{:04d}.png", 0, "%04d.png"),
        ("50%_{}.jpg", 1, "50%%_%d.jpg"),
    ],
)
def test_numbered_frames_of_a_folder_are_one_film(
    tmp_path: Path, name: str, first: int, pattern: str
) -> None:
    _pictures(tmp_path, name, range(first, first + 30), _alike)
    footage = found(tmp_path)
    (media,) = footage.media
    assert media.sequence is not None
    assert media.sequence.pattern == str(tmp_path / pattern)
    # 30 pictures at 25 a second.
    assert (media.sequence.first, media.duration) == (first, Fraction(30, 25))
    (warning,) = footage.warnings
    assert "these 30 numbered pictures were taken for a film of 25 frames per second" in warning


def test_runs_of_frames_are_films_of_their_own_and_take_the_rate_of_the_film_beside(
    tmp_path: Path,
) -> None:
    write_video(tmp_path / "z.mp4", np.zeros((48, 36, 64, 3), np.uint8), Fraction(24))
    _pictures(tmp_path, "b.{:04d}.png", range(1, 25), _alike)
    _pictures(tmp_path, "a.{:04d}.png", (n for n in range(1, 49) if n != 7), _alike)
    footage = found(tmp_path)
    # 47 pictures and a hole at 24 a second are 2 s, and 24 are 1 s.
    assert [(Path(m.path).name, m.duration) for m in footage.media] == [
        ("z.mp4", Fraction(2)), ("a.0001.png", Fraction(2)), ("b.0001.png", Fraction(1)),
    ]  # fmt: skip
    assert "a.0001-0048.png: these 47 numbered pictures" in footage.warnings[0]
    assert "b.0001-0024.png" in footage.warnings[1]


@pytest.mark.parametrize(
    ("name", "count", "size"),
    [
        ("IMG_{:04d}.JPG", 40, _alike),  # as cameras number photographs
        ("DSC_{:04d}.png", 40, _alike),
        ("a.{:04d}.png", 23, _alike),  # less than a second
        ("a.{:04d}.png", 40, lambda n: (64, 36) if n % 2 else (36, 64)),
        ("a.{:04d}.png", 40, lambda n: (64, 36) if n < 38 else (60, 36)),
    ],
    ids=["photographs", "others", "a handful", "upright and flat", "two cameras"],
)
def test_photographs_become_no_film(
    rushes: Path, name: str, count: int, size: Callable[[int], tuple[int, int]]
) -> None:
    _pictures(rushes, name, range(1, count + 1), size)
    footage = found(rushes)
    assert names(footage) == ["good.mp4"]
    (warning,) = footage.warnings
    assert warning.startswith(f"passed over: {count} numbered pictures (")


def test_numbered_files_that_are_no_pictures_become_no_film(tmp_path: Path) -> None:
    for number in range(1001, 1101):
        (tmp_path / f"shot.{number}.exr").write_bytes(b"x")
    with pytest.raises(TimelineEmpty, match=r"100 numbered pictures \(shot\.1001-1100\.exr\)"):
        found(tmp_path)

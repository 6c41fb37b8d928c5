"""The demo film matches its truth."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt
import pytest

from shotlog.demo import (
    DEMO,
    RATE,
    Film,
    Script,
    ScriptedSound,
    SoundKind,
    TrueShot,
    Truth,
    shot_size,
)
from shotlog.schema import MOVES, SIZES, UNDEFINED, CutKind, TimeRange
from shotlog.synthetic import AUDIO_RATE

Greys = npt.NDArray[np.uint8]

WIDTH, HEIGHT = 320, 180

BLENDED = Film(
    Script((DEMO.scenes[3], replace(DEMO.scenes[8], entry=CutKind.DISSOLVE, blend=16)), (), ()),
    WIDTH,
    HEIGHT,
)
"""Two shots of a camera that stands still, and a dissolve of 16 frames about frame 96."""


@pytest.fixture(scope="module")
def film() -> Film:
    return Film(width=WIDTH, height=HEIGHT)


@pytest.fixture(scope="module")
def truth(film: Film) -> Truth:
    return film.truth


@pytest.fixture(scope="module")
def greys(film: Film) -> Greys:
    """Return the whole film in grey, (frames, h, w)."""
    return np.stack([cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in film.frames()])


def frames_of(item: TimeRange) -> range:
    return range(int(item.start * RATE), int(item.end * RATE))


def test_shots_follow_each_other_without_a_gap(truth: Truth) -> None:
    assert truth.shots[0].range.start == 0
    assert truth.shots[-1].range.end == truth.frames / RATE
    for before, after in pairwise(truth.shots):
        assert before.range.end == after.range.start


def test_cuts_lie_where_shots_meet_and_cores_leave_them_out(truth: Truth) -> None:
    for cut, (before, after) in zip(truth.cuts, pairwise(truth.shots), strict=True):
        assert cut.frame / RATE == after.range.start
        assert (before.core.end, after.core.start) == (cut.span.start, cut.span.end)


def test_truth_uses_the_vocabularies_and_survives_json(truth: Truth) -> None:
    assert {shot.move for shot in truth.shots} <= set(MOVES.names)
    assert {shot.size for shot in truth.shots} == set(SIZES.names) - {UNDEFINED}
    assert Truth.model_validate_json(truth.model_dump_json()) == truth


def test_size_follows_from_how_much_of_a_body_the_picture_holds() -> None:
    assert [shot_size(heads) for heads in (0.8, 2, 4, 9, 18)] == ["ECS", "CS", "MS", "FS", "LS"]


def test_pictures_jump_at_hard_cuts_and_nowhere_else(truth: Truth, greys: Greys) -> None:
    small = np.stack([cv2.resize(g, (48, 27), interpolation=cv2.INTER_AREA) for g in greys])
    jumps = np.abs(np.diff(small.astype(np.int16), axis=0)).mean(axis=(1, 2))
    hard = [cut.frame - 1 for cut in truth.cuts if cut.kind is CutKind.CUT]
    assert jumps[hard].min() > 2.5 * np.delete(jumps, hard).max()


def test_a_dissolve_mixes_both_shots() -> None:
    frames = [BLENDED.picture(n).astype(np.float64) for n in range(95 - 8, 97 + 8)]
    before, after = frames[0], frames[-1]
    axis = after - before
    shares = [((frame - before) * axis).sum() / (axis**2).sum() for frame in frames[1:-1]]
    assert np.allclose(np.diff(shares), 1 / 16, atol=0.01)
    assert (before - BLENDED.picture(95 - 9)).std() < 3
    assert (after - BLENDED.picture(97 + 8)).std() < 3


def test_a_dip_is_black_in_its_middle(truth: Truth, greys: Greys) -> None:
    cut = next(cut for cut in truth.cuts if cut.kind is CutKind.DIP)
    assert greys[cut.frame].mean() < 6
    assert greys[cut.frame - 1].mean() < 6
    assert min(greys[n].mean() for n in (frames_of(cut.span).start - 1, cut.frame + 12)) > 20


def flow(old: npt.NDArray[np.uint8], new: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """Corners of one picture and where they are in the other, (2, n, 2), origin in the middle."""
    corners = cv2.goodFeaturesToTrack(old, 300, 0.005, 6)
    there, found, _ = cv2.calcOpticalFlowPyrLK(old, new, corners, None)  # type: ignore[call-overload]
    kept = found.ravel() == 1
    points = np.stack([corners[kept, 0], there[kept, 0]]).astype(np.float64)
    return np.asarray(points - np.array([WIDTH / 2, HEIGHT / 2]))


def motion(shot: TrueShot, greys: Greys, apart: int = 4) -> npt.NDArray[np.float64]:
    """Shift right and down (in widths), growth, and turn per second, for pairs over a shot."""
    rows = []
    frames = frames_of(shot.core)
    for first in range(frames.start + 8, frames.stop - 8 - apart, 6):
        old, new = flow(greys[first], greys[first + apart])
        fit, _ = cv2.estimateAffinePartial2D(old, new, ransacReprojThreshold=1.0)
        a, b = fit[0, 0], fit[1, 0]
        row = [fit[0, 2] / WIDTH, fit[1, 2] / WIDTH, np.log(np.hypot(a, b)), np.arctan2(b, a)]
        rows.append(np.array(row) * float(RATE) / apart)
    return np.array(rows)


SHIFTS = {
    "pan_right": (0, -1),
    "truck_right": (0, -1),
    "tilt_up": (1, 1),
    "dolly_in": (2, 1),
    "zoom_in": (2, 1),
}
"""By move: which of a motion's figures it shows in, and its sign."""


@pytest.mark.parametrize("number", range(len(DEMO.scenes)), ids=[s.name for s in DEMO.scenes])
def test_the_true_move_can_be_measured_back(number: int, truth: Truth, greys: Greys) -> None:
    shot = truth.shots[number]
    rows = motion(shot, greys)
    middle = np.median(rows, axis=0)
    if shot.move == "static":
        assert np.abs(middle).max() < 0.005
    elif shot.move == "shake":
        assert np.abs(middle).max() < 0.04
        assert rows[:, 0].std() > 0.03
    else:
        part, sign = SHIFTS[shot.move]
        others = np.delete(np.abs(middle[[0, 1, 2]]), part)
        assert sign * middle[part] > 0.03
        assert sign * middle[part] > 3 * others.max()


def test_travelling_shows_parallax_and_turning_does_not(truth: Truth, greys: Greys) -> None:
    def spread(move: str) -> float:
        """How far points stray from one homography, in shifts of the whole."""
        frames = frames_of(next(s for s in truth.shots if s.move == move).core)
        middle = (frames.start + frames.stop) // 2
        old, new = flow(greys[middle], greys[middle + 8])
        fit, _ = cv2.findHomography(old, new, cv2.RANSAC, 1.0)
        said = cv2.perspectiveTransform(old[:, None], fit)[:, 0]
        stray = np.percentile(np.linalg.norm(said - new, axis=1), 75)
        return float(stray / np.median(np.linalg.norm(new - old, axis=1)))

    assert spread("truck_right") > 10 * spread("pan_right")


def test_the_same_script_gives_the_same_bytes() -> None:
    def digest() -> str:
        film = Film(
            Script(DEMO.scenes[5:7], (ScriptedSound(SoundKind.MUSIC, 0, 204),), ()), 160, 90
        )
        hasher = hashlib.sha256(film.sound().tobytes())
        for frame in range(0, film.script.frames, 17):
            hasher.update(film.picture(frame).tobytes())
        return hasher.hexdigest()

    assert digest() == digest()


def test_a_picture_does_not_depend_on_those_asked_for_before() -> None:
    frames = (100, 3, 90, 110)
    backwards = {frame: BLENDED.picture(frame) for frame in reversed(frames)}
    for frame in frames:
        assert np.array_equal(BLENDED.picture(frame), backwards[frame])


def test_a_written_film_holds_every_frame_and_its_sound(tmp_path: Path) -> None:
    script = Script(DEMO.scenes[3:5], (ScriptedSound(SoundKind.MUSIC, 0, 180),), ())
    film, seen = Film(script, 160, 90), list[int]()
    truth = film.render(tmp_path / "film.mp4", seen.append)
    assert seen == list(range(1, truth.frames + 1))
    with av.open(str(tmp_path / "film.mp4")) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.frames, video.average_rate) == (truth.frames, RATE)
        assert (video.width, video.height, video.codec.name) == (160, 90, "h264")
        assert audio.rate == AUDIO_RATE
        assert abs(container.duration / 1e6 - truth.frames / 24) < 0.1  # type: ignore[operator]


def test_sounds_and_highlights_lie_within_the_film(truth: Truth) -> None:
    end = Fraction(truth.frames) / RATE
    ranges = [*(s.range for s in truth.sounds), *(h.range for h in truth.highlights)]
    assert all(0 <= item.start < item.end <= end for item in ranges)

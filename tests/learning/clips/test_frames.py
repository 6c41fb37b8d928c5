from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from shotlog.engine import Cache, analyze
from shotlog.learning.clips import ClipFrames, FramePlan, LabelledClip, read_frames
from shotlog.models.analysis import HeadAnalyzer, ModelMeasure
from shotlog.models.catalog import Card, InstalledModel, Resize, Sampling
from shotlog.models.runtime import DeviceChoice
from shotlog.schema import DiskFull, OutputNotWritable, Pixels, TimeRange
from tests.analyzers.edits import edit_of_ranges
from tests.learning.clips.films import RATE, clip_of, write_film
from tests.models.checkpoints import MOVE_CARD, SIZE_CARD, TINY, make

PLAN = FramePlan(Sampling.TWO_SECONDS, TINY.side, Resize.STRETCH)


def quiet(done: int, total: int) -> None:
    """Show no progress."""


def read(clips: Sequence[LabelledClip], folder: Path, plan: FramePlan = PLAN) -> ClipFrames:
    return read_frames(clips, plan, folder, quiet)


class Recorded(ModelMeasure):
    """A measure that keeps the windows that its model was shown."""

    seen: list[Pixels]

    def look(self, batch: Sequence[Pixels]) -> Sequence[npt.NDArray[np.float32]]:
        self.seen = [*getattr(self, "seen", []), *batch]
        return super().look(batch)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_film(tmp_path_factory.mktemp("film") / "film.mp4")


@pytest.mark.parametrize(
    ("card", "resize", "width", "end"),
    [
        (MOVE_CARD, Resize.STRETCH, 320, 65),
        (SIZE_CARD, Resize.COVER, 320, 65),
        (SIZE_CARD, Resize.STRETCH, 1280, 25),
    ],
)
def test_frames_are_those_that_a_model_gets_from_the_engine(
    card: Card, resize: Resize, width: int, end: int, tmp_path: Path
) -> None:
    path = write_film(tmp_path / "film.mp4", frames=end + 5, width=width)
    card = card.model_copy(update={"resize": resize})
    made = make(tmp_path / "model", card=card)
    measure = Recorded(InstalledModel(card, made.folder, "0" * 64, 1), DeviceChoice("cpu", "fp32"))
    span = TimeRange.between(5 / RATE, end / RATE)
    with Cache(None) as cache:
        analyze(
            edit_of_ranges(path, RATE, span),
            [HeadAnalyzer(InstalledModel(card, made.folder, "0" * 64, 1), card.heads[0], measure)],
            cache,
        )
    assert card.sampling is not None
    plan = FramePlan(card.sampling, TINY.side, resize)
    frames = read([clip_of(path, 5, end)], tmp_path / "frames", plan)
    assert len(measure.seen) == len(frames) > 0
    # The engine fills batches as windows become complete, in the order of their last frames.
    assert all(
        np.array_equal(ours, theirs) for ours, theirs in zip(frames, measure.seen, strict=True)
    )


def test_windows_tell_their_clip_and_range(film: Path, tmp_path: Path) -> None:
    frames = read([clip_of(film, 0, 24), clip_of(film)], tmp_path)
    assert [(one.clip, one.source) for one in frames.windows] == [
        (0, TimeRange.between(Fraction(0), 24 / RATE)),
        (1, TimeRange.between(Fraction(0), 36 / RATE)),
        (1, TimeRange.between(36 / RATE, 72 / RATE)),
    ]
    assert frames[1].shape == PLAN.shape
    assert frames[1].dtype == np.uint8


def test_pixels_are_a_view_of_the_disk_that_cannot_be_written(film: Path, tmp_path: Path) -> None:
    window = read([clip_of(film)], tmp_path)[0]
    assert isinstance(window, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        window[0] = 0


def test_stills_and_clips_of_a_frame_have_a_window_of_16(film: Path, tmp_path: Path) -> None:
    still = tmp_path / "still.png"
    Image.fromarray(np.full((90, 160, 3), 99, np.uint8)).save(still)
    frames = read([clip_of(still), clip_of(film, 7, 8)], tmp_path / "frames")
    assert [window.clip for window in frames.windows] == [0, 1]
    assert (frames[0] == 99).all()
    assert (frames[1] == frames[1][0]).all()


def test_a_clip_that_cannot_be_read_is_a_problem_and_costs_no_other(
    film: Path, tmp_path: Path
) -> None:
    (tmp_path / "torn.mp4").write_bytes(film.read_bytes()[:3000])
    (tmp_path / "text.mp4").write_text("no film")
    clips = [
        clip_of(tmp_path / "torn.mp4"),
        clip_of(film, 0, 24),
        clip_of(tmp_path / "none.mp4"),
        clip_of(film, 700, 800, name="beyond"),
        clip_of(tmp_path / "text.mp4"),
    ]
    frames = read(clips, tmp_path / "frames")
    assert [window.clip for window in frames.windows] == [1]
    assert [problem.clip for problem in frames.problems] == [
        clip.id for number, clip in enumerate(clips) if number != 1
    ]


def test_frames_are_read_once(film: Path, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    read([clip_of(film)], tmp_path)
    again = read_frames(
        [clip_of(film), clip_of(film, 0, 24)], PLAN, tmp_path, lambda *at: steps.append(at)
    )
    assert steps[-1] == (3, 3)  # two clips were opened, and one window was read
    assert len(again) == 3
    assert np.array_equal(again[0], read([clip_of(film)], tmp_path)[0])


def test_copies_of_a_file_share_their_frames(film: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(film.read_bytes())
    frames = read([clip_of(film), clip_of(copy)], tmp_path / "frames")
    assert [window.clip for window in frames.windows] == [0, 0, 1, 1]
    stored = next((tmp_path / "frames").glob("*.frames"))
    assert stored.stat().st_size == 2 * PLAN.window_bytes


def test_other_plans_have_frames_of_their_own(film: Path, tmp_path: Path) -> None:
    large = FramePlan(Sampling.UNIFORM, 64, Resize.COVER)
    assert read([clip_of(film)], tmp_path, large)[0].shape == (16, 64, 64, 3)
    assert read([clip_of(film)], tmp_path)[0].shape == (16, 32, 32, 3)


def test_damaged_windows_are_read_again(film: Path, tmp_path: Path) -> None:
    sound = np.array(read([clip_of(film)], tmp_path)[1])
    stored = next(tmp_path.glob("*.frames"))
    with stored.open("r+b") as stream:
        stream.seek(PLAN.window_bytes + 50)
        stream.write(b"\x01\x02\x03\x04")
    frames = read([clip_of(film)], tmp_path)
    assert np.array_equal(frames[1], sound)
    assert frames.warnings == ("1 of 2 windows of frames were damaged",)
    assert read([clip_of(film)], tmp_path).warnings == ()


@pytest.mark.parametrize("content", [b"", b"{}\n", b"\xff\xfe", b'{"version": 1}\nrubbish\n'])
def test_a_damaged_index_is_put_aside(film: Path, content: bytes, tmp_path: Path) -> None:
    sound = np.array(read([clip_of(film)], tmp_path)[1])
    next(tmp_path.glob("*.jsonl")).write_bytes(content)
    frames = read([clip_of(film)], tmp_path)
    assert np.array_equal(frames[1], sound)
    assert "damaged" in frames.warnings[0]
    assert len(list(tmp_path.glob("*.corrupt-*"))) == 2


def test_lost_pixels_are_read_again(film: Path, tmp_path: Path) -> None:
    sound = np.array(read([clip_of(film)], tmp_path)[1])
    next(tmp_path.glob("*.frames")).unlink()
    assert np.array_equal(read([clip_of(film)], tmp_path)[1], sound)


def test_a_stopped_reading_goes_on_where_it_was(tmp_path: Path) -> None:
    clips = [clip_of(write_film(tmp_path / f"{n}.mp4", seed=n, frames=24)) for n in range(6)]

    def stop(done: int, total: int) -> None:
        if done > len(clips):  # a window was read
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_frames(clips, PLAN, tmp_path / "frames", stop)
    kept = next((tmp_path / "frames").glob("*.jsonl")).read_text().count("\n") - 1
    steps: list[tuple[int, int]] = []
    frames = read_frames(clips, PLAN, tmp_path / "frames", lambda *at: steps.append(at))
    assert kept > 0
    assert steps[-1] == (2 * len(clips) - kept, 2 * len(clips) - kept)
    assert len(frames) == len(clips)


KILLED = """
import sys
from pathlib import Path
from shotlog.learning.clips import read_frames
from tests.learning.clips.films import clip_of
from tests.learning.clips.test_frames import PLAN

folder = Path(sys.argv[1])
clips = [clip_of(path) for path in sorted(folder.glob("*.mp4"))]
read_frames(clips, PLAN, folder / "frames", lambda done, total: None)
"""


def test_a_killed_reading_loses_no_window_that_it_had_finished(tmp_path: Path) -> None:
    paths = [write_film(tmp_path / f"{n:02}.mp4", seed=n, frames=24) for n in range(12)]
    clips = [clip_of(path) for path in paths]
    whole = [np.array(window) for window in read(clips, tmp_path / "whole")]
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)])
    index = tmp_path / "frames"
    while not any(file.read_text().count("\n") > 2 for file in index.glob("*.jsonl")):
        assert process.poll() is None or any(index.glob("*.jsonl"))
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    frames = read(clips, index)
    assert frames.warnings == ()
    assert all(np.array_equal(ours, sound) for ours, sound in zip(frames, whole, strict=True))


def test_a_full_disk_is_told_before_anything_is_decoded(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = 64 * 1024**2 + 2 * PLAN.window_bytes - 1
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": free}))
    with pytest.raises(DiskFull, match="2 windows of frames take"):
        read([clip_of(film)], tmp_path)
    assert next(tmp_path.glob("*.frames")).stat().st_size == 0
    assert len(read([clip_of(film, 0, 24)], tmp_path)) == 1


def test_a_folder_that_cannot_be_made_is_told(film: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputNotWritable):
        read([clip_of(film)], tmp_path / "file" / "frames")
    (tmp_path / "locked" / "frames.lock").mkdir(parents=True)
    with pytest.raises(OutputNotWritable):
        read([clip_of(film)], tmp_path / "locked")


def test_no_clip_is_no_window(tmp_path: Path) -> None:
    assert len(read([], tmp_path)) == 0


def test_windows_of_the_motion_predictor_are_refused() -> None:
    with pytest.raises(ValueError, match="16 frames"):
        FramePlan(Sampling.SEGMENTS, 224, Resize.STRETCH)

"""Contract of checks, for every installed one."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from shotlog.delivery.qc import QUALITY_CHECKS, QualityCheck, check_file
from shotlog.synthetic import write_video
from tests.delivery.qc.films import FRAMES, clean_frames, clean_sound, write_film

each = pytest.mark.parametrize("check", QUALITY_CHECKS.installed, ids=lambda check: str(check.name))


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_film(tmp_path_factory.mktemp("clean") / "clean.mov")


@each
def test_it_tells_what_it_finds_and_by_what(check: QualityCheck) -> None:
    assert check.summary
    assert check.source
    assert check.severity in ("error", "warning")


@each
def test_a_second_run_finds_the_same(check: QualityCheck, clean: Path) -> None:
    assert check_file(clean, [check]) == check_file(clean, [check])


@each
def test_a_film_of_one_frame_without_sound_is_no_fault_of_the_program(
    check: QualityCheck, tmp_path: Path
) -> None:
    path = write_film(tmp_path / "one.mov", sound=[], frames=1)
    checked = check_file(path, [check])
    assert checked.problem is None
    assert {defect.check for defect in checked.defects} <= {check.name}


@each
def test_sound_without_a_picture_is_heard(check: QualityCheck, tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=48_000, layout="stereo")
        samples = (clean_sound().T.reshape(1, -1) * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="stereo")
        frame.sample_rate, frame.pts = 48_000, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    checked = check_file(path, [check])
    assert checked.problem is None
    assert checked.duration == Fraction(FRAMES, 25)


@each
def test_a_variable_rate_and_odd_sizes_are_read(check: QualityCheck, tmp_path: Path) -> None:
    path = tmp_path / "odd.mkv"
    frames = [frame[:90, :90] for frame in clean_frames(30)]
    write_video(path, frames, Fraction(30000, 1001), codec="ffv1", options={}, pix_fmt="yuv444p")
    assert check_file(path, [check]).problem is None

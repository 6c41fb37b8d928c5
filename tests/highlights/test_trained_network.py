"""The trained highlighter with a network: its folder, its model, and folders it cannot use."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from shotlog.analyzers.clock import EditClock
from shotlog.analyzers.faces import FaceMeasure
from shotlog.analyzers.sound import MelMeasure
from shotlog.highlights.trained import (
    WINDOW,
    LinearLayer,
    NetworkModel,
    TrainedHighlighter,
    WindowBlocks,
    read_model,
    write_model,
)
from shotlog.schema import HighlighterError
from tests.analyzers.edits import Event, Footage, cut_up
from tests.highlights.vectors import VECTORS, WIDTH, Vectors, random_vectors, with_vectors

BLOCKS = WindowBlocks.of_models(VECTORS)
FOOTAGE = Footage(60, [Event(20, 4, loudness=14, motion=0.1, faces=2)])
VIEW = with_vectors(cut_up(FOOTAGE, (5, 14, 26, 39, 47)), random_vectors(30))


def random_network(*widths: int) -> NetworkModel:
    rng = np.random.default_rng(0)
    layers = tuple(
        LinearLayer(
            rng.normal(0, width**-0.5, (out, width)).astype(np.float32),
            rng.normal(0, 0.1, out).astype(np.float32),
        )
        for width, out in pairwise(widths)
    )
    return NetworkModel(BLOCKS.blocks, np.ones(widths[0], np.float32), layers)


MODEL = random_network(BLOCKS.dimensions, 16, 8, 2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_model(tmp_path / "mine", MODEL, {"films": 3}, "ours")
    return tmp_path / "mine"


def test_a_network_is_read_as_it_was_written(folder: Path) -> None:
    model = read_model(folder)
    assert isinstance(model, NetworkModel)
    assert model.widths == (WIDTH + 193, 16, 8, 2)
    for name, array in MODEL.arrays.items():
        np.testing.assert_array_equal(model.arrays[name], array)


def test_blocks_are_told_with_dimensions_normalisation_and_model(folder: Path) -> None:
    told = json.loads((folder / "features.json").read_bytes())
    assert told["method"] == "network"
    video, audio, faces, dynamics = told["blocks"]
    assert (video["name"], video["dimensions"]) == ("videomae", WIDTH)
    assert (video["model"], video["weights"]) == ("vectors", VECTORS.fingerprint)
    assert [block["dimensions"] for block in (audio, faces, dynamics)] == [128, 1, 64]
    for block in (audio, faces, dynamics):
        assert len(block["features"]) == block["dimensions"]
        assert "mean of the timeline" in block["normalisation"]


def test_the_published_widths_are_those_of_a_backbone_of_768() -> None:
    class Base(Vectors):
        dimensions = 768

    assert WindowBlocks.of_models(Base()).dimensions == 961


def test_numpy_computes_the_network_as_torch_does() -> None:
    parts: list[nn.Module] = []
    for layer in MODEL.layers:
        linear = nn.Linear(*layer.weight.T.shape)
        linear.weight.data = torch.from_numpy(layer.weight)
        linear.bias.data = torch.from_numpy(layer.bias)
        parts += [linear, nn.ReLU()]
    windows = np.random.default_rng(1).normal(0, 1, (50, BLOCKS.dimensions))
    with torch.no_grad():
        left, kept = nn.Sequential(*parts[:-1])(torch.from_numpy(windows).float()).T
    np.testing.assert_allclose(MODEL.log_odds(windows), (kept - left).numpy(), atol=1e-5)


def test_features_are_limited_and_unknown_ones_are_the_mean() -> None:
    windows = np.zeros((3, BLOCKS.dimensions))
    windows[1, 3], windows[2, 3] = 5.0, 500.0
    unknown = np.full((1, BLOCKS.dimensions), np.nan)
    mean, limit, beyond = MODEL.log_odds(windows)
    assert limit == beyond != mean
    assert MODEL.log_odds(unknown)[0] == pytest.approx(mean)


def test_a_window_holds_the_signals_of_its_own_steps_alone() -> None:
    clock = EditClock.of(VIEW)
    read = BLOCKS.reader(clock)
    names = [name for block in BLOCKS.blocks[1:] for name in block.features]
    calm, loud = read(np.array([40, 80]))
    assert loud[WIDTH + names.index("mean_3")] - calm[WIDTH + names.index("mean_3")] > 10
    assert loud[WIDTH + names.index("faces")] - calm[WIDTH + names.index("faces")] == 2
    # The cut at 14 s is in the third quarter second of the window that begins at 13.5 s.
    (cut,) = read(np.array([54]))
    cuts = [cut[WIDTH + names.index(f"cut_{n}")] for n in range(WINDOW)]
    assert int(np.argmax(cuts)) == 2


def test_windows_beyond_the_timeline_are_unknown() -> None:
    clock = EditClock.of(VIEW)
    first, last = BLOCKS.reader(clock)(np.array([-WINDOW, len(clock)]))
    assert np.isnan([*first, *last]).all()


def test_it_measures_mel_bands_and_the_vectors_only_when_it_is_asked_for(folder: Path) -> None:
    names = {m.name for m in TrainedHighlighter(folder=str(folder)).measures([VECTORS])}
    assert {MelMeasure.name, VECTORS.name, FaceMeasure.name} <= names
    faceless = TrainedHighlighter(folder=str(folder), faces=False)
    assert FaceMeasure.name not in {m.name for m in faceless.measures([VECTORS])}


def test_faces_that_were_measured_for_others_do_not_count(folder: Path) -> None:
    clock = EditClock.of(VIEW)
    without = EditClock.of(
        with_vectors(cut_up(FOOTAGE, (5, 14, 26, 39, 47), (FaceMeasure.name,)), random_vectors(30))
    )
    faceless = TrainedHighlighter(folder=str(folder), faces=False)
    np.testing.assert_array_equal(
        faceless.judge(clock, [VECTORS]).viral, faceless.judge(without, [VECTORS]).viral
    )


def refusal(folder: Path, *embedders: Vectors) -> str:
    with pytest.raises(HighlighterError) as caught:
        TrainedHighlighter(folder=str(folder)).measures(embedders)
    return f"{caught.value} {caught.value.problem.hint}"


def test_without_its_backbone_it_says_how_to_get_it(folder: Path) -> None:
    told = refusal(folder)
    assert "trained with the model vectors, and this run has not got it" in told
    assert "shotlog models pull vectors" in told


def test_other_weights_under_the_same_name_are_refused(folder: Path) -> None:
    class Other(Vectors):
        fingerprint = "others"

    assert "other weights of the model vectors: vectors, not others" in refusal(folder, Other())


def test_vectors_of_another_width_are_refused(folder: Path) -> None:
    class Wide(Vectors):
        dimensions = 7

    assert "vectors of 4 numbers, and those of the model vectors have 7" in refusal(folder, Wide())


def short(model: NetworkModel) -> NetworkModel:
    first, *others = model.layers
    return replace(model, layers=(LinearLayer(first.weight[:, 1:], first.bias), *others))


def three_answers(model: NetworkModel) -> NetworkModel:
    return random_network(BLOCKS.dimensions, 16, 3)


def one_scale(model: NetworkModel) -> NetworkModel:
    return replace(model, scale=np.ones(1, np.float32))


def no_number(model: NetworkModel) -> NetworkModel:
    *others, last = model.layers
    return replace(
        model, layers=(*others, LinearLayer(np.full_like(last.weight, np.nan), last.bias))
    )


def unknown_block(model: NetworkModel) -> NetworkModel:
    video, audio, *others = model.blocks
    return replace(model, blocks=(video, audio.model_copy(update={"name": "smell"}), *others))


def same_block(model: NetworkModel) -> NetworkModel:
    video, audio, faces, dynamics = model.blocks
    return replace(model, blocks=(video, audio, faces, dynamics, faces))


@pytest.mark.parametrize(
    ("damage", "part"),
    [
        (short, "its layer 0 has weights of 16 x 196 for 197 numbers"),
        (three_answers, "it answers 3 numbers instead of 2"),
        (one_scale, "it has 1 scales for 197 features"),
        (no_number, "its weights are no numbers, or all 0"),
        (unknown_block, "a block of features that is not known here: smell"),
        (same_block, "a block of features twice"),
    ],
)
def test_a_network_that_does_not_hold_together_is_refused(
    tmp_path: Path, damage: Callable[[NetworkModel], NetworkModel], part: str
) -> None:
    write_model(tmp_path, damage(MODEL), {}, "")
    assert part in refusal(tmp_path, VECTORS)

"""The memory that a model will take is known before it is loaded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from shotlog.models.runtime import MemoryEstimate, Precision, estimate_memory
from shotlog.models.videomae import LoadedModel, load, read_outline
from tests.models.allocations import peak_bytes
from tests.models.checkpoints import TINY, Made, Size, Style, make, make_predictor, window

WIDE = Size(embedding=384, depth=2, heads=6, mlp=1536, side=64)
"""Widest in its blocks, as published models are; a tiny one is where bytes become numbers."""

SHAPES = {
    "tiny": TINY,
    "narrow MLP": replace(WIDE, mlp=768),
    "usual MLP": WIDE,
    "wide MLP": replace(WIDE, mlp=2304),
}


def peak(model: LoadedModel) -> int:
    """Bytes that tensors hold at the most while one window passes."""
    pictures = torch.from_numpy(window(replace(TINY, side=model.size)))[None]
    return peak_bytes(lambda: model.network(pictures))


@pytest.mark.parametrize("size", SHAPES.values(), ids=SHAPES)
def test_the_estimate_of_a_window_is_what_torch_allocates(tmp_path: Path, size: Size) -> None:
    made = make(tmp_path, Style.TRANSFORMERS_5_18, size)
    need = estimate_memory(read_outline(made.folder, made.card), "fp32")
    assert need.window == pytest.approx(peak(load(made.folder, made.card)), rel=0.02)


@pytest.mark.parametrize("precision", ["fp32", "bf16", "fp16"])
@pytest.mark.parametrize("style", [Style.MULTITASK, Style.OPENGVLAB, None])
def test_weights_take_the_bytes_of_their_precision_and_the_allocators_rounding(
    tmp_path: Path, style: Style | None, precision: Precision
) -> None:
    made = make_predictor(tmp_path) if style is None else make(tmp_path, style)
    need = estimate_memory(read_outline(made.folder, made.card), precision)
    tensors = load(made.folder, made.card, "cpu", precision).network.state_dict().values()
    held = sum(tensor.nbytes for tensor in tensors)
    assert held * 1.14 < need.weights < held * 1.16


def test_half_the_precision_is_half_the_window(tmp_path: Path) -> None:
    made: Made = make(tmp_path, Style.TRANSFORMERS_5_18, WIDE)
    outline = read_outline(made.folder, made.card)
    assert estimate_memory(outline, "fp32").window == 2 * estimate_memory(outline, "bf16").window


def test_a_scaled_estimate_is_rounded_up() -> None:
    assert MemoryEstimate(10, 3).scaled(1.1) == MemoryEstimate(11, 4)
    assert MemoryEstimate(10, 3).minimum == 13

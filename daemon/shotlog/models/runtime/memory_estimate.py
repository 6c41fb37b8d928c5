"""Prediction of the memory that a model takes on a device, before it is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, prod

from shotlog.models.runtime.devices import Precision
from shotlog.models.videomae import TRUNK, Architecture, Outline

ITEM_SIZES: Mapping[Precision, int] = {"fp32": 4, "bf16": 2, "fp16": 2}
"""Bytes of a number."""

_ROUNDING = 1.15
"""Overhead factor of torch's caching allocator, which takes memory in blocks of 2 and 20 MiB. Its
rules (``c10/cuda/CUDACachingAllocator.cpp``: best fit, sizes above 1 MiB from blocks of 20),
applied to the tensors of each network in the order of its state dict, take 1.145 times their bytes
for a base classifier in fp32, 1.091 in bf16; 1.129 and 1.087 for the motion predictor; 1.007 and
1.033 for a large classifier."""


@dataclass(frozen=True)
class MemoryEstimate:
    """Memory of a model, in bytes.

    Attributes:
        weights: Memory while it is loaded.
        window: Additional memory per window during inference; each window of a batch takes as much.
    """

    weights: int
    window: int

    @property
    def minimum(self) -> int:
        """Bytes needed to answer at all: with little memory, windows are processed one by one."""
        return self.weights + self.window

    def scaled(self, factor: float) -> MemoryEstimate:
        """Return the estimate with a safety factor."""
        return MemoryEstimate(ceil(self.weights * factor), ceil(self.window * factor))


def estimate_memory(outline: Outline, precision: Precision) -> MemoryEstimate:
    """Return the memory that a model will take: its tensors on the device, and one window.

    Args:
        outline: Shapes and names from its files.
        precision: Precision of the trunk; pooling and heads are float32.
    """
    architecture, itemsize = outline.architecture, ITEM_SIZES[precision]
    weights = (
        architecture.tokens * architecture.embedding * itemsize
    )  # the position table is in no file
    for name, source in outline.naming.sources.items():
        # A fused tensor serves query, key and value: a third each.
        count = prod(outline.shapes[source.name]) // (1 if source.third is None else 3)
        weights += count * (itemsize if name.startswith(TRUNK) else ITEM_SIZES["fp32"])
    return MemoryEstimate(allocated_bytes(weights), _window(architecture, itemsize))


def allocated_bytes(weights: int) -> int:
    """Return the memory that torch takes for tensors of so many bytes."""
    return ceil(weights * _ROUNDING)


def _window(architecture: Architecture, itemsize: int) -> int:
    """Return the peak of live tensors between a window's bytes and its embedding, in bytes.

    In a block the peak is at the MLP: its input and output of the activation, and six times the
    width of the tokens. Before the blocks it is at the conversion of bytes to numbers: the patches
    as bytes, as numbers, and after the subtraction of grey. torch's profiler confirms this on a CPU
    for base and large size (42.9 MiB for large in bf16) and for MLPs of 2, 4 and 6 times the width.
    """
    patch = architecture.tubelet * architecture.patch**2 * 3
    block = (2 * architecture.mlp + 6 * architecture.embedding) * itemsize
    return architecture.tokens * max(block, patch * (1 + 2 * itemsize))

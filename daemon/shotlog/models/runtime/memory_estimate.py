"""How much memory a model takes on a device, told before it is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, prod

from shotlog.models.runtime.devices import Precision
from shotlog.models.videomae import TRUNK, Architecture, Outline

_BYTES: dict[Precision, int] = {"fp32": 4, "bf16": 2, "fp16": 2}

_ROUNDING = 1.15
"""Of torch's caching allocator, which takes memory in blocks of 2 and 20 MiB. Its rules
(``c10/cuda/CUDACachingAllocator.cpp``: best fit, what is above 1 MiB from blocks of 20) laid over
the tensors of each network in the order of its state dict take 1.145 times their bytes of a base
classifier in fp32, 1.091 in bf16; 1.129 and 1.087 of the motion predictor; 1.007 and 1.033 of a
large classifier."""


@dataclass(frozen=True)
class Need:
    """Bytes that a model takes.

    Attributes:
        weights: As long as it is loaded.
        window: Beside that, while it looks at one window. Of several at once each takes as much.
    """

    weights: int
    window: int

    @property
    def least(self) -> int:
        """What it must have to answer at all: where memory is short, windows go one by one."""
        return self.weights + self.window

    def times(self, factor: float) -> Need:
        """With something to spare."""
        return Need(ceil(self.weights * factor), ceil(self.window * factor))


def predict(outline: Outline, precision: Precision) -> Need:
    """What a model will take: its tensors as they lie on a device, and a window on its way through.

    Args:
        outline: What its files tell.
        precision: Of its trunk; pooling and heads are float32.
    """
    anatomy, wide = outline.anatomy, _BYTES[precision]
    weights = anatomy.tokens * anatomy.embedding * wide  # the table of positions is in no file
    for name, source in outline.naming.sources.items():
        count = prod(outline.shapes[source.name]) // (1 if source.third is None else 3)
        weights += count * (wide if name.startswith(TRUNK) else _BYTES["fp32"])
    return Need(ceil(weights * _ROUNDING), _window(anatomy, wide))


def _window(anatomy: Architecture, wide: int) -> int:
    """The most that tensors hold at once between a window's bytes and its embedding.

    In a block that is where the MLP is at its widest: the MLP before and after its activation, and
    six times the width of the tokens. Before the blocks it is where bytes become numbers: the
    patches as bytes, as numbers, and less the grey. torch's profiler finds exactly that on a CPU,
    for base and large size (42.9 MiB of large in bf16) and for MLPs of 2, 4 and 6 times the width.
    """
    patch = anatomy.tubelet * anatomy.patch**2 * 3
    block = (2 * anatomy.mlp + 6 * anatomy.embedding) * wide
    return anatomy.tokens * max(block, patch * (1 + 2 * wide))

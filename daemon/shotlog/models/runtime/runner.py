"""Runs one model on one device, and imports torch only once it is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from shotlog.models.runtime.devices import Device, choose_device
from shotlog.models.runtime.memory_hooks import Keeper
from shotlog.models.runtime.outputs import Answer
from shotlog.schema import DeviceUnusable

if TYPE_CHECKING:
    from shotlog.models.runtime.batching import Batcher
    from shotlog.models.videomae import LoadedModel
    from shotlog.schema import Pixels

_LARGEST = 16
"""Windows at once on a GPU, at the most, where nothing else is asked for."""


class Runner:
    """Answers windows with one model, which is loaded when it is first needed. For one thread.

    Windows go through in *buckets* of 16, 8, 4, 2 or 1, never padded, so that a GPU sees few
    shapes. On a CPU every window goes alone: two of them take twice as long as one (base size on
    2 cores of an EPYC with AVX512-BF16: 4.04 s to 2.02 s in fp32, 1.98 s to 0.98 s in bf16), and
    give other last bits (up to 2e-7 in a logit). So a CPU's answers are the same to the bit,
    whatever stands beside a window. On a GPU they may differ as the bucket does.

    Where a device runs out of memory the bucket is halved, and stays so; where not even one window
    fits its keeper may free some. Any other exception passes on.

    Attributes:
        device: Where it computes; None until it was first needed.
    """

    def __init__(
        self,
        load: Callable[[str, str], LoadedModel],
        device: str = "auto",
        precision: str = "auto",
        *,
        largest: int | None = None,
        compiled: bool = False,
        keeper: Keeper | None = None,
    ) -> None:
        """Loads nothing yet.

        Args:
            load: Loads the model onto a device (``cuda:0``) in a precision (``bf16``).
            device: As for :func:`~shotlog.models.runtime.devices.choose_device`.
            precision: Likewise.
            largest: Windows in the largest bucket; None takes 16, or 1 on a CPU.
            compiled: Whether ``torch.compile`` with CUDA graphs is used, on CUDA alone; it takes
                its time once for every bucket.
            keeper: Decides about the device's memory; None: nobody does.
        """
        self.device: Device | None = None
        self._load, self._asked = load, (device, precision)
        self._largest, self._compiled = largest, compiled
        self._keeper = keeper or Keeper()
        self._batcher: Batcher | None = None

    def prepare(self) -> LoadedModel:
        """Chooses the device and loads the model, once.

        Raises:
            ModelError: the device cannot be used, or the weights cannot.
        """
        return self._prepared().model

    def release(self) -> None:
        """Lets go of the model; it is loaded again when it is next needed."""
        self._batcher, self.device = None, None

    def run(self, windows: Sequence[Pixels]) -> list[Answer]:
        """The answers to some windows.

        Args:
            windows: Each (frames, size, size, 3) RGB; frames as the model takes them, or for the
                motion predictor a multiple of that.

        Returns:
            For each window "embedding" (d,), and the logits (n,) of every head by its key. Of
            several segments the embedding is their mean.

        Raises:
            ModelError: the device cannot be used, or the weights cannot, or not even one window
                fits into the device's memory.
            ValueError: a window is not what the model takes.
            ArithmeticError: an answer is no number.
        """
        return self._prepared().answers(windows)

    def _prepared(self) -> Batcher:
        if self._batcher is None:
            from shotlog.models.runtime.batching import Batcher

            device = choose_device(*self._asked)
            self._keeper.make_room(device)
            model = self._loaded(device)
            largest = self._largest or (1 if device.kind == "cpu" else _LARGEST)
            self._batcher = Batcher(
                device, model, largest, compiled=self._compiled, keeper=self._keeper
            )
            self.device = device
            self._keeper.loaded()
        return self._batcher

    def _loaded(self, device: Device) -> LoadedModel:
        while True:
            try:
                return self._load(device.place, device.precision)
            except DeviceUnusable:
                if not self._keeper.relieve():
                    raise

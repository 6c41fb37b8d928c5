"""Inference with one model on one device; imports torch on first use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from shotlog.models.runtime.devices import Device, choose_device
from shotlog.models.runtime.memory_hooks import MemoryHooks
from shotlog.models.runtime.outputs import ModelOutput, RunnableModel
from shotlog.schema import DeviceUnusable

if TYPE_CHECKING:
    from shotlog.models.runtime.batching import Batcher
    from shotlog.schema import Pixels

CPU_WINDOWS = 2
"""Windows that a CPU processes at once, each by itself."""

_LARGEST = 16
"""Default maximum of windows per batch on a GPU."""


class Runner:
    """Inference with one model, which is loaded on first use. For one thread.

    Windows are processed in batches of 16, 8, 4, 2 or 1, never padded, so that a GPU meets few
    shapes; its outputs may differ with the batch size. On a CPU every window is processed by
    itself, two at once, so its outputs are bit-identical whatever the other windows are.

    Where a device runs out of memory the batch size is halved permanently; where one window does
    not fit, the hooks may free memory. All other exceptions propagate.

    Attributes:
        device: The device; None before the first use.
    """

    def __init__(
        self,
        load: Callable[[str, str], RunnableModel],
        device: str = "auto",
        precision: str = "auto",
        *,
        largest: int | None = None,
        compiled: bool = False,
        hooks: MemoryHooks | None = None,
    ) -> None:
        """Store the settings; nothing is loaded yet.

        Args:
            load: Loads the model onto a device (``cuda:0``) in a precision (``bf16``).
            device: As for :func:`~shotlog.models.runtime.devices.choose_device`.
            precision: Likewise.
            largest: Maximum of windows per batch; None takes 16, and on a CPU no batches.
            compiled: Use ``torch.compile`` with CUDA graphs, on CUDA alone; each batch size is
                compiled once, which takes time.
            hooks: Called around loading and inference; None does nothing.
        """
        self.device: Device | None = None
        self._load, self._asked = load, (device, precision)
        self._largest, self._compiled = largest, compiled
        self._hooks = hooks or MemoryHooks()
        self._batcher: Batcher | None = None

    def prepare(self) -> RunnableModel:
        """Choose the device and load the model, once.

        Raises:
            ModelError: The device or the weights cannot be used.
        """
        return self._prepared().model

    def release(self) -> None:
        """Drop the model; it is loaded again on the next use."""
        self._batcher, self.device = None, None

    def run(self, windows: Sequence[Pixels]) -> list[ModelOutput]:
        """Return the outputs for a list of windows.

        Args:
            windows: Each (frames, size, size, 3) uint8 RGB, with the model's number of frames, or
                for the motion predictor a multiple of it.

        Returns:
            For each window "embedding" (d,), and the logits (n,) of every head by its key. The
            embedding of several segments is their mean.

        Raises:
            ModelError: The device or the weights cannot be used, or one window does not fit into
                the device's memory.
            ValueError: A window has another shape than the model takes.
            ArithmeticError: An output is not finite.
        """
        return self._prepared().answers(windows)

    def _prepared(self) -> Batcher:
        if self._batcher is None:
            from shotlog.models.runtime.batching import Batcher

            device = choose_device(*self._asked)
            # Before loading, so that other models can be evicted first.
            self._hooks.before_load(device)
            model = self._loaded(device)
            # A batch of two takes a CPU twice as long as one window (base size on 2 cores of an
            # EPYC with AVX512-BF16: 4.04 s to 2.02 s in fp32, 1.98 s to 0.98 s in bf16), and
            # changes the last bits (up to 2e-7 in a logit).
            side_by_side = device.kind == "cpu" and self._largest is None
            self._batcher = Batcher(
                device,
                model,
                self._largest or (CPU_WINDOWS if side_by_side else _LARGEST),
                side_by_side=side_by_side,
                compiled=self._compiled,
                hooks=self._hooks,
            )
            self.device = device
            self._hooks.after_load()
        return self._batcher

    def _loaded(self, device: Device) -> RunnableModel:
        while True:
            try:
                return self._load(device.torch_name, device.precision)
            except DeviceUnusable:
                # Retried as long as other models release memory.
                if not self._hooks.free_memory():
                    raise

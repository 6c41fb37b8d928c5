"""Base of the measures that run an installed model; torch is imported with the first use."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from functools import cached_property
from hashlib import blake2b
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from shotlog.models.catalog import InstalledModel
from shotlog.models.runtime.devices import Device, DeviceChoice
from shotlog.models.runtime.memory_estimate import MemoryEstimate
from shotlog.models.runtime.memory_hooks import MemoryHooks
from shotlog.models.runtime.outputs import ModelOutput, RunnableModel
from shotlog.models.runtime.runner import CPU_WINDOWS, Runner
from shotlog.schema import Pixels, WindowMeasure

_BATCH = 32
"""Windows per call; a GPU divides them into batches that fit. A CPU gets as many as it processes at
once: then Ctrl-C loses little."""


class RunnerMeasure(WindowMeasure):
    """Measure of windows by one installed model, which stays loaded until it is released.

    A subclass sets ``columns``, ``need``, ``frames`` and ``used``, and selects the windows; it may
    add to ``settings``.

    Args:
        installed: The model.
        device_choice: Device and precision.
        load: Loads it onto a device (``cuda:0``) in a precision (``bf16``).
        hooks: Called around loading and inference; None does nothing.

    Attributes:
        device_choice: Device and precision.
        frames: Frames in one window.
        used: Fields of the card that affect the numbers.
        settings: Files that affect them beside the weights (eps, heads, ...), where there are any.
    """

    epoch = 3
    batch = 1
    loop_filter = False
    frames: int
    used: ClassVar[frozenset[str]]
    settings: ClassVar[tuple[str, ...]] = ("config.json", "preprocessor_config.json")

    def __init__(
        self,
        installed: InstalledModel,
        device_choice: DeviceChoice,
        load: Callable[[str, str], RunnableModel],
        hooks: MemoryHooks | None = None,
    ) -> None:
        self.name = f"model.{installed.card.name}"
        self.device_choice = device_choice
        self._installed = installed
        self._runner = Runner(load, *device_choice.asked, hooks=hooks)

    @cached_property
    def key(self) -> str:
        """Cache key: weights, their use, device kind and precision."""
        # Numbers of another kind of device, or of another precision, differ in their last digits.
        device = self.device_choice.device
        # Only the fields that affect the numbers: a new title keeps the cache.
        used = self._installed.card.model_dump_json(include=set(self.used))
        digest = blake2b(digest_size=8)
        for part in (used.encode(), *self._read_settings()):
            digest.update(part)
        weights = self._installed.fingerprint
        return (
            f"{self.name}@{self.epoch} {weights} {digest.hexdigest()} "
            f"{device.kind} {device.precision}"
        )

    @property
    def loaded(self) -> Device | None:
        """Device that holds the weights; None before they are loaded."""
        return self._runner.device

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the weights, in hex."""
        return self._installed.fingerprint

    @abstractmethod
    def estimate(self, device: Device) -> MemoryEstimate:
        """Return the memory that the model will take on a device, predicted from its files."""

    def prepare(self) -> None:
        """Load the model, once.

        Raises:
            ModelError: The device or the weights cannot be used.
        """
        self._runner.prepare()
        self.batch = CPU_WINDOWS if self.device_choice.device.kind == "cpu" else _BATCH

    def release(self) -> None:
        """Drop the weights; they are loaded again on the next use."""
        self._runner.release()

    def look(self, batch: Sequence[Pixels]) -> Sequence[npt.NDArray[np.float32]]:
        """Return a row for each window."""
        return [self._row(answer) for answer in self._runner.run(batch)]

    def _read_settings(self) -> list[bytes]:
        """Return what affects the numbers beside weights and card."""
        files = (self._installed.folder / name for name in self.settings)
        return [file.read_bytes() for file in files if file.is_file()]

    @abstractmethod
    def _row(self, outputs: ModelOutput) -> npt.NDArray[np.float32]:
        """Return the row of a window, from the outputs of the network."""

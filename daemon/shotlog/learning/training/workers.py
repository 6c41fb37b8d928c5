"""Processes that share each step of a training: this one alone, or several by ``accelerate``."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from shotlog.models.runtime import choose_device
from shotlog.schema import DeviceUnusable, TrainingError


class Workers:
    """This process alone.

    Args:
        device: As for :func:`~shotlog.models.runtime.choose_device`.
        precision: ``auto``, ``fp32`` or ``bf16``; auto takes bf16 on graphics cards that multiply
            in it, and float32 elsewhere. Weights and their steps are float32 in either.

    Raises:
        DeviceUnusable: There is no such device, or it does not train in this precision.
    """

    rank = 0
    count = 1
    main = True

    def __init__(self, device: str = "auto", precision: str = "auto") -> None:
        chosen = choose_device(device, precision)
        best = chosen.precision if chosen.kind == "cuda" or precision != "auto" else "fp32"
        if best == "fp16" and precision == "fp16":
            message = "training in fp16 needs scaled losses, which are not offered"
            raise DeviceUnusable(chosen.name, message, "Give --precision bf16 or fp32.")
        self.device, self.name = chosen.torch_name, chosen.name
        self.precision = torch.bfloat16 if best == "bf16" else None

    def prepare(self, module: nn.Module, *, compiled: bool) -> nn.Module:
        """Return what computes the module in training."""
        if not compiled:
            return module
        fast: nn.Module = torch.compile(module)  # type: ignore[assignment]  # typed as a function
        return fast

    def autocast(self) -> AbstractContextManager[Any]:
        """Return a context in which large products are computed in the precision."""
        kind = torch.device(self.device).type
        return torch.autocast(kind, self.precision, enabled=self.precision is not None)

    def tensor(self, values: npt.NDArray[Any]) -> Tensor:
        """Return an array on the device."""
        return torch.from_numpy(np.ascontiguousarray(values)).to(self.device)

    def backward(self, loss: Tensor) -> None:
        """Add the gradients of a loss."""
        torch.autograd.backward(loss)

    def mean(self, value: float) -> float:
        """Return the mean of a number over the processes."""
        return value

    def any(self, holds: bool) -> bool:
        """Return True if it holds in any process."""
        return holds

    def wait(self) -> None:
        """Wait for the other processes."""


class AcceleratedWorkers(Workers):
    """The processes that ``accelerate launch`` started, each on a device of its own.

    Raises:
        TrainingError: The package is not installed.
        DeviceUnusable: As for :class:`Workers`.
    """

    def __init__(self, device: str = "auto", precision: str = "auto") -> None:
        try:
            from accelerate import Accelerator
        except ImportError as error:
            raise TrainingError(
                "accelerate", "the package accelerate is not installed",
                "Install it: pip install 'shotlog[train]'; or train on one device.",
            ) from error  # fmt: skip
        self._all = Accelerator(cpu=device == "cpu", mixed_precision="no")
        super().__init__(str(self._all.device), precision)
        self.rank, self.count = self._all.process_index, self._all.num_processes
        self.main = self._all.is_main_process

    def prepare(self, module: nn.Module, *, compiled: bool) -> nn.Module:
        """Return what computes the module, and averages the gradients of all processes."""
        shared: nn.Module = self._all.prepare_model(module)
        return super().prepare(shared, compiled=compiled)

    def backward(self, loss: Tensor) -> None:
        """Add the gradients of a loss, the mean over the processes."""
        self._all.backward(loss)

    def mean(self, value: float) -> float:
        """Return the mean of a number over the processes."""
        numbers = self._all.gather(torch.tensor([value], device=self.device))
        return float(numbers.mean())

    def any(self, holds: bool) -> bool:
        """Return True if it holds in any process."""
        return self.mean(float(holds)) > 0

    def wait(self) -> None:
        """Wait for the other processes."""
        self._all.wait_for_everyone()

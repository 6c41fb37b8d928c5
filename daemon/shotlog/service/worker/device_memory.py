"""The one door to what devices tell of their memory; nothing else asks torch or psutil for it."""

from __future__ import annotations

import gc
import sys
from ctypes import CDLL
from typing import NamedTuple, Protocol

from shotlog.models.runtime import Device


class MemoryInfo(NamedTuple):
    """The memory of a device, in bytes.

    Attributes:
        used: What this process holds of it.
        free: What nobody holds, or what the system would give.
        total: All that it has.
    """

    used: int
    free: int
    total: int


class Memory(Protocol):
    """What must be known of a device's memory, and can be done about it."""

    def space(self, device: Device) -> MemoryInfo:
        """How much there is."""

    def reclaim(self, device: Device) -> None:
        """Gives back what nothing refers to any more."""

    def limit(self, device: Device, most: int) -> None:
        """Lets this process allocate so many bytes of the device and no more."""

    def begin_peak(self, device: Device) -> None:
        """From now on the most is remembered that tensors take."""

    def peak(self, device: Device) -> int:
        """The most that they took since, beyond what they held then; 0 where nobody counts."""


class MachineMemory:
    """The memory of this machine: CUDA's own, else the main memory, which MPS shares."""

    def __init__(self) -> None:
        self._held: dict[str, int] = {}

    def space(self, device: Device) -> MemoryInfo:
        """CUDA's as the driver sees it; other programs' shares are in neither free nor used."""
        if device.kind == "cuda":
            import torch

            free, total = torch.cuda.mem_get_info(device.torch_name)
            return MemoryInfo(torch.cuda.memory_reserved(device.torch_name), free, total)
        import psutil

        main = psutil.virtual_memory()
        return MemoryInfo(psutil.Process().memory_info().rss, main.available, main.total)

    def reclaim(self, device: Device) -> None:
        """Collects garbage, then empties torch's own store of what it freed, or the C library's."""
        gc.collect()
        if device.kind == "cpu":
            _trim()
            return
        import torch

        (torch.cuda if device.kind == "cuda" else torch.mps).empty_cache()

    def limit(self, device: Device, most: int) -> None:
        """On CUDA alone: beyond it torch says that the memory is out."""
        if device.kind == "cuda":
            import torch

            total = torch.cuda.mem_get_info(device.torch_name)[1]
            torch.cuda.set_per_process_memory_fraction(min(1.0, most / total), device.torch_name)

    def begin_peak(self, device: Device) -> None:
        """On CUDA alone; the counters are the allocator's, so the device is not waited for."""
        if device.kind == "cuda":
            import torch

            torch.cuda.reset_peak_memory_stats(device.torch_name)
            self._held[device.torch_name] = torch.cuda.memory_allocated(device.torch_name)

    def peak(self, device: Device) -> int:
        """See :class:`Memory`."""
        if device.kind != "cuda":
            return 0
        import torch

        return torch.cuda.max_memory_allocated(device.torch_name) - self._held[device.torch_name]


def _trim() -> None:
    """Has glibc give back what was freed; other C libraries do so by themselves, or cannot.

    It keeps freed blocks of up to 32 MiB (mallopt(3), M_MMAP_THRESHOLD): of base and large in bf16
    none of 1,258 MiB went back when both were let go; 493 MiB were left after this, in 0.16 s.
    """
    if sys.platform == "linux" and (trim := getattr(CDLL(None), "malloc_trim", None)) is not None:
        trim(0)

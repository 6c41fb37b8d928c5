"""Memory of devices: size, use, limits. No other module asks torch or psutil for it."""

from __future__ import annotations

import gc
import sys
from ctypes import CDLL
from typing import NamedTuple, Protocol

from shotlog.models.runtime import Device


class MemoryInfo(NamedTuple):
    """The memory of a device, in bytes.

    Attributes:
        used: Bytes that this process uses.
        free: Bytes that the system would give to this process.
        total: Size of the memory.
    """

    used: int
    free: int
    total: int


class MemoryBackend(Protocol):
    """Access to the memory of devices."""

    def info(self, device: Device) -> MemoryInfo:
        """Return the present use of a device's memory."""

    def reclaim(self, device: Device) -> None:
        """Return memory that is no longer referenced to the system."""

    def set_limit(self, device: Device, limit: int) -> None:
        """Limit this process to so many bytes of the device."""

    def reset_peak(self, device: Device) -> None:
        """Begin to measure the peak use by tensors."""

    def peak(self, device: Device) -> int:
        """Return the peak use by tensors since :meth:`reset_peak`, beyond their use then, in bytes.

        0 where the device does not count it.
        """


class MachineMemory:
    """The memory of this machine: CUDA's own, else the main memory, which MPS shares."""

    def __init__(self) -> None:
        self._allocated: dict[str, int] = {}  # at reset_peak, by device

    def info(self, device: Device) -> MemoryInfo:
        """Return the present use; for CUDA as the driver reports it.

        Bytes of other programs are in neither ``free`` nor ``used``.
        """
        if device.kind == "cuda":
            import torch

            free, total = torch.cuda.mem_get_info(device.torch_name)
            return MemoryInfo(torch.cuda.memory_reserved(device.torch_name), free, total)
        import psutil

        main = psutil.virtual_memory()
        return MemoryInfo(psutil.Process().memory_info().rss, main.available, main.total)

    def reclaim(self, device: Device) -> None:
        """Collect garbage, then empty torch's cache of freed blocks, or the C library's."""
        gc.collect()
        if device.kind == "cpu":
            _trim_heap()
            return
        import torch

        (torch.cuda if device.kind == "cuda" else torch.mps).empty_cache()

    def set_limit(self, device: Device, limit: int) -> None:
        """Limit this process on CUDA; beyond the limit torch raises its out-of-memory error."""
        if device.kind == "cuda":
            import torch

            total = torch.cuda.mem_get_info(device.torch_name)[1]
            torch.cuda.set_per_process_memory_fraction(min(1.0, limit / total), device.torch_name)

    def reset_peak(self, device: Device) -> None:
        """Begin to measure the peak use on CUDA; do nothing on other devices."""
        if device.kind == "cuda":
            import torch

            # The allocator's own counters: reading them does not synchronise with the device.
            torch.cuda.reset_peak_memory_stats(device.torch_name)
            self._allocated[device.torch_name] = torch.cuda.memory_allocated(device.torch_name)

    def peak(self, device: Device) -> int:
        """Return the peak use on CUDA since :meth:`reset_peak`, in bytes; 0 on other devices."""
        if device.kind != "cuda":
            return 0
        import torch

        return (
            torch.cuda.max_memory_allocated(device.torch_name) - self._allocated[device.torch_name]
        )


def _trim_heap() -> None:
    """Return freed blocks to the system, with glibc's ``malloc_trim``."""
    # glibc keeps freed blocks of up to 32 MiB (mallopt(3), M_MMAP_THRESHOLD). With the base and
    # the large model in bf16, none of 1,258 MiB was returned when both were unloaded; after this
    # call 493 MiB were left (0.16 s). Other C libraries return memory by themselves, or cannot.
    if sys.platform == "linux" and (trim := getattr(CDLL(None), "malloc_trim", None)) is not None:
        trim(0)

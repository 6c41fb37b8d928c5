"""Choice of the device and precision of a model. Imports torch only when a device is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from shotlog.schema import DeviceUnusable
from shotlog.threads import let_idle_threads_sleep

Kind = Literal["cpu", "cuda", "mps"]
Precision = Literal["fp32", "bf16", "fp16"]

_PRECISIONS: tuple[Precision, ...] = ("fp32", "bf16", "fp16")
_BF16_CAPABILITY = (8, 0)
"""Compute capability (Ampere) from which NVIDIA cards multiply in bf16."""

_QUOTA = Path("/sys/fs/cgroup/cpu.max")


@dataclass(frozen=True)
class Device:
    """A device and the precision of a model on it.

    Attributes:
        kind: Kind of device.
        torch_name: Name in torch: ``cuda:0``.
        name: Name for people: ``cuda:0 NVIDIA H100``.
        precision: Precision of the trunk.
    """

    kind: Kind
    torch_name: str
    name: str
    precision: Precision


def choose_device(requested: str = "auto", precision: str = "auto") -> Device:
    """Return the device to compute on, and the precision.

    ``auto`` takes CUDA, else MPS, else the CPU; and bf16 on NVIDIA cards from Ampere on, fp16 on
    older ones and on MPS. A CPU takes bf16 where it multiplies in it (AVX512-BF16; processors with
    AMX have that too), else fp32.

    Args:
        requested: ``auto``, ``cpu``, ``cuda``, ``cuda:1`` or ``mps``.
        precision: ``auto``, ``fp32``, ``bf16`` or ``fp16``.

    Raises:
        DeviceUnusable: No such device exists, or it cannot compute in that precision.
    """
    let_idle_threads_sleep()
    kind, torch_name = _resolve(requested)
    name = _name(kind, torch_name)
    best = _best_precision(kind, torch_name)
    if precision == "auto":
        return Device(kind, torch_name, name, best)
    chosen = next((known for known in _PRECISIONS if known == precision), None)
    if chosen is None:
        message = f"there is no precision '{precision}'"
        raise DeviceUnusable(name, message, f"Give one of {', '.join(_PRECISIONS)}, or auto.")
    # Older cards emulate bf16 at a fraction of the speed.
    if chosen == "bf16" and kind == "cuda" and best != "bf16":
        message = "this card cannot compute in bf16"
        raise DeviceUnusable(name, message, "Ask for fp16, or leave the precision to auto.")
    return Device(kind, torch_name, name, chosen)


class DeviceChoice:
    """Device and precision of models, resolved on first use, because that imports torch.

    Args:
        device: As for :func:`choose_device`.
        precision: Likewise.

    Attributes:
        asked: Both, as requested.
    """

    def __init__(self, device: str = "auto", precision: str = "auto") -> None:
        self.asked = device, precision

    @cached_property
    def device(self) -> Device:
        """The device.

        Raises:
            DeviceUnusable: The requested device does not exist.
        """
        return choose_device(*self.asked)


def _resolve(requested: str) -> tuple[Kind, str]:
    import torch

    available: dict[str, Kind] = {f"cuda:{n}": "cuda" for n in range(torch.cuda.device_count())}
    if torch.backends.mps.is_available():
        available["mps"] = "mps"
    # Last, because "auto" takes the first.
    available["cpu"] = "cpu"
    torch_name = {"auto": next(iter(available)), "cuda": "cuda:0"}.get(requested, requested)
    if torch_name not in available:
        message = f"there is no such device; this machine has {', '.join(available)}"
        raise DeviceUnusable(requested, message)
    return available[torch_name], torch_name


def _name(kind: Kind, torch_name: str) -> str:
    import torch

    return (
        f"{torch_name} {torch.cuda.get_device_name(torch_name)}" if kind == "cuda" else torch_name
    )


def _best_precision(kind: Kind, torch_name: str) -> Precision:
    import torch

    if kind == "cuda":
        return (
            "bf16" if torch.cuda.get_device_capability(torch_name) >= _BF16_CAPABILITY else "fp16"
        )
    if kind == "mps":
        # MPS has bf16 only from macOS 14 on; fp16 works everywhere.
        return "fp16"
    # On 2 cores of an EPYC with AVX512-BF16 and no AMX a window of base size takes 0.98 s in bf16,
    # 2.02 s in fp32 (least of 6 runs, torch 2.13). Torch has no public query for it.
    return "bf16" if torch.cpu._is_avx512_bf16_supported() else "fp32"


def read_cpu_quota(quota: Path = _QUOTA) -> int | None:
    """Return the number of whole cores that a container may use; None without a limit.

    Source: ``cpu.max`` of cgroup v2, quota and period in microseconds.
    """
    try:
        # Torch counts the machine's cores: sixty threads on a quota of two slow each other down.
        granted, period = quota.read_text().split()
        return max(1, int(granted) // int(period))
    except (OSError, ValueError):  # no cgroup v2, or no limit ("max")
        return None

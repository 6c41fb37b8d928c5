"""Where a model computes, and in which precision. Imports torch when it is asked, not before."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from shotlog.schema import DeviceUnusable

Kind = Literal["cpu", "cuda", "mps"]
Precision = Literal["fp32", "bf16", "fp16"]

_PRECISIONS: tuple[Precision, ...] = ("fp32", "bf16", "fp16")
_BF16_CAPABILITY = (8, 0)
"""Compute capability from which NVIDIA cards multiply in bf16: Ampere."""

_QUOTA = Path("/sys/fs/cgroup/cpu.max")


@dataclass(frozen=True)
class Device:
    """Where a model computes.

    Attributes:
        kind: What kind of device.
        place: As torch names it: ``cuda:0``.
        name: For people: ``cuda:0 NVIDIA H100``.
        precision: Of the trunk.
    """

    kind: Kind
    place: str
    name: str
    precision: Precision


def choose_device(asked: str = "auto", precision: str = "auto") -> Device:
    """The device to compute on, and in which precision.

    ``auto`` takes CUDA, else MPS, else the CPU; and bf16 on NVIDIA cards from Ampere on, fp16 on
    older ones and on MPS. On a CPU bf16 is taken where the processor multiplies in it (AVX512-BF16;
    processors with AMX have that too), else fp32: on 2 cores of an EPYC with AVX512-BF16 and no
    AMX a window of base size takes 0.98 s in bf16, 2.02 s in fp32 (least of 6 runs, torch 2.13).

    Args:
        asked: ``auto``, ``cpu``, ``cuda``, ``cuda:1`` or ``mps``.
        precision: ``auto``, ``fp32``, ``bf16`` or ``fp16``.

    Raises:
        DeviceUnusable: there is no such device here, or it cannot compute in that precision.
    """
    kind, place = _place(asked)
    name = _name(kind, place)
    best = _best_precision(kind, place)
    if precision == "auto":
        return Device(kind, place, name, best)
    chosen = next((known for known in _PRECISIONS if known == precision), None)
    if chosen is None:
        message = f"there is no precision '{precision}'"
        raise DeviceUnusable(name, message, f"Give one of {', '.join(_PRECISIONS)}, or auto.")
    if chosen == "bf16" and kind == "cuda" and best != "bf16":
        message = "this card cannot compute in bf16"
        raise DeviceUnusable(name, message, "Ask for fp16, or leave the precision to auto.")
    return Device(kind, place, name, chosen)


def _place(asked: str) -> tuple[Kind, str]:
    import torch

    here: dict[str, Kind] = {f"cuda:{n}": "cuda" for n in range(torch.cuda.device_count())}
    if torch.backends.mps.is_available():
        here["mps"] = "mps"
    here["cpu"] = "cpu"
    place = {"auto": next(iter(here)), "cuda": "cuda:0"}.get(asked, asked)
    if place not in here:
        message = f"there is no such device; this machine has {', '.join(here)}"
        raise DeviceUnusable(asked, message)
    return here[place], place


def _name(kind: Kind, place: str) -> str:
    import torch

    return f"{place} {torch.cuda.get_device_name(place)}" if kind == "cuda" else place


def _best_precision(kind: Kind, place: str) -> Precision:
    import torch

    if kind == "cuda":
        return "bf16" if torch.cuda.get_device_capability(place) >= _BF16_CAPABILITY else "fp16"
    if kind == "mps":
        return "fp16"
    return "bf16" if torch.cpu._is_avx512_bf16_supported() else "fp32"


def cores_granted(quota: Path = _QUOTA) -> int | None:
    """Whole cores that a container may use (cgroup v2 ``cpu.max``); None where nothing limits it.

    Torch counts the machine's cores: sixty threads on a quota of two stand in each other's way.
    """
    try:
        granted, period = quota.read_text().split()
        return max(1, int(granted) // int(period))
    except (OSError, ValueError):  # there is no such file, or it says "max"
        return None

"""The build of torch for a machine: CUDA for an NVIDIA card, Metal on Apple silicon, else CPU.

PyPI has one build for each system (that of Linux with CUDA, that of Windows without), so the others
come from PyTorch's own indexes, which have no other name than their URL.
"""

from __future__ import annotations

import platform
import re
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shotlog_installer.errors import InstallError
from shotlog_installer.machine import Machine, System

VERSION = "2.13.0"
"""The version that Shotlog's tests run with."""

_INDEX = "https://download.pytorch.org/whl/"
_SMI_SECONDS = 20.0  # without persistence mode the driver takes seconds to start
_QUERY = ("--query-gpu=name,driver_version,compute_cap", "--format=csv,noheader")
_MB = 10**6


@dataclass(frozen=True)
class Card:
    """A graphics card, as NVIDIA's driver reports it.

    Attributes:
        name: Its name.
        driver: Version of the driver.
        capability: Compute capability: 8.9 for an RTX 4090.
    """

    name: str
    driver: tuple[int, ...]
    capability: tuple[int, ...]


@dataclass(frozen=True)
class TorchBuild:
    """A build of torch.

    Attributes:
        version: Version of torch.
        index: URL of its index; None takes that of all packages.
        kind: What it computes on: ``CUDA 13.0``, ``Metal``, ``CPU``.
        why: Reason for the choice, a clause.
        download: Bytes to download, with NVIDIA's libraries; an estimate.
        disk: Bytes on the disk; an estimate.
    """

    version: str
    index: str | None
    kind: str
    why: str
    download: int
    disk: int


# MB of torch 2.13.0 with all that it brings, to download and on the disk. Linux on the CPU and with
# CUDA 13.0 were measured; the others are the sizes of torch 2.9 in its indexes.
_SIZES = {
    ("linux", "CPU"): (192, 790),
    ("linux", "CUDA 12.6"): (3300, 7000),
    ("linux", "CUDA 13.0"): (2730, 4800),
    ("windows", "CPU"): (120, 650),
    ("windows", "CUDA 12.6"): (2600, 4800),
    ("windows", "CUDA 13.0"): (1900, 3600),
    ("macos", "Metal"): (80, 400),
}

# The oldest driver of each (NVIDIA's release notes of the CUDA toolkit: CUDA 12.x and 13.x each run
# on every driver of their generation), and the cards that PyTorch's builds have code for.
_CUDA = (
    ("CUDA 13.0", "cu130", {"linux": (580,), "windows": (580,)}, (7, 5), (99,)),
    ("CUDA 12.6", "cu126", {"linux": (525, 60), "windows": (528, 33)}, (5, 0), (9, 99)),
)


def ask_driver(run: Callable[..., str] | None = None) -> list[Card]:
    """Return the cards that NVIDIA's driver reports; none without a driver that answers.

    Args:
        run: Runs a command and returns its output; None starts ``nvidia-smi``.
    """
    try:
        output = (run or _output)(["nvidia-smi", *_QUERY])
    except (OSError, subprocess.SubprocessError):
        return []
    cards = []
    for line in output.splitlines():
        parts = [part.strip() for part in line.rsplit(",", 2)]
        if len(parts) == 3 and (driver := _numbers(parts[1])):
            cards.append(Card(parts[0], driver, _numbers(parts[2])))
    return cards


def choose_torch(
    machine: Machine,
    cards: Sequence[Card],
    *,
    processor: str | None = None,
    cpu: bool = False,
    index: str | None = None,
    version: str | None = None,
) -> TorchBuild:
    """Return the build of torch for a machine.

    Args:
        machine: The machine.
        cards: Its NVIDIA cards.
        processor: Name of its processor's architecture; None asks the system.
        cpu: Take the build without a graphics card.
        index: Take this index.
        version: Take this version of torch.

    Raises:
        InstallError: There is no build for this machine.
    """
    version = version or VERSION
    processor = processor or platform.machine()
    if machine.system is System.MACOS:
        if processor.lower() not in ("arm64", "aarch64") and index is None:
            raise InstallError(
                "torch",
                "there are no builds for Macs with an Intel processor since version 2.3, and "
                "Shotlog needs 2.6",
                "Install on a Mac with Apple silicon, on Windows or on Linux, or name an index with"
                " a build of your own: --index-url URL.",
            )
        return _build(machine, version, index, "Metal", "this is a Mac with Apple silicon")
    if index is not None:
        return _build(machine, version, index, _kind(machine, index), "you chose its index")
    if cpu:
        return _build(machine, version, f"{_INDEX}cpu", "CPU", "you chose --cpu")
    if not cards:
        return _build(machine, version, f"{_INDEX}cpu", "CPU", "there is no NVIDIA card")
    card = cards[0]
    for kind, name, drivers, oldest, newest in _CUDA:
        fits = oldest <= card.capability <= newest
        if fits and card.driver >= drivers[machine.system.value]:
            return _build(machine, version, f"{_INDEX}{name}", kind, f"the card is {card.name}")
    driver = ".".join(map(str, card.driver))
    return _build(
        machine, version, f"{_INDEX}cpu", "CPU",
        f"the driver {driver} of {card.name} is too old for this torch, or the card is: after an "
        "update of the driver run the installer again",
    )  # fmt: skip


def _kind(machine: Machine, index: str) -> str:
    """Return what the builds of an index compute on; where it does not tell, that of PyPI."""
    for kind, name, *_ in _CUDA:
        if name in index:
            return kind
    on_pypi = "CUDA 13.0" if machine.system is System.LINUX else "CPU"
    return "CPU" if index.rstrip("/").endswith("/cpu") else on_pypi


def _build(machine: Machine, version: str, index: str | None, kind: str, why: str) -> TorchBuild:
    download, disk = _SIZES.get((machine.system.value, kind), (200, 800))
    return TorchBuild(version, index, kind, why, download * _MB, disk * _MB)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", text)))


def _output(command: Sequence[str]) -> str:
    return subprocess.run(  # noqa: S603
        command, capture_output=True, text=True, timeout=_SMI_SECONDS, check=True,
        stdin=subprocess.DEVNULL,
    ).stdout  # fmt: skip

"""Checks of the graphics card: whether torch uses it.

A common fault is a CPU build of torch on a machine with a card: nothing fails, but everything is
slow. So the driver is asked for the cards, not torch.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass

from rich.filesize import decimal

from shotlog.doctor.check import health_check
from shotlog.doctor.context import PROBE_SECONDS, Context, ProbeFailed
from shotlog.doctor.result import CheckOutcome, Subject, passed, problem, skipped, warning

_SMI_SECONDS = 15.0  # without persistence mode the driver takes seconds to start
_QUERY = ("--query-gpu=name,driver_version,memory.total", "--format=csv,noheader")
_CPU_BUILD = (
    "Install the build for the card: choose your system at https://pytorch.org/get-started/locally,"
    " and run the command that it shows, with --force-reinstall."
)
_LEAST_FREE = 1024**3
"""Memory that the daemon leaves free for other programs; with less it loads no model."""


@dataclass(frozen=True)
class _Cards:
    """Cards that the NVIDIA driver reports.

    Attributes:
        names: Names of the cards, each with its driver and memory.
        trouble: Reason why an installed driver did not answer.
    """

    names: tuple[str, ...] = ()
    trouble: str | None = None


@health_check(Subject.DEVICE, seconds=_SMI_SECONDS + 5)
def card(context: Context) -> CheckOutcome:
    """The driver of an NVIDIA card, if there is one, responds."""
    cards = _cards(context)
    if cards.trouble:
        return problem(
            f"there is an NVIDIA driver, but its cards cannot be used: {cards.trouble}",
            "Restart the machine, as needed after a driver update; else reinstall the driver."
            " A container must be started with the card (docker run --gpus all).",
        )
    return passed("; ".join(cards.names) or "no NVIDIA card")


@health_check(Subject.DEVICE, seconds=PROBE_SECONDS + 5)
def torch(context: Context) -> CheckOutcome:
    """Torch can be imported, and is built for the installed card."""
    try:
        found = context.probe("torch")
    except ProbeFailed as error:
        return problem(
            f"torch cannot be imported: {error}", "Run: pip install --force-reinstall torch."
        )
    cards = _cards(context)
    kind = _build(found)
    words = f"torch {found['version']}, built for {kind}"
    if cards.names and not found["cuda"]:
        return problem(f"{words}, does not use the installed card: {cards.names[0]}", _CPU_BUILD)
    if cards.names and not found["devices"]:
        why = f": {_first_sentence(found['warnings'][0])}" if found["warnings"] else ""
        return problem(
            f"{words}, cannot use {cards.names[0]}{why}",
            f"Update the driver of the card, or install a torch that is built for an older one "
            f"than CUDA {found['cuda']}: https://pytorch.org/get-started/previous-versions.",
        )
    if found["warnings"]:
        return warning(f"{words}, warns: {_first_sentence(found['warnings'][0])}", _CPU_BUILD)
    return passed(words)


@health_check(Subject.DEVICE, seconds=PROBE_SECONDS + 5)
def memory(context: Context) -> CheckOutcome:
    """The device that models run on has free memory."""
    try:
        found = context.probe("torch")
    except ProbeFailed:
        return skipped("torch cannot be probed", "First resolve the problem of torch.")
    runs = f"models run on {found['chosen']} in {found['precision']}"
    if not found["memory"]:
        return passed(runs)
    rooms = [f"{decimal(free)} of {decimal(total)} free" for free, total in found["memory"]]
    words = f"{runs}; {', '.join(rooms)}"
    if found["memory"][0][0] < _LEAST_FREE:
        return warning(
            words,
            "Close programs that use the card, or unload models: shotlog models unload.",
        )
    return passed(words)


def _build(found: dict[str, object]) -> str:
    if found["cuda"]:
        return f"CUDA {found['cuda']}"
    return f"ROCm {found['hip']}" if found["hip"] else "the CPU"


def _cards(context: Context) -> _Cards:
    """Return the NVIDIA cards that the driver reports."""
    asked = shutil.which("nvidia-smi", path=context.environ.get("PATH"))
    if asked is None:
        kernel = context.system / "proc" / "driver" / "nvidia" / "version"
        devices = list((context.system / "dev").glob("nvidia[0-9]*"))
        if not devices and not kernel.is_file():
            return _Cards()
        if devices:  # a container may have the devices without nvidia-smi
            return _Cards(names=tuple(device.name for device in sorted(devices)))
        return _Cards(trouble="it is loaded, but there is no device /dev/nvidia0")
    try:
        done = subprocess.run(  # noqa: S603
            [asked, *_QUERY], env=dict(context.environ), capture_output=True, text=True,
            timeout=_SMI_SECONDS, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return _Cards(trouble=f"nvidia-smi hangs ({_SMI_SECONDS:.0f} s)")
    except OSError as error:
        return _Cards(trouble=f"nvidia-smi cannot be started ({error.strerror})")
    lines = [line.strip() for line in done.stdout.splitlines() if line.strip()]
    if done.returncode:
        return _Cards(trouble=lines[0] if lines else f"nvidia-smi ends with {done.returncode}")
    return _Cards(names=tuple(_in_words(line) for line in lines))


def _in_words(line: str) -> str:
    name, driver, total = [*(part.strip() for part in line.split(",")), "", ""][:3]
    return f"{name}, {total}, driver {driver}"


def _first_sentence(text: str) -> str:
    return text.strip().splitlines()[0].split(". ")[0]


CHECKS = (card, torch, memory)

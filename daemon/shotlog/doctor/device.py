"""The graphics card: whether torch uses the one that is here.

A build of torch for the CPU alone on a machine with a card is the classic: nothing fails, all is
slow. So the cards are asked of the driver, and never of torch.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass

from rich.filesize import decimal

from shotlog.doctor.check import check
from shotlog.doctor.context import PROBE_SECONDS, Context, ProbeFailed
from shotlog.doctor.result import Subject, Verdict, ok, problem, skipped, warning

_SMI_SECONDS = 15.0
_QUERY = ("--query-gpu=name,driver_version,memory.total", "--format=csv,noheader")
_CPU_BUILD = (
    "Install the build for the card: choose your system at https://pytorch.org/get-started/locally,"
    " and run the command that it shows, with --force-reinstall."
)
_LEAST_FREE = 1024**3
"""What the daemon leaves free for other programs; a card with less has no room for a model."""


@dataclass(frozen=True)
class _Cards:
    """What NVIDIA's driver tells.

    Attributes:
        names: Of the cards, each with its driver and memory.
        trouble: Why the driver could not be asked although there is one.
    """

    names: tuple[str, ...] = ()
    trouble: str | None = None


@check(Subject.DEVICE, seconds=_SMI_SECONDS + 5)
def card(case: Context) -> Verdict:
    """The driver of an NVIDIA card, where there is one, answers."""
    cards = _cards(case)
    if cards.trouble:
        return problem(
            f"there is an NVIDIA driver, but its cards cannot be used: {cards.trouble}",
            "Restart the machine, for a driver that was updated needs that; else install the driver"
            " again. A container must be started with the card (docker run --gpus all).",
        )
    return ok("; ".join(cards.names) or "no NVIDIA card")


@check(Subject.DEVICE, seconds=PROBE_SECONDS + 5)
def torch(case: Context) -> Verdict:
    """Torch can be imported, and is built for the card that is here."""
    try:
        found = case.probe("torch")
    except ProbeFailed as error:
        return problem(
            f"torch cannot be imported: {error}", "Run: pip install --force-reinstall torch."
        )
    cards = _cards(case)
    kind = _build(found)
    words = f"torch {found['version']}, built for {kind}"
    if cards.names and not found["cuda"]:
        return problem(f"{words}, does not use the card that is here: {cards.names[0]}", _CPU_BUILD)
    if cards.names and not found["devices"]:
        why = f": {_first_sentence(found['warnings'][0])}" if found["warnings"] else ""
        return problem(
            f"{words}, cannot use {cards.names[0]}{why}",
            f"Update the driver of the card, or install a torch that is built for an older one "
            f"than CUDA {found['cuda']}: https://pytorch.org/get-started/previous-versions.",
        )
    if found["warnings"]:
        return warning(f"{words}, warns: {_first_sentence(found['warnings'][0])}", _CPU_BUILD)
    return ok(words)


@check(Subject.DEVICE, seconds=PROBE_SECONDS + 5)
def memory(case: Context) -> Verdict:
    """The device that models run on has memory to spare."""
    try:
        found = case.probe("torch")
    except ProbeFailed:
        return skipped("torch cannot be asked", "Do first what is said of torch.")
    runs = f"models run on {found['chosen']} in {found['precision']}"
    if not found["memory"]:
        return ok(runs)
    rooms = [f"{decimal(free)} of {decimal(total)} free" for free, total in found["memory"]]
    words = f"{runs}; {', '.join(rooms)}"
    if found["memory"][0][0] < _LEAST_FREE:
        return warning(
            words,
            "Close programs that use the card, or give what models hold back: "
            "shotlog models unload.",
        )
    return ok(words)


def _build(found: dict[str, object]) -> str:
    if found["cuda"]:
        return f"CUDA {found['cuda']}"
    return f"ROCm {found['hip']}" if found["hip"] else "the CPU"


def _cards(case: Context) -> _Cards:
    """The NVIDIA cards that the driver tells of."""
    asked = shutil.which("nvidia-smi", path=case.environ.get("PATH"))
    if asked is None:
        kernel = case.system / "proc" / "driver" / "nvidia" / "version"
        devices = list((case.system / "dev").glob("nvidia[0-9]*"))
        if not devices and not kernel.is_file():
            return _Cards()
        if devices:  # a container may have the card without its tools
            return _Cards(names=tuple(device.name for device in sorted(devices)))
        return _Cards(trouble="it is loaded, but there is no device /dev/nvidia0")
    try:
        done = subprocess.run(  # noqa: S603
            [asked, *_QUERY], env=dict(case.environ), capture_output=True, text=True,
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

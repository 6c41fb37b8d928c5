"""A card that is here and not used: the doctor's classic."""

from __future__ import annotations

from pathlib import Path

import pytest

from shotlog.doctor import CheckState, Context
from tests.doctor.conftest import Look, Standin

CARD = "NVIDIA GeForce RTX 4090, 550.54.14, 24564 MiB"
GIB = 1024**3

TORCH = """
import types, warnings
__version__ = {version!r}
version = types.SimpleNamespace(cuda={cuda!r}, hip=None)
def is_available():
    if {warning!r}:
        warnings.warn({warning!r})
    return {count} > 0
cuda = types.SimpleNamespace(
    is_available=is_available, device_count=lambda: {count},
    get_device_name=lambda n: "NVIDIA GeForce RTX 4090",
    get_device_capability=lambda n: (8, 9), mem_get_info=lambda n: ({free}, 24 * 1024**3),
)
backends = types.SimpleNamespace(mps=types.SimpleNamespace(is_available=lambda: False))
cpu = types.SimpleNamespace(_is_avx512_bf16_supported=lambda: False)
"""


def torch(
    version: str = "2.9.0+cu128", cuda: str | None = "12.8", count: int = 1, free: int = 20 * GIB,
    warning: str = "",
) -> str:  # fmt: skip
    return TORCH.format(version=version, cuda=cuda, count=count, free=free, warning=warning)


def driver(context: Context, tmp_path: Path, script: str) -> None:
    """An ``nvidia-smi`` that does this."""
    folder = tmp_path / "driver"
    folder.mkdir()
    tool = folder / "nvidia-smi"
    tool.write_text(f"#!/bin/sh\n{script}\n")
    tool.chmod(0o755)
    context.environ = {**context.environ, "PATH": f"{folder}:/usr/bin:/bin"}


@pytest.fixture
def bare(context: Context, tmp_path: Path) -> Context:
    """A machine without any card, whatever this one has."""
    context.environ = {**context.environ, "PATH": str(tmp_path)}
    return context


def test_a_card_that_torch_uses_is_in_order(
    context: Context, look: Look, tmp_path: Path, stand_in: Standin
) -> None:
    stand_in("torch", torch())
    driver(context, tmp_path, f"echo '{CARD}'")
    assert look("card", context).words == "NVIDIA GeForce RTX 4090, 24564 MiB, driver 550.54.14"
    assert look("torch", context).state is CheckState.OK
    assert look("memory", context).words == (
        "models run on cuda:0 NVIDIA GeForce RTX 4090 in bf16; 21.5 GB of 25.8 GB free"
    )


def test_a_build_for_the_cpu_on_a_machine_with_a_card_is_a_problem(
    context: Context, look: Look, tmp_path: Path, stand_in: Standin
) -> None:
    stand_in("torch", torch("2.9.0+cpu", cuda=None, count=0))
    driver(context, tmp_path, f"echo '{CARD}'")
    found = look("torch", context)
    assert found.state is CheckState.PROBLEM
    assert "RTX 4090" in found.words
    assert "pytorch.org" in str(found.remedy)


def test_a_driver_that_is_too_old_is_reported_with_the_words_of_torch(
    context: Context, look: Look, tmp_path: Path, stand_in: Standin
) -> None:
    words = "CUDA initialization: The NVIDIA driver on your system is too old (found version 11040)"
    stand_in("torch", torch(count=0, warning=f"{words}. Please update your GPU driver."))
    driver(context, tmp_path, f"echo '{CARD}'")
    found = look("torch", context)
    assert found.state is CheckState.PROBLEM
    assert words in found.words
    assert "Update the driver" in str(found.remedy)


def test_a_card_that_others_have_filled_is_a_warning(
    context: Context, look: Look, tmp_path: Path, stand_in: Standin
) -> None:
    stand_in("torch", torch(free=GIB // 2))
    assert look("memory", context).state is CheckState.WARNING


def test_a_driver_that_was_updated_under_its_kernel_module_is_a_problem(
    context: Context, look: Look, tmp_path: Path
) -> None:
    words = "Failed to initialize NVML: Driver/library version mismatch"
    driver(context, tmp_path, f"echo '{words}'; exit 18")
    found = look("card", context)
    assert found.state is CheckState.PROBLEM
    assert words in found.words


def test_a_driver_that_hangs_is_a_problem(
    context: Context, look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.doctor.device._SMI_SECONDS", 0.3)
    driver(context, tmp_path, "exec sleep 60")
    assert "hangs" in look("card", context).words


def test_a_card_in_a_container_without_its_tools_is_found(
    bare: Context, look: Look, stand_in: Standin
) -> None:
    (bare.system / "dev").mkdir()
    (bare.system / "dev" / "nvidia0").touch()
    stand_in("torch", torch("2.9.0+cpu", cuda=None, count=0))
    assert look("card", bare).words == "nvidia0"
    assert look("torch", bare).state is CheckState.PROBLEM


def test_a_driver_without_a_card_in_this_container_is_a_problem(bare: Context, look: Look) -> None:
    version = bare.system / "proc" / "driver" / "nvidia" / "version"
    version.parent.mkdir(parents=True)
    version.write_text("NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.14")
    assert look("card", bare).state is CheckState.PROBLEM


def test_no_card_is_no_problem(bare: Context, look: Look, stand_in: Standin) -> None:
    stand_in("torch", torch("2.9.0+cpu", cuda=None, count=0))
    assert look("card", bare).words == "no NVIDIA card"
    assert look("torch", bare).state is CheckState.OK
    assert look("memory", bare).words == "models run on cpu in fp32"


def test_a_torch_that_crashes_is_a_finding_and_not_the_doctors_end(
    bare: Context, look: Look, stand_in: Standin
) -> None:
    stand_in("torch", "import os, signal; os.kill(os.getpid(), signal.SIGILL)")
    found = look("torch", bare)
    assert found.state is CheckState.PROBLEM
    assert "SIGILL" in found.words
    assert look("memory", bare).state is CheckState.SKIPPED

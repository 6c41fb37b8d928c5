"""What this machine's own devices tell of their memory."""

from __future__ import annotations

import sys

import psutil
import pytest
import torch

from shotlog.models.runtime import choose_device
from shotlog.service.worker import MachineMemory

MIB = 1024**2


def test_main_memory_tells_what_this_process_holds_and_what_the_system_would_give() -> None:
    memory, cpu = MachineMemory(), choose_device("cpu", "fp32")
    memory.reclaim(cpu)  # else it may be taken from what was freed and is held all the same
    before = memory.space(cpu)
    held = torch.ones(64 * MIB // 4)
    after = memory.space(cpu)
    assert after.used - before.used > 56 * MIB
    assert after.total == before.total == psutil.virtual_memory().total
    assert 0 < after.free < after.total
    del held
    memory.reclaim(cpu)
    assert memory.space(cpu).used - before.used < 16 * MIB


def test_main_memory_is_not_limited_and_nobody_counts_its_peaks() -> None:
    memory, cpu = MachineMemory(), choose_device("cpu", "fp32")
    memory.limit(cpu, 0)
    memory.begin_peak(cpu)
    assert torch.ones(MIB).sum() == MIB
    assert memory.peak(cpu) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="other C libraries keep what they like")
def test_small_pieces_of_main_memory_are_given_back_too() -> None:
    memory, cpu = MachineMemory(), choose_device("cpu", "fp32")
    memory.reclaim(cpu)
    threshold = torch.ones(24 * MIB // 4)
    del threshold  # from now on glibc keeps whatever is smaller than this
    held = [torch.ones(MIB // 4) for _ in range(128)]
    with_all = memory.space(cpu).used
    del held[:-1]  # the last one lies above all others, so that the heap does not just shrink
    memory.reclaim(cpu)
    assert with_all - memory.space(cpu).used > 96 * MIB


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device here")
def test_a_card_tells_of_ours_and_of_peaks_and_keeps_the_limit() -> None:
    memory, device = MachineMemory(), choose_device("cuda")
    memory.reclaim(device)
    before = memory.space(device)
    held = torch.ones(64 * MIB, dtype=torch.uint8, device=device.torch_name)
    after = memory.space(device)
    assert after.used - before.used == 64 * MIB
    assert before.free - after.free >= 64 * MIB
    memory.begin_peak(device)
    assert (held + held).sum() > 0
    assert 64 * MIB <= memory.peak(device) < 80 * MIB
    memory.reclaim(device)
    memory.limit(device, memory.space(device).used + 32 * MIB)
    with pytest.raises(torch.OutOfMemoryError):
        torch.ones(64 * MIB, dtype=torch.uint8, device=device.torch_name)
    memory.limit(device, after.total)
    del held
    memory.reclaim(device)
    assert memory.space(device).used == before.used

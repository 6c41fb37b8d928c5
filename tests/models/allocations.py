"""Bytes that tensors hold at the most, by torch's own count."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch.profiler import ProfilerActivity, profile


def peak_bytes(run: Callable[[], object]) -> int:
    """Return the bytes that tensors hold at the most while something is computed on the CPU."""
    with (
        torch.inference_mode(),
        profile(activities=[ProfilerActivity.CPU], profile_memory=True) as seen,
    ):
        run()
    assert seen.profiler is not None
    assert seen.profiler.kineto_results is not None
    changes = [e for e in seen.profiler.kineto_results.events() if e.name() == "[memory]"]
    held = most = 0
    for change in sorted(changes, key=lambda one: one.start_ns()):
        held += change.nbytes()
        most = max(most, held)
    return most

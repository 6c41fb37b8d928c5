"""Memory that models need on a device: as measured on this machine, else as estimated."""

from __future__ import annotations

import json
from pathlib import Path

from shotlog.engine import Cache, ResidentMeasure
from shotlog.models.runtime import Device, MemoryEstimate
from shotlog.paths import cache_file

_SAFETY_FACTOR = 1.1
"""Factor on measured values, for other windows, other bucket sizes and fragmentation."""


class MemoryEstimates:
    """Measured memory needs, stored among the facts of the result cache.

    The cache may be deleted at any time; the estimates are then used again.

    Args:
        path: The result cache; None takes the user's own.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path

    def get(self, measure: ResidentMeasure, device: Device) -> MemoryEstimate:
        """Return the memory that a model needs on a device, in the device's precision.

        Raises:
            ModelError: Nothing was measured, and the model's files cannot be read.
        """
        with self._cache() as cache:
            text = cache.fact(_key(measure, device))
        measured = _parse(text) if text else None
        if measured is not None:
            return measured.scaled(_SAFETY_FACTOR)
        return measure.estimate(device)

    def record(self, measure: ResidentMeasure, device: Device, measured: MemoryEstimate) -> None:
        """Store the measured memory need of a model."""
        text = json.dumps([measured.weights, measured.window])
        with self._cache() as cache:
            cache.note_fact(_key(measure, device), text)

    def _cache(self) -> Cache:
        return Cache(self._path or cache_file())


def _key(measure: ResidentMeasure, device: Device) -> str:
    # By the name of the card, not its index: two cards of one kind need the same memory.
    return f"need {measure.fingerprint} {device.name} {device.precision}"


def _parse(text: str) -> MemoryEstimate | None:
    """Return the stored need; None where the text is not one."""
    try:
        weights, window = map(int, json.loads(text))
    except (ValueError, TypeError):
        return None
    return MemoryEstimate(weights, window) if weights > 0 and window > 0 else None

"""What models need of a device's memory: as this machine measured it, else as it is predicted."""

from __future__ import annotations

import json
from pathlib import Path

from shotlog.engine import Cache, ResidentMeasure
from shotlog.models.runtime import Device, MemoryEstimate
from shotlog.paths import cache_file

_SPARE = 1.1
"""Times what was measured: other windows, other buckets, a fragmented memory."""


class Needs:
    """Remembers measured needs among the facts of the result cache, where losing one does no harm.

    Args:
        path: The result cache; None takes the user's own.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path

    def of(self, measure: ResidentMeasure, device: Device) -> MemoryEstimate:
        """What a model needs on a device in its precision.

        Raises:
            ModelError: nothing was measured, and its files cannot be read.
        """
        with self._cache() as cache:
            text = cache.fact(_key(measure, device))
        measured = _read(text) if text else None
        if measured is not None:
            return measured.scaled(_SPARE)
        return measure.estimate(device)

    def note(self, measure: ResidentMeasure, device: Device, measured: MemoryEstimate) -> None:
        """Remembers what a model took."""
        text = json.dumps([measured.weights, measured.window])
        with self._cache() as cache:
            cache.note_fact(_key(measure, device), text)

    def _cache(self) -> Cache:
        return Cache(self._path or cache_file())


def _key(measure: ResidentMeasure, device: Device) -> str:
    """Cards of one kind are of one kind; another card in the same machine has its own name."""
    return f"need {measure.fingerprint} {device.name} {device.precision}"


def _read(text: str) -> MemoryEstimate | None:
    """A need as it was noted; None where something else stands there."""
    try:
        weights, window = map(int, json.loads(text))
    except (ValueError, TypeError):
        return None
    return MemoryEstimate(weights, window) if weights > 0 and window > 0 else None

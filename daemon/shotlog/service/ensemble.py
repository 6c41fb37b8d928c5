"""Who is asked, kept between jobs: models stay loaded until others are asked for."""

from __future__ import annotations

import dataclasses
import gc
import sys

from shotlog.engine.voices import Voices, candidates, voices_of
from shotlog.models.registry import Installed
from shotlog.service.messages import Asks

_Wanted = tuple[tuple[Installed, ...], str, str]
"""Models, device, precision."""


class Ensemble:
    """Finds who is asked, and keeps the models loaded until others are asked for.

    Jobs that ask no model leave loaded ones alone.
    """

    def __init__(self) -> None:
        self._kept: dict[bool, tuple[_Wanted, Voices]] = {}

    def of(self, asks: Asks) -> Voices:
        """Who is asked. A model that came, went or changed since the last job is noticed.

        Raises:
            ModelError: a model or the device cannot be used.
        """
        found = candidates(asks.models, asks.names)
        slot = bool(found.here)
        wanted = found.here, asks.device, asks.precision
        kept, voices = self._kept.get(slot, (None, None))
        if voices is None or kept != wanted:
            voices = None
            if self._kept.pop(slot, None) is not None:
                _give_memory_back()
            voices = voices_of(found, asks.device, asks.precision)
            self._kept[slot] = wanted, voices
        return dataclasses.replace(voices, warnings=found.warnings)


def _give_memory_back() -> None:
    """Lets go of models that nobody holds any more: torch keeps their memory for itself."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()

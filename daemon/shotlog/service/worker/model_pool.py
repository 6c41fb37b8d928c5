"""Pool of loaded models; entries expire by keep-alive or are evicted for memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from shotlog.engine import (
    ANALYZERS,
    AnalyzerSelection,
    ask_provider,
    find_candidates,
    make_analyzers,
)
from shotlog.models.catalog import InstalledModel
from shotlog.schema import Analyzer
from shotlog.service.protocol import DEFAULT_KEEP_ALIVE, AnalysisOptions, DeviceMemory
from shotlog.service.worker.device_memory import MachineMemory, MemoryBackend

if TYPE_CHECKING:
    from shotlog.service.worker.memory_estimates import MemoryEstimates
    from shotlog.service.worker.model_slots import AnalyzerFactory, MemoryManager, ModelSlot

_SlotKey = tuple[str, str, str]
"""Name of a model, its device as torch names it, its precision."""


class ModelPool:
    """Selects the analyzers of jobs, and holds each of their models once. For one thread.

    A model is loaded when it is first used. After its last use it is kept for the keep-alive of the
    latest job that named one; :meth:`expire` then unloads it. A model that another one needs memory
    for is evicted before.

    Attributes:
        keep_alive: Seconds that models are kept after their last use if no job has named a
            keep-alive for them; negative means without limit.

    Args:
        memory: Access to the memory of devices.
        clock: Monotonic clock, in seconds.
        sleep: Waits for so many seconds.
        estimates: Memory needs of models; None takes those of this machine.
        make_analyzers: Makes the analyzers of models; None takes
            :func:`shotlog.models.analysis.build_analyzers`.
    """

    def __init__(
        self,
        memory: MemoryBackend | None = None,
        clock: Callable[[], float] = time.monotonic,
        *,
        sleep: Callable[[float], None] = time.sleep,
        estimates: MemoryEstimates | None = None,
        make_analyzers: AnalyzerFactory | None = None,
    ) -> None:
        self._memory = memory or MachineMemory()
        self._clock, self._sleep = clock, sleep
        self._estimates, self._make_analyzers = estimates, make_analyzers
        self.keep_alive = DEFAULT_KEEP_ALIVE
        self._slots: dict[_SlotKey, ModelSlot] = {}

    def select(
        self, options: AnalysisOptions, keep_alive: float | None = None
    ) -> AnalyzerSelection:
        """Select the analyzers for options; from now on their models, and no others, are in use.

        Models that were installed, removed or changed since the last job are noticed.

        Args:
            options: Options of the analysis.
            keep_alive: Seconds that these models are kept after their last use; None leaves it as
                it is, negative means without limit.

        Raises:
            ModelError: A model or the device cannot be used.
            HighlighterError: A highlighter cannot be used.
            ProviderError: A provider is asked for and cannot be used.
            ProfileUnusable: The profile is not on this machine, or cannot be used.
        """
        found = find_candidates(options.models, options.names, embeddings=options.embeddings)
        selected: list[ModelSlot] = []

        def make_local(
            installed: Sequence[InstalledModel], device: str, precision: str
        ) -> list[Analyzer]:
            ranked = sorted(installed, key=lambda each: (each.card.rank, each.card.name))
            selected.extend(self._get_slot(each, device, precision) for each in ranked)
            return [analyzer for slot in selected for analyzer in slot.analyzers]

        voices = make_analyzers(
            found,
            options.device,
            options.precision,
            highlights=options.highlights,
            remote=ask_provider(options.models, options.remote),
            local=make_local,
            builtin=lambda: self._builtin,
        ).with_profile(options.profile)
        for slot in self._slots.values():
            slot.in_use = slot in selected
        for slot in selected:
            slot.last_used = self._clock()
            slot.keep_alive = slot.keep_alive if keep_alive is None else keep_alive
        return voices

    def expire(self, now: float | None = None) -> bool:
        """Unload models whose keep-alive has passed. Call it only while no job runs.

        Args:
            now: Time on the clock; None takes the present time.

        Returns:
            True if any was unloaded.
        """
        now = self._clock() if now is None else now
        return self._unload([slot for slot in self._loaded() if slot.is_expired(now)])

    def seconds_to_expiry(self) -> float | None:
        """Return the seconds until the next model expires; None where none will."""
        ends = [slot.last_used + slot.keep_alive for slot in self._loaded() if slot.keep_alive >= 0]
        return max(0.0, min(ends) - self._clock()) if ends else None

    def unload(self) -> bool:
        """Unload all models; return True if any was loaded. Call it only while no job runs."""
        return self._unload(self._loaded())

    def loaded_models(self) -> tuple[str, ...]:
        """Return a text for each loaded model: name, device, precision."""
        return AnalyzerSelection(
            (), measures=tuple(slot.measure for slot in self._loaded())
        ).loaded_models()

    def device_memory(self) -> tuple[DeviceMemory, ...]:
        """Return the memory of the devices that models are loaded on."""
        devices = {d.torch_name: d for slot in self._loaded() if (d := slot.device) is not None}
        return tuple(
            DeviceMemory(name=device.name, **self._memory.info(device)._asdict())
            for device in devices.values()
        )

    @cached_property
    def _builtin(self) -> list[Analyzer]:
        return ANALYZERS.load()

    @cached_property
    def _manager(self) -> MemoryManager:
        # Imported here: a job without models must not wait for the import of torch.
        from shotlog.service.worker.memory_estimates import MemoryEstimates
        from shotlog.service.worker.model_slots import MemoryManager

        estimates = self._estimates or MemoryEstimates()
        return MemoryManager(self._memory, estimates, self._clock, self._sleep)

    def _get_slot(self, installed: InstalledModel, device: str, precision: str) -> ModelSlot:
        from shotlog.models.analysis import build_analyzers
        from shotlog.service.worker.model_slots import ModelSlot

        key = installed.card.name, device, precision
        slot = self._slots.get(key)
        if slot is None or slot.installed != installed:
            if slot is not None and slot.device is not None:
                self._unload([slot])  # its files have changed
            slot = self._slots[key] = ModelSlot(
                installed, device, precision, self._manager, self._make_analyzers or build_analyzers
            )
            slot.keep_alive = self.keep_alive
            self._manager.slots = list(self._slots.values())
        return slot

    def _loaded(self) -> list[ModelSlot]:
        return [slot for slot in self._slots.values() if slot.device is not None]

    def _unload(self, slots: Sequence[ModelSlot]) -> bool:
        # Without slots the manager, and with it torch, may not be imported yet.
        if slots:
            self._manager.unload(slots)
        return bool(slots)

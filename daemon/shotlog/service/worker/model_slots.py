"""Models that share a device's memory: admission of new ones, eviction of idle ones.

The editing program works on the same device, so a tenth of it, at least 1 GiB, is reserved for
that. A model is admitted where its need fits beside the reserve. Otherwise idle models are evicted
in LRU order, only as many as needed, none if that would not suffice.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from shotlog.engine import ResidentMeasure
from shotlog.models.catalog import InstalledModel
from shotlog.models.runtime import Device, MemoryEstimate, MemoryHooks
from shotlog.schema import Analyzer, DeviceFull
from shotlog.service.worker.device_memory import MemoryBackend
from shotlog.service.worker.eviction import GIB, reserved_bytes, select_victims
from shotlog.service.worker.memory_estimates import MemoryEstimates

RECOVERY_SECONDS = 5.0
"""Time for which a GPU's driver may still report memory as used that was given back. Ollama waits
as long, and polls as often (``waitForVRAMRecovery`` in ``server/sched.go``)."""

_POLL_SECONDS = 0.25

_log = logging.getLogger(__name__)


class AnalyzerFactory(Protocol):
    """Makes the analyzers of models, like :func:`shotlog.models.analysis.build_analyzers`."""

    def __call__(
        self,
        installed: Sequence[InstalledModel],
        device: str,
        precision: str,
        /,
        *,
        hooks: MemoryHooks,
    ) -> Sequence[Analyzer]:
        """Return analyzers whose resident measures call the keeper's hooks."""


class ModelSlot(MemoryHooks):
    """One model on one device in one precision, loaded or not.

    Args:
        installed: The model.
        device_name: The device, as torch names it.
        precision: Precision of its trunk.
        manager: Manager of the device's memory.
        make_analyzers: Makes its analyzers, which share one resident measure.

    Attributes:
        installed: The model.
        analyzers: Its analyzers.
        measure: The measure that they share.
        in_use: True while a job may use it; it is not evicted then.
        last_used: Time of its last selection or use, on the manager's clock.
        keep_alive: Seconds that it is kept after that; negative means without limit.
        need: Memory that it needs; zero before it is first loaded.
    """

    def __init__(
        self,
        installed: InstalledModel,
        device_name: str,
        precision: str,
        manager: MemoryManager,
        make_analyzers: AnalyzerFactory,
    ) -> None:
        self.installed = installed
        self.analyzers = make_analyzers([installed], device_name, precision, hooks=self)
        self.measure = _shared_measure(self.analyzers)
        self.in_use, self.last_used, self.keep_alive = False, manager.clock(), 0.0
        self.need = MemoryEstimate(0, 0)
        self._manager = manager
        self._measured = MemoryEstimate(0, 0)
        self._used_before = 0
        self._device: Device | None = None

    @property
    def device(self) -> Device | None:
        """The device that its weights are loaded on; None while they are not loaded."""
        return self.measure.loaded

    def before_load(self, device: Device) -> None:
        """Free memory for the model, before it is loaded.

        Raises:
            DeviceFull: The device has not enough.
        """
        self._device, self.last_used = device, self._manager.clock()
        self.need = self._manager.estimates.get(self.measure, device)
        self._manager.make_room(self, device)
        self._used_before = self._manager.memory.info(device).used

    def after_load(self) -> None:
        """Measure the memory that the weights took."""
        assert self._device is not None, "before_load() is called first"  # noqa: S101
        used = self._manager.memory.info(self._device).used
        self._measured = MemoryEstimate(used - self._used_before, 0)

    @contextmanager
    def during_inference(self, windows: int) -> Iterator[None]:
        """Measure the peak memory per window during a use of the model, on CUDA."""
        assert self._device is not None, "before_load() is called first"  # noqa: S101
        memory = self._manager.memory
        memory.reset_peak(self._device)
        yield
        self.last_used = self._manager.clock()
        window = memory.peak(self._device) // windows
        if window > self._measured.window:
            self._measured = MemoryEstimate(self._measured.weights, window)
            self._manager.estimates.record(self.measure, self._device, self._measured)

    def free_memory(self) -> bool:
        """Evict all idle models of the device; return True if there was any."""
        assert self._device is not None, "before_load() is called first"  # noqa: S101
        return self._manager.evict_idle(self, self._device)

    def is_expired(self, now: float) -> bool:
        """Return True once its keep-alive has passed."""
        return self.keep_alive >= 0 and now >= self.last_used + self.keep_alive


class MemoryManager:
    """Shares the memory of devices among the models of this process. For one thread.

    Args:
        memory: Access to the memory of devices.
        estimates: Memory needs of models.
        clock: Monotonic clock, in seconds.
        sleep: Waits for so many seconds.

    Attributes:
        slots: Slots of all models that were selected so far, loaded or not.
    """

    def __init__(
        self,
        memory: MemoryBackend,
        estimates: MemoryEstimates,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.memory, self.estimates, self.clock = memory, estimates, clock
        self.slots: list[ModelSlot] = []
        self._sleep = sleep
        self._recovered_at: dict[str, float] = {}  # by device: when its driver reports the truth

    def make_room(self, slot: ModelSlot, device: Device) -> None:
        """Evict idle models until a model fits that is not loaded yet.

        Raises:
            DeviceFull: It would not fit even without all idle models.
        """
        self.memory.reclaim(device)
        while (missing := slot.need.minimum - self._available(device)) > 0:
            # Wait for memory that was given back before more models are evicted for it.
            if self.clock() < self._recovered_at.get(device.torch_name, 0):
                self._sleep(_POLL_SECONDS)
                continue
            idle = self._idle(slot, device)
            sizes = [each.need.minimum for each in idle]
            victims = select_victims(sizes, missing)
            if victims is None and device.kind == "cpu":
                # In main memory the reserve is given up before a model is refused: the system can
                # swap other programs out, and a machine without a GPU has no other device.
                missing -= reserved_bytes(self.memory.info(device).total)
                victims = select_victims(sizes, missing)
            if victims is None:
                raise self._full_error(slot, device)
            if not victims:
                break
            self.unload([idle[index] for index in victims])
        info = self.memory.info(device)
        self.memory.set_limit(device, info.used + info.free - reserved_bytes(info.total))

    def evict_idle(self, slot: ModelSlot, device: Device) -> bool:
        """Evict all idle models of a device except one; return True if there was any."""
        idle = self._idle(slot, device)
        self.unload(idle)
        return bool(idle)

    def unload(self, slots: Sequence[ModelSlot]) -> None:
        """Unload models, and return their memory to the system."""
        devices = {
            device.torch_name: device for each in slots if (device := each.device) is not None
        }
        for each in slots:
            each.measure.release()
            _log.info("unloaded %s", each.installed.card.name)
        for device in devices.values():
            self.memory.reclaim(device)
            if device.kind != "cpu":  # main memory is reported as free at once
                self._recovered_at[device.torch_name] = self.clock() + RECOVERY_SECONDS

    def _idle(self, slot: ModelSlot, device: Device) -> list[ModelSlot]:
        """Return the models that may be evicted for another, the least recently used first."""
        others = [each for each in self._on(device) if each is not slot and not each.in_use]
        return sorted(others, key=lambda each: each.last_used)

    def _on(self, device: Device) -> list[ModelSlot]:
        return [
            each
            for each in self.slots
            if each.device and each.device.torch_name == device.torch_name
        ]

    def _available(self, device: Device) -> int:
        """Return the bytes that one more model may take."""
        info = self.memory.info(device)
        # The loaded models' windows are not allocated between two uses, but will be again.
        windows = sum(each.need.window for each in self._on(device))
        return info.free - reserved_bytes(info.total) - windows

    def _full_error(self, slot: ModelSlot, device: Device) -> DeviceFull:
        info = self.memory.info(device)
        beside = [each.installed.card.name for each in self._on(device) if each.in_use]
        need = f"{slot.installed.card.name} needs {_size(slot.need.minimum)} in {device.precision}"
        reserved = 0 if device.kind == "cpu" else reserved_bytes(info.total)
        return DeviceFull(
            device.name,
            f"{need}; of {_size(info.total)} {_size(info.free)} are free"
            + (f", and {_size(reserved)} are reserved for the editing program" if reserved else "")
            + (f"; {', '.join(beside)} must stay beside it" if beside else ""),
            "Close other programs that use this device, use fewer models, or choose another"
            " device with --device.",
        )


def _shared_measure(analyzers: Sequence[Analyzer]) -> ResidentMeasure:
    """Return the one resident measure that the analyzers of a model share."""
    measures = {m: None for a in analyzers for m in a.measures if isinstance(m, ResidentMeasure)}
    (measure,) = measures
    return measure


def _size(count: int) -> str:
    return f"{count / GIB:.1f} GiB" if count >= GIB else f"{count / 1024**2:.1f} MiB"

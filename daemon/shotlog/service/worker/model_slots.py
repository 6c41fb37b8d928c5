"""Models that share a device's memory: who comes in, and who goes for it.

The editing program works on the same device: a tenth of it, and never less than 1 GiB, is left to
it. A model is let in where its need fits beside that; models that nobody uses go for it, the least
recently used first, but only as many as make the room, and none where all of them would not.
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
from shotlog.service.worker.device_memory import Memory
from shotlog.service.worker.memory_estimates import Needs

GIB = 1024**3
RECOVERY = 5.0
"""Seconds that a driver may take to tell of memory that was given back. Ollama, which polls as long
and as often (``server/sched.go``), has met drivers that take their time."""

_POLL = 0.25

_log = logging.getLogger(__name__)


def head_room(total: int) -> int:
    """Bytes of a device that are left to the editing program."""
    return max(total // 10, GIB)


def select_victims(held: Sequence[int], short: int) -> list[int] | None:
    """Who goes, of those who hold so much, so that at least ``short`` becomes free.

    Args:
        held: Bytes, of the least recently used first.
        short: Bytes that must become free.

    Returns:
        Places in ``held``: the shortest row from the front that frees enough, without those that
        it does not need. None where all together do not free enough.
    """
    freed, going = 0, []
    for place, size in enumerate(held):
        if freed >= short:
            break
        freed += size
        going.append(place)
    if freed < short:
        return None
    for place in reversed(going.copy()):
        if freed - held[place] >= short:
            freed -= held[place]
            going.remove(place)
    return going


class Make(Protocol):
    """Makes the analyzers of models, like :func:`~shotlog.models.analysis.build_analyzers`."""

    def __call__(
        self,
        installed: Sequence[InstalledModel],
        device: str,
        precision: str,
        /,
        *,
        hooks: MemoryHooks,
    ) -> Sequence[Analyzer]:
        """Return analyzers whose resident measures call the hooks."""


class ModelSlot(MemoryHooks):
    """One model on one device in one precision: loaded when it first looks, until it is let go.

    Args:
        installed: The model.
        place: The device, as torch names it.
        precision: Of its trunk.
        room: Where it sits.
        make: Makes its analyzers; they share one resident measure.

    Attributes:
        installed: The model.
        analyzers: What draws conclusions from what it sees.
        measure: What it looks with.
        in_use: Whether a job may need it now; it is not let go then.
        used: When it was last asked for or looked, on the room's clock.
        stay: Seconds that it stays after that; negative: for ever.
        need: What it needs; nothing before it was first to be loaded.
    """

    def __init__(
        self,
        installed: InstalledModel,
        place: str,
        precision: str,
        room: MemoryManager,
        make: Make,
    ) -> None:
        self.installed = installed
        self.analyzers = make([installed], place, precision, hooks=self)
        self.measure = _only(self.analyzers)
        self.in_use, self.used, self.stay = False, room.clock(), 0.0
        self.need = MemoryEstimate(0, 0)
        self._room = room
        self._measured = MemoryEstimate(0, 0)
        self._before = 0
        self._device: Device | None = None

    @property
    def device(self) -> Device | None:
        """Where its weights lie; None where they are not loaded."""
        return self.measure.loaded

    def before_load(self, device: Device) -> None:
        """See :class:`~shotlog.models.runtime.MemoryHooks`."""
        self._device, self.used = device, self._room.clock()
        self.need = self._room.needs.of(self.measure, device)
        self._room.clear(self, device)
        self._before = self._room.memory.space(device).used

    def after_load(self) -> None:
        """Measures what the weights took."""
        assert self._device is not None, "room was made before"  # noqa: S101
        self._measured = MemoryEstimate(
            self._room.memory.space(self._device).used - self._before, 0
        )

    @contextmanager
    def during_inference(self, windows: int) -> Iterator[None]:
        """Measures what a window takes on its way, where the device is one that counts."""
        assert self._device is not None, "it was loaded before"  # noqa: S101
        memory = self._room.memory
        memory.begin_peak(self._device)
        yield
        self.used = self._room.clock()
        window = memory.peak(self._device) // windows
        if window > self._measured.window:
            self._measured = MemoryEstimate(self._measured.weights, window)
            self._room.needs.note(self.measure, self._device, self._measured)

    def free_memory(self) -> bool:
        """Has everybody go who is not in use; whether there was anybody."""
        assert self._device is not None, "room was made before"  # noqa: S101
        return self._room.relieve(self, self._device)

    def over(self, now: float) -> bool:
        """Whether its time is over."""
        return self.stay >= 0 and now >= self.used + self.stay


class MemoryManager:
    """The models of this process, on whatever devices they are. For one thread.

    Args:
        memory: What devices tell of their memory.
        needs: What models need of it.
        clock: A monotonic clock, in seconds.
        sleep: Waits so many seconds.

    Attributes:
        seats: Of every model that was asked for, loaded or not.
    """

    def __init__(
        self,
        memory: Memory,
        needs: Needs,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.memory, self.needs, self.clock = memory, needs, clock
        self.seats: list[ModelSlot] = []
        self._sleep = sleep
        self._recovered: dict[str, float] = {}

    def clear(self, seat: ModelSlot, device: Device) -> None:
        """Makes room for a model that is not loaded yet.

        In main memory the head-room is a wish: the system can put other programs' memory elsewhere
        for a while, and whoever has no other device would be refused everything.

        Raises:
            DeviceFull: there is none, even if everybody went who may.
        """
        self.memory.reclaim(device)
        while (short := seat.need.minimum - self._spare(device)) > 0:
            if self.clock() < self._recovered.get(device.torch_name, 0):
                self._sleep(_POLL)
                continue
            idle = self._idle(seat, device)
            held = [one.need.minimum for one in idle]
            going = select_victims(held, short)
            if going is None and device.kind == "cpu":
                short -= head_room(self.memory.space(device).total)
                going = select_victims(held, short)
            if going is None:
                raise self._refusal(seat, device)
            if not going:
                break
            self.let_go([idle[place] for place in going])
        space = self.memory.space(device)
        self.memory.limit(device, space.used + space.free - head_room(space.total))

    def relieve(self, seat: ModelSlot, device: Device) -> bool:
        """Lets everybody go on a device who is not in use; whether there was anybody."""
        idle = self._idle(seat, device)
        self.let_go(idle)
        return bool(idle)

    def let_go(self, seats: Sequence[ModelSlot]) -> None:
        """Gives back the memory of models."""
        devices = {device.torch_name: device for one in seats if (device := one.device) is not None}
        for one in seats:
            one.measure.release()
            _log.info("%s is let go", one.installed.card.name)
        for device in devices.values():
            self.memory.reclaim(device)
            if device.kind != "cpu":  # main memory comes back at once
                self._recovered[device.torch_name] = self.clock() + RECOVERY

    def _idle(self, seat: ModelSlot, device: Device) -> list[ModelSlot]:
        """Who may go, the least recently used first."""
        others = [one for one in self._on(device) if one is not seat and not one.in_use]
        return sorted(others, key=lambda one: one.used)

    def _on(self, device: Device) -> list[ModelSlot]:
        return [
            one for one in self.seats if one.device and one.device.torch_name == device.torch_name
        ]

    def _spare(self, device: Device) -> int:
        """Bytes that one more model may need: the windows of those that are here are theirs."""
        space = self.memory.space(device)
        windows = sum(one.need.window for one in self._on(device))
        return space.free - head_room(space.total) - windows

    def _refusal(self, seat: ModelSlot, device: Device) -> DeviceFull:
        space = self.memory.space(device)
        beside = [one.installed.card.name for one in self._on(device) if one.in_use]
        needs = f"{seat.installed.card.name} needs {_size(seat.need.minimum)} in {device.precision}"
        kept = 0 if device.kind == "cpu" else head_room(space.total)
        return DeviceFull(
            device.name,
            f"{needs}; of {_size(space.total)} {_size(space.free)} are free"
            + (f", and {_size(kept)} are left to the editing program" if kept else "")
            + (f"; {', '.join(beside)} must stay beside it" if beside else ""),
            "Close other programs that use this device, ask for fewer models, or choose another"
            " device with --device.",
        )


def _only(analyzers: Sequence[Analyzer]) -> ResidentMeasure:
    """Return the one resident measure that analyzers share: a seat is for one model."""
    measures = {m: None for a in analyzers for m in a.measures if isinstance(m, ResidentMeasure)}
    (measure,) = measures
    return measure


def _size(count: int) -> str:
    return f"{count / GIB:.1f} GiB" if count >= GIB else f"{count / 1024**2:.1f} MiB"

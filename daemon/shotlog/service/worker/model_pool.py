"""Who is asked, kept between jobs: a model stays loaded until its time or its room is over."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from shotlog.engine import Voices, candidates, load_analyzers, voices_of
from shotlog.models.catalog import InstalledModel
from shotlog.schema import Analyzer
from shotlog.service.protocol import DEFAULT_KEEP_ALIVE, AnalysisOptions, DeviceMemory
from shotlog.service.worker.device_memory import MachineMemory, Memory

if TYPE_CHECKING:
    from shotlog.service.worker.memory_estimates import Needs
    from shotlog.service.worker.model_slots import Make, MemoryManager, ModelSlot

_Which = tuple[str, str, str]
"""A model's name, a device as torch names it, a precision."""


class ModelPool:
    """Finds who is asked, and holds every model once, however jobs combine them. For one thread.

    A model is loaded when it first looks. It stays as long as whoever asked for it last wished;
    :meth:`expire` lets it go then. It goes before that where another needs its room.

    Attributes:
        keep_alive: Seconds that models stay after their last use where nobody ever had a wish;
            negative: for ever.

    Args:
        memory: What devices tell of their memory.
        clock: A monotonic clock, in seconds.
        sleep: Waits so many seconds.
        needs: What models need of memory; None: as this machine measured it, else as predicted.
        make: Makes the analyzers of models; None takes those of
            :mod:`shotlog.models.analysis.analyzers`.
    """

    def __init__(
        self,
        memory: Memory | None = None,
        clock: Callable[[], float] = time.monotonic,
        *,
        sleep: Callable[[float], None] = time.sleep,
        needs: Needs | None = None,
        make: Make | None = None,
    ) -> None:
        self._memory = memory or MachineMemory()
        self._clock, self._sleep, self._needs, self._make = clock, sleep, needs, make
        self.keep_alive = DEFAULT_KEEP_ALIVE
        self._seats: dict[_Which, ModelSlot] = {}

    def of(self, asks: AnalysisOptions, keep_alive: float | None = None) -> Voices:
        """Who is asked; from now on its models are in use, and no others.

        A model that came, went or changed since the last job is noticed.

        Args:
            asks: What is asked for.
            keep_alive: Seconds that these models stay after their last use; None: as long as was
                wished for them last. Negative: for ever.

        Raises:
            ModelError: a model or the device cannot be used.
        """
        found = candidates(asks.models, asks.names)
        asked: list[ModelSlot] = []

        def seated(here: Sequence[InstalledModel], place: str, precision: str) -> list[Analyzer]:
            ranked = sorted(here, key=lambda one: (one.card.rank, one.card.name))
            asked.extend(self._seat(one, place, precision) for one in ranked)
            return [analyzer for seat in asked for analyzer in seat.analyzers]

        voices = voices_of(
            found, asks.device, asks.precision, local=seated, builtin=lambda: self._builtin
        )
        for seat in self._seats.values():
            seat.in_use = seat in asked
        for seat in asked:
            seat.used = self._clock()
            seat.stay = seat.stay if keep_alive is None else keep_alive
        return dataclasses.replace(voices, warnings=found.warnings)

    def expire(self, now: float | None = None) -> bool:
        """Lets models go whose time is over. Ask only while no job runs.

        Args:
            now: On the clock; None: now.

        Returns:
            Whether any was let go.
        """
        now = self._clock() if now is None else now
        return self._let_go([seat for seat in self._loaded() if seat.over(now)])

    def left(self) -> float | None:
        """Seconds until the time of some model is over; None: never, or none is loaded."""
        ends = [seat.used + seat.stay for seat in self._loaded() if seat.stay >= 0]
        return max(0.0, min(ends) - self._clock()) if ends else None

    def unload(self) -> bool:
        """Lets all models go; whether there was any. Ask only while no job runs."""
        return self._let_go(self._loaded())

    def holding(self) -> tuple[str, ...]:
        """The models whose weights are loaded, where, and in which precision."""
        return Voices((), measures=tuple(seat.measure for seat in self._loaded())).holding()

    def devices(self) -> tuple[DeviceMemory, ...]:
        """The memory of the devices that models are on."""
        devices = {d.torch_name: d for seat in self._loaded() if (d := seat.device) is not None}
        return tuple(
            DeviceMemory(name=device.name, **self._memory.space(device)._asdict())
            for device in devices.values()
        )

    @cached_property
    def _builtin(self) -> list[Analyzer]:
        return load_analyzers()

    @cached_property
    def _room(self) -> MemoryManager:
        # Here, not above: who asks no model must not wait for the libraries that models need.
        from shotlog.service.worker.memory_estimates import Needs
        from shotlog.service.worker.model_slots import MemoryManager

        return MemoryManager(self._memory, self._needs or Needs(), self._clock, self._sleep)

    def _seat(self, installed: InstalledModel, place: str, precision: str) -> ModelSlot:
        from shotlog.models.analysis import build_analyzers
        from shotlog.service.worker.model_slots import ModelSlot

        which = installed.card.name, place, precision
        seat = self._seats.get(which)
        if seat is None or seat.installed != installed:
            if seat is not None and seat.device is not None:
                self._let_go([seat])
            seat = self._seats[which] = ModelSlot(
                installed, place, precision, self._room, self._make or build_analyzers
            )
            seat.stay = self.keep_alive
            self._room.seats = list(self._seats.values())
        return seat

    def _loaded(self) -> list[ModelSlot]:
        return [seat for seat in self._seats.values() if seat.device is not None]

    def _let_go(self, seats: Sequence[ModelSlot]) -> bool:
        if seats:
            self._room.let_go(seats)
        return bool(seats)

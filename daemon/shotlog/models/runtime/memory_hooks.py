"""Hooks around the loading and the use of a model, for those who share out a device's memory."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from shotlog.models.runtime.devices import Device


class Keeper:
    """Decides about a device's memory where several models share it; this one lets all be."""

    def make_room(self, device: Device) -> None:
        """Called before the model is loaded.

        Raises:
            DeviceFull: the device has no room for it.
        """

    def loaded(self) -> None:
        """Called when the model lies on the device."""

    def looking(self, windows: int) -> AbstractContextManager[None]:
        """Around each look at a bucket of windows."""
        return nullcontext()

    def relieve(self) -> bool:
        """Called where memory ran out all the same; whether any was freed since."""
        return False

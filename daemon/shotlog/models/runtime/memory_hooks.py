"""Hooks around loading and inference, for owners of several models on one device."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from shotlog.models.runtime.devices import Device


class MemoryHooks:
    """Callbacks for sharing a device's memory between models; the base class does nothing."""

    def before_load(self, device: Device) -> None:
        """Make room for the model; called before it is loaded.

        Raises:
            DeviceFull: The device has no room for it.
        """

    def after_load(self) -> None:
        """Note that the weights are on the device; called after loading."""

    def during_inference(self, windows: int) -> AbstractContextManager[None]:
        """Return a context that encloses the inference of a batch of ``windows``."""
        return nullcontext()

    def free_memory(self) -> bool:
        """Free memory after an out-of-memory error; return True if any was freed."""
        return False

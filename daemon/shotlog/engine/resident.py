"""The contract of measures that keep a model in memory between runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from shotlog.models.runtime import Device, MemoryEstimate
    from shotlog.schema import FrameNeed, Pixels


@runtime_checkable
class ResidentMeasure(Protocol):
    """A window measure whose model stays loaded until it is released.

    Engine and worker know models by these members alone, whatever class they are of: the worker
    asks :meth:`estimate` before it makes room, keeps the model between jobs, and calls
    :meth:`release` when its time is over or its memory is needed. A measure that holds nothing in
    memory, such as one that asks a remote service, is no resident measure and is left alone.

    The measure tells its :class:`~shotlog.models.runtime.MemoryHooks`, where it was given one, of
    its loading and of every look.
    """

    # Plain properties, not attributes: what is only read may be of a narrower type.
    @property
    def name(self) -> str:
        """Its unique name, as of every measure."""

    @property
    def width(self) -> int:
        """Numbers in a row."""

    @property
    def need(self) -> FrameNeed:
        """The size and form of a frame."""

    @property
    def frames(self) -> int:
        """Frames in one window: enough of them for a self-test on noise."""

    @property
    def fingerprint(self) -> str:
        """Identity of the weights; what they were seen to take of memory is remembered under it."""

    @property
    def loaded(self) -> Device | None:
        """The device that holds the weights; None while they are not loaded."""

    def estimate(self, device: Device) -> MemoryEstimate:
        """Return the bytes that it will take on a device in the device's precision.

        Raises:
            ModelError: its files cannot be read.
        """

    def prepare(self) -> None:
        """Load the model unless it is loaded.

        Raises:
            ModelError: the device or the weights cannot be used.
        """

    def release(self) -> None:
        """Let go of the weights; :meth:`prepare` or :meth:`look` loads them again."""

    def look(self, batch: Sequence[Pixels]) -> Sequence[npt.NDArray[np.float32]]:
        """Return a (width,) row for each window of (frames, h, w, 3) uint8."""

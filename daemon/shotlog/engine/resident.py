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

    Engine and worker use models through these members alone, whatever their class: the worker
    calls :meth:`estimate` before it evicts other models, keeps the model between jobs, and calls
    :meth:`release` when its keep-alive has expired or its memory is needed. A measure without
    weights in memory, such as one that calls a remote service, is not a resident measure.

    A measure that was given a :class:`~shotlog.models.runtime.MemoryHooks` reports every
    load and every inference to it.
    """

    # Plain properties, not attributes: what is only read may be of a narrower type.
    @property
    def name(self) -> str:
        """The unique name of the measure."""

    @property
    def width(self) -> int:
        """Numbers in a row."""

    @property
    def need(self) -> FrameNeed:
        """The size and form of a frame."""

    @property
    def frames(self) -> int:
        """Frames in one window; the self-test makes windows of noise of this length."""

    @property
    def fingerprint(self) -> str:
        """Identity of the weights; the memory measured for them is recorded under it."""

    @property
    def loaded(self) -> Device | None:
        """The device that holds the weights; None while they are not loaded."""

    def estimate(self, device: Device) -> MemoryEstimate:
        """Return the bytes that the model takes on a device in the device's precision.

        Raises:
            ModelError: its files cannot be read.
        """

    def prepare(self) -> None:
        """Load the model unless it is loaded.

        Raises:
            ModelError: the device or the weights cannot be used.
        """

    def release(self) -> None:
        """Free the weights; :meth:`prepare` or :meth:`look` loads them again."""

    def look(self, batch: Sequence[Pixels]) -> Sequence[npt.NDArray[np.float32]]:
        """Return a (width,) row for each window of (frames, h, w, 3) uint8."""

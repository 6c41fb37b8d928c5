"""The trial run: what would be sent to a provider, and what it would cost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from shotlog.media.encoding import encode_pictures
from shotlog.providers.added import AddedProvider, ServedModel
from shotlog.providers.measure import RemoteMeasure, small_clip
from shotlog.providers.prices import CostRange, estimate, price_of
from shotlog.providers.sending import ClipSender
from shotlog.providers.sent_requests import SentRequests
from shotlog.schema import ClipNotSent, Pixels


class ForecastMeasure(RemoteMeasure):
    """Measure that makes the clips of a run and sends none of them.

    Each clip becomes a :class:`ClipNotSent`, so nothing is cached, and a run asks for exactly the
    clips that the cache lacks.

    Args:
        added: The provider.
        model: The model of it.

    Attributes:
        answered: Clips that were answered already, and would cost nothing.
    """

    batch = 1

    def __init__(self, added: AddedProvider, model: ServedModel) -> None:
        super().__init__(model, ClipSender(added, None, ""))
        self._added = added
        self._sizes: dict[str, int] = {}
        self.answered = 0

    def look(self, batch: Sequence[Pixels]) -> Sequence[npt.NDArray[np.float32]]:
        """Note the size of each clip.

        Raises:
            ClipNotSent: Always.
        """
        with SentRequests() as records:
            for clip in (small_clip(pixels, self.model.tasks) for pixels in batch):
                if records.answer(self.model.identity, clip.digest) is not None:
                    self.answered += 1
                elif clip.digest not in self._sizes:
                    self._sizes[clip.digest] = len(encode_pictures(clip.pictures))
        raise ClipNotSent(self._added.name, "this was a trial run (--dry-run)")

    def forecast(self) -> CostRange:
        """Return clips, bytes, seconds and cost of what would be sent."""
        added, model = self._added, self.model
        with SentRequests() as records:
            known = records.seconds(model.identity, added.name)
        return estimate(
            len(self._sizes),
            sum(self._sizes.values()),
            known or [model.seconds],
            model.start,
            price_of(added.provider),
        )

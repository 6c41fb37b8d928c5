"""Vectors of the sentences about shot sizes, to compare with those of frames."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from shotlog.models.catalog import Card, InstalledModel
from shotlog.models.checkpoints import read_tensors, remedy
from shotlog.models.words.loading import load_texts
from shotlog.models.words.outline import read_outline
from shotlog.models.words.size_prompts import SIZE_PROMPTS
from shotlog.schema import ModelUnreadable, QueryInvalid

_SCALE = "logit_scale"
"""Tensor with the logarithm of the scale of similarities, in checkpoints of CLIP and SigLIP."""

_LARGEST = 10.0
"""Bound of that logarithm. CLIP was trained with at most ln 100 = 4.6 (section 2.5 of its paper);
SigLIP 2 ended near 4.7."""


@dataclass(frozen=True, eq=False)
class SizeVectors:
    """Vectors of the sentences of :data:`SIZE_PROMPTS` by one model, a mean for each size.

    Attributes:
        names: The sizes.
        vectors: (sizes, d) unit vectors: the normalised means.
        scale: Factor from a similarity to a logit, which the model has learned.
    """

    names: tuple[str, ...]
    vectors: npt.NDArray[np.float64]
    scale: float

    def logits(self, frames: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """Return the logits of the sizes, (frames, sizes), of (frames, d) unit vectors."""
        return self.scale * (frames.astype(np.float64) @ self.vectors.T)


@lru_cache(maxsize=2)
def load_size_vectors(installed: InstalledModel) -> SizeVectors:
    """Return the vectors of a model, which are computed once in a process and kept.

    The half for texts is loaded on the CPU for it, and dropped again: no memory of a card is taken.

    Raises:
        ModelMissing: A file of the model is missing.
        ModelUnreadable: Its files are damaged, or of another model; it reads too short texts; or
            the scale of its similarities is missing.
    """
    card = installed.card
    scale = _read_scale(installed)
    # The sentences are whole: what is put around a query is not put around them.
    texts = load_texts(installed.folder, _without_template(card))
    means = []
    for sentences in SIZE_PROMPTS.values():
        try:
            mean = np.mean([texts.embed(one) for one in sentences], axis=0, dtype=np.float64)
        except QueryInvalid as error:
            message = f"it cannot read a sentence about sizes: {error.problem.message}"
            raise ModelUnreadable(card.name, message, remedy(card)) from error
        means.append(mean / np.linalg.norm(mean))
    return SizeVectors(tuple(SIZE_PROMPTS), np.stack(means), scale)


def _read_scale(installed: InstalledModel) -> float:
    card = installed.card
    tensor = read_tensors(read_outline(installed.folder, card).weights, card).get(_SCALE)
    # The comparison is false for what is no number.
    if tensor is None or tensor.numel() != 1 or not abs(tensor.item()) < _LARGEST:
        message = f"its tensor {_SCALE}, without which no size can be told, is missing or damaged"
        raise ModelUnreadable(card.name, message, remedy(card))
    return math.exp(tensor.item())


def _without_template(card: Card) -> Card:
    text = card.text and card.text.model_copy(update={"template": "{}"})
    return card.model_copy(update={"text": text})

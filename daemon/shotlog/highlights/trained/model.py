"""A trained model: what every kind of it has, whatever it computes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt

from shotlog.analyzers.clock import EditClock
from shotlog.highlights.contract import Embedder, Judgement
from shotlog.schema import Measure, Model

Method = Literal["logistic regression", "network"]
Arrays = Mapping[str, npt.NDArray[np.floating]]


class FeatureBlock(Model):
    """A block of features, as ``features.json`` tells it.

    Attributes:
        name: Its name.
        dimensions: Number of its features.
        normalisation: How values become comparable.
        features: Their names, in order; none for the numbers of a vector.
        model: Name of the model whose vectors they are; None where no model is needed.
        weights: SHA-256 of the weights of that model, in hex.
    """

    name: str
    dimensions: int
    normalisation: str
    features: tuple[str, ...] = ()
    model: str | None = None
    weights: str | None = None


class TrainedModel(ABC):
    """A model that tells, by features of a timeline, what editors would keep.

    Attributes:
        method: Its kind.
        features_version: Version of the features; must be raised when the same rows of evidence
            give other features.
        digest: Digest of the files that it was read from; empty where it was read from none.
    """

    method: ClassVar[Method]
    features_version: ClassVar[str]
    digest: str

    @property
    @abstractmethod
    def described(self) -> tuple[FeatureBlock, ...]:
        """Its features, block by block."""

    @property
    @abstractmethod
    def arrays(self) -> Arrays:
        """Its numbers, by name: ``model.safetensors``."""

    @classmethod
    @abstractmethod
    def of_arrays(cls, described: Sequence[FeatureBlock], arrays: Arrays, digest: str) -> Self:
        """Return the model of a folder.

        Args:
            described: Its features.
            arrays: Its numbers, by name.
            digest: Digest of the files.

        Raises:
            KeyError: An array is absent.
            ValueError: They do not belong together; the message is told to the user.
        """

    @abstractmethod
    def measures(self, embedders: Sequence[Embedder], *, faces: bool) -> tuple[Measure, ...]:
        """Return the measures that it uses.

        Args:
            embedders: The embedders of the run's models.
            faces: False leaves faces out.

        Raises:
            HighlighterError: It needs a model that is not among them.
        """

    @abstractmethod
    def judge(self, clock: EditClock, embedders: Sequence[Embedder], *, faces: bool) -> Judgement:
        """Return the judgement of a timeline; arguments and errors as :meth:`measures`."""


def check_numbers(*arrays: npt.NDArray[np.floating]) -> None:
    """Check the weights of a model.

    Raises:
        ValueError: One is not finite, or all of the first array are 0.
    """
    if not all(np.isfinite(array).all() for array in arrays) or not arrays[0].any():
        raise ValueError("its weights are no numbers, or all 0")

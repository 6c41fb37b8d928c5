"""Vectors of shots of the image-text model of a run, read from the cache."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from shotlog.engine import AnalyzerSelection, Cache, make_vector_reader, select_analyzers
from shotlog.models.words import EmbeddingMeasure
from shotlog.schema import LoggedShot
from shotlog.service.protocol import AnalysisOptions

ShotVectors = dict[str, dict[int, npt.NDArray[np.float32]]]
"""By name of the model, unit vectors by the place of a shot in its log."""


def select_for(asks: AnalysisOptions) -> AnalyzerSelection:
    """Select the analyzers for options.

    Raises:
        ModelError: A model, the device or the provider cannot be used.
        ProfileUnusable: The profile is not on this machine, or cannot be used.
    """
    return select_analyzers(
        asks.models,
        asks.names,
        asks.device,
        asks.precision,
        embeddings=asks.embeddings,
        remote=asks.remote,
        profile=asks.profile,
    )


def read_vectors(
    shots: Sequence[LoggedShot], selected: AnalyzerSelection, cache: Cache
) -> ShotVectors:
    """Return the vectors of shots, for each image-text model of a run.

    A shot whose embeddings were not measured has none.
    """
    measures = [measure for measure in selected.measures if isinstance(measure, EmbeddingMeasure)]
    found: ShotVectors = {}
    for measure in measures:
        read = make_vector_reader(cache, measure)
        vectors = ((number, read(shot)) for number, shot in enumerate(shots))
        name = measure.name.removeprefix("model.")
        found[name] = {number: vector for number, vector in vectors if vector is not None}
    return {name: vectors for name, vectors in found.items() if vectors}

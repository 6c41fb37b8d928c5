"""The trained highlighter: the features of the heuristic, weighed as finished edits teach it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import field_validator

from shotlog.analyzers.clock import EditClock
from shotlog.highlights.contract import Embedder, Highlighter, Judgement
from shotlog.highlights.heuristic import (
    ABSENCES,
    FACELESS,
    FEATURES,
    HeuristicHighlighter,
    compute_criteria,
    limited,
    weigh,
)
from shotlog.highlights.trained.model import TrainedModel, read_model
from shotlog.schema import HighlighterError, Measure, Tier

_OF_FACES = {feature.name for feature in FEATURES} - {feature.name for feature in FACELESS}


class TrainedHighlighter(Highlighter):
    """Judges by weights that ``shotlog train highlights`` learned from what editors kept.

    What grips is what holds, as edits tell only what was kept.
    """

    name: ClassVar[str] = "trained"
    version: ClassVar[str] = "1"
    tier: ClassVar[Tier] = Tier.LOCAL

    folder: str = ""
    """The folder of the model."""
    faces: bool = True
    """False leaves faces out."""

    @field_validator("folder")
    @classmethod
    def _absolute(cls, path: str) -> str:
        # The daemon, which reads it, has another working folder.
        return str(Path(path).absolute()) if path else path

    def measures(self, embedders: Sequence[Embedder]) -> tuple[Measure, ...]:
        """Return the measures of the heuristic.

        Raises:
            HighlighterError: No folder is named, or it holds no model that can be used.
        """
        self._model  # noqa: B018 # an unusable model is an error before the long work
        return HeuristicHighlighter(faces=self.faces).measures(embedders)

    def weights(self, embedders: Sequence[Embedder]) -> str:
        """Return the digest of the model."""
        return self._model.digest

    def judge(self, clock: EditClock, embedders: Sequence[Embedder]) -> Judgement:
        """Return the judgement by the learned weights."""
        features = self._model.features
        if not self.faces:
            features = tuple(f for f in features if f.name not in _OF_FACES)
        criteria = compute_criteria(clock, features)
        weights = np.array([feature.viral for feature in features])
        judged = weigh(limited(criteria), weights)
        return Judgement(judged, judged, criteria, ABSENCES)

    def without_faces(self) -> TrainedHighlighter:
        """Return the same highlighter without the criteria of faces."""
        return self.model_copy(update={"faces": False})

    @cached_property
    def _model(self) -> TrainedModel:
        if not self.folder:
            hint = "Name the folder that shotlog train highlights wrote: trained:folder=FOLDER."
            raise HighlighterError(self.name, "it needs a model", hint)
        return read_model(Path(self.folder))

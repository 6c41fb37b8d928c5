"""The trained highlighter: it judges as finished edits taught its model."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from pydantic import field_validator

from shotlog.analyzers.clock import EditClock
from shotlog.highlights.contract import Embedder, Highlighter, Judgement
from shotlog.highlights.trained.folder import read_model
from shotlog.highlights.trained.model import TrainedModel
from shotlog.schema import HighlighterError, Measure, Tier


class TrainedHighlighter(Highlighter):
    """Judges by a model that ``shotlog train highlights`` learned from what editors kept.

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
        """Return the measures of the model.

        Raises:
            HighlighterError: No folder is named, it holds no model that can be used, or the model
                needs another one that this run has not got.
        """
        return self._model.measures(embedders, faces=self.faces)

    def weights(self, embedders: Sequence[Embedder]) -> str:
        """Return the digest of the model."""
        return self._model.digest

    def judge(self, clock: EditClock, embedders: Sequence[Embedder]) -> Judgement:
        """Return the judgement of the model."""
        return self._model.judge(clock, embedders, faces=self.faces)

    def without_faces(self) -> TrainedHighlighter:
        """Return the same highlighter without the criteria of faces."""
        return self.model_copy(update={"faces": False})

    @cached_property
    def _model(self) -> TrainedModel:
        if not self.folder:
            hint = "Name the folder that shotlog train highlights wrote: trained:folder=FOLDER."
            raise HighlighterError(self.name, "it needs a model", hint)
        return read_model(Path(self.folder))

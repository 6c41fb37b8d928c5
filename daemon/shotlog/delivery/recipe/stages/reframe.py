"""The stage that finds crops for another aspect."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from shotlog.delivery.recipe.contract import DeliveredFilm, FilmClips, Made, Stage
from shotlog.delivery.recipe.recipe import ReframeSettings
from shotlog.delivery.reframe import REFRAMERS, ReframeOptions, Reframer, reframe
from shotlog.schema import Reframing


@dataclass(frozen=True)
class ReframeStage(Stage[Reframing]):
    """Finds crops; see :mod:`shotlog.delivery.reframe`."""

    settings: ReframeSettings

    name: ClassVar[str] = "reframe"
    version: ClassVar[str] = "1"
    artifact = Reframing
    takes: ClassVar[tuple[str, ...]] = ("highlights",)

    def explain(self, film: DeliveredFilm) -> str:
        """Return a line about what it would do."""
        return f"crops to {self.settings.aspect}, by {self._backend.text}"

    def facts(self, film: DeliveredFilm) -> Any:
        """Return the settings, the version of the reframer and the epochs of its measures."""
        backend = self._backend
        keys = [measure.key for measure in backend.measures]
        return [self.settings.aspect, backend.text, backend.version, keys]

    def run(self, film: DeliveredFilm, made: Made) -> Reframing:
        """Return the crops of what is delivered of the film."""
        options = ReframeOptions(aspect=self.aspect, backend=self._backend)
        clips = made["highlights"]
        assert isinstance(clips, FilmClips)  # noqa: S101  # the first stage
        spans = [clip.range for clip in clips.clips]
        return reframe(
            film.edit, film.cache, options, spans=spans, progress=film.progress,
            probe_cache=film.probes,
        )  # fmt: skip

    @property
    def aspect(self) -> Fraction:
        """Width over height of the picture."""
        width, _, height = self.settings.aspect.partition(":")
        return Fraction(int(width), int(height))

    @property
    def _backend(self) -> Reframer:
        return REFRAMERS.choose(self.settings.use)

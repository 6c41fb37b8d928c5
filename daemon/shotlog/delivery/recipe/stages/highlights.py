"""The stage that chooses the passages of a film that become clips."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from shotlog.delivery.recipe.contract import DeliveredFilm, FilmClip, FilmClips, Made, Stage
from shotlog.delivery.recipe.recipe import HighlightsSettings
from shotlog.engine import analyze
from shotlog.highlights import make_highlight_analyzers
from shotlog.schema import Finding, HighlightOptions, PassageOptions, RenderRefused


@dataclass(frozen=True)
class HighlightsStage(Stage[FilmClips]):
    """Chooses passages; see :mod:`shotlog.highlights`."""

    settings: HighlightsSettings

    name: ClassVar[str] = "highlights"
    version: ClassVar[str] = "1"
    artifact = FilmClips

    def explain(self, film: DeliveredFilm) -> str:
        """Return a line about what it would do."""
        told = self.settings
        shortest, longest = float(told.shortest), float(told.longest)
        return f"up to {told.top} passages of {shortest:g} to {longest:g} s, by {told.use}"

    def facts(self, film: DeliveredFilm) -> Any:
        """Return the settings and the versions of the highlighters."""
        versions = [each.version for each in make_highlight_analyzers(self._options())]
        return [self.settings.model_dump(mode="json"), versions]

    def run(self, film: DeliveredFilm, made: Made) -> FilmClips:
        """Return the passages, in the order of their scores.

        Raises:
            RenderRefused: There is no passage.
            TimelineTooShort: The film is shorter than the shortest passage.
        """
        options = self._options()
        if options.passages is not None:
            options.passages.check_length(film.edit.duration, film.name)
        analyzers = make_highlight_analyzers(options)
        log = analyze(
            film.edit, analyzers, film.cache, progress=film.progress, probe_cache=film.probes
        )
        leading = [found for found in log.highlights if not found.follows]
        if not leading:
            hint = "Leave out [highlights] to deliver all of it, or allow shorter passages."
            raise RenderRefused(film.name, "no passage of it stands out", hint)
        clips = [_clip(film, number, found) for number, found in enumerate(leading, 1)]
        return FilmClips(clips=tuple(clips))

    def _options(self) -> HighlightOptions:
        told = self.settings
        passages = PassageOptions(
            min_duration=told.shortest, max_duration=told.longest, top=told.top
        )
        backends = tuple(part.strip() for part in told.use.split(";"))
        return HighlightOptions(backends=backends, passages=passages)


def _clip(film: DeliveredFilm, number: int, found: Finding) -> FilmClip:
    score = found.scores.get("score")
    return FilmClip(
        name=f"{film.name}-{number:02}", range=found.timeline, score=score, reasons=found.reasons
    )

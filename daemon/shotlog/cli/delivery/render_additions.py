"""Subtitles and extras of ``shotlog render``, added to a film before it is rendered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shotlog.cli.delivery.render_reading import RenderedTimeline
from shotlog.cli.delivery.render_texts import TextChoice
from shotlog.delivery.encode import RenderOptions, RenderPlan
from shotlog.delivery.extras import Extra, FilmToRender, extend_film
from shotlog.engine import Cache
from shotlog.paths import cache_file as own_cache


@dataclass(frozen=True)
class FilmAdditions:
    """Subtitles and extras that are asked for.

    Attributes:
        texts: Subtitles; None for none.
        extras: Extras, in the order in which they are added.
        cache_file: The result cache, for the ranges of speech; None takes the user's own.
    """

    texts: TextChoice | None
    extras: Sequence[Extra]
    cache_file: Path | None

    def add(
        self, film: RenderedTimeline, options: RenderOptions, plan: RenderPlan, folder: Path
    ) -> FilmToRender:
        """Return the film of a plan with everything that is added; files go into a folder.

        Raises:
            SubtitlesUnreadable: The subtitles cannot be read.
            ExtraError: An extra lacks something.
            MediaError: A file of an extra cannot be read.
        """
        cues = self.texts.cues(plan) if self.texts is not None else ()
        made = FilmToRender(film.edit, film.facts, plan.range, options, tuple(cues))
        with Cache(self.cache_file or own_cache()) as cache:
            made = extend_film(made, plan, self.extras, folder, cache=cache, probes=film.probes)
        if self.texts is None:
            return made
        path = folder / "texts.ass"
        path.write_bytes(self.texts.content(made.cues, plan, made.moved))
        return made.burning(path)

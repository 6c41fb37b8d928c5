"""Subtitles and extras of ``shotlog render``, added to a film before it is rendered."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from shotlog.cli.delivery.render_reading import RenderedTimeline
from shotlog.cli.delivery.render_texts import TextChoice, later
from shotlog.delivery.encode import RenderOptions, RenderPlan, write_mixdown
from shotlog.delivery.subtitles import open_film
from shotlog.engine import Cache
from shotlog.paths import cache_file as own_cache
from shotlog.schema import Edit, Reframing, RenderFacts, TimeRange

if TYPE_CHECKING:
    from shotlog.delivery.extras import Extra


@dataclass(frozen=True)
class FilmToRender:
    """A film with all that was added to it.

    Attributes:
        edit: Its clips.
        facts: What a render must know beyond them.
        span: The range that is rendered.
        options: The options of the render.
        notes: What was added, as sentences.
    """

    edit: Edit
    facts: RenderFacts
    span: TimeRange
    options: RenderOptions
    notes: tuple[str, ...] = ()


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
        made = FilmToRender(film.edit, film.facts, plan.range, options)
        cues = self.texts.cues(plan) if self.texts is not None else ()
        files = {}
        moved = Fraction(0)
        if self.extras:
            from shotlog.delivery.extras import ExtendedFilm, add_extras

            speech = self._speech(film, plan)
            whole = ExtendedFilm(
                film.edit, plan.range, plan.size, film.facts, speech=speech, cues=cues
            )
            whole = add_extras(whole, self.extras)
            moved = whole.span.end - plan.range.end
            cues = whole.cues
            sounds = (*options.sounds, *whole.sounds)
            crops = options.reframing and _later(options.reframing, moved)
            options = replace(options, sounds=sounds, reframing=crops)
            made = FilmToRender(whole.edit, whole.facts, whole.span, options, whole.notes)
            for number, (shown, card) in enumerate(whole.cards):
                files[f"card{number}"] = later(card, shown.start)
        if self.texts is not None:
            files["texts"] = self.texts.content(cues, plan, moved)
        written = tuple(folder / f"{name}.ass" for name in files)
        for path, content in zip(written, files.values(), strict=True):
            path.write_bytes(content)
        return replace(made, options=replace(options, texts=written))

    def _speech(self, film: RenderedTimeline, plan: RenderPlan) -> tuple[TimeRange, ...]:
        """Return the ranges of the timeline in which somebody speaks."""
        with tempfile.TemporaryDirectory(prefix="shotlog-") as folder:
            mix = Path(folder) / "mix.wav"
            heard = write_mixdown(
                film.edit, plan.range, mix, facts=film.facts, probe_cache=film.probes
            )
            if not heard:
                return ()
            with Cache(self.cache_file or own_cache()) as cache:
                speech = open_film(mix, cache).speech
        return tuple(each.shifted(plan.range.start) for each in speech)


def _later(crops: Reframing, seconds: Fraction) -> Reframing:
    """Return crops that come later."""
    paths = tuple(
        path.model_copy(
            update={"keys": tuple(k.model_copy(update={"at": k.at + seconds}) for k in path.keys)}
        )
        for path in crops.paths
    )
    return crops.model_copy(update={"paths": paths})

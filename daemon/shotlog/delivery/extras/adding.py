"""A film for a render, with what extras add to it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import pysubs2

from shotlog.delivery.encode import RenderOptions, RenderPlan, write_mixdown
from shotlog.delivery.extras.contract import ExtendedFilm, Extra
from shotlog.delivery.extras.listening import listen
from shotlog.delivery.extras.speaker_names import find_voices
from shotlog.delivery.subtitles import Cue, open_film
from shotlog.engine import Cache, ProbeCache
from shotlog.schema import Edit, Reframing, RenderFacts, TimeRange


@dataclass(frozen=True)
class FilmToRender:
    """A film with all that was added to it.

    Attributes:
        edit: Its clips.
        facts: What a render must know beyond them.
        span: The range that is rendered.
        options: The options of the render.
        cues: Its subtitles, which are not among the options yet.
        moved: Seconds by which it begins later than before, after a card.
        notes: What was added, as sentences.
    """

    edit: Edit
    facts: RenderFacts
    span: TimeRange
    options: RenderOptions
    cues: tuple[Cue, ...] = ()
    moved: Fraction = Fraction(0)
    notes: tuple[str, ...] = ()

    def burning(self, texts: Path) -> FilmToRender:
        """Return the film with a SubStation file over everything else."""
        options = replace(self.options, texts=(*self.options.texts, texts))
        return replace(self, options=options)


def add_extras(film: ExtendedFilm, extras: Sequence[Extra]) -> ExtendedFilm:
    """Return a film with extras, in the order in which they are given.

    So music that comes after a title card begins with the card.

    Raises:
        ExtraError: One of them lacks something.
        MediaError: A file of the user cannot be read.
    """
    for extra in extras:
        extra.require()
    for extra in extras:
        film = extra.add(film)
    return film


def extend_film(
    film: FilmToRender,
    plan: RenderPlan,
    extras: Sequence[Extra],
    folder: Path,
    *,
    cache: Cache,
    probes: ProbeCache | None,
) -> FilmToRender:
    """Return a film with what extras add; files of cards go into a folder.

    Args:
        film: The film.
        plan: The plan of its render.
        extras: The extras, in the order in which they are added; without any the film stays.
        folder: The folder.
        cache: The cache of evidence, for the ranges of speech.
        probes: Media that were probed.

    Raises:
        ExtraError: An extra lacks something.
        MediaError: A file cannot be read.
    """
    if not extras:
        return film
    speech = _find_speech(film, plan, cache, probes)
    before = ExtendedFilm(
        film.edit, plan.range, plan.size, film.facts, speech=speech,
        voices=_find_voices(film.edit, plan, cache, probes), cues=film.cues,
    )  # fmt: skip
    after = add_extras(before, extras)
    moved = after.span.end - plan.range.end
    crops = film.options.reframing and _crops_later(film.options.reframing, moved)
    options = replace(film.options, sounds=(*film.options.sounds, *after.sounds), reframing=crops)
    made = FilmToRender(
        after.edit, after.facts, after.span, options, after.cues, moved, after.notes
    )
    for number, (shown, card) in enumerate(after.cards):
        path = folder / f"card{number}.ass"
        path.write_bytes(texts_later(card, shown.start))
        made = made.burning(path)
    return made


def texts_later(content: bytes, seconds: Fraction) -> bytes:
    """Return a SubStation file that comes later."""
    if not seconds:
        return content
    file = pysubs2.SSAFile.from_string(content.decode(), format_="ass")
    file.shift(ms=int(seconds * 1000 // 10 * 10))  # SubStation counts hundredths
    return file.to_string("ass").encode()


def _find_speech(
    film: FilmToRender, plan: RenderPlan, cache: Cache, probes: ProbeCache | None
) -> tuple[TimeRange, ...]:
    """Return the ranges of the timeline in which somebody speaks."""
    with tempfile.TemporaryDirectory(prefix="shotlog-") as folder:
        mix = Path(folder) / "mix.wav"
        if not write_mixdown(film.edit, plan.range, mix, facts=film.facts, probe_cache=probes):
            return ()
        speech = open_film(mix, cache).speech
    return tuple(each.shifted(plan.range.start) for each in speech)


def _find_voices(
    edit: Edit, plan: RenderPlan, cache: Cache, probes: ProbeCache | None
) -> dict[str, tuple[TimeRange, ...]]:
    """Return the ranges in which the owner of each microphone speaks, by its track."""
    if len({clip.id.partition("/")[0] for clip in edit.sound}) < 2:
        return {}
    sound = listen(edit, cache, probes)
    return {} if sound is None else find_voices(sound, plan.range)


def _crops_later(crops: Reframing, seconds: Fraction) -> Reframing:
    """Return crops that come later."""
    paths = tuple(
        path.model_copy(
            update={"keys": tuple(k.model_copy(update={"at": k.at + seconds}) for k in path.keys)}
        )
        for path in crops.paths
    )
    return crops.model_copy(update={"paths": paths})

"""Extras in a finished file: the card, the film after it, and the music under both."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np

from shotlog.delivery.encode import ProresEncoder, RenderOptions, render
from shotlog.delivery.extras import EXTRAS, ExtendedFilm, add_extras, write_cards
from tests.delivery.encode.films import clip, edit, film, number_of, pictures, sound_of
from tests.delivery.extras.music import clicks, span, write_wave


def test_a_card_and_music_are_in_the_finished_file(tmp_path: Path) -> None:
    size = (320, 180)
    source = film(tmp_path / "film.mov", size=size)
    write_wave(tmp_path / "bed.wav", clicks(120, 6))
    whole = ExtendedFilm(edit(clip(source, 0, 50, 0)), span(0, 2), size)
    extras = [
        EXTRAS.make("title", text="Hello", seconds=Fraction(1)),
        EXTRAS.make("music", folder=str(tmp_path / "bed.wav"), fade=Fraction(1, 2)),
    ]

    done = add_extras(whole, extras)
    options = RenderOptions(
        encoder=ProresEncoder(profile="proxy"),
        sounds=done.sounds,
        texts=write_cards(done, tmp_path),
    )
    render(done.edit, tmp_path / "out.mov", options, facts=done.facts, span=done.span)

    shown = pictures(tmp_path / "out.mov")
    # A second of white letters on black, then the film from its first frame on.
    assert [number_of(picture) for picture in shown[25:28]] == [0, 1, 2]
    assert len(shown) == 75
    for card in (shown[0], shown[24]):
        assert card.max() > 100  # letters, in a picture of 64 by 36
        assert np.median(card) < 32
    sound = np.abs(sound_of(tmp_path / "out.mov"))
    assert sound.shape[1] == 3 * 48_000
    assert sound[:, 24_000:120_000].max() > 0.01
    assert sound[:, :480].max() < 0.01
    assert sound[:, -480:].max() < 0.01

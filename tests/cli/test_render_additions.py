"""Extras get what they need to know of a timeline: who speaks, and when."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from shotlog.cli.delivery.render_additions import FilmAdditions
from shotlog.cli.delivery.render_reading import RenderedTimeline
from shotlog.cli.delivery.render_texts import TextChoice
from shotlog.delivery.encode import RenderOptions, plan_render
from shotlog.delivery.extras import EXTRAS
from shotlog.delivery.subtitles import load_style
from shotlog.engine import ProbeCache
from shotlog.schema import Edit, MediaReference, RenderFacts
from shotlog.synthetic import AUDIO_RATE
from tests.delivery.encode.films import clip, edit, film


def spoken(speech: Path, folder: Path) -> Edit:
    """A timeline of 8 s with a microphone that hears speech, and one that hears faint noise."""
    noise = np.random.default_rng(1).normal(0, 0.001, 8 * AUDIO_RATE).astype(np.float32)
    silent = film(folder / "silent.mov", frames=200, sound=noise)
    heard = MediaReference(path=str(speech), start=Fraction(0))
    voice = clip(silent, 0, 200, 0, id="A1/0").model_copy(update={"media": heard})
    return edit(clip(silent, 0, 200, 0), sound=[voice, clip(silent, 0, 200, 0, id="A2/0")])


def test_the_speaker_of_a_microphone_is_named_in_subtitles(data_dir: Path, tmp_path: Path) -> None:
    cut = spoken(data_dir / "video" / "speech" / "lecture_audio.webm", tmp_path)
    timeline = RenderedTimeline("cut", cut, RenderFacts(), (), (), (), (), ProbeCache())
    text = tmp_path / "cut.srt"
    text.write_text("1\n00:00:00,500 --> 00:00:07,500\nGood morning\n")
    extras = [EXTRAS.choose("speaker_names:names=A1:Anna")]
    additions = FilmAdditions(TextChoice(text, load_style("plain")), extras, None)
    options = RenderOptions()
    plan = plan_render(cut, options)
    folder = tmp_path / "added"
    folder.mkdir()
    made = additions.add(timeline, options, plan, folder)
    (written,) = made.options.texts
    assert "Anna: Good morning" in written.read_text()
    assert replace(made.options, texts=()) == options

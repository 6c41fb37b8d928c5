"""Title cards: on black before a film, and over it."""

from __future__ import annotations

from fractions import Fraction

import pysubs2
import pytest

from shotlog.delivery.extras import EXTRAS, ExtendedFilm
from shotlog.delivery.subtitles import Cue
from shotlog.schema import (
    ExtraError,
    LeftOut,
    LevelKey,
    PictureFade,
    RenderFacts,
    SoundLevel,
    SubtitleStyleUnusable,
)
from tests.delivery.extras.music import film, span


def read(done: ExtendedFilm) -> pysubs2.SSAFile:
    [(_, card)] = done.cards
    return pysubs2.SSAFile.from_string(card.decode())


def test_a_card_over_the_beginning_moves_nothing() -> None:
    before = film()
    done = EXTRAS.choose("title:text=My film,seconds=2,over=true").add(before)

    assert done.edit == before.edit
    assert [shown for shown, _ in done.cards] == [span(0, 2)]
    [event] = read(done).events
    assert (event.start, event.end, event.plaintext) == (0, 2000, "My film")


def test_a_card_before_the_film_moves_everything_by_whole_frames() -> None:
    level = SoundLevel(clip="V1/0", keys=(LevelKey(at=Fraction(1), gain=0.5),))
    facts = RenderFacts(
        levels=(level,),
        fades=(PictureFade(clip="V1/0", range=span(1, 2), appears=True, to="black"),),
        left_out=(LeftOut(kind="title", name="t", range=span(1, 2)),),
    )
    cues = (Cue(Fraction(1), Fraction(2), "Hello"),)
    done = EXTRAS.choose("title:text=My film,seconds=1.01").add(
        film(facts=facts, speech=(span(1, 2),), voices={"A1": (span(1, 2),)}, cues=cues)
    )

    # 1.01 s are 25 frames of 25 a second.
    assert [clip.timeline for clip in done.edit.clips][:2] == [span(1, 4), span(4, 7)]
    assert done.edit.clips[0].time_map.to_source(Fraction(1)) == 0
    assert done.span == span(0, 31)
    assert done.edit.duration == 31
    assert done.speech == done.voices["A1"] == (span(2, 3),)
    assert [done.cues[0].start, done.cues[0].end] == [2, 3]
    assert done.facts.levels[0].keys[0].at == 2
    assert done.facts.fades[0].range == span(2, 3)
    assert done.facts.left_out[0].range == span(2, 3)


def test_black_before_a_part_of_a_timeline_hides_what_lies_before_that_part() -> None:
    part = film()
    part = type(part)(part.edit, span(4, 10), part.size)
    done = EXTRAS.choose("title:text=Part,seconds=2").add(part)

    # The clip of 3 to 6 s is shown from 4 s on, two seconds later; nothing lies in the black.
    assert done.span == span(4, 12)
    assert done.edit.clips[0].timeline == span(6, 8)
    assert done.edit.clips[0].source == span(4, 6)
    assert done.edit.clips[0].time_map.to_source(Fraction(6)) == 4


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (1080, 1080)])
def test_lines_keep_within_the_safe_area_of_every_aspect(size: tuple[int, int]) -> None:
    whole = film()
    on = type(whole)(whole.edit, whole.span, size)
    file = read(EXTRAS.make("title", text="A rather long title of our film", over=True).add(on))

    look = file.styles["Default"]
    assert look.alignment == pysubs2.Alignment.MIDDLE_CENTER
    assert min(look.marginl, look.marginr) >= size[0] * 0.05
    lines = file.events[0].plaintext.split("\n")
    assert len(lines) == 2
    room = size[0] - look.marginl - look.marginr
    assert max(map(len, lines)) * look.fontsize * 0.55 <= room


def test_a_bar_begins_a_new_line_and_tags_are_text() -> None:
    done = EXTRAS.make("title", text=r"One|{\b1}Two, three=four", over=True).add(film())

    assert read(done).events[0].text.startswith(r"One\N")
    assert r"\{" in read(done).events[0].text


def test_a_title_is_not_longer_than_the_film() -> None:
    [(shown, _)] = EXTRAS.make("title", text="x", seconds=60, over=True).add(film(length=6)).cards

    assert shown == span(0, 6)


def test_bad_titles_are_refused_in_words() -> None:
    with pytest.raises(ExtraError, match="no text"):
        EXTRAS.choose("title").require()
    with pytest.raises(ExtraError, match="seconds"):
        EXTRAS.choose("title:text=x,seconds=-1")
    with pytest.raises(SubtitleStyleUnusable):
        EXTRAS.choose("title:text=x,style=none").require()
    with pytest.raises(ExtraError, match="lines"):
        EXTRAS.make("title", text="word " * 60).add(film())

"""Files of subtitles hold what was meant, in every form, and no text becomes a command."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pysubs2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog.delivery.subtitles import (
    SUFFIXES,
    Cue,
    SubtitleOptions,
    load_profile,
    load_style,
    make_subtitles,
    render,
    word_times,
)
from shotlog.media.subtitle_files import read_subtitles
from tests.delivery.subtitles.films import Given, film_at

HD = (1920, 1080)
RLM = "\N{RIGHT-TO-LEFT MARK}"
ODD = r"C:\New {\b1}bold{x} <i>a</i> & b --> c, \n"


def cue(start: float | str, end: float | str, text: str, *marks: tuple[int, str]) -> Cue:
    times = Fraction(str(start)), Fraction(str(end))
    return Cue(*times, text, tuple((at, Fraction(moment)) for at, moment in marks), told=times)


def written(suffix: str, *cues: Cue, style: str = "plain") -> bytes:
    return render(cues, suffix, load_style(style), HD, 42)


def read_back(folder: Path, suffix: str, content: bytes) -> list[tuple[float, float, str]]:
    path = folder / f"talk{suffix}"
    path.write_bytes(content)
    return [(float(c.start), float(c.end), c.text) for c in read_subtitles(path).cues]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_written_is_read_again(tmp_path: Path, suffix: str) -> None:
    content = written(suffix, cue(1, 2.5, "One line."), cue(3, "4.44", "Two\nlines."))
    assert read_back(tmp_path, suffix, content) == [
        (1, 2.5, "One line."),
        (3, 4.44, "Two\nlines."),
    ]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_signs_of_the_forms_stay_text(tmp_path: Path, suffix: str) -> None:
    # The tags of SubRip cannot be escaped: they are those of a player.
    text = ODD.replace("<i>a</i>", "a") if suffix == ".srt" else ODD
    ((_, _, back),) = read_back(tmp_path, suffix, written(suffix, cue(1, 2, text)))
    assert back.replace("\N{WORD JOINER}", "") == text


def test_times_are_rounded_down_so_that_a_player_shows_the_frames_that_are_meant() -> None:
    rate = Fraction(24000, 1001)
    first = cue(str(10 / rate), str(35 / rate), "Frames 10 to 34.")  # 0.41708 s, 1.45979 s
    assert b"00:00:00,417 --> 00:00:01,459" in written(".srt", first)
    assert b"00:00:00.417 --> 00:00:01.459" in written(".vtt", first)
    assert b"0:00:00.41,0:00:01.45," in written(".ass", first)


def test_karaoke_gives_every_word_its_time_and_no_error_adds_up() -> None:
    timed = cue(1, 4, "Salt and pepper,\nplease.", (0, "1.25"), (5, "2"), (9, "2.2"), (17, "3.5"))
    assert word_times(timed) == [
        (25, True, ""),
        (75, False, "Salt "),
        (20, False, "and "),
        (130, False, "pepper,"),
        (50, True, "please."),
    ]
    assert rb"{\k25}{\k75}Salt {\k20}and {\k130}pepper,\N{\k50}please." in written(
        ".ass", timed, style="karaoke"
    )


@given(
    st.lists(st.sampled_from(["a", "be", "see,", "日本", "e\u0301té"]), min_size=1, max_size=12),
    st.fractions(0, 5, max_denominator=1001),
    st.fractions(Fraction(1, 60), 7, max_denominator=1001),
)
def test_the_times_of_words_are_together_that_of_their_cue(
    words: list[str], start: Fraction, length: Fraction
) -> None:
    timed = Cue(start, start + length, " ".join(words))
    told = word_times(timed)
    assert "".join(word for _, _, word in told) == timed.text
    assert all(time >= 0 for time, _, _ in told)
    assert sum(time for time, _, _ in told) == (start + length) * 100 // 1 - start * 100 // 1


def test_words_that_are_sung_in_a_file_keep_their_times() -> None:
    sung = cue(1, 3, "Hello there", (0, "1"), (6, "1.2"))
    options = SubtitleOptions(load_profile("web"))
    (made,) = make_subtitles(film_at(Fraction(25)), Given(cues=(sung,)), options).cues
    assert [time for time, _, _ in word_times(made)] == [20, 180]


def test_right_to_left_text_keeps_its_order_and_lines_get_a_mark_only_where_they_need_one() -> None:
    plain = written(".srt", cue(1, 2, "مرحبا بالعالم،\nكيف حالك؟")).decode()
    assert "مرحبا بالعالم،\nكيف حالك؟" in plain
    assert RLM not in plain
    mixed = written(".srt", cue(1, 2, "IBM شركة كبيرة جدا\nفي العالم")).decode()
    assert f"{RLM}IBM شركة كبيرة جدا\nفي العالم" in mixed
    assert RLM not in written(".srt", cue(1, 2, "He said مرحبا to me")).decode()


def test_a_style_lets_libass_find_the_direction_only_where_text_runs_to_the_left() -> None:
    def encoding(text: str) -> int:
        file = pysubs2.SSAFile.from_string(written(".ass", cue(1, 2, text)).decode())
        return file.styles["Default"].encoding

    assert encoding("مرحبا") == -1
    assert encoding("Hello") == 1

"""Subtitle files are read whatever their form, encoding and faults, and nothing is corrected."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.media.subtitle_files import decode_text, read_subtitles
from shotlog.schema import SubtitlesUnreadable

SRT = "1\n00:00:01,000 --> 00:00:02,500\nÇa va très bien, l'été à l'hôtel.\n"
ASS = r"""[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,40

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\k20}Hello {\k50}there
Dialogue: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,{\an8\i1}Upper{\i0}\Nline
Comment: 0,0:00:05.00,0:00:06.00,Default,,0,0,0,,unseen
Dialogue: 0,0:00:05.00,0:00:06.00,Default,,0,0,0,,{\p1}m 0 0 l 9 9{\p0}
"""


def written(folder: Path, content: str | bytes, name: str = "film.srt") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16-le"])
def test_an_encoding_that_the_file_does_not_tell_is_found_and_told(
    tmp_path: Path, encoding: str
) -> None:
    file = read_subtitles(written(tmp_path, SRT.encode(encoding)))
    assert file.cues[0].text == "Ça va très bien, l'été à l'hôtel."
    assert file.decoded.guessed
    assert file.decoded.encoding.replace("_", "-") == encoding


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_english_in_utf_16_without_a_mark_is_no_utf_8(encoding: str) -> None:
    text, found, guessed = decode_text("1\n00:00:01,000 --> 00:00:02,000\nHi.".encode(encoding))
    assert (text.endswith("Hi."), found, guessed) == (True, encoding, True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_an_encoding_that_the_file_tells_is_no_guess(encoding: str) -> None:
    text, _, guessed = decode_text(SRT.encode(encoding))
    assert text == SRT.rstrip("\n")
    assert not guessed


def test_the_user_may_name_the_encoding_and_a_wrong_one_is_told(tmp_path: Path) -> None:
    path = written(tmp_path, SRT.encode("cp1250", "replace"))
    assert not read_subtitles(path, "cp1250").decoded.guessed
    for wrong in ("ascii", "klingon"):
        with pytest.raises(SubtitlesUnreadable, match=f"encoding '{wrong}'"):
            read_subtitles(path, wrong)


def test_swapped_times_stay_and_negative_ones_become_0(tmp_path: Path) -> None:
    text = "1\n00:00:05,000 --> 00:00:03,000\nback\n\n2\n-00:00:01,000 --> 00:00:02,000\nearly\n"
    file = read_subtitles(written(tmp_path, text))
    assert [(cue.start, cue.end) for cue in file.cues] == [
        (Fraction(5), Fraction(3)),
        (Fraction(0), Fraction(2)),
    ]
    assert file.negative == 1


def test_times_of_words_are_read_from_webvtt(tmp_path: Path) -> None:
    text = (
        "WEBVTT\n\n00:01.000 --> 00:03.000\n<v Ann>Salt &amp; <00:00:01.500>pepper "
        "<00:00:02.250>now\n\n00:04.000 --> 00:05.000\nplain\n"
    )
    first, second = read_subtitles(written(tmp_path, text, "film.vtt")).cues
    assert first.text == "Salt & pepper now"
    assert [(first.text[at:].split()[0], when) for at, when in first.marks] == [
        ("pepper", Fraction(3, 2)),
        ("now", Fraction(9, 4)),
    ]
    assert (second.text, len(second.marks), second.start) == ("plain", 0, Fraction(4))


def test_karaoke_of_substation_gives_the_times_of_words_and_other_tags_are_told(
    tmp_path: Path,
) -> None:
    sung, upper = read_subtitles(written(tmp_path, ASS, "film.ass")).cues
    assert sung.text == "Hello there"
    assert sung.marks == ((0, Fraction(1)), (6, Fraction(6, 5)))
    assert (upper.text, upper.tagged, sung.tagged) == ("Upper\nline", True, False)


def test_a_cue_beyond_what_the_forms_can_hold_is_left_out(tmp_path: Path) -> None:
    text = "WEBVTT\n\n120:00:00.000 --> 120:00:01.000\nnever\n\n00:01.000 --> 00:02.000\nHere.\n"
    assert [cue.text for cue in read_subtitles(written(tmp_path, text)).cues] == ["Here."]


@pytest.mark.parametrize("content", [b"", b"once upon a time", b"\x00" * 100, b"{\\rtf1}"])
def test_what_holds_no_subtitles_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(SubtitlesUnreadable, match="SubRip"):
        read_subtitles(written(tmp_path, content))

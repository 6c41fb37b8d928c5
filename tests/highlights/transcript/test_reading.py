"""Subtitle files are read whatever their form and encoding, and refused in a sentence."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from shotlog.highlights.transcript import Subtitle, join_sentences, read_transcript
from shotlog.schema import HighlighterError, TimeRange

SRT = """1
00:00:01,000 --> 00:00:02,500
<i>Wo ist die</i>
Größe?

2
00:00:03,000 --> 00:00:04,000
Hier.
"""
VTT = """WEBVTT

intro
00:01.000 --> 00:02.500 align:start
Wo ist die Größe?

NOTE nobody hears this

00:03.000 --> 00:04.000
Hier.
"""
EXPECTED = [
    ("Wo ist die Größe?", Fraction(1), Fraction(5, 2)),
    ("Hier.", Fraction(3), Fraction(4)),
]


def written(folder: Path, content: bytes, name: str = "film.srt") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def line(start: float, end: float, text: str) -> Subtitle:
    return Subtitle(TimeRange.between(Fraction(start), Fraction(end)), text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize(("text", "name"), [(SRT, "film.srt"), (VTT, "film.vtt")])
def test_text_and_exact_times_are_read_in_any_encoding(
    tmp_path: Path, text: str, name: str, encoding: str
) -> None:
    lines = read_transcript(written(tmp_path, text.encode(encoding), name))
    assert [(each.text, each.range.start, each.range.end) for each in lines] == EXPECTED


def test_lines_are_in_time_order_and_those_without_length_are_left_out(tmp_path: Path) -> None:
    text = (
        "1\n00:00:05,000 --> 00:00:06,000\nlater\n\n2\n00:00:01,000 --> 00:00:02,000\nfirst\n\n"
        "3\n00:00:03,000 --> 00:00:03,000\nnever\n\n4\n00:00:04,000 --> 00:00:05,000\n \n"
    )
    lines = read_transcript(written(tmp_path, text.encode()))
    assert [each.text for each in lines] == ["first", "later"]


@pytest.mark.parametrize("content", [b"", b"once upon a time", b"\x00" * 100, b"{\\rtf1}"])
def test_what_is_no_transcript_is_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(HighlighterError, match="SubRip"):
        read_transcript(written(tmp_path, content))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(HighlighterError, match="cannot be read"):
        read_transcript(tmp_path / "none.srt")


def test_a_sentence_goes_on_until_its_full_stop_or_a_pause() -> None:
    lines = [
        line(0, 1, "I never"),
        line(1, 2, "went there."),
        line(2, 3, "You did"),
        line(8, 9, "and I saw it."),
    ]
    assert [each.text for each in join_sentences(lines)] == [
        "I never went there.",
        "You did",
        "and I saw it.",
    ]


def test_lines_that_overlap_are_one_sentence() -> None:
    (sentence,) = join_sentences([line(0, 4, "Stop."), line(1, 3, "No.")])
    assert sentence.range == TimeRange.between(Fraction(0), Fraction(4))


def test_a_transcript_without_full_stops_is_still_divided() -> None:
    sentences = join_sentences([line(n, n + 1, "word " * 20) for n in range(20)])
    assert len(sentences) > 4
    assert all(len(each.text) < 600 for each in sentences)

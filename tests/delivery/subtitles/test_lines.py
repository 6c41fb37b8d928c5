"""Lines are broken where readers of each script expect it."""

from __future__ import annotations

import pytest

from shotlog.delivery.subtitles import break_lines, linking_words, width

ENGLISH = linking_words("en")
FAMILY = "👨\u200d👩\u200d👧\u200d👦"


@pytest.mark.parametrize(
    ("text", "limit", "lines"),
    [
        ("Hello there.", 42, ("Hello there.",)),
        # After a sentence rather than in the middle of one.
        ("I know. But he has never told us where it is.", 42,
         ("I know.", "But he has never told us where it is.")),
        # Before a conjunction, and the lower line is the longer one.
        ("I never went to the house that you told me about yesterday", 42,
         ("I never went to the house", "that you told me about yesterday")),
        # After the comma, not between an article and its noun.
        ("When it rained all day, the garden was under water.", 42,
         ("When it rained all day,", "the garden was under water.")),
        ("- Where are you?\n- Here.", 42, ("- Where are you?", "- Here.")),
        ("Lines of the file\nthat fit are kept.", 42, ("Lines of the file", "that fit are kept.")),
        ("One line of the file that is much longer\nthan the other is broken anew.", 38,
         ("One line of the file that is much", "longer than the other is broken anew.")),
    ],
)  # fmt: skip
def test_english_is_broken_at_sense(text: str, limit: int, lines: tuple[str, ...]) -> None:
    assert break_lines(text, limit, ENGLISH) == lines


def test_conjunctions_are_those_of_the_language() -> None:
    text = "Wir gingen heute nach Hause und sie blieb dort"
    german = break_lines(text, 40, linking_words("de-CH"))
    assert german == ("Wir gingen heute", "nach Hause und sie blieb dort")
    assert break_lines(text, 40, ENGLISH) != german


def test_japanese_lines_neither_begin_with_closing_signs_nor_end_with_opening_ones() -> None:
    text = "これは「字幕」のテスト、カッコ（括弧）とーと々です。"
    for limit in range(26, width(text)):
        lines = break_lines(text, limit, ENGLISH)
        if lines is not None and len(lines) == 2:
            assert "".join(lines) == text
            assert lines[1][0] not in "」）、。ー々ットッ" or lines[1][0] == "ト"
            assert lines[0][-1] not in "「（"


def test_a_full_width_character_counts_twice() -> None:
    assert width("日本語 abc") == 10
    assert break_lines("日本語日本語日本語", 18, ENGLISH) == ("日本語日本語日本語",)
    assert break_lines("日本語日本語日本語", 17, ENGLISH) is not None
    assert break_lines("日本語日本語日本語", 8, ENGLISH) is None


def test_korean_is_broken_at_its_spaces() -> None:
    lines = break_lines("한국어 자막은 띄어쓰기에서 줄을 바꿉니다", 28, ENGLISH)
    assert lines == ("한국어 자막은", "띄어쓰기에서 줄을 바꿉니다")


def test_emoji_and_accents_stay_whole() -> None:
    assert width(FAMILY) == 2
    assert width("e\u0301te\u0301") == 3
    lines = break_lines(FAMILY * 9, 10, ENGLISH)
    assert lines == (FAMILY * 4, FAMILY * 5) or lines == (FAMILY * 5, FAMILY * 4)


def test_french_signs_stay_with_their_words() -> None:
    lines = break_lines("Vous êtes vraiment là ! « Merci » dit-il tout bas", 27, ENGLISH)
    assert lines is not None
    assert lines[1][0] not in "!»"
    assert lines[0][-1] != "«"


def test_a_word_longer_than_a_line_is_divided_and_a_text_longer_than_two_is_not_taken() -> None:
    assert break_lines("a" * 40, 22, ENGLISH) == ("a" * 21, "a" * 19)
    assert break_lines("a" * 45, 22, ENGLISH) is None

"""Syllables of a text: the measure by which its words share the time of what is spoken.

Only proportions count, since a stretch of speech is always as long as it is heard to be.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import accumulate
from typing import Final

SYLLABLE: Final = 2
"""Counts per syllable, so that half a syllable is a whole number."""
_WORDS: Final = re.compile(r"\w+")
_VOWELS: Final = frozenset("aeiouyœæøаеёиоуыэюяіїєαεηιουω")
"""Vowels of the Latin, Cyrillic and Greek scripts, without their accents."""
_UNVOWELLED: Final = ("ARABIC", "HEBREW")
"""Scripts that leave vowels out: about every other letter begins a syllable."""
_SYLLABIC: Final = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")
"""Scripts in which every letter is one."""


def count_syllables(text: str) -> list[int]:
    """Return, for every offset of a text, the half syllables that are spoken before it.

    A run of vowels is a syllable, and a word without vowels is one; so is a letter of a script of
    syllables. A digit is one, as most are when read.

    Returns:
        ``len(text) + 1`` numbers, rising from 0.
    """
    counts = [0] * len(text)
    for word in _WORDS.finditer(text):
        found = False
        was_vowel = False
        for offset in range(*word.span()):
            letter = text[offset]
            is_vowel = _base(letter) in _VOWELS
            counts[offset] = SYLLABLE if is_vowel and not was_vowel else _other(letter, is_vowel)
            found = found or counts[offset] > 0
            was_vowel = is_vowel
        if not found:
            counts[word.start()] = SYLLABLE
    return [0, *accumulate(counts)]


def _base(letter: str) -> str:
    """Return a letter without its accents, in lower case."""
    return letter.lower() if letter.isascii() else unicodedata.normalize("NFD", letter.lower())[0]


def _other(letter: str, is_vowel: bool) -> int:
    if is_vowel or letter.isascii():
        return SYLLABLE if letter.isdigit() else 0
    name = unicodedata.name(letter, "")
    if name.startswith(_SYLLABIC):
        return SYLLABLE
    return 1 if name.startswith(_UNVOWELLED) and letter.isalpha() else 0

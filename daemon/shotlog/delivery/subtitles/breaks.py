"""Places at which a line of subtitles may end, and how good each is.

The order of preference is that of Netflix, "Timed Text Style Guide: General Requirements", Line
Treatment (https://partnerhelp.netflixstudios.com/hc/en-us/articles/215758617): after punctuation,
before conjunctions and prepositions, never between an article and its noun. Where a text may be
broken at all follows the classes of Unicode Standard Annex 14; what may not begin or end a line of
Chinese or Japanese (kinsoku) is among them. Korean is broken at its spaces.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final, NamedTuple

import regex

from shotlog.delivery.subtitles.columns import graphemes, widths

_WORDS: Final = files("shotlog.delivery.subtitles") / "break_words.toml"
_FALLBACK: Final = "en"

# Ranks of places: only their order was chosen, by the guide above; the steps weigh them against
# lines of unequal length, of which one at the limit beside an empty one costs 8.
SPEAKER: Final = 0
"""Cost of a break where another speaker begins."""
SENTENCE: Final = 1
"""Cost of a break after a sentence."""
CLAUSE: Final = 2
"""Cost of a break after a comma and the like."""
_LINK: Final = 3
_SPACE: Final = 6
_HYPHEN: Final = 9
_ARTICLE: Final = 12
INSIDE: Final = 40
"""Cost of a break in a word that is longer than a line."""

_CLOSING: Final = r"\p{lb=CL}\p{lb=CP}\p{lb=EX}\p{lb=IS}»"
_NOT_FIRST: Final = _CLOSING + r"\p{lb=NS}\p{lb=CJ}\p{lb=GL}\p{lb=CM}\p{lb=ZWJ}\p{lb=QU}\p{lb=PO}"
_NOT_LAST: Final = r"\p{lb=OP}\p{lb=GL}\p{lb=ZWJ}\p{lb=QU}\p{lb=PR}"
DASHES: Final = ("-", "\u2010", "\u2013", "\u2014")
"""Signs with which the words of another speaker begin."""
_DASH: Final = r"\-\u2010\u2013\u2014"
_WIDE: Final = r"\p{lb=ID}\p{lb=CJ}\p{lb=NS}"
_PLACES: Final = regex.compile(
    rf"(?P<space>(?<![«\s]|^[{_DASH}]|\n[{_DASH}])\s+(?=[^\s{_CLOSING}]))"
    rf"|(?P<hyphen>(?<=\w)[-\u2010](?=\w))"
    rf"|(?P<dash>(?<=\w)[\u2013\u2014](?=\w))"
    rf"|(?P<wide>(?<=[{_WIDE}])(?=[^\s{_NOT_FIRST}])|(?<=[^\s{_NOT_LAST}])(?=\p{{lb=ID}}))"
    rf"|(?P<closed>(?<=[\p{{lb=CL}}\p{{lb=EX}}])(?=[\p{{lb=ID}}\p{{lb=OP}}]))"
)
_SENTENCE: Final = regex.compile(r"[.!?…。！？؟۔][\p{lb=QU}\p{lb=CL}\p{lb=CP}]*$")
_CLAUSE: Final = regex.compile(r"[,;:،؛、，；：–—][\p{lb=QU}\p{lb=CL}\p{lb=CP}]*$")
_SPEAKER: Final = regex.compile(r"\n\s*$")
_DASHED: Final = regex.compile(rf"[{_DASH}]\s*\S")
_BEFORE: Final = 8
"""Letters before a place that decide whether a sentence or a clause ends there."""


class BreakPlace(NamedTuple):
    """A place where a line may end: the offset at which the next line begins, and its cost."""

    offset: int
    cost: int


class LinkingWords(NamedTuple):
    """Words of a language that matter to line breaks, in lower case.

    Attributes:
        before: Conjunctions and prepositions, before which a line may well end.
        after: Articles, after which it should not.
    """

    before: frozenset[str]
    after: frozenset[str]


def linking_words(language: str) -> LinkingWords:
    """Return the words of a language, ``en`` or ``en-US``; those of English for an unknown one."""
    known = _languages()
    return known.get(language.partition("-")[0].lower(), known[_FALLBACK])


@cache
def _languages() -> Mapping[str, LinkingWords]:
    parsed = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    return {
        code: LinkingWords(frozenset(words["before"].split()), frozenset(words["after"].split()))
        for code, words in parsed.items()
    }


def find_places(text: str, words: LinkingWords, limit: int) -> list[BreakPlace]:
    """Return the places at which a text may be broken, in order, without its start and end.

    Words that are longer than a line are broken between visible characters.

    Args:
        text: The text.
        words: Words of its language.
        limit: Columns of a line.
    """
    whole = None if text.isascii() else _starts(text)
    places: dict[int, int] = {}
    for found in _PLACES.finditer(text):
        offset = found.end()
        if not 0 < offset < len(text) or (whole is not None and offset not in whole):
            continue
        places[offset] = _cost(text, found.start(), offset, str(found.lastgroup), words)
    found = [BreakPlace(offset, cost) for offset, cost in sorted(places.items())]
    return list(_break_long_words(text, found, limit))


def _break_long_words(text: str, places: Sequence[BreakPlace], limit: int) -> Iterator[BreakPlace]:
    columns = widths(text)
    for place, after in pairwise([BreakPlace(0, 0), *places, BreakPlace(len(text), 0)]):
        if columns[after.offset] - columns[place.offset] > limit:
            offset = start = place.offset
            for each in graphemes(text[place.offset : after.offset]):
                offset += len(each)
                # One column is left for a full-width character.
                if columns[offset] - columns[start] >= limit - 1 and offset < after.offset:
                    yield BreakPlace(offset, INSIDE)
                    start = offset
        if after.offset < len(text):
            yield after


def _cost(text: str, end: int, offset: int, kind: str, words: LinkingWords) -> int:
    if _SPEAKER.search(text[end:offset]) and _DASHED.match(text, offset):
        return SPEAKER
    before = text[max(0, end - _BEFORE) : end if kind == "space" else offset]
    if _SENTENCE.search(before):
        return SENTENCE
    if _CLAUSE.search(before) or kind == "dash":
        return CLAUSE
    if kind == "hyphen":
        return _HYPHEN
    if kind != "space":
        return _SPACE
    if _last_word(text, end) in words.after:
        return _ARTICLE
    return _LINK if _first_word(text, offset) in words.before else _SPACE


def _last_word(text: str, end: int) -> str:
    return "".join(text[max(0, end - _BEFORE) : end].split()[-1:]).lower()


def _first_word(text: str, offset: int) -> str:
    return "".join(text[offset : offset + 2 * _BEFORE].split()[:1]).lower()


def _starts(text: str) -> frozenset[int]:
    """Return the offsets at which a visible character begins."""
    offset, found = 0, set()
    for each in graphemes(text):
        found.add(offset)
        offset += len(each)
    return frozenset(found)

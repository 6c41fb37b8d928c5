"""Subtitles joined to sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Final, NamedTuple

from shotlog.highlights.transcript.reading import Subtitle
from shotlog.schema import TimeRange

_END: Final = re.compile(r"[.!?…。！？]+[\"'”’»)\]]*$")
"""The end of a sentence at the end of a subtitle."""
_PAUSE: Final = Fraction(2)
"""Seconds of silence after which a sentence is over in any case."""
_LONGEST: Final = 400
"""Characters of the longest sentence: automatic transcripts may have no full stop at all."""


class Sentence(NamedTuple):
    """A sentence: its time from the start of the timeline, and its text."""

    range: TimeRange
    text: str


def join_sentences(lines: Iterable[Subtitle]) -> list[Sentence]:
    """Return the sentences of subtitles, in time order.

    A sentence ends with a subtitle that ends with a full stop or the like, before two seconds of
    silence, and at 400 characters. Subtitles that overlap, as those of two speakers, are one.
    """
    sentences: list[Sentence] = []
    open_ = False
    for line in lines:
        last = sentences[-1] if sentences else None
        if last is not None and (open_ or line.range.start < last.range.end):
            apart = line.range.start - last.range.end
            if apart <= _PAUSE and len(last.text) + len(line.text) < _LONGEST:
                span = TimeRange.between(last.range.start, max(last.range.end, line.range.end))
                sentences[-1] = Sentence(span, f"{last.text} {line.text}")
                open_ = not _END.search(line.text)
                continue
        sentences.append(Sentence(line.range, line.text))
        open_ = not _END.search(line.text)
    return sentences

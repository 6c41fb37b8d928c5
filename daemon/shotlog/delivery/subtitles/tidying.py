"""Cues of a source in order: without empty ones, impossible times and two at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate

from shotlog.delivery.subtitles.cues import Cue

_SPACES = re.compile(r"[^\S\n\u00a0\u202f]+")
"""Runs of spaces, without those that are not to be broken (no-break spaces)."""
_LINES = re.compile(r" ?\n[ \n]*")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff]")
"""Control characters, which no form of subtitles holds."""


@dataclass(frozen=True, slots=True)
class Tidied:
    """Cues in order of time, and what was left out.

    Attributes:
        cues: The cues.
        empty: Number of cues without text.
        outside: Number of cues after the end of the film.
        repeated: Number of cues that repeat another one.
    """

    cues: tuple[Cue, ...]
    empty: int = 0
    outside: int = 0
    repeated: int = 0


def clean(text: str) -> str:
    """Return a text with single spaces, without empty lines and control characters."""
    return _LINES.sub("\n", _SPACES.sub(" ", _UNSEEN.sub("", text))).strip()


def tidy(cues: Iterable[Cue], film_end: Fraction | None) -> Tidied:
    """Return cues in order of time, one at a time.

    Swapped times are put right. Of two cues at once the earlier one ends where the later one
    begins; two that begin together become one.

    Args:
        cues: The cues of a source.
        film_end: End of the film in seconds; None if unknown.
    """
    full = [_with_clean_text(cue) for cue in cues]
    seen = [cue for cue in full if cue.text]
    inside = [cue for cue in seen if film_end is None or min(cue.start, cue.end) < film_end]
    ordered = [_with_possible_times(cue) for cue in inside]
    ordered = _told_out_of_order(ordered)
    unique = list({(cue.start, cue.end, cue.text): cue for cue in ordered}.values())
    return Tidied(
        tuple(_one_at_a_time(unique)),
        len(full) - len(seen),
        len(seen) - len(inside),
        len(ordered) - len(unique),
    )


def _with_clean_text(cue: Cue) -> Cue:
    text = clean(cue.text)
    return cue if text == cue.text else with_text(cue, text)


def with_text(cue: Cue, text: str) -> Cue:
    """Return a cue with a text that differs from its own in spaces and control characters alone.

    The moments of its words stay with their letters.
    """
    before = [0, *accumulate(map(_is_seen, cue.text))]
    places = [offset for offset, letter in enumerate(text) if _is_seen(letter)]
    marks = {}
    for at, moment in cue.marks:
        letters = before[at]
        if at and _is_seen(cue.text[at - 1]):  # the end of a word stays one
            marks[places[letters - 1] + 1] = moment
        else:
            marks[places[letters] if letters < len(places) else len(text)] = moment
    return replace(cue, text=text, marks=tuple(sorted(marks.items())))


def _is_seen(letter: str) -> bool:
    return not (letter.isspace() or _UNSEEN.match(letter))


def _with_possible_times(cue: Cue) -> Cue:
    start, end = cue.start, cue.end
    if end < start:
        start, end = end, start
        cue = cue.with_fault("times", "its end was before its start; they were swapped")
    if start < 0:
        start, end = Fraction(0), max(end, Fraction(0))
        cue = cue.with_fault("times", "it began before the film; it now begins with it")
    highest = start
    marks = []
    for at, moment in cue.marks:
        highest = min(max(highest, moment), end)
        marks.append((at, highest))
    return replace(cue, start=start, end=end, marks=tuple(marks))


def _told_out_of_order(cues: Sequence[Cue]) -> list[Cue]:
    """Return cues in order of time; those that the source has after later ones are told."""
    latest = Fraction(-1)
    found = []
    for cue in cues:
        late = cue.start < latest
        words = "it stood after a later cue; cues are in order of time now"
        found.append(cue.with_fault("order", words) if late else cue)
        latest = max(latest, cue.start)
    return sorted(found, key=lambda cue: (cue.start, cue.end))


def _one_at_a_time(cues: Iterable[Cue]) -> list[Cue]:
    found: list[Cue] = []
    for cue in cues:
        last = found[-1] if found else None
        if last is None or last.end <= cue.start:
            found.append(cue)
        elif last.start == cue.start:
            found[-1] = join(last, cue, "\n").with_fault(
                "overlap", "two cues began together; they became one"
            )
        else:
            words = (
                f"it overlapped the next cue by {float(last.end - cue.start):.2f} s; it ends there"
            )
            found[-1] = last.between(last.start, cue.start).with_fault("overlap", words)
            found.append(cue)
    return found


def join(first: Cue, second: Cue, between: str) -> Cue:
    """Return two cues as one.

    Args:
        first: The earlier one.
        second: The later one.
        between: What stands between their texts: a space or a line feed.
    """
    shift = len(first.text) + len(between)
    end = max(first.end, second.end)
    starts = ((0, first.start), (shift, max(first.start, second.start)))
    marks = dict((*starts, *first.marks, *((at + shift, when) for at, when in second.marks)))
    told = (
        None
        if first.told is None or second.told is None
        else (first.told[0], max(first.told[1], second.told[1]))
    )
    return Cue(
        first.start,
        end,
        first.text + between + second.text,
        tuple(sorted(marks.items())) if first.marks or second.marks else (),
        told,
        (*first.faults, *second.faults),
    )

"""Names of markers, and the recognition of ours by their form.

Some programs keep the name of a marker and nothing else. A name in our form, on the frame where we
would write a marker of that kind, was written by us or by an editor who corrected it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from shotlog.schema import (
    KINDS,
    MOVEMENTS,
    MOVES,
    SIZES,
    VOCABULARIES,
    Family,
    MarkerFamily,
    all_errors,
)

UNNAMED = "shot"
"""The name of a shot without a size and a move."""

DEFECT = "QC"
"""First part of the name of a defect: ``QC · black``."""

REFRAMED = "Reframe"
"""First part of the name of a stretch without a subject: ``Reframe · centre``."""

_SEPARATOR = re.compile(r"\s*[·•?]\s*|\s+-\s+")
"""The sign between the parts of a name, and what programs make of it that do not know it."""

_BETWEEN_LABELS = re.compile(r"\s*[·•?+&,;/|→]\s*|\s+-\s+|\n")
"""The signs that people and programs set between labels."""

_WORD = re.compile(r"[a-z0-9]+")

_HIGHLIGHT = re.compile(r"hl\s*\d+")
_SHORTENED = "…"


@cache
def _sizes() -> frozenset[str]:
    return frozenset(name.casefold() for name in VOCABULARIES[Family.SIZE].names)


@cache
def _kinds() -> frozenset[str]:
    return frozenset(label.display.casefold() for label in VOCABULARIES[Family.KIND].labels)


@cache
def _moves() -> frozenset[str]:
    families = (Family.MOVE, Family.MOVEMENT)
    return frozenset(n.casefold() for family in families for n in VOCABULARIES[family].names)


@cache
def _faults() -> frozenset[str]:
    """Return the names of markers of problems: the codes of all errors, in words."""
    return frozenset(error.code().replace("-", " ") for error in all_errors())


def families_of_name(name: str) -> frozenset[MarkerFamily]:
    """Return the kinds of markers of ours that may bear a name; none for a name of another form.

    Letter case does not count, and the sign between parts may be another, as some programs keep
    neither.
    """
    text = " ".join(name.casefold().split()).rstrip(_SHORTENED)
    if text == UNNAMED or text in _kinds():
        return frozenset({MarkerFamily.SHOT})
    if text in _faults():
        return frozenset({MarkerFamily.PROBLEM})
    parts = [part for part in _SEPARATOR.split(text) if part]
    if parts and _HIGHLIGHT.fullmatch(parts[0]):
        return frozenset({MarkerFamily.HIGHLIGHT})
    if len(parts) == 2 and parts[0] == DEFECT.casefold():
        return frozenset({MarkerFamily.DEFECT})
    if len(parts) == 2 and parts[0] == REFRAMED.casefold():
        return frozenset({MarkerFamily.REFRAMING})
    labels = [part.split("+") for part in parts]
    if not labels or len(labels) > 2:
        return frozenset()
    moves = all(label.strip() in _moves() for label in labels[-1])
    if len(labels) == 1 and moves:
        return frozenset({MarkerFamily.SHOT, MarkerFamily.MOVE})
    sizes = all(label.strip() in _sizes() for label in labels[0])
    return frozenset({MarkerFamily.SHOT} if sizes and (moves or len(labels) == 1) else ())


class NamedLabels(NamedTuple):
    """The labels that a text names.

    Attributes:
        labels: The families and names of the labels: a kind alone, or sizes, moves and movements.
        whole: True where the text names labels and nothing else.
    """

    labels: tuple[tuple[Family, str], ...]
    whole: bool


def labels_of_name(text: str) -> NamedLabels:
    """Return the labels that the name of a marker tells, as a person may have written it.

    Letter case and the signs between labels do not count, and the names for people are known too:
    ``MS · pan_left``, ``ms, Pan Left`` and ``Medium Shot / pan-left`` are the same. A part between
    two signs that holds any other word names no label: ``CS of Anna`` names none.
    """
    if kind := _kind_names().get(_plain(text)):
        return NamedLabels(((Family.KIND, kind),), whole=True)
    found: list[tuple[Family, str]] = []
    parts = [part for part in _BETWEEN_LABELS.split(text) if part.strip()]
    unknown = not parts
    for part in parts:
        labels = _labels_of_part(part.strip())
        unknown = unknown or not labels
        found += (label for label in labels if label not in found)
    return NamedLabels(tuple(found), whole=not unknown)


def _labels_of_part(part: str) -> list[tuple[Family, str]]:
    """Return the labels that make up a part of a name; none where it holds any other word."""
    for vocabulary in (SIZES, MOVES, MOVEMENTS):
        if part in vocabulary:  # "Static" is a movement, and "static" a move
            return [(vocabulary.family, part)]
    words, found = _plain(part).split(), []
    known = _label_names()
    while words:
        longest = min(len(words), _MOST_WORDS)
        length = next((n for n in range(longest, 0, -1) if " ".join(words[:n]) in known), 0)
        if not length:
            return []
        found.append(known[" ".join(words[:length])])
        del words[:length]
    return found


_MOST_WORDS = 3
"""Words of the longest name of a label: Point of View."""


@cache
def _label_names() -> dict[str, tuple[Family, str]]:
    """Return the labels by their names in data and for people, in plain words."""
    names: dict[str, tuple[Family, str]] = {}
    for vocabulary in (SIZES, MOVES, MOVEMENTS):  # the first that has a name keeps it
        for label in vocabulary.labels:
            for name in (label.name, label.display):
                names.setdefault(_plain(name), (vocabulary.family, label.name))
    return names


@cache
def _kind_names() -> dict[str, str]:
    return {_plain(label.display): label.name for label in KINDS.labels}


def _plain(text: str) -> str:
    """Return a text in lower case with one blank between words, whatever stood there."""
    return " ".join(_WORD.findall(text.casefold()))


def same_name(one: str, other: str) -> bool:
    """Return True for two names that programs which keep little of a text may make of one."""
    return _bare(one) == _bare(other)


def _bare(name: str) -> str:
    return re.sub(r"[^0-9a-z]", "", name.casefold())

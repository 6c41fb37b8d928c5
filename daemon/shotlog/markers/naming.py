"""Names of markers, and the recognition of ours by their form.

Some programs keep the name of a marker and nothing else. A name in our form, on the frame where we
would write a marker of that kind, was written by us or by an editor who corrected it.
"""

from __future__ import annotations

import re
from functools import cache

from shotlog.schema import VOCABULARIES, Family, MarkerFamily, ShotlogError

UNNAMED = "shot"
"""The name of a shot without a size and a move."""

DEFECT = "QC"
"""First part of the name of a defect: ``QC · black``."""

REFRAMED = "Reframe"
"""First part of the name of a stretch without a subject: ``Reframe · centre``."""

_SEPARATOR = re.compile(r"\s*[·•?]\s*|\s+-\s+")
"""The sign between the parts of a name, and what programs make of it that do not know it."""

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
    pending, codes = [ShotlogError], set()
    while pending:
        error = pending.pop()
        codes.add(error.code().replace("-", " "))
        pending += error.__subclasses__()
    return frozenset(codes)


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


def same_name(one: str, other: str) -> bool:
    """Return True for two names that programs which keep little of a text may make of one."""
    return _bare(one) == _bare(other)


def _bare(name: str) -> str:
    return re.sub(r"[^0-9a-z]", "", name.casefold())

"""Labels of a shot as bits of one integer, so that SQL tests any of them by one operation."""

from __future__ import annotations

from collections.abc import Iterable

from shotlog.schema import UNDEFINED, VOCABULARIES, Family

FAMILIES = (Family.SIZE, Family.MOVE, Family.MOVEMENT, Family.MOTION, Family.KIND)
"""Families that can be searched, in the order of their bits."""

_UNPREFIXED = (Family.SIZE, Family.MOVE, Family.MOVEMENT, Family.KIND)
"""Families in which a label without a prefix is searched, before that of motion."""

LABELS: tuple[tuple[Family | None, str], ...] = (
    *((family, name) for family in FAMILIES for name in VOCABULARIES[family].names),
    (None, UNDEFINED),
)
"""Family and name by the number of the bit. The last one is set where the size or the move that a
shot is shown with is undefined. Their order is part of the file format."""

_BITS = {key: 1 << number for number, key in enumerate(LABELS)}


def normalized(word: str) -> str:
    """Return a label's name as it is compared: ``Dolly-In`` is ``dolly_in``."""
    return "_".join(word.casefold().replace("-", " ").replace("_", " ").split())


def find_label(word: str, family: Family | None = None) -> str | None:
    """Return the name of a label as the vocabulary spells it; None if there is none.

    Args:
        word: The label as it was typed, in any case; its name for people will do too.
        family: Family to search; None searches all, those of sizes and moves first.
    """
    wanted = normalized(word)
    families = FAMILIES if family is None else (family,)
    known = [label for one in families for label in VOCABULARIES[one].labels]
    spelled = (
        *((normalized(label.name), label.name) for label in known),
        *((normalized(label.display), label.name) for label in known),
    )
    return next((name for spelling, name in spelled if spelling == wanted), None)


def mask_of(label: str, family: Family | None = None) -> int:
    """Return the bits by which a shot has a label.

    Args:
        label: Name of the label, as :func:`find_label` returns it.
        family: Its family. None means every family that shows it: ``static`` is a move of one
            model and a movement of another, and ``undefined`` an undefined size or move.
    """
    if family is not None:
        return _BITS[family, label]
    if label == UNDEFINED:
        return _BITS[None, UNDEFINED]
    wanted = normalized(label)
    shown = [
        bit
        for (one, name), bit in _BITS.items()
        if one in _UNPREFIXED and normalized(name) == wanted
    ]
    return sum(shown) or _BITS[Family.MOTION, label]


def bits_of(labels: Iterable[tuple[Family | None, str]]) -> int:
    """Return the bits of labels; a name outside its vocabulary has none."""
    mask = 0
    for key in labels:
        mask |= _BITS.get(key, 0)
    return mask

"""Labels in the names of our markers, as an editor may have written them."""

from __future__ import annotations

from shotlog.schema import KINDS, MOVEMENTS, MOVES, SIZES, Family


def labels_of_name(name: str) -> list[tuple[Family, str]]:
    """Return the labels that the name of a marker tells: a kind alone, or sizes and moves.

    Letter case does not count. Words that are no label are left out.
    """
    kind = next((k for k in KINDS.labels if k.display.casefold() == name.casefold()), None)
    if kind is not None:
        return [(Family.KIND, kind.name)]
    words = (word.strip() for word in name.replace("+", "·").split("·"))
    return [found for word in words if (found := _label(word)) is not None]


def _label(word: str) -> tuple[Family, str] | None:
    for vocabulary in (SIZES, MOVES, MOVEMENTS):
        if word in vocabulary:  # "Static" is a movement, and "static" a move
            return vocabulary.family, word
    for vocabulary in (SIZES, MOVES):  # an editor may write in any letter case
        for name in vocabulary.names:
            if name.casefold() == word.casefold():
                return vocabulary.family, name
    return None

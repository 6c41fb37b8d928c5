"""Colours of the vocabularies for a page: one class per label, with an ink that can be read."""

from __future__ import annotations

from collections.abc import Iterator

from shotlog.schema import SIZES, VOCABULARIES, Family, Vocabulary

UNKNOWN_TONE = "tone-unknown"
"""The class of a label that no vocabulary holds."""

_INKS = ("#000000", "#ffffff")


def tone_class(family: Family, label: str) -> str:
    """The class that gives an element the colour of a label as ``--tone`` and ``--ink``."""
    names = VOCABULARIES[family].names
    return f"tone-{family.value}-{names.index(label)}" if label in names else UNKNOWN_TONE


def make_tone_rules() -> str:
    """The CSS rules of all those classes."""
    return "\n".join(
        f".{name} {{ --tone: {colour}; --ink: {choose_ink(colour)}; }}"
        for name, colour in _colours()
    )


def contrast_ratio(one: str, other: str) -> float:
    """The contrast ratio of two ``#rrggbb`` colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def choose_ink(colour: str) -> str:
    """Black or white, whichever reads better on a colour; one of them always has 4.5 : 1."""
    return max(_INKS, key=lambda candidate: contrast_ratio(candidate, colour))


def _colours() -> Iterator[tuple[str, str]]:
    for vocabulary in VOCABULARIES.values():
        for label in vocabulary.labels:
            yield tone_class(vocabulary.family, label.name), label.colour
    yield UNKNOWN_TONE, _unknown(SIZES)


def _unknown(vocabulary: Vocabulary) -> str:
    return vocabulary.colour("")


def _luminance(colour: str) -> float:
    """Relative luminance of sRGB (WCAG 2.2, "relative luminance")."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

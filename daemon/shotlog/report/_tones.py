"""Colours of the labels on the page: one CSS class per label, with a readable text colour."""

from __future__ import annotations

from collections.abc import Iterator

from shotlog.schema import SIZES, VOCABULARIES, Family, Vocabulary

UNKNOWN_TONE = "tone-unknown"
"""Class of a label that is in no vocabulary."""

_INKS = ("#000000", "#ffffff")


def tone_class(family: Family, label: str) -> str:
    """Return the CSS class that sets ``--tone`` and ``--ink`` to the colours of a label."""
    names = VOCABULARIES[family].names
    return f"tone-{family.value}-{names.index(label)}" if label in names else UNKNOWN_TONE


def make_tone_rules() -> str:
    """Return the CSS rules of all classes of labels."""
    return "\n".join(
        f".{name} {{ --tone: {colour}; --ink: {choose_ink(colour)}; }}"
        for name, colour in _colours()
    )


def contrast_ratio(one: str, other: str) -> float:
    """Return the contrast ratio of two ``#rrggbb`` colours, 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def choose_ink(colour: str) -> str:
    """Return black or white, the one with more contrast on a colour."""
    # One of them always reaches 4.5 : 1, which WCAG 2.2 asks for (success criterion 1.4.3).
    return max(_INKS, key=lambda candidate: contrast_ratio(candidate, colour))


def _colours() -> Iterator[tuple[str, str]]:
    for vocabulary in VOCABULARIES.values():
        for label in vocabulary.labels:
            yield tone_class(vocabulary.family, label.name), label.colour
    yield UNKNOWN_TONE, _unknown(SIZES)


def _unknown(vocabulary: Vocabulary) -> str:
    return vocabulary.colour("")


def _luminance(colour: str) -> float:
    """Return the relative luminance of an sRGB colour, 0 to 1 (WCAG 2.2)."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    # The limit is that of IEC 61966-2-1. Older texts of WCAG have 0.03928; no value of 8 bits lies
    # between the two.
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

"""Terms of the query language that are numbers: their columns, units and defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

_PERCENT = {"%": Fraction(1, 100)}
_DECIBEL = {"db": Fraction(1), "lufs": Fraction(1)}
_TIME = {
    "s": Fraction(1),
    "sec": Fraction(1),
    "ms": Fraction(1, 1000),
    "min": Fraction(60),
    "h": Fraction(3600),
}
_PIXELS = {"px": Fraction(1)}


@dataclass(frozen=True)
class NumericField:
    """A number that is known of a shot.

    Attributes:
        name: Name in the language.
        column: SQL expression over the alias ``s`` of the table ``shot``.
        example: Comparison that shows how it is used.
        units: Units by their lower-case spelling, each with its factor.
        flag: SQL condition for the bare name; None where the name must be compared.
        absent_is_false: True where a missing value means that there is none, so that comparisons
            are false. Otherwise it was not measured, and comparisons are unknown.
    """

    name: str
    column: str
    example: str
    units: Mapping[str, Fraction] = field(default_factory=dict)
    flag: str | None = None
    absent_is_false: bool = False


_FIELDS = (
    NumericField("faces", "s.faces", "faces >= 1", flag="s.faces >= 1"),
    NumericField("speech", "s.speech", "speech >= 20%", _PERCENT, flag="s.speech >= 0.5"),
    NumericField("loudness", "s.loudness", "loudness > -20dB", _DECIBEL),
    NumericField("duration", "s.duration", "duration < 2s", _TIME),
    NumericField(
        "highlight",
        "s.highlight",
        "highlight >= 70",
        flag="s.highlight IS NOT NULL",
        absent_is_false=True,
    ),
    NumericField(
        "confidence",
        "min(ifnull(s.size_confidence, s.move_confidence),"
        " ifnull(s.move_confidence, s.size_confidence))",
        "confidence > 80%",
        _PERCENT,
    ),
    NumericField("size.confidence", "s.size_confidence", "size.confidence > 80%", _PERCENT),
    NumericField("move.confidence", "s.move_confidence", "move.confidence > 80%", _PERCENT),
    NumericField("width", "s.width", "width >= 1920", _PIXELS),
    NumericField("height", "s.height", "height >= 1080", _PIXELS),
    NumericField("fps", "s.fps", "fps = 23.976", {"fps": Fraction(1), "p": Fraction(1)}),
)

NUMERIC = {known.name: known for known in _FIELDS}
"""Numeric fields by their name."""

ALIASES = {"people": "faces", "length": "duration", "rate": "fps"}
"""Other names of numeric fields."""

OPERATORS = {
    ">=": ">=", ">": ">", "<=": "<=", "<": "<", "=": "=", "==": "=", "!=": "!=",
    "≥": ">=", "≤": "<=", "≠": "!=",
}  # fmt: skip
"""Comparisons as they may be written, and as SQL and a printed query spell them."""

TEXTS = ("name", "clip", "timeline", "media", "text")
"""Fields that hold words: ``name`` is any of the names, ``text`` describes the picture."""

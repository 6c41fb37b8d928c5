"""Lengths of film as people give them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from shotlog.schema import nearest_frame

# Nine digits are years of film: to compute with more would take long and help nobody.
_LENGTH = re.compile(r"(?P<number>\d{1,9}(?:\.\d{1,9})?)\s*(?P<unit>s|f|)", re.IGNORECASE)


@dataclass(frozen=True)
class Length:
    """A length in frames or in seconds: ``12f``, ``0.5s``.

    Attributes:
        number: The number, 0 or more.
        counts_frames: True for frames, False for seconds.
    """

    number: Fraction = Fraction(0)
    counts_frames: bool = True

    @classmethod
    def parse(cls, text: str, *, unit: str = "") -> Length:
        """Return the length that a text tells.

        Args:
            text: Such as ``12f``, ``0.5s``.
            unit: Unit of a number alone, ``f`` or ``s``; "" refuses it.

        Raises:
            ValueError: It tells none.
        """
        found = _LENGTH.fullmatch(text.strip())
        told = (found["unit"] or unit).lower() if found else ""
        if found is None or not told:
            raise ValueError(f"'{text}' is not a length like 2s, 1.5s or 48f")
        return cls(Fraction(found["number"]), told == "f")

    def seconds(self, rate: Fraction) -> Fraction:
        """Return the length in seconds, at a number of frames per second."""
        return self.number / rate if self.counts_frames else self.number

    def frames(self, rate: Fraction) -> int:
        """Return the nearest number of frames, at a number of frames per second."""
        return nearest_frame(self.seconds(rate), rate)

    def __str__(self) -> str:
        return f"{float(self.number):g}{'f' if self.counts_frames else 's'}"


NO_LENGTH = Length()

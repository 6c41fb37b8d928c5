"""Options of reading a timeline file."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from shotlog_otio.relinking import NO_RELINKS, Relinks


@dataclass(frozen=True)
class ReadOptions:
    """Options of reading a timeline file.

    Attributes:
        sequence: Name of the sequence to read, of a file that holds several; None takes the one
            that no other contains, or that the file marks as open.
        dialect: Name of the dialect to read it in; None detects it.
        relinks: The places to which media have moved.
        rate: Frames per second of a timeline whose format tells none, as of an EDL; None takes the
            one that fits it best.
    """

    sequence: str | None = None
    dialect: str | None = None
    relinks: Relinks = NO_RELINKS
    rate: Fraction | None = None


DEFAULT_READING = ReadOptions()
"""The options that detect everything."""

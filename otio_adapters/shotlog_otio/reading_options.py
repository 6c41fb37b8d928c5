"""Options of reading a timeline file."""

from __future__ import annotations

from dataclasses import dataclass

from shotlog_otio.relinking import NO_RELINKS, Relinks


@dataclass(frozen=True)
class ReadOptions:
    """Options of reading a timeline file.

    Attributes:
        sequence: Name of the sequence to read, of a file that holds several; None takes the one
            that no other contains, or that the file marks as open.
        dialect: Name of the dialect to read it in; None detects it.
        relinks: The places to which media have moved.
    """

    sequence: str | None = None
    dialect: str | None = None
    relinks: Relinks = NO_RELINKS


DEFAULT_READING = ReadOptions()
"""The options that detect everything."""

"""Records of runs: the findings of a timeline and the markers that were written of them."""

from __future__ import annotations

from shotlog.schema import Log, MarkerFamily, Model, PathText, Seconds, TimeRange, Words

VERSION = 1
"""Version of the format of records."""


class RecordedMarker(Model):
    """A marker of a shot or of a further move, as it stood right after it was written."""

    id: str
    """Its identity in the file."""
    family: MarkerFamily
    """Its kind."""
    name: str
    """The name that Shotlog gave it."""
    colour: str
    """Its colour, as the file told it."""
    shown: TimeRange | None
    """Its range on the timeline; None where the timeline did not show it."""
    length: Seconds
    """Its length, on the clock of the object that holds it."""
    shot: str
    """Id of its shot in the log."""


class RecordHeader(Model):
    """The part of a record by which it is found."""

    version: int = VERSION
    """Version of the format."""
    name: Words
    """Name of the timeline."""
    timeline: PathText | None
    """Path of the file, without links; None where an editing program took the markers."""
    sequence: str | None = None
    """The sequence, of a file that holds several."""
    ids: tuple[str, ...]
    """Ids of the markers."""


class RunRecord(Model):
    """The findings of one run on a timeline, and the markers that it wrote."""

    suffix: str
    """Suffix of the file, by which the terms of colours are known; empty for none."""
    log: Log
    """Clips and shots with their findings and the epochs behind them; no curves and no cuts."""
    markers: tuple[RecordedMarker, ...]
    """The markers."""

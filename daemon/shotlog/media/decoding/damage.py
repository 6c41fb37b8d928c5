"""Record of damage met while decoding, and its description for people."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from shotlog.media.images import describe_damaged
from shotlog.schema import ImageSequence, TimeRange


class DamageReport:
    """Damage within some ranges of a file, counted in constant memory."""

    def __init__(self, ranges: Sequence[TimeRange], sequence: ImageSequence | None = None) -> None:
        """Start an empty report.

        Args:
            ranges: The ranges in media time; damage outside them is not reported.
            sequence: The image sequence, where the media is one: its pictures are named by number.
        """
        self._ranges = ranges
        self._sequence = sequence
        self._indices: set[int] = set()
        self._packets = _Tally()
        self._pictures = _Tally()
        self._end: str | None = None

    def add_packet(self, moment: Fraction) -> None:
        """Record a packet that could not be decoded, by the time at which it would be shown."""
        if not any(r.contains(moment) for r in self._ranges):
            return
        if self._sequence is None:
            self._packets.add(moment)
        else:
            self._indices.add(round(moment * self._sequence.rate))

    def add_picture(self, moment: Fraction) -> None:
        """Record a picture that was decoded, but is marked as corrupt by the decoder."""
        if any(r.contains(moment) for r in self._ranges):
            self._pictures.add(moment)

    def set_end(self, text: str) -> None:
        """Record that the file ends early, as text for people."""
        self._end = text

    def describe(self) -> str | None:
        """Return the damage as text; None where there is none."""
        parts = (
            self._sequence and describe_damaged(self._sequence, self._indices),
            self._packets.describe("packet", "could not be decoded"),
            self._pictures.describe("picture", "damaged"),
            self._end,
        )
        return "; ".join(p for p in parts if p) or None


class _Tally:
    """Count of events at rising moments."""

    def __init__(self) -> None:
        self._count = 0
        self._first = self._last = Fraction(-1)

    def add(self, moment: Fraction) -> None:
        # After a seek back the same frames are decoded again; they count once.
        if moment > self._last:
            self._first = self._first if self._count else moment
            self._last = moment
            self._count += 1

    def describe(self, thing: str, what: str) -> str | None:
        if not self._count:
            return None
        plural = "s" if self._count > 1 else ""
        return f"{self._count} {thing}{plural} {what}, first at {float(self._first):.2f} s"

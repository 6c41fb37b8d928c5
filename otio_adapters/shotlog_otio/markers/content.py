"""Our markers as the JSON of OpenTimelineIO spells them: see :mod:`shotlog_otio.markers.spelling`.

Every marker that we write carries, under our metadata key, its id and a hash of what an editor sees
of it: name, note, colour and range.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from shotlog.markers import (
    METADATA_KEY,
    NAME_LIMIT,
    MarkerTag,
    clean,
    hash_in_file,
    hash_in_text,
)
from shotlog.schema import Marker, Seconds, exact_rate, nearest_frame
from shotlog_otio.dialects import Dialect
from shotlog_otio.exact import LONGEST
from shotlog_otio.markers.spelling import VERSION, frames_of, plain

_EXACT = 1 << 53
"""The whole numbers below it are the same as doubles."""


@dataclass(frozen=True)
class MarkerContent:
    """The content of a marker to be written, in the form of one dialect.

    Attributes:
        marker: The marker.
        dialect: The dialect.
        rate: The exact rate at which its frames are counted.
        name: Its name within the limits.
        note: Its note within the limits.
        texts: The name and the comment that are written.
        frames: Its start and length, in whole frames.
        range: Its range as JSON.
        hash: The hash of what an editor will see of it.
    """

    marker: Marker
    dialect: Dialect
    rate: Fraction
    name: str
    note: str
    texts: tuple[str, str]
    frames: tuple[int, int]
    range: dict[str, Any]
    hash: str

    @classmethod
    def of(
        cls, marker: Marker, start: Seconds, duration: Seconds, rate: float, dialect: Dialect
    ) -> MarkerContent:
        """Return the content of a marker; for the arguments see :func:`marker_json`."""
        exact = exact_rate(rate)
        first, length = start * exact, duration * exact
        range_ = {
            "OTIO_SCHEMA": "TimeRange.1",
            "duration": _rational_time(length, rate),
            "start_time": _rational_time(first, rate),
        }
        name = clean(marker.name, dialect.limits.name)
        note = clean(marker.note, dialect.limits.note)
        shown, comment = dialect.marker_texts(name, note)
        if _is_read_as_written(first, length, exact):
            frames = first.numerator, length.numerator
            hashed: tuple[int, int] | None = frames
        else:  # the hash is that of what will be read of the range
            frames = nearest_frame(start, exact), nearest_frame(duration, exact)
            hashed = frames_of({"marked_range": range_}, exact)
        hash_ = hash_in_file(shown, comment, dialect.palette[marker.family].upper(), hashed)
        return cls(marker, dialect, exact, name, note, (shown, comment), frames, range_, hash_)

    def as_json(self, id_: str, former_list: str | None) -> dict[str, Any]:
        """Return the marker as a ``Marker.2`` object.

        Args:
            id_: Its identity in the file.
            former_list: The text of the object's empty list of markers before ours, where not
                ``[]``.
        """
        marker, (name, comment) = self.marker, self.texts
        own: dict[str, Any] = {
            "version": VERSION,
            "id": id_,
            "family": marker.family.value,
            "name": name,
            "rate": str(self.rate),
            "hash": self.hash,
            "payload": {_key(key): plain(value) for key, value in marker.payload.items()},
        }
        if former_list is not None:
            own["was"] = former_list
        tag = MarkerTag(id_, marker.family, hash_in_text(self.name, self.note, "", self.frames))
        return {
            "OTIO_SCHEMA": "Marker.2",
            "metadata": {METADATA_KEY: own, **self.dialect.marker_metadata(self.note, tag)},
            "name": name,
            "color": self.dialect.palette[marker.family],
            "marked_range": self.range,
            # OpenTimelineIO 0.19-dev upgrades a Marker.2 as if it were a Marker.1 and would refuse
            # the file without this key; 0.18 keeps it unread.
            "range": self.range,
            "comment": comment,
        }


def marker_json(
    marker: Marker,
    start: Seconds,
    duration: Seconds,
    rate: float,
    dialect: Dialect,
    former_list: str | None = None,
) -> dict[str, Any]:
    """Return a marker as a ``Marker.2`` object.

    Args:
        marker: The marker.
        start: Its start in the time of the object that it stands on.
        duration: Its length.
        rate: The rate to count frames at, as the file writes it.
        dialect: Of the timeline.
        former_list: The text of the object's empty list of markers before ours, where not ``[]``.
    """
    content = MarkerContent.of(marker, start, duration, rate, dialect)
    return content.as_json(marker.id, former_list)


def _is_read_as_written(start: Fraction, length: Fraction, rate: Fraction) -> bool:
    """Return whether a range of frames is whole, and neither rounded nor refused in a file."""
    longest = LONGEST.numerator * rate.numerator // rate.denominator
    whole = start.denominator == length.denominator == 1
    return (
        whole
        and length.numerator >= 0
        and (max(abs(start.numerator), length.numerator) <= min(longest, _EXACT))
    )


def _rational_time(frames: Fraction, rate: float) -> dict[str, Any]:
    return {"OTIO_SCHEMA": "RationalTime.1", "rate": float(rate), "value": float(frames)}


@lru_cache(maxsize=256)  # all markers of a kind have the same keys
def _key(text: str) -> str:
    return clean(text, NAME_LIMIT)

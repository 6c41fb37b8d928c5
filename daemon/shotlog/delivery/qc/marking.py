"""Markers of defects, on the timeline that files were made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from hashlib import blake2b

from shotlog.delivery.qc.checking import CheckedFile
from shotlog.delivery.qc.contract import Defect
from shotlog.markers import DEFECT
from shotlog.schema import Edit, Marker, MarkerFamily, TimeRange, nearest_frame


def markers_of_defects(placed: Iterable[tuple[CheckedFile, Fraction]], edit: Edit) -> list[Marker]:
    """Return a marker for each defect of files, on the frames that show it, in order of time.

    A defect of a whole file is on its first frame; one behind the end of the timeline is on the
    last. A defect keeps its id while its check, its sound track and its first frame stay.

    Args:
        placed: The files, each with the moment of the timeline at which it begins.
        edit: The timeline that was rendered into them.
    """
    last = max(0, nearest_frame(edit.duration, edit.rate) - 1)
    counts: Counter[str] = Counter()
    markers = []
    for defect, begin in ((d, begin) for checked, begin in placed for d in checked.defects):
        range_ = defect.range or TimeRange(start=Fraction(0), duration=Fraction(0))
        range_ = range_.shifted(begin)
        first = min(last, nearest_frame(range_.start, edit.rate))
        end = min(last + 1, nearest_frame(range_.end, edit.rate))
        subject = f"{defect.check}\0{defect.track}\0{first}"
        digest = blake2b(f"defect\0{subject}".encode(), digest_size=8).hexdigest()
        counts[digest] += 1
        markers.append(
            Marker(
                id=digest if counts[digest] == 1 else f"{digest}-{counts[digest]}",
                family=MarkerFamily.DEFECT,
                name=f"{DEFECT} · {defect.check}",
                note=_note(defect),
                frame=first,
                duration=max(1, end - first),
                rate=edit.rate,
                clip=None,
                source_start=None,
                source_duration=None,
                payload=_payload(defect),
            )
        )
    return sorted(markers, key=lambda marker: marker.frame)


def _note(defect: Defect) -> str:
    track = "" if defect.track is None else f" (sound track {defect.track})"
    return f"{defect.severity}: {defect.message}{track}"


def _payload(defect: Defect) -> dict[str, str | int | float]:
    told: dict[str, str | int | float | None] = {
        "check": defect.check,
        "severity": defect.severity,
        "track": defect.track,
        "value": defect.value,
    }
    return {key: value for key, value in told.items() if value is not None}

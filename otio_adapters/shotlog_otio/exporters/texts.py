"""Texts of markers in the forms that files need."""

from __future__ import annotations

import math
import re
from fractions import Fraction

from shotlog.markers import MarkerTag, colour_named, hash_in_text, join_tag
from shotlog.schema import Edit, MarkerFamily, knows_drop_frame, nearest_frame, timecode
from shotlog_otio.exporters.fitting import ExportMarker

_LINE_ENDS = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def one_line(text: str) -> str:
    """Return a text on one line, without control characters; its lines are joined by ``/``."""
    return _CONTROLS.sub(" ", _LINE_ENDS.sub(" / ", text.strip())).strip()


def name_and_note(marker: ExportMarker) -> str:
    """Return the name and the note of a marker on one line."""
    name, note = one_line(marker.name), one_line(marker.note)
    if note.startswith(name):  # of a file that holds one text for both
        return note
    return ": ".join(filter(None, (name, note)))


def avid_comment(marker: ExportMarker) -> str:
    """Return the comment of a marker in Media Composer, with our tag where the marker is ours.

    An AAF that is exported after the import keeps it, so a re-run knows the marker.
    """
    text = name_and_note(marker)
    if not marker.id or marker.edited:
        return text
    colour = colour_named("avid-aaf", marker.colour).name
    frames = (marker.frame, marker.duration)
    tag = MarkerTag(marker.id, MarkerFamily(marker.family), hash_in_text("", text, colour, frames))
    return join_tag(text, tag, separator=" ")


def title_of(marker: ExportMarker) -> str:
    """Return the name of a marker on one line; its note's first line where it has none."""
    first = marker.note.strip().partition("\n")[0]
    return one_line(marker.name) or one_line(first) or "Shot"


def xml_text(text: str) -> str:
    """Return a text without the characters that XML 1.0 does not allow."""
    return _NOT_IN_XML.sub("", text)


def is_drop_frame(edit: Edit) -> bool:
    """Return whether the timecode of a timeline counts drop-frame."""
    return edit.counts_drop_frame and knows_drop_frame(edit.rate)


def first_frame(edit: Edit) -> int:
    """Return the frame number of a timeline's start timecode."""
    return nearest_frame(edit.start, edit.rate)


def timecode_at(edit: Edit, frame: int) -> str:
    """Return the timecode of a timeline at a frame, counted from its first frame."""
    nominal, drop = math.ceil(edit.rate), is_drop_frame(edit)
    # Drop-frame skips labels in 54 minutes of an hour.
    day = nominal * 24 * 3600 - (nominal // 15 * 54 * 24 if drop else 0)
    # Modulo: a clock that starts before midnight has negative frames, and lists have no sign.
    return timecode((first_frame(edit) + frame) % day, edit.rate, drop_frame=drop)


def clock(frame: int, rate: Fraction) -> str:
    """Return the time of a frame from the timeline's first: ``HH:MM:SS.mmm``, nearest to it."""
    thousandths = math.floor(Fraction(frame) / rate * 1000 + Fraction(1, 2))
    seconds, rest = divmod(thousandths, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:03d}"

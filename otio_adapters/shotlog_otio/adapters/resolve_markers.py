"""Write the markers of a timeline as DaVinci Resolve's marker EDL, and read one.

``otioconvert -i cut.otio -o markers.edl -O shotlog_resolve_markers``
``otioconvert -i markers.edl -I shotlog_resolve_markers -a rate=25 -o markers.otio``

Arguments of writing: ``ours``, as ``-A ours=True``, for the markers that Shotlog wrote alone. Of
reading: ``rate``, the frame rate, as the file tells none (default 24), and ``start``, the timecode
of the timeline's first frame (default: the whole hour before the first marker). A marker EDL holds
999 markers.
"""

from typing import Any


def write_to_string(input_otio: Any, ours: bool = False) -> str:
    """Return the text of the file."""
    from shotlog_otio.adapters.conversion import to_text

    return to_text(input_otio, "resolve-edl", ours=ours)


def read_from_string(input_str: str, rate: float | str = 24, start: str | None = None) -> Any:
    """Return a timeline of a gap whose stack holds the markers."""
    from shotlog_otio.adapters.marker_lists import read_resolve_edl

    return read_resolve_edl(input_str, rate, start)

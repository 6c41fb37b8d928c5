"""Write the markers of a timeline as Avid Media Composer's text of markers, and read one.

``otioconvert -i cut.otio -o markers.txt -O shotlog_avid_markers``
``otioconvert -i markers.txt -I shotlog_avid_markers -a rate=25 -o markers.otio``

Arguments of writing: ``ours``, as ``-A ours=True``, for the markers that Shotlog wrote alone. Of
reading: ``rate``, the frame rate, as the file tells none (default 24), and ``start``, the timecode
of the timeline's first frame (default: the whole hour before the first marker). Positions in frames
count from the first.
"""

from typing import Any


def write_to_string(input_otio: Any, ours: bool = False) -> str:
    """Return the text of the file."""
    from shotlog_otio.adapters.conversion import to_text

    return to_text(input_otio, "avid-txt", ours=ours)


def read_from_string(input_str: str, rate: float | str = 24, start: str | None = None) -> Any:
    """Return a timeline of a gap whose stack holds the markers."""
    from shotlog_otio.adapters.marker_lists import read_avid_txt

    return read_avid_txt(input_str, rate, start)

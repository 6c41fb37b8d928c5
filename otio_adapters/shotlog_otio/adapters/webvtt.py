"""Write the markers of a timeline as chapters in WebVTT.

``otioconvert -i cut.otio -o cut.vtt -O shotlog_webvtt``

Argument ``ours``, as ``-A ours=True``: the markers that Shotlog wrote alone. Markers on one frame
become one chapter.
"""

from typing import Any


def write_to_string(input_otio: Any, ours: bool = False) -> str:
    """Return the text of the file."""
    from shotlog_otio.adapters.conversion import to_text

    return to_text(input_otio, "webvtt", ours=ours)

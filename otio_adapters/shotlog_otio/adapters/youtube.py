"""Write the markers of a timeline as chapters for a description on YouTube.

``otioconvert -i cut.otio -o chapters.txt -O shotlog_youtube``

Argument ``ours``, as ``-A ours=True``: the markers that Shotlog wrote alone. Chapters that YouTube
would not show are left out, and logged.
"""

from typing import Any


def write_to_string(input_otio: Any, ours: bool = False) -> str:
    """Return the text of the file."""
    from shotlog_otio.adapters.conversion import to_text

    return to_text(input_otio, "youtube", ours=ours)

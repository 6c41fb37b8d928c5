"""Write the markers of a timeline as a sequence of markers in Final Cut Pro 7 XML.

``otioconvert -i cut.otio -o cut.xml -O shotlog_premiere_markers``

Argument ``ours``, as ``-A ours=True``: the markers that Shotlog wrote alone. Premiere Pro imports
the file; the clips are not in it.
"""

from typing import Any


def write_to_string(input_otio: Any, ours: bool = False) -> str:
    """Return the text of the file."""
    from shotlog_otio.adapters.conversion import to_text

    return to_text(input_otio, "premiere-xml", ours=ours)

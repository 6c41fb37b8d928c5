"""Write the markers of a timeline as a project of markers for Final Cut Pro.

``otioconvert -i cut.otio -o cut.fcpxml -O shotlog_fcpxml_markers``

Argument ``ours``, as ``-A ours=True``: the markers that Shotlog wrote alone. The clips are not in
it.
"""

from typing import Any


def write_to_string(input_otio: Any, ours: bool = False) -> str:
    """Return the text of the file."""
    from shotlog_otio.adapters.conversion import to_text

    return to_text(input_otio, "fcpxml", ours=ours)

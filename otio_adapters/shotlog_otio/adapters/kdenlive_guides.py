"""Write the markers of a timeline as guides that Kdenlive imports.

``otioconvert -i cut.otio -o cut.json -O shotlog_kdenlive_guides``

Argument ``ours``, as ``-A ours=True``: the markers that Shotlog wrote alone. One guide stands on a
frame; others are moved, which is logged.
"""

from typing import Any


def write_to_string(input_otio: Any, ours: bool = False) -> str:
    """Return the text of the file."""
    from shotlog_otio.adapters.conversion import to_text

    return to_text(input_otio, "kdenlive-json", ours=ours)

"""Write the markers of a timeline as a list in JSON.

``otioconvert -i cut.otio -o cut.json -O shotlog_json``

Argument ``ours``, as ``-A ours=True``: the markers that Shotlog wrote alone. Positions are frames
of the timeline from its first.
"""

from typing import Any


def write_to_string(input_otio: Any, ours: bool = False) -> str:
    """Return the text of the file."""
    from shotlog_otio.adapters.conversion import to_text

    return to_text(input_otio, "json", ours=ours)

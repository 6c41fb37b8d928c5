"""Write the markers of a timeline as XML for Avid Media Composer.

``otioconvert -i cut.otio -o cut.xml -O shotlog_avid_xml``

Argument ``ours``, as ``-A ours=True``: the markers that Shotlog wrote alone. Its Markers window
imports the file.
"""

from typing import Any


def write_to_string(input_otio: Any, ours: bool = False) -> str:
    """Return the text of the file."""
    from shotlog_otio.adapters.conversion import to_text

    return to_text(input_otio, "avid-xml", ours=ours)

"""Write the markers of a timeline as a table in CSV.

``otioconvert -i cut.otio -o cut.csv -O shotlog_csv``

Argument ``ours``, as ``-A ours=True``: the markers that Shotlog wrote alone. Texts that a
spreadsheet would run as a formula get a quotation mark before them.
"""

from typing import Any


def write_to_string(input_otio: Any, ours: bool = False) -> str:
    """Return the text of the file."""
    from shotlog_otio.adapters.conversion import to_text

    return to_text(input_otio, "csv", ours=ours)

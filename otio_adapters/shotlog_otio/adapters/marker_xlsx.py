"""Write the markers of a timeline as a table in an Excel workbook.

``otioconvert -i cut.otio -o cut.xlsx -O shotlog_xlsx``

Argument ``ours``, as ``-A ours=True``: the markers that Shotlog wrote alone.
"""

from typing import Any


def write_to_file(input_otio: Any, filepath: str, ours: bool = False) -> None:
    """Write the workbook."""
    from pathlib import Path

    from shotlog_otio.adapters.conversion import to_bytes

    Path(filepath).write_bytes(to_bytes(input_otio, "xlsx", ours=ours))

"""Recognition of MLT files and of Kdenlive projects by their beginning."""

from __future__ import annotations

import re
from pathlib import Path

from shotlog.schema import root_element

_BY_KDENLIVE = re.compile(r"[\"']kdenlive:[a-z]")
_BY_SHOTCUT = re.compile(r"""title=["']Shotcut |name=["']shotcut[:"']""")


def is_mlt(head: bytes) -> bool:
    """Return whether a file begins as MLT's XML."""
    return root_element(head) == "mlt"


def is_kdenlive(path: Path, head: bytes) -> bool:
    """Return whether a file of MLT's XML is a project of Kdenlive.

    Args:
        path: The file.
        head: Its beginning.
    """
    text, suffix = _text(head), path.suffix.lower()
    if _BY_SHOTCUT.search(text):
        return False
    # Parts of projects that Kdenlive keeps for other projects are .mlt files; and its properties
    # may come late in a file, after those of long metadata.
    return suffix == ".kdenlive" or (suffix != ".mlt" and _BY_KDENLIVE.search(text) is not None)


def _text(head: bytes) -> str:
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return head.decode("utf-16" if wide else "utf-8", errors="replace").removeprefix("\ufeff")

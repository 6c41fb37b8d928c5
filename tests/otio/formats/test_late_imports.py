"""A search for the format of a file imports the reader of no format."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_SEARCH = """
import sys
from pathlib import Path
from shotlog_otio import is_timeline

assert not is_timeline(Path(sys.argv[1]))
sys.stdout.write(" ".join(sys.modules))
"""


def test_a_film_is_told_from_a_timeline_without_the_readers(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _SEARCH, str(tmp_path / "film.mp4")]
    imported = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert "shotlog_otio.formats.detection" in imported
    readers = ("aaf2", "shotlog_otio.xml_text", "shotlog_otio.edl.tree", "shotlog_otio.mlt.tree")
    assert not set(readers) & set(imported)

"""Opening of MLT's XML files."""

from __future__ import annotations

from pathlib import Path

from shotlog_otio.documents import read_whole
from shotlog_otio.mlt.project import MltProject
from shotlog_otio.xml_text import MAX_BYTES, parse_xml


def open_project(path: Path) -> tuple[MltProject, bytes]:
    """Return the project in a file, and the file's content.

    Raises:
        TimelineMissing: There is no such file.
        TimelineUnreadable: It is no MLT XML, or a damaged one.
    """
    raw = read_whole(path, MAX_BYTES)
    return MltProject(parse_xml(raw, path), path), raw

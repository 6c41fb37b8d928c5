"""Markers in Final Cut Pro 7 XML that real programs wrote.

That a second run changes nothing is a claim of ``tests/nle/test_corpus.py``.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from shotlog.markers import markers_of
from shotlog_otio import inspection_of
from shotlog_otio.fcp7 import Fcp7Format
from shotlog_otio.markers import Target
from tests.otio.marking import log_of

FORMAT = Fcp7Format()
FILES = [
    "empty_name_tags.xml",
    "hiero_xml_export.xml",
    "kdenlive_example_from_fcp.xml",
    "premiere_enable_property.xml",
    "premiere_example.xml",
    "premiere_generators.xml",
]

each = pytest.mark.parametrize("name", FILES)
on_both = pytest.mark.parametrize("on", ["timeline", "clips"])


@pytest.fixture
def source(data_dir: Path, name: str) -> Path:
    path = data_dir / "timelines" / "fcp7xml" / name
    if not path.is_file():
        pytest.skip(f"the test data has no {name}")
    return path


def without_markers(path: Path) -> bytes:
    """The file as an independent parser reads it, without markers of ours."""
    root = etree.parse(path).getroot()
    for element in list(root.iter("marker")):
        if "[shotlog " in (element.findtext("comment") or ""):
            element.getparent().remove(element)
    for element in root.iter():
        element.tail = None
        if len(element):
            element.text = None
    return bytes(etree.tostring(root, method="c14n"))


@each
@on_both
def test_only_our_markers_are_added_and_clearing_removes_them(
    source: Path, tmp_path: Path, on: Target
) -> None:
    out, edit = tmp_path / "out.xml", FORMAT.read(source)
    markers = markers_of(log_of(edit), on=on)
    result = FORMAT.write_markers(source, out, markers, edit, on=on)
    assert 0 < result.added <= len(markers)
    assert result.added == len(markers) or result.notes

    assert without_markers(out) == without_markers(source)
    assert FORMAT.read(out) == edit
    # Every byte of the source is in the result, in its order.
    left = iter(out.read_bytes().splitlines(keepends=True))
    assert all(line in left for line in source.read_bytes().splitlines(keepends=True))
    assert FORMAT.clear_markers(out, out) == result.added
    assert out.read_bytes() == source.read_bytes()


@each
def test_our_markers_are_read_where_their_shots_are(source: Path, tmp_path: Path) -> None:
    out, edit = tmp_path / "out.xml", FORMAT.read(source)
    markers = markers_of(log_of(edit))
    FORMAT.write_markers(source, out, markers, edit)
    ours = [marker for marker in inspection_of(FORMAT.open(out)).markers if marker.ours]
    # Of several on one frame the order is that of the file.
    assert sorted((m.frame, m.name) for m in ours) == sorted((m.frame, m.name) for m in markers)
    assert {marker.on for marker in ours} == {"timeline"}


@each
def test_markers_on_clips_are_shown_within_their_clips(source: Path, tmp_path: Path) -> None:
    out, edit = tmp_path / "out.xml", FORMAT.read(source)
    FORMAT.write_markers(source, out, markers_of(log_of(edit), on="clips"), edit, on="clips")
    before, found = inspection_of(FORMAT.open(source)), inspection_of(FORMAT.open(out))
    assert found.hidden_markers == before.hidden_markers
    for marker in found.markers:
        if marker.ours and isinstance(marker.on, int):
            clip = found.clips[marker.on]
            assert clip.record_in <= marker.frame < clip.record_out

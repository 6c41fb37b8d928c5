"""FCPXML that Final Cut Pro and DaVinci Resolve wrote: marked, valid, and restored."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pytest
from lxml import etree

from shotlog.markers import markers_of
from shotlog_otio import ReadOptions
from tests.otio.fcpxml.projects import FORMAT
from tests.otio.marking import log_of

FILES = [
    "timelines/fcpxml/23.98.fcpxml",
    "timelines/fcpxml/24With25Media.fcpxml",
    "timelines/fcpxml/29.97d.fcpxml",
    "timelines/fcpxml/AuditionMarkers3.fcpxml",
    "timelines/fcpxml/BasicMarkers_1HourProjectStart.fcpxml",
    "timelines/fcpxml/Complex.fcpxml",
    "timelines/fcpxml/CompoundClips.fcpxml",
    "timelines/fcpxml/Keywords.fcpxml",
    "timelines/fcpxml/MulticamMarkers.fcpxml",
    "timelines/fcpxml/Occlusion3.fcpxml",
    "timelines/fcpxml/TransitionMarkers1.fcpxml",
    "timelines/fcpxml/TwoClipsMarkers.fcpxml",
    "timelines/fcpxml/fcpx_example.fcpxml",
    "resolve/nle/resolve_fcpxml_1_9_minimal.fcpxml",
]
PROJECTS = {"fcpx_example.fcpxml": ReadOptions(sequence="OpenTimeline_Project")}
DTDS = "SHOTLOG_FCPXML_DTDS"
FINAL_CUT = (
    "/Applications/Final Cut Pro.app/Contents/Frameworks/Interchange.framework/Versions/A/Resources"
)
"""The folder in which Final Cut Pro has Apple's DTDs; they may not be passed on with Shotlog."""

OURS = ("marker", "chapter-marker", "keyword", "analysis-marker")
AFTER = re.compile(
    "audio-channel-source|audio-role-source|sync-source|filter-.*|metadata|reserved|audio-source"
)
"""What the DTD has after markers, except in a transition."""

On = Literal["timeline", "clips"]
each = pytest.mark.parametrize("name", FILES, ids=lambda name: Path(name).stem)
targets = pytest.mark.parametrize("on", ["timeline", "clips"])


def marked(source: Path, out: Path, on: On) -> int:
    """Mark every clip of a file; returns the number of markers."""
    reading = PROJECTS.get(source.name, ReadOptions())
    edit = FORMAT.read(source, reading)
    markers = markers_of(log_of(edit), on=on)
    result = FORMAT.write_markers(source, out, markers, edit, on=on, reading=reading)
    assert result.added == len(markers) > 0
    assert result.notes == ()
    return len(markers)


@each
@targets
def test_only_markers_are_added_and_clearing_removes_all(
    data_dir: Path, tmp_path: Path, name: str, on: On
) -> None:
    source, out, cleared = data_dir / name, tmp_path / "a.fcpxml", tmp_path / "b.fcpxml"
    reading = PROJECTS.get(source.name, ReadOptions())
    before = FORMAT.open(source, reading)
    count = marked(source, out, on)

    after = FORMAT.open(out, reading)
    assert after.edit == before.edit
    assert len(after.markers) == len(before.markers) + count
    own = FORMAT.read_markers(out, reading)
    assert (len(own), [m for m in own if m.edited]) == (count, [])
    # Another reader sees the same elements but for ours.
    assert without_ours(out) == canonical(etree.parse(source))

    edit = before.edit
    again = markers_of(log_of(edit), on=on)
    result = FORMAT.write_markers(out, cleared, again, edit, on=on, reading=reading)
    assert (result.unchanged, result.changed) == (count, False)
    assert cleared.read_bytes() == out.read_bytes()
    assert FORMAT.clear_markers(out, cleared, reading=reading) == count
    assert cleared.read_bytes() == source.read_bytes()


def canonical(tree: Any) -> str:
    for item in tree.iter():
        item.text = (item.text or "").strip()
        item.tail = ""
    return str(etree.tostring(tree, method="c14n").decode())


def without_ours(path: Path) -> str:
    tree = etree.parse(path)
    for item in list(tree.iter(*OURS)):
        text = item.get("note") or ""
        previous = item.getprevious()
        came = item.tag == "analysis-marker" and previous is not None and previous.get("ours")
        if "[shotlog " in text or came:
            item.set("ours", "1")
    for item in [item for item in tree.iter() if item.get("ours")]:
        item.getparent().remove(item)
    return canonical(tree)


@each
@targets
def test_an_edited_marker_is_kept(data_dir: Path, tmp_path: Path, name: str, on: On) -> None:
    source, out = data_dir / name, tmp_path / "a.fcpxml"
    reading = PROJECTS.get(source.name, ReadOptions())
    count = marked(source, out, on)
    content = out.read_bytes()
    edited = content.replace("MS · pan_left".encode(), b"Their own word", 1)
    out.write_bytes(edited)

    edit = FORMAT.read(out, reading)
    markers = markers_of(log_of(edit), on=on)
    result = FORMAT.write_markers(out, out, markers, edit, on=on, reading=reading)
    assert (len(result.kept), result.unchanged, result.added) == (1, count - 1, 0)
    assert out.read_bytes() == edited


@each
@targets
def test_markers_stand_before_what_the_dtd_has_after_them(
    data_dir: Path, tmp_path: Path, name: str, on: On
) -> None:
    out = tmp_path / "a.fcpxml"
    marked(data_dir / name, out, on)

    for owner in {item.getparent() for item in etree.parse(out).iter("marker")}:
        tags = [str(item.tag) for item in owner if isinstance(item.tag, str)]
        last = max(n for n, tag in enumerate(tags) if tag in OURS)
        first = min(n for n, tag in enumerate(tags) if tag in OURS)
        assert owner.tag not in ("spine", "sequence")
        assert owner.tag == "transition" or not any(map(AFTER.fullmatch, tags[:last]))
        assert all(map(AFTER.fullmatch, tags[last + 1 :]))
        assert {*tags[first : last + 1]} <= {*OURS, "rating"}


@each
@targets
def test_what_is_written_is_valid_by_apples_dtd(
    data_dir: Path, tmp_path: Path, name: str, on: On
) -> None:
    source, out = data_dir / name, tmp_path / "a.fcpxml"
    dtd = dtd_of(etree.parse(source).getroot().get("version"))
    assert dtd.validate(etree.parse(source))
    marked(source, out, on)

    assert dtd.validate(etree.parse(out)), dtd.error_log


def dtd_of(version: str) -> Any:
    found = dtds().get(version)
    if found is None:
        pytest.skip(f"Apple's DTD of FCPXML {version} is not here; set {DTDS} to its folder")
    return etree.DTD(str(found))


@cache
def dtds() -> dict[str, Path]:
    folder = Path(os.environ.get(DTDS, FINAL_CUT))
    named = {path: re.search(r"1[._]\d+$", path.stem) for path in folder.glob("*.dtd")}
    return {found[0].replace("_", "."): path for path, found in named.items() if found}

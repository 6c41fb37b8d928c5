"""Bundles of Final Cut Pro: folders that hold a timeline."""

from __future__ import annotations

from pathlib import Path

import pytest

from shotlog.schema import OutputNotWritable, TimelineMissing, TimelineUnreadable
from shotlog_otio.fcpxml import FcpxmldFormat
from tests.otio.fcpxml.marking import CLIP, shot
from tests.otio.fcpxml.projects import project

FORMAT = FcpxmldFormat()


def bundle(path: Path, text: str = "") -> Path:
    path.mkdir()
    (path / "Info.fcpxml").write_text(text or project(CLIP))
    (path / "CurrentVersion.plist").write_bytes(b"plist")
    (path / "Objects").mkdir()
    (path / "Objects" / "mask").write_bytes(b"mask")
    return path


def content(path: Path) -> dict[str, bytes]:
    return {str(p.relative_to(path)): p.read_bytes() for p in path.rglob("*") if p.is_file()}


def test_the_timeline_in_a_bundle_is_marked_and_all_else_is_copied(tmp_path: Path) -> None:
    source, out = bundle(tmp_path / "a.fcpxmld"), tmp_path / "b.fcpxmld"
    before = content(source)
    edit = FORMAT.read(source)
    FORMAT.check_output(source, out)
    assert FORMAT.write_markers(source, out, [shot(0)], edit).added == 1

    assert content(source) == before
    assert [m.name for m in FORMAT.read_markers(out)] == ["CS · pan"]
    assert {**content(out), "Info.fcpxml": b""} == {**before, "Info.fcpxml": b""}
    # A later run replaces the timeline of the copy.
    FORMAT.check_output(source, out)
    FORMAT.write_markers(source, out, [shot(24)], edit)
    assert [m.range.start for m in FORMAT.read_markers(out)] == [3611]
    FORMAT.clear_markers(out, out)
    assert content(out) == before


def test_media_may_lie_beside_the_timeline(tmp_path: Path) -> None:
    asset = '<asset id="m" duration="9s" hasVideo="1"><media-rep src="./Media/x.mov"/></asset>'
    text = project('<asset-clip ref="m" duration="1s"/>', media=asset)
    source = bundle(tmp_path / "a.fcpxmld", text)
    (source / "Media").mkdir()
    (source / "Media" / "x.mov").write_bytes(b"film")
    [clip] = FORMAT.read(source).clips

    assert clip.media is not None
    assert Path(clip.media.path).samefile(source / "Media" / "x.mov")


def test_a_folder_without_a_timeline_is_no_bundle(tmp_path: Path) -> None:
    (tmp_path / "a.fcpxmld").mkdir()

    assert not FORMAT.sniff(tmp_path / "a.fcpxmld", b"")
    with pytest.raises(TimelineUnreadable, match=r"a folder without Info\.fcpxml"):
        FORMAT.read(tmp_path / "a.fcpxmld")
    with pytest.raises(TimelineMissing):
        FORMAT.read(tmp_path / "b.fcpxmld")


def test_a_file_of_the_suffix_is_read_as_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "a.fcpxmld"
    path.write_text(project(CLIP))

    assert len(FORMAT.read(path).clips) == 1


def test_other_folders_are_not_written_into(tmp_path: Path) -> None:
    source = bundle(tmp_path / "a.fcpxmld")
    (tmp_path / "docs").mkdir()
    other = bundle(tmp_path / "other.fcpxmld")
    (other / "Objects" / "more").write_bytes(b"else")

    for output in (tmp_path / "docs", other, source / "inside.fcpxmld", tmp_path / "out.txt"):
        with pytest.raises(OutputNotWritable):
            FORMAT.check_output(source, output)

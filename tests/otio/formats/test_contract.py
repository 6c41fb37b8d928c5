"""The contract of a format; it runs over every format that is installed."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from shotlog.markers import markers_of
from shotlog.schema import (
    HEAD_BYTES,
    Edit,
    OutputNotWritable,
    TimelineEmpty,
    TimelineError,
    TimelineMissing,
    is_aaf,
)
from shotlog_otio import inspection_of
from shotlog_otio.formats import FORMATS, Format, find_format, is_timeline
from tests.otio.aaf.dumping import dump
from tests.otio.formats.makers import made
from tests.otio.marking import log_of
from tests.otio.timelines import frames_of

each = pytest.mark.parametrize("format_", FORMATS.installed, ids=lambda format_: str(format_.name))


def content(path: Path) -> dict[str, bytes]:
    """Everything in a file, an archive or a folder, by name."""
    if path.is_dir():
        return {str(p.relative_to(path)): p.read_bytes() for p in path.rglob("*") if p.is_file()}
    if is_aaf(path.read_bytes()):  # a container, whose objects stay as they are
        return {"": "\n".join(dump(path)).encode()}
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as bundle:
            return {name: bundle.read(name) for name in bundle.namelist()}
    return {"": path.read_bytes()}


def marked(format_: Format, source: Path, destination: Path) -> Edit:
    edit = format_.read(source)
    format_.write_markers(source, destination, markers_of(log_of(edit)), edit)
    return edit


def test_the_formats_that_shotlog_brings_are_installed_and_share_no_suffix() -> None:
    assert {"otio", "otioz", "otiod"} <= {format_.name for format_ in FORMATS.installed}
    suffixes = [suffix for format_ in FORMATS.installed for suffix in format_.suffixes]
    assert len(set(suffixes)) == len(suffixes)


@each
def test_suffixes_are_in_lower_case_and_have_a_dot(format_: Format) -> None:
    assert format_.suffixes
    assert all(s.startswith(".") and s == s.lower() for s in format_.suffixes)


@each
def test_it_is_found_by_its_content_under_any_name(format_: Format, tmp_path: Path) -> None:
    path = made(format_, tmp_path, "a")
    renamed = path.rename(tmp_path / "renamed")

    assert find_format(renamed) is format_


@each
def test_a_file_that_is_not_there_is_of_the_format_of_its_suffix(
    format_: Format, tmp_path: Path
) -> None:
    for suffix in format_.suffixes:
        assert find_format(tmp_path / f"missing{suffix.upper()}") is format_
        assert is_timeline(tmp_path / f"missing{suffix.upper()}")


@each
def test_no_other_format_takes_its_files(format_: Format, tmp_path: Path) -> None:
    path = made(format_, tmp_path, "a")
    head = b"" if path.is_dir() else path.read_bytes()[:HEAD_BYTES]

    assert [other.name for other in FORMATS.installed if other.sniff(path, head)] == [format_.name]
    assert path.is_dir() == format_.is_folder


@each
@pytest.mark.parametrize("junk", [b"", b"\0" * 100, b"<xml/>", b"\x1aE\xdf\xa3", b"TITLE: x\n"])
def test_other_files_are_not_sniffed(format_: Format, junk: bytes, tmp_path: Path) -> None:
    path = tmp_path / "junk"
    path.write_bytes(junk)
    (tmp_path / "folder").mkdir()

    assert not format_.sniff(path, junk)
    assert not format_.sniff(tmp_path / "folder", b"")


@each
def test_clips_are_read_with_their_exact_ranges(format_: Format, tmp_path: Path) -> None:
    edit = format_.read(made(format_, tmp_path, "a", "b"))

    # Seven frames each, one after the other, from the third frame of the media on.
    assert [(c.name, frames_of(c)) for c in edit.clips] == [
        ("a", (0, 7, 3, 10)),
        ("b", (7, 14, 3, 10)),
    ]


@each
def test_what_cannot_be_read_is_a_timeline_error(format_: Format, tmp_path: Path) -> None:
    with pytest.raises(TimelineMissing):
        format_.read(tmp_path / f"missing{min(format_.suffixes)}")
    with pytest.raises(TimelineEmpty):
        format_.read(made(format_, tmp_path))
    junk = tmp_path / "junk"
    junk.write_bytes(b"\0" * 100)
    with pytest.raises(TimelineError):
        format_.read(junk)


@each
def test_markers_come_back_as_they_were_written(format_: Format, tmp_path: Path) -> None:
    source = made(format_, tmp_path, "a", "b")
    out = tmp_path / f"out{min(format_.suffixes)}"
    format_.check_output(source, out)
    edit = format_.read(source)
    format_.check_marker_lists(source, edit)
    markers = markers_of(log_of(edit))

    result = format_.write_markers(source, out, markers, edit)
    assert (result.added, result.changed) == (2, True)
    read = format_.read_markers(out)
    assert [(m.id, m.family, m.name, m.note) for m in read] == [
        (m.id, m.family, m.name, m.note) for m in markers
    ]
    assert not any(m.edited for m in read)
    # Shots of seven frames, one after the other, whatever object holds their markers.
    shown = inspection_of(format_.open(out)).markers
    assert [(m.frame, m.duration_frames, m.ours) for m in shown] == [(0, 7, True), (7, 7, True)]


@each
def test_markers_do_not_change_what_is_read(format_: Format, tmp_path: Path) -> None:
    source = made(format_, tmp_path, "a", "b")
    before = format_.read(source)
    marked(format_, source, source)

    assert format_.read(source) == before


@each
def test_a_second_run_changes_nothing(format_: Format, tmp_path: Path) -> None:
    source = made(format_, tmp_path, "a", "b")
    edit = marked(format_, source, source)
    once = content(source)

    result = format_.write_markers(source, source, markers_of(log_of(edit)), edit)
    assert (result.unchanged, result.changed) == (2, False)
    assert content(source) == once


@each
def test_clearing_restores_the_file(format_: Format, tmp_path: Path) -> None:
    source, out = made(format_, tmp_path, "a", "b"), tmp_path / f"out{min(format_.suffixes)}"
    before = content(source)
    marked(format_, source, out)
    assert content(source) == before  # the source is not written to

    assert content(out) != before
    assert format_.clear_markers(out, out) == 2
    assert content(out) == before
    assert format_.read_markers(out) == []


@each
def test_an_output_that_cannot_be_written_is_refused_before_the_work(
    format_: Format, tmp_path: Path
) -> None:
    source = made(format_, tmp_path, "a")

    format_.check_output(source, source)
    for output in ("no/such/folder/out", "out.txt"):
        with pytest.raises(OutputNotWritable):
            format_.check_output(source, tmp_path / output)


@each
def test_plain_clips_have_nothing_that_a_render_must_know(format_: Format, tmp_path: Path) -> None:
    reading = format_.open(made(format_, tmp_path, "a", "b"))

    facts = reading.render_facts
    assert (facts.levels, facts.left_out) == ((), ())
    # A track of pictures of Kdenlive is silent: its sound lies on tracks of their own.
    assert facts.muted <= {clip.id for clip in reading.edit.clips}

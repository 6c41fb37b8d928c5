"""Timelines of real programs: each is read or refused, marked, and nothing else of it is changed.

Each format's own tests look at its markers; here the whole files count, as other readers see them.
"""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import pytest

from shotlog.markers import markers_of
from shotlog.schema import TimelineError
from shotlog_otio import ReadOptions, inspection_of
from shotlog_otio.formats import find_format
from shotlog_otio.markers import Target
from tests.nle.cuts.writing import writer_of
from tests.nle.other_readers import difference
from tests.otio.marking import log_of

REFUSED = {
    "timelines/avid_marker_txt/multiple-markers-over-transitions.txt": "not a timeline",
    "timelines/edl/multi_audio.edl": "no video clip",
    "timelines/fcp7xml/sample_just_track.xml": "no video clip",
    "timelines/fcpxml/fcpx_example.fcpxml": "4 sequences",
    "resolve/nle/resolve_21.0.4.5_compound-nav.drp": "DaVinci Resolve project",
    "resolve/nle/resolve_marker_edl_demo_v3.edl": "a list of markers",
    "resolve/nle/resolve_marker_edl_tcmagik.edl": "a list of markers",
}
"""The files that cannot be marked as they are, and what is said of each."""

SEQUENCES = {"timelines/fcpxml/fcpx_example.fcpxml": "OpenTimeline_Project"}
"""The sequences to read of files that hold several."""

FOLDERS = [
    "timelines/aaf", "timelines/avid_marker_txt", "timelines/edl", "timelines/fcp7xml",
    "timelines/fcpxml", "timelines/kdenlive", "timelines/mlt", "timelines/otio", "timelines/xges",
    "resolve/nle", "resolve/otio",
]  # fmt: skip


def files_in(data: Path, folder: str) -> list[str]:
    """The names of a folder's files, but of the one that describes them."""
    names = (str(p.relative_to(data)) for p in sorted((data / folder).rglob("*")) if p.is_file())
    return [name for name in names if not name.endswith("PROVENANCE.txt")]


def test_no_folder_of_the_corpus_is_forgotten(data_dir: Path) -> None:
    found = {name.rpartition("/")[0] for top in ("timelines", "resolve") for name in
             files_in(data_dir, top)}  # fmt: skip
    assert found - {"timelines", "resolve"} == set(FOLDERS)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_marked_is_refused_in_a_sentence(data_dir: Path, name: str) -> None:
    path = data_dir / name
    with pytest.raises(TimelineError, match=REFUSED[name]) as caught:
        find_format(path).read(path)
    assert caught.value.problem.subject == str(path)
    assert caught.value.problem.hint


@pytest.mark.parametrize("on", ["timeline", "clips"])
@pytest.mark.parametrize("folder", FOLDERS)
def test_other_readers_find_our_markers_more_and_nothing_else_changed(
    data_dir: Path, tmp_path: Path, folder: str, on: Target
) -> None:
    for name in files_in(data_dir, folder):
        if name not in REFUSED or name in SEQUENCES:
            # Under the same name, which may be that of the timeline.
            copy = Path(shutil.copy(data_dir / name, tmp_path))
            mark(data_dir / name, copy, on, ReadOptions(sequence=SEQUENCES.get(name)))


def mark(source: Path, copy: Path, on: Target, reading: ReadOptions) -> None:
    """Mark a copy of a file twice, look what is different, and take the markers out again."""
    format_ = find_format(source)
    opened = format_.open(copy, reading)
    before, edit = inspection_of(opened), opened.edit
    markers = markers_of(log_of(edit), on=on)
    assert markers, source.name

    result = format_.write_markers(copy, copy, markers, edit, on=on, reading=reading)
    assert 0 < result.added <= len(markers), source.name
    every = result.added == len(markers)
    assert every or (result.notes and format_.name != "aaf"), source.name  # AAF has room for all
    assert difference(source, copy) == "", source.name
    marked = format_.open(copy, reading)
    assert marked.edit == edit, source.name
    after = inspection_of(marked)
    unlike = {"markers", "hidden_markers"}
    assert after.model_dump(exclude=unlike) == before.model_dump(exclude=unlike), source.name
    assert [m for m in after.markers if not m.ours] == list(before.markers), source.name

    once = copy.read_bytes()
    again = format_.write_markers(copy, copy, markers, edit, on=on, reading=reading)
    assert (again.added, again.changed, again.kept) == (0, False, ()), source.name
    assert copy.read_bytes() == once
    assert format_.clear_markers(copy, copy, reading=reading) == result.added, source.name
    content = writer_of(format_.name).content(copy)
    assert content == source_content(format_.name, source), source.name


@cache
def source_content(name: str, source: Path) -> object:
    """What a file of the corpus holds, in the form of the writer of a format."""
    return writer_of(name).content(source)

"""Files in the place of an output: only an unchanged output of the same timeline is replaced."""

from __future__ import annotations

from pathlib import Path

import pytest

from shotlog.markers import markers_of
from shotlog.mcp import PathRefused, check_marked, check_new
from shotlog.media import probe
from shotlog.schema import MediaReference
from shotlog_otio import make_timeline, read_edit, read_markers, write_markers
from tests.report.logs import log, logged
from tests.support import write_film


@pytest.fixture(scope="module")
def timeline(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    film = write_film(tmp_path_factory.mktemp("film") / "film.mp4", 25)
    return make_timeline([probe(MediaReference(path=str(film)))], "cut")


@pytest.fixture
def source(tmp_path: Path, timeline: bytes) -> Path:
    path = tmp_path / "cut.otio"
    path.write_bytes(timeline)
    return path


@pytest.fixture
def marked(source: Path) -> Path:
    """The timeline with a marker of ours, in a copy."""
    output = source.with_name("cut.marked.otio")
    edit = read_edit(source)
    made = log([logged(0, 1)]).model_copy(update={"edit": edit})
    write_markers(source, output, markers_of(made), edit)
    return output


def test_an_unchanged_output_of_the_same_timeline_is_replaced(source: Path, marked: Path) -> None:
    assert marked.read_bytes() != source.read_bytes()
    check_marked(str(marked), marked, source)


def test_a_new_file_is_written(source: Path) -> None:
    check_marked("new", source.with_name("new.otio"), source)
    check_new("new", source.with_name("new.otio"))


def test_a_timeline_without_our_markers_is_never_replaced(source: Path) -> None:
    with pytest.raises(PathRefused, match="did not write"):
        check_marked(str(source), source, source)
    with pytest.raises(PathRefused, match="a file already"):
        check_new(str(source), source)


def test_a_marker_that_an_editor_renamed_saves_its_file(source: Path, marked: Path) -> None:
    (marker,) = read_markers(marked)
    text = marked.read_text()
    assert text.count(f'"{marker.name}"') > 0
    marked.write_text(text.replace(f'"name": "{marker.name}"', '"name": "the good one"'))
    assert read_markers(marked)[0].edited
    with pytest.raises(PathRefused, match="no unchanged output"):
        check_marked(str(marked), marked, source)


def test_an_output_of_another_timeline_is_not_replaced(source: Path, marked: Path) -> None:
    source.write_bytes(source.read_bytes().replace(b'"cut"', b'"other"'))
    with pytest.raises(PathRefused, match="no unchanged output"):
        check_marked(str(marked), marked, source)


def test_a_marked_timeline_may_be_marked_again_in_its_place(marked: Path) -> None:
    check_marked(str(marked), marked, marked)


@pytest.mark.parametrize("content", [b"", b"\0\xff", b"{}"])
def test_other_files_and_links_to_nowhere_are_not_replaced(
    source: Path, tmp_path: Path, content: bytes
) -> None:
    other = tmp_path / "notes.otio"
    other.write_bytes(content)
    with pytest.raises(PathRefused, match="did not write"):
        check_marked(str(other), other, source)
    other.unlink()
    other.symlink_to(tmp_path / "nowhere")
    with pytest.raises(PathRefused, match="did not write"):
        check_marked(str(other), other, source)

"""Outputs that an editor has changed, and files that are not ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from shotlog.batch import OutputFolder
from shotlog.batch.store import WrittenOutputs
from shotlog.schema import OutputNotWritable

OUTPUT = "ep1/cut.marked.otio"


@pytest.fixture
def folder(tmp_path: Path) -> OutputFolder:
    made = OutputFolder(tmp_path / "out")
    made.make()
    return made


def write(folder: OutputFolder, text: str) -> None:
    with WrittenOutputs(folder).replacing(OUTPUT) as path:
        path.write_text(text)


def test_our_own_output_is_written_over(folder: OutputFolder) -> None:
    write(folder, "one")
    write(folder, "two")
    assert folder.path_of(OUTPUT).read_text() == "two"


def test_an_output_that_an_editor_has_changed_is_not_written_over(folder: OutputFolder) -> None:
    write(folder, "one")
    folder.path_of(OUTPUT).write_text("edited")
    with pytest.raises(OutputNotWritable, match="was changed since"):
        write(folder, "two")
    assert folder.path_of(OUTPUT).read_text() == "edited"


def test_a_file_that_no_batch_wrote_is_not_written_over(folder: OutputFolder) -> None:
    path = folder.path_of(OUTPUT)
    path.parent.mkdir()
    path.write_text("mine")
    with pytest.raises(OutputNotWritable, match="not written by a batch"):
        write(folder, "one")
    assert path.read_text() == "mine"


def test_a_link_in_the_place_of_an_output_is_not_followed(
    folder: OutputFolder, tmp_path: Path
) -> None:
    target = tmp_path / "elsewhere.otio"
    target.write_text("mine")
    path = folder.path_of(OUTPUT)
    path.parent.mkdir()
    path.symlink_to(target)
    with pytest.raises(OutputNotWritable, match="a link"):
        write(folder, "one")
    assert target.read_text() == "mine"


def test_an_output_whose_writer_was_killed_is_ours(folder: OutputFolder) -> None:
    replacing = WrittenOutputs(folder).replacing(OUTPUT)
    replacing.__enter__().write_text("one, but its note was never finished")
    del replacing  # as if the process had ended here
    write(folder, "two")
    assert folder.path_of(OUTPUT).read_text() == "two"


def test_an_output_that_was_removed_is_written_again(folder: OutputFolder) -> None:
    write(folder, "one")
    folder.path_of(OUTPUT).unlink()
    assert not WrittenOutputs(folder).exists(OUTPUT)
    write(folder, "one")
    assert WrittenOutputs(folder).exists(OUTPUT)

"""Contract of readers of data sets, checked for every installed one."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from shotlog.learning.clips import DATA_SETS, DataSetReader, Part, read_data_set
from shotlog.schema import VOCABULARIES, DataSetReaderError, DataSetUnreadable, Family
from tests.learning.clips.made_sets import MADE

READERS = DATA_SETS.load()
each = pytest.mark.parametrize("reader", READERS, ids=lambda reader: str(reader.name))


def test_every_reader_is_tried_here() -> None:
    assert [reader.name for reader in READERS] == sorted(MADE)


@each
def test_clips_have_labels_of_the_vocabulary_and_files(
    reader: DataSetReader, tmp_path: Path
) -> None:
    made = MADE[reader.name]
    data = reader.read(made.write(tmp_path), [made.family])
    found = sorted(label for clip in data.clips for label in clip.labels[made.family])
    assert tuple(found) == made.labels
    assert all(
        clip.labels.keys() <= set(VOCABULARIES) and clip.path.is_file() for clip in data.clips
    )
    assert len({clip.id for clip in data.clips}) == 4
    assert all(clip.film and clip.part in (None, *Part) for clip in data.clips)


@each
def test_the_same_files_give_the_same_clips(reader: DataSetReader, tmp_path: Path) -> None:
    made = MADE[reader.name]
    path = made.write(tmp_path)
    assert reader.read(path, [made.family]) == reader.read(path, [made.family])


@each
def test_clips_without_a_file_are_counted(reader: DataSetReader, tmp_path: Path) -> None:
    made = MADE[reader.name]
    path = made.write(tmp_path)
    lost = reader.read(path, [made.family]).clips[0].path
    left = [clip for clip in reader.read(path, [made.family]).clips if clip.path != lost]
    lost.unlink()
    data = reader.read(path, [made.family])
    assert list(data.clips) == left
    if reader.name != "folders":  # which are read by looking for files
        assert data.skipped["its file is missing"] == 4 - len(left)


@each
@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00 1", b"[[[[", b"{}", b"\n\n", b"null"])
def test_what_is_no_data_set_is_refused_in_words(
    reader: DataSetReader, content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "table.json"
    path.write_bytes(content)
    with pytest.raises(DataSetUnreadable) as error:
        reader.read(path, [MADE[reader.name].family])
    assert str(path) in error.value.problem.subject


@each
def test_a_data_set_without_labels_of_the_question_is_refused(
    reader: DataSetReader, tmp_path: Path
) -> None:
    path = MADE[reader.name].write(tmp_path)
    with pytest.raises(DataSetUnreadable):
        reader.read(path, [Family.MOTION])


@each
def test_what_is_not_there_is_refused(reader: DataSetReader, tmp_path: Path) -> None:
    with pytest.raises(DataSetUnreadable):
        reader.read(tmp_path / "none", [MADE[reader.name].family])


def test_an_unknown_reader_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(DataSetReaderError, match="did you mean 'movieshots'"):
        read_data_set("movieshot", tmp_path, [Family.SIZE])


def test_a_plugin_of_another_kind_is_refused() -> None:
    point = EntryPoint("other", "builtins:dict", "shotlog.data_sets")
    with pytest.raises(DataSetReaderError):
        DATA_SETS.load([point])

"""Markers in bundles, .otioz and .otiod: the timeline changes, the media do not."""

from __future__ import annotations

import zipfile
from pathlib import Path

import opentimelineio as otio
import pytest

from shotlog.schema import BUNDLED, DiskFull, OutputNotWritable
from shotlog_otio import clear_markers, read_edit, read_markers, write_markers
from tests.otio.marking import marker, no_file_above, timeline

NOISE = bytes(range(256)) * 4096


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A bundle that OpenTimelineIO made."""
    made = timeline((0, 48), (0, 24))
    for clip in made.find_clips():
        media = tmp_path / Path(clip.media_reference.target_url).name
        media.write_bytes(NOISE)
        clip.media_reference.target_url = str(media)
    path = tmp_path / "a.otioz"
    otio.adapters.write_to_file(made, str(path))
    return path


def members(path: Path) -> list[tuple[str, int, tuple[int, ...], int, bytes]]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return [
            (i.filename, i.compress_type, i.date_time, i.external_attr, archive.read(i))
            for i in archive.infolist()
        ]


def test_only_the_timeline_in_a_bundle_changes(bundle: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.otioz"
    write_markers(bundle, out, [marker(1)], read_edit(bundle))
    before, after = members(bundle), members(out)
    assert [m[:4] for m in after] == [m[:4] for m in before]
    assert [m for m in after if m[0] != BUNDLED] == [m for m in before if m[0] != BUNDLED]
    assert {m[1] for m in after if m[4] == NOISE} == {zipfile.ZIP_STORED}
    found = otio.adapters.read_from_file(str(out)).tracks.markers
    assert [m.name for m in found] == ["MS · pan 1"]


def test_a_second_run_and_clearing_are_exact_in_a_bundle_too(bundle: Path, tmp_path: Path) -> None:
    original, again = bundle.read_bytes(), tmp_path / "again.otioz"
    write_markers(bundle, bundle, [marker(1)], read_edit(bundle))
    assert not write_markers(bundle, again, [marker(1)], read_edit(bundle)).changed
    assert again.read_bytes() == bundle.read_bytes()
    assert [m.name for m in read_markers(bundle)] == ["MS · pan 1"]
    assert clear_markers(bundle, bundle) == 1
    assert bundle.read_bytes() == original


def test_streamed_members_comments_and_large_file_fields_are_copied_as_they_are(
    bundle: Path, tmp_path: Path
) -> None:
    """Data descriptors, zip64 fields and an archive comment, the timeline in the middle."""
    with zipfile.ZipFile(bundle) as archive:
        content = archive.read(BUNDLED)
    made = tmp_path / "made.otioz"
    with made.open("wb") as raw, zipfile.ZipFile(_Unseekable(raw), "w") as archive:  # type: ignore[call-overload]
        archive.comment = b"from the cutting room"
        with archive.open("media/big.mov", "w", force_zip64=True) as member:
            member.write(NOISE)
        archive.writestr(BUNDLED, content)
        archive.writestr("media/größe.txt", NOISE, zipfile.ZIP_LZMA)
    before = members(made)
    write_markers(made, made, [marker(1)], read_edit(made))
    assert [m for m in members(made) if m[0] != BUNDLED] == [m for m in before if m[0] != BUNDLED]
    with zipfile.ZipFile(made) as archive:
        assert archive.comment == b"from the cutting room"
    clear_markers(made, made)
    assert members(made) == before


class _Unseekable:
    """A file without seeking, so that only streaming writers can use it."""

    def __init__(self, raw: object) -> None:
        self.write = raw.write  # type: ignore[attr-defined]
        self.flush = raw.flush  # type: ignore[attr-defined]


def test_a_bundle_on_a_full_disk_stays_whole(bundle: Path) -> None:
    before, beside = bundle.read_bytes(), set(bundle.parent.iterdir())
    with no_file_above(64 << 10), pytest.raises(DiskFull):
        write_markers(bundle, bundle, [marker(1)], read_edit(bundle))
    assert bundle.read_bytes() == before
    assert set(bundle.parent.iterdir()) == beside


def test_a_bundle_does_not_become_a_plain_timeline(bundle: Path, tmp_path: Path) -> None:
    with pytest.raises(OutputNotWritable, match="bundle"):
        write_markers(bundle, tmp_path / "a.otio", [marker(1)], read_edit(bundle))
    assert not (tmp_path / "a.otio").exists()


@pytest.fixture
def folder(tmp_path: Path, bundle: Path) -> Path:
    """The same bundle as a folder, with one of its media behind a link."""
    made = tmp_path / "cut.otiod"
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(made)
    (tmp_path / "server").mkdir()
    (tmp_path / "server" / "linked.mov").write_bytes(NOISE)
    (made / "media" / "linked.mov").symlink_to("../../server/linked.mov")
    return made


def beside(path: Path) -> list[str]:
    return sorted(item.name for item in path.parent.iterdir())


def test_a_folder_is_copied_whole_and_its_links_lead_where_they_led(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    copy = tmp_path / "elsewhere" / "marked.otiod"
    before = (folder / BUNDLED).read_bytes()
    write_markers(folder, copy, [marker(1)], read_edit(folder))
    assert len(read_markers(copy)) == 1
    assert (folder / BUNDLED).read_bytes() == before
    there = {path.name: path.read_bytes() for path in (copy / "media").iterdir()}
    assert there == {path.name: path.read_bytes() for path in (folder / "media").iterdir()}
    assert (copy / "media" / "linked.mov").is_symlink()
    assert beside(copy) == ["marked.otiod"]


def test_a_folder_that_cannot_be_copied_leaves_nothing_behind(folder: Path, tmp_path: Path) -> None:
    before = beside(folder)
    with no_file_above(64 << 10), pytest.raises(DiskFull):
        write_markers(folder, tmp_path / "b.otiod", [marker(1)], read_edit(folder))
    assert beside(folder) == before


def test_an_interrupt_while_a_folder_is_copied_leaves_nothing_behind(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    before = beside(folder)
    monkeypatch.setattr("shotlog_otio.documents.bundle.shutil.copy2", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_markers(folder, tmp_path / "b.otiod", [marker(1)], read_edit(folder))
    assert beside(folder) == before


def test_an_earlier_copy_keeps_its_media_and_gets_the_new_timeline(
    folder: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "marked.otiod"
    write_markers(folder, copy, [marker(1)], read_edit(folder))
    media = {path.name: path.lstat().st_ino for path in (copy / "media").iterdir()}
    write_markers(folder, copy, [marker(1), marker(2)], read_edit(folder))
    assert len(read_markers(copy)) == 2
    assert {path.name: path.lstat().st_ino for path in (copy / "media").iterdir()} == media


@pytest.mark.parametrize("name", ["cut.otiod/inside.otiod", "server.otiod", "a.otio", "a.otioz"])
def test_a_folder_is_not_written_into_itself_over_other_things_or_as_another_kind(
    folder: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "server").rename(tmp_path / "server.otiod")
    (tmp_path / "server").symlink_to("server.otiod")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(OutputNotWritable):
        write_markers(folder, tmp_path / name, [marker(1)], read_edit(folder))
    assert sorted(tmp_path.rglob("*")) == before


def test_media_of_a_folder_are_found_in_it(folder: Path) -> None:
    paths = [clip.media.path for clip in read_edit(folder).clips if clip.media]
    assert {Path(path).parent for path in paths} == {folder / "media"}

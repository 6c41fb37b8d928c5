"""Uploads to folders: compared, renamed, resumed, and refused in words."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from shotlog.delivery.upload import (
    FolderTarget,
    UploadDetails,
    Uploaded,
    UploadSessions,
    plan_upload,
    upload,
)
from shotlog.schema import UploadRefused, UploadTargetError


@pytest.fixture
def there(tmp_path: Path) -> Path:
    folder = tmp_path / "delivery"
    folder.mkdir()
    return folder


def send(clip: Path, there: Path, *, replace: bool = False) -> Uploaded:
    target = FolderTarget(path=str(there), replace=replace)
    return upload(clip, target, UploadDetails(), agreed=True, force=True)


def test_a_copy_has_the_same_bytes_and_nothing_else_is_left(clip: Path, there: Path) -> None:
    done = send(clip, there)
    assert done.place == str(there / "clip.mp4")
    assert [path.name for path in there.iterdir()] == ["clip.mp4"]
    assert (there / "clip.mp4").read_bytes() == clip.read_bytes()
    assert not send(clip, there).sent


def test_a_folder_on_another_disk_is_as_good(clip: Path) -> None:
    shared = Path("/dev/shm")  # noqa: S108
    if not shared.is_dir() or shared.stat().st_dev == clip.stat().st_dev:
        pytest.skip("there is no second disk here")
    end = shared / clip.name
    end.unlink(missing_ok=True)
    try:
        assert send(clip, shared).sent
        assert end.read_bytes() == clip.read_bytes()
    finally:
        end.unlink()


def test_a_full_disk_is_told_and_the_copy_goes_on_once_there_is_room(
    clip: Path, there: Path
) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (350_000, limits[1]))
    try:
        with pytest.raises(UploadRefused, match="the disk is full"):
            send(clip, there)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not (there / "clip.mp4").exists()
    assert send(clip, there).resumed
    assert (there / "clip.mp4").read_bytes() == clip.read_bytes()


def test_a_copy_that_differs_is_removed_and_made_anew(clip: Path, there: Path) -> None:
    target = FolderTarget(path=str(there))
    file = plan_upload(clip, target, UploadDetails(), profile=None).file
    with target.open() as folder:
        marks = folder.begin(file, UploadDetails())
        folder.send(marks, 0, b"x" * file.size, file)
        with pytest.raises(UploadRefused, match="the copy differs from the file"):
            folder.finish(marks, file)
        assert list(there.iterdir()) == []
        assert folder.state(marks, file).absent
    assert send(clip, there).sent


def test_another_file_of_the_same_name_is_replaced_only_if_asked(clip: Path, there: Path) -> None:
    (there / "clip.mp4").write_bytes(b"another")
    with pytest.raises(UploadRefused, match="another file of this name is there"):
        send(clip, there)
    assert (there / "clip.mp4").read_bytes() == b"another"
    assert send(clip, there, replace=True).sent
    assert (there / "clip.mp4").read_bytes() == clip.read_bytes()


def test_a_folder_that_cannot_be_used_is_told(clip: Path, there: Path) -> None:
    with pytest.raises(UploadRefused, match="there is no such folder"):
        send(clip, there / "absent")
    with pytest.raises(UploadRefused, match="the folder that the file is in"):
        send(clip, clip.parent)
    with pytest.raises(UploadTargetError, match="it needs a folder"):
        upload(clip, FolderTarget(), UploadDetails(), agreed=True, force=True)


def test_a_folder_that_cannot_be_written_is_told(clip: Path) -> None:
    with pytest.raises(UploadRefused, match="it cannot be written"):
        send(clip, Path("/proc/self/fdinfo"))  # nobody can, not even root
    assert clip.is_file()


def test_two_at_once_are_one_upload(clip: Path, there: Path) -> None:
    target = FolderTarget(path=str(there))
    key = plan_upload(clip, target, UploadDetails(), profile=None).session.key
    with (
        UploadSessions().alone(key),
        pytest.raises(UploadRefused, match="another process is sending this file"),
    ):
        send(clip, there)
    assert send(clip, there).sent


def test_a_copy_that_was_taken_away_is_made_again(clip: Path, there: Path) -> None:
    send(clip, there)
    (there / "clip.mp4").unlink()
    assert send(clip, there).sent
    assert (there / "clip.mp4").read_bytes() == clip.read_bytes()


def test_one_content_under_two_names_is_two_files_in_a_folder(clip: Path, there: Path) -> None:
    send(clip, there)
    other = clip.rename(clip.with_name("other.mp4"))
    assert send(other, there).place == str(there / "other.mp4")

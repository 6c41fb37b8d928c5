"""Files are written whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shotlog.schema import DiskFull, OutputNotWritable
from shotlog_otio.documents import check_save, replacing, save
from tests.otio.marking import no_file_above


def test_what_is_saved_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.otio"
    save(path, b"one")
    save(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_gets_the_users_usual_mode(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        save(tmp_path / "a.otio", b"")
    finally:
        os.umask(before)
    assert (tmp_path / "a.otio").stat().st_mode & 0o777 == 0o640


def test_a_file_that_is_replaced_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.otio"
    path.write_bytes(b"old")
    path.chmod(0o606)
    save(path, b"new")
    assert path.stat().st_mode & 0o777 == 0o606


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "a.otio").write_bytes(b"old")
    link = tmp_path / "link.otio"
    link.symlink_to(tmp_path / "there" / "a.otio")
    save(link, b"new")
    assert link.is_symlink()
    assert (tmp_path / "there" / "a.otio").read_bytes() == b"new"


def test_a_name_as_long_as_the_disk_allows_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 250 + ".otio")
    save(path, b"x")
    assert path.read_bytes() == b"x"


def test_a_full_disk_leaves_the_old_file_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.otio"
    path.write_bytes(b"old")
    with no_file_above(64 << 10), pytest.raises(DiskFull) as caught:
        save(path, b"x" * (1 << 20))
    assert caught.value.problem.subject == str(path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_interruption_leaves_the_old_file_whole(
    tmp_path: Path, error: type[BaseException]
) -> None:
    path = tmp_path / "a.otio"
    path.write_bytes(b"old")

    def interrupted() -> None:
        with replacing(path) as stream:
            stream.write(b"half")
            raise error

    with pytest.raises(error):
        interrupted()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_process_that_is_killed_while_it_writes_leaves_the_old_file_whole(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.otio"
    path.write_bytes(b"old")
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "from shotlog_otio.documents.saving import replacing\n"
        "with replacing(Path(sys.argv[1])) as stream:\n"
        "    stream.write(b'half'); stream.flush(); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert path.read_bytes() == b"old"


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.otio").mkdir()
    with pytest.raises(OutputNotWritable, match="there is a folder of this name"):
        save(tmp_path / "a.otio", b"x")


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputNotWritable, match="cannot be written: No such file"):
        save(tmp_path / "none" / "a.otio", b"x")


def test_a_path_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputNotWritable, match="cannot be written: Not a directory"):
        save(tmp_path / "file" / "a.otio", b"x")


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.otio").symlink_to(tmp_path / "a.otio")
    with pytest.raises(OutputNotWritable):
        save(tmp_path / "a.otio", b"x")


def test_a_device_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.otio")
    with pytest.raises(OutputNotWritable, match="not an ordinary file"):
        save(tmp_path / "a.otio", b"x")


def _ring(path: Path) -> None:
    path.symlink_to(path.with_name("b"))
    path.with_name("b").symlink_to(path)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.symlink_to(path), "Too many levels"),
        (_ring, "Too many levels"),
        (
            lambda path: path.symlink_to(path.parent / "none" / "a.otio"),
            "its folder does not exist",
        ),
        (lambda path: path.symlink_to(path.parent), "there is a folder of this name"),
        (os.mkfifo, "not an ordinary file"),
        (Path.mkdir, "there is a folder of this name"),
    ],
    ids=["link to itself", "ring", "link into no folder", "link to a folder", "pipe", "folder"],
)
def test_an_unwritable_path_is_found_before_writing(
    tmp_path: Path, make: Callable[[Path], object], said: str
) -> None:
    path = tmp_path / "a.otio"
    make(path)
    with pytest.raises(OutputNotWritable, match=said):
        check_save(path)
    with pytest.raises(OutputNotWritable):
        save(path, b"x")


@pytest.mark.parametrize("named", ["new.otio", "old.otio", "link.otio", "dangling.otio"])
def test_the_check_of_a_writable_path_changes_nothing(tmp_path: Path, named: str) -> None:
    (tmp_path / "old.otio").write_bytes(b"old")
    (tmp_path / "link.otio").symlink_to("old.otio")
    (tmp_path / "dangling.otio").symlink_to("none.otio")
    before = sorted(tmp_path.iterdir())
    check_save(tmp_path / named)
    assert (sorted(tmp_path.iterdir()), (tmp_path / "old.otio").read_bytes()) == (before, b"old")
    save(tmp_path / named, b"new")
    assert (tmp_path / named).read_bytes() == b"new"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_write_protected_folder_is_found_before_writing(tmp_path: Path) -> None:
    (tmp_path / "a.otio").write_bytes(b"old")
    tmp_path.chmod(0o555)
    with pytest.raises(OutputNotWritable, match="its folder is write-protected"):
        check_save(tmp_path / "a.otio")
    tmp_path.chmod(0o755)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_write_protected_file_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.otio"
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(OutputNotWritable, match="write-protected"):
        save(path, b"new")
    tmp_path.chmod(0o555)
    with pytest.raises(OutputNotWritable, match="Permission denied"):
        save(tmp_path / "b.otio", b"new")
    tmp_path.chmod(0o755)
    assert path.read_bytes() == b"old"

"""Files are written whole or not at all; damaged ones are put aside."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shotlog.files import (
    find_quarantined,
    make_folder,
    open_replacement,
    output_errors,
    quarantine,
    replace_file,
)
from shotlog.schema import DiskFull, OutputNotWritable, ShotlogError

AT = 1_700_000_000.0  # 2023-11-14 22:13:20 UTC

posix = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_written_file_leaves_no_draft(tmp_path: Path) -> None:
    for content in (b"one\r\n", b"two\n"):  # lines end as they were given
        replace_file(tmp_path / "file", content)
        assert (tmp_path / "file").read_bytes() == content
    assert _names(tmp_path) == ["file"]


@posix
@pytest.mark.parametrize(("mode", "made"), [(None, 0o640), (0o600, 0o600), (0o666, 0o666)])
def test_a_file_has_the_mode_that_was_asked_for_or_that_of_any_new_file(
    tmp_path: Path, mode: int | None, made: int
) -> None:
    before = os.umask(0o027)  # 0o666 without what group may write and others may do: 0o640
    try:
        replace_file(tmp_path / "file", b"", mode=mode)
    finally:
        os.umask(before)
    assert _mode(tmp_path / "file") == made


@posix
def test_a_draft_is_never_open_to_more_than_its_file(tmp_path: Path) -> None:
    with open_replacement(tmp_path / "secret", mode=0o600):
        (draft,) = tmp_path.iterdir()
        assert _mode(draft) == 0o600


@posix
def test_a_link_is_replaced_and_what_it_leads_to_is_not(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"real")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    replace_file(tmp_path / "link", b"new")
    assert not (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"real"


@posix
def test_a_second_name_of_the_old_file_keeps_the_old_content(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "backup").hardlink_to(tmp_path / "file")
    replace_file(tmp_path / "file", b"new")
    assert (tmp_path / "backup").read_bytes() == b"old"


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
@pytest.mark.parametrize("draft", [None, "file.copy.part"])
def test_after_an_interruption_the_old_file_is_whole_and_nothing_beside_it(
    tmp_path: Path, error: type[BaseException], draft: str | None
) -> None:
    (tmp_path / "file").write_bytes(b"old")

    def interrupted() -> None:
        with open_replacement(tmp_path / "file", draft=draft) as stream:
            stream.write(b"half")
            raise error

    with pytest.raises(error):
        interrupted()
    assert (tmp_path / "file").read_bytes() == b"old"
    assert _names(tmp_path) == ["file"]


def test_what_cannot_be_replaced_leaves_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "folder" / "kept").mkdir(parents=True)
    with pytest.raises(OSError):  # noqa: PT011 # its number depends on the system
        replace_file(tmp_path / "folder", b"x")
    assert _names(tmp_path) == ["folder"]


@posix
def test_a_draft_that_a_killed_process_left_is_written_over(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "from shotlog.files import open_replacement\n"
        "with open_replacement(Path(sys.argv[1]), draft='file.copy.part') as stream:\n"
        "    stream.write(b'half of a gigabyte'); stream.flush()\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    path = tmp_path / "file"
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert _names(tmp_path) == ["file.copy.part"]
    with open_replacement(path, draft="file.copy.part") as stream:
        stream.write(b"all")
    assert path.read_bytes() == b"all"
    assert _names(tmp_path) == ["file"]


def test_several_that_write_at_once_leave_the_content_of_one(tmp_path: Path) -> None:
    contents = [bytes([letter]) * 50_000 for letter in b"abcdefgh"]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda content: replace_file(tmp_path / "file", content), contents * 5))
    assert (tmp_path / "file").read_bytes() in contents
    assert _names(tmp_path) == ["file"]


def test_each_damaged_file_is_kept_under_a_name_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a[1].sqlite"  # a name that is a pattern, too
    made = []
    for content in (b"first", b"second"):
        path.write_bytes(content)
        made.append(quarantine(path, AT))
    assert [aside.name for aside in made] == [
        "a[1].sqlite.corrupt-20231114T221320Z", "a[1].sqlite.corrupt-20231114T221320Z-2",
    ]  # fmt: skip
    assert [aside.read_bytes() for aside in made] == [b"first", b"second"]
    assert not path.exists()
    assert find_quarantined(path) == made
    assert find_quarantined(tmp_path / "b.sqlite") == []


def test_a_file_put_aside_by_an_older_version_is_known_and_the_file_itself_is_none(
    tmp_path: Path,
) -> None:
    old = tmp_path / "evidence.damaged"
    old.write_bytes(b"")
    assert find_quarantined(tmp_path / "evidence.sqlite") == [old]
    assert find_quarantined(old) == []


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.EACCES, OutputNotWritable),
        (errno.EROFS, OutputNotWritable),
        (errno.ENOSPC, DiskFull),
        (errno.EDQUOT, DiskFull),
    ],
)
def test_an_error_of_the_system_while_an_output_is_written_names_the_output(
    tmp_path: Path, number: int, told: type[ShotlogError]
) -> None:
    with pytest.raises(told) as caught, output_errors(tmp_path / "cut.otio"):
        raise OSError(number, os.strerror(number))
    assert caught.value.problem.subject == str(tmp_path / "cut.otio")
    assert caught.value.problem.hint == told.hint


def test_the_remedy_of_an_output_may_name_another_option(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputNotWritable) as caught,
        output_errors(tmp_path, "Choose another folder for --debug."),
    ):
        (tmp_path / "none" / "file").write_bytes(b"")
    assert caught.value.problem.message == "cannot be written: No such file or directory"
    assert caught.value.problem.hint == "Choose another folder for --debug."


def test_a_folder_of_finished_files_is_made_once_and_never_in_place_of_a_file(
    tmp_path: Path,
) -> None:
    assert make_folder(tmp_path / "out") == make_folder(tmp_path / "out") == tmp_path / "out"
    (tmp_path / "taken").write_bytes(b"kept")
    with pytest.raises(OutputNotWritable, match="taken: cannot be written: File exists"):
        make_folder(tmp_path / "taken")
    assert (tmp_path / "taken").read_bytes() == b"kept"


def test_folders_above_are_made_only_where_that_was_asked_for(tmp_path: Path) -> None:
    with pytest.raises(OutputNotWritable, match="No such file or directory"):
        make_folder(tmp_path / "a" / "b")
    assert make_folder(tmp_path / "a" / "b", parents=True).is_dir()

"""Files and folders that only the user may access."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shotlog.paths import HOME_VARIABLE
from shotlog.schema import DaemonFileUnusable, DaemonRefused, NotAllowed
from shotlog.service.runtime import (
    ACCESSIBLE_BY_OTHERS,
    WRITABLE_BY_OTHERS,
    DaemonPaths,
    make_private_folder,
    read_private,
    replace_private,
)

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_folder_and_file_are_the_users_alone_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        make_private_folder(tmp_path / "a" / "b")
        replace_private(tmp_path / "a" / "b" / "file", b"x")
    finally:
        os.umask(before)
    assert mode(tmp_path / "a" / "b") == 0o700
    assert mode(tmp_path / "a" / "b" / "file") == 0o600


def test_a_folder_that_others_may_read_is_tightened(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_private_folder(tmp_path)
    assert mode(tmp_path) == 0o700


@pytest.mark.parametrize("bits", [0o770, 0o777, 0o1777, 0o702])
def test_a_folder_that_others_may_write_is_refused_and_left_alone(
    tmp_path: Path, bits: int
) -> None:
    tmp_path.chmod(bits)
    with pytest.raises(NotAllowed, match=rf"may write to this.*chmod 700 {tmp_path}"):
        make_private_folder(tmp_path)
    assert mode(tmp_path) == bits


def test_a_link_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(NotAllowed, match="not a folder"):
        make_private_folder(tmp_path / "link")


def test_a_file_in_place_of_the_folder_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DaemonFileUnusable, match=r"file: this is not a folder.*Move it away"):
        make_private_folder(tmp_path / "file")


def test_a_folder_that_cannot_be_made_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DaemonFileUnusable, match=r"cannot be made.*SHOTLOG_HOME"):
        make_private_folder(tmp_path / "file" / "folder")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root gives files away")
def test_what_belongs_to_another_user_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    replace_private(path, b"x")
    os.chown(path, 12345, -1)
    with pytest.raises(NotAllowed, match="another user"):
        read_private(path, WRITABLE_BY_OTHERS)


@pytest.mark.parametrize(
    ("bits", "forbidden", "refused"),
    [
        (0o600, ACCESSIBLE_BY_OTHERS, False),
        (0o640, ACCESSIBLE_BY_OTHERS, True),
        (0o604, ACCESSIBLE_BY_OTHERS, True),
        (0o644, WRITABLE_BY_OTHERS, False),
        (0o620, WRITABLE_BY_OTHERS, True),
        (0o602, WRITABLE_BY_OTHERS, True),
    ],
)
def test_a_file_with_a_forbidden_mode_is_refused(
    tmp_path: Path, bits: int, forbidden: int, refused: bool
) -> None:
    path = tmp_path / "file"
    replace_private(path, b"content")
    path.chmod(bits)
    if refused:
        with pytest.raises(NotAllowed, match=f"chmod 600 {path}"):
            read_private(path, forbidden)
    else:
        assert read_private(path, forbidden) == b"content"


def test_neither_a_link_nor_a_pipe_nor_a_folder_is_read_as_a_file(tmp_path: Path) -> None:
    replace_private(tmp_path / "real", b"x")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "folder").mkdir(mode=0o700)
    for name, refused in {
        "link": NotAllowed,
        "pipe": DaemonFileUnusable,
        "folder": DaemonFileUnusable,
    }.items():
        with pytest.raises(refused, match=str(tmp_path / name)):
            read_private(tmp_path / name, WRITABLE_BY_OTHERS)


def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    contents = {bytes([letter]) * 50_000 for letter in b"ab"}
    replace_private(path, b"a" * 50_000)

    def write() -> None:
        for _ in range(50):
            for content in sorted(contents):
                replace_private(path, content)

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        seen = set()
        while not writing.done():
            seen.add(read_private(path, WRITABLE_BY_OTHERS))
        writing.result()
    assert seen <= contents
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_what_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "place" / "kept").mkdir(parents=True)
    with pytest.raises(DaemonFileUnusable, match="cannot be written"):
        replace_private(tmp_path / "place", b"x")
    assert [entry.name for entry in tmp_path.iterdir()] == ["place"]


@pytest.mark.parametrize("context", ["", "..", "a/b", "A", "-a", "a" * 33, "a\n"])
def test_a_context_whose_name_is_no_folders_is_refused(context: str) -> None:
    with pytest.raises(DaemonRefused, match="small letters"):
        DaemonPaths(context)


def test_shotlog_home_moves_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(HOME_VARIABLE, "here")
    places = DaemonPaths("night-shift")
    monkeypatch.chdir("/")
    places.make()
    assert places.folder == tmp_path / "here" / "night-shift"
    files = [value for name in dir(DaemonPaths) if isinstance(value := getattr(places, name), Path)]
    assert all(file.is_relative_to(tmp_path / "here") for file in files)

"""The result cache, sound and otherwise."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from shotlog.doctor import CheckState, Context, SqliteState
from shotlog.engine import Cache
from shotlog.files import find_quarantined
from tests.doctor.conftest import Look


@pytest.fixture
def kept(context: Context) -> Path:
    """A filled cache that no process has open."""
    with Cache(context.cache) as cache:
        for number in range(2000):
            cache.note_fact(f"key {number}", "a text of some length " * 4)
    return context.cache


@pytest.mark.usefixtures("kept")
def test_a_sound_cache_is_in_order(context: Context, look: Look) -> None:
    assert "intact" in look("cache-sound", context).words
    assert look("cache-place", context).state is CheckState.OK


def test_a_cache_can_be_checked_while_another_process_writes(context: Context, look: Look) -> None:
    with Cache(context.cache) as cache:
        cache.note_fact("a", "b")
        assert look("cache-sound", context).state is CheckState.OK
        cache.note_fact("c", "d")


def test_a_cache_that_changes_while_it_is_read_is_not_called_damaged(
    context: Context, look: Look, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changed(path: Path, *, deep: bool) -> SqliteState:
        path.with_name(f"{path.name}-wal").touch()
        return SqliteState(2, 1, True, "odd pages")

    monkeypatch.setattr("shotlog.doctor.sqlite_files._read", changed)
    assert look("cache-sound", context).state is CheckState.SKIPPED


def test_a_damaged_cache_is_a_problem(context: Context, look: Look, kept: Path) -> None:
    content = bytearray(kept.read_bytes())
    content[8192:40960] = os.urandom(32768)
    kept.write_bytes(content)
    found = look("cache-sound", context)
    assert found.state is CheckState.PROBLEM
    assert "is damaged" in found.words


def test_only_a_deep_check_reads_all_of_a_large_cache(
    context: Context, look: Look, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.doctor.sqlite_files.LONG_CHECK_BYTES", 1000)
    content = bytearray(kept.read_bytes())
    content[-4096:] = os.urandom(4096)
    kept.write_bytes(content)
    assert "too large to be read completely" in look("cache-sound", context).words
    context.deep = True
    assert look("cache-sound", context).state is CheckState.PROBLEM


def test_a_cache_of_a_newer_version_is_a_problem(context: Context, look: Look, kept: Path) -> None:
    with closing(sqlite3.connect(kept)) as db:
        db.execute("PRAGMA user_version=99")
    assert "newer version" in look("cache-sound", context).words


def test_damaged_caches_of_an_older_version_are_a_warning(context: Context, look: Look) -> None:
    context.cache.parent.mkdir()
    context.cache.with_name("evidence.damaged").write_bytes(b"x" * 2000)
    found = look("damaged-caches", context)
    assert found.state is CheckState.WARNING
    assert "1 damaged result cache renamed, 2.0 kB" in found.words
    assert "evidence.damaged" in found.words


def test_damaged_caches_are_a_warning(context: Context, look: Look) -> None:
    context.cache.parent.mkdir()
    context.cache.write_bytes(b"not a cache" * 1000)
    with Cache(context.cache) as cache:
        assert cache.warnings
    found = look("damaged-caches", context)
    assert found.state is CheckState.WARNING
    assert str(find_quarantined(context.cache)[0]) in found.words


@pytest.fixture
def on_nfs(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mount table of a machine whose cache folder is a network share."""
    shared = str(context.cache.parents[1].resolve())
    here = [
        SimpleNamespace(mountpoint="/", fstype="ext4", opts="rw"),
        SimpleNamespace(mountpoint=shared, fstype="nfs4", opts="rw"),
    ]
    monkeypatch.setattr(psutil, "disk_partitions", lambda **_: here)


@pytest.mark.usefixtures("on_nfs")
def test_a_cache_on_a_network_file_system_is_a_problem(context: Context, look: Look) -> None:
    found = look("cache-place", context)
    assert found.state is CheckState.PROBLEM
    assert "nfs4" in found.words
    assert look("daemon-folder", context).state is CheckState.WARNING


def test_a_folder_in_the_caches_place_is_a_problem(context: Context, look: Look) -> None:
    context.cache.mkdir(parents=True)
    assert look("cache-place", context).state is CheckState.PROBLEM


@pytest.mark.usefixtures("bound_by_modes")
def test_a_cache_that_cannot_be_written_is_a_problem(
    context: Context, look: Look, kept: Path
) -> None:
    kept.chmod(0o400)
    assert look("cache-place", context).state is CheckState.PROBLEM
    kept.chmod(0o000)
    assert "chmod" in str(look("cache-sound", context).remedy)


def test_the_trial_run_finds_the_shots_of_a_small_film(context: Context, look: Look) -> None:
    context.deep = True
    found = look("trial", context)
    assert found.state is CheckState.OK, found
    assert found.words.startswith("2 shots")

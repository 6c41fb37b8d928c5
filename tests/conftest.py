"""Fixtures for every test, and the check for leaks."""

from __future__ import annotations

import gc
import itertools
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import cv2
import pytest
from hypothesis import settings

pytest_plugins = ["tests.faults.summary", "tests.groups"]

# Else each of the several hundred processes that tests start would compile all of Shotlog again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
os.environ.setdefault("OMP_NUM_THREADS", "1")  # before NumPy and torch are there, and for daemons
cv2.setNumThreads(1)  # four test processes on two cores: more threads would only wait

# How long one example takes says nothing on a machine that other tests keep busy. Every run draws
# other examples: half as many as usual in a run that takes half as long try no less in a day.
settings.register_profile("shotlog", deadline=None, max_examples=50)
settings.load_profile("shotlog")

DATA_VARIABLE = "SHOTLOG_TEST_DATA"
ENDING_S = 30.0


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Keep what all tests use out of garbage collections.

    They would take 3 s of 20 s until all tests are found, and 0.4 s each after that.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Return the folder of real footage and timelines, no part of the project; skip without it."""
    named = os.environ.get(DATA_VARIABLE)
    place = Path(named) if named else Path(__file__).parents[2] / "shared" / "data"
    if not (place / "video" / "labels.csv").is_file():
        pytest.skip(f"the labelled footage is not here; set {DATA_VARIABLE} to its folder")
    return place


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c_is_heard() -> Iterator[None]:
    """Let processes of tests receive Ctrl-C, also where a shell started these in the background.

    Such a shell has SIGINT ignored, and children inherit that; a handler is not inherited.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def _cache_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return an endless supply of folders; ``mktemp`` would list those of all tests each time."""
    root = tmp_path_factory.mktemp("caches")
    return (root / str(number) for number in itertools.count())


@pytest.fixture(scope="session", autouse=True)
def _own_records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep records out of the user's own folder, also those of fixtures that serve many tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHOTLOG_RECORDS", str(tmp_path_factory.mktemp("records") / "all"))
        yield


@pytest.fixture(autouse=True)
def _own_cache(_cache_folders: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the user's own result cache, models and settings out of every test."""
    folder = next(_cache_folders)
    folder.mkdir()
    monkeypatch.setenv("SHOTLOG_CACHE", str(folder / "evidence.sqlite"))
    monkeypatch.setenv("SHOTLOG_MODELS", str(folder / "models"))
    monkeypatch.setenv("SHOTLOG_PROVIDERS", str(folder / "providers"))
    monkeypatch.setenv("SHOTLOG_PROFILES", str(folder / "profiles"))
    monkeypatch.setenv("SHOTLOG_UPLOADS", str(folder / "uploads"))
    monkeypatch.setenv("SHOTLOG_RECORDS", str(folder / "records"))
    monkeypatch.setenv("SHOTLOG_CONFIG", str(folder / "config.toml"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))


@pytest.fixture(autouse=True)
def _nothing_leaks() -> Iterator[None]:
    """Check that every file, socket, thread and child process of a test ends with it."""
    files, threads = _open_files(), set(threading.enumerate())
    yield
    if _leftovers(files, threads):
        gc.collect()  # a cycle may hold a file a moment longer; collecting always would be slow
        _let_end(threads)
    assert _leftovers(files, threads) == []


def _let_end(threads: set[threading.Thread]) -> None:
    """Wait for threads that were told to end and only need processor time to do so.

    A pool that is shut down without waiting, as transformers' loader does, leaves such threads.
    """
    ends = time.monotonic() + ENDING_S
    for thread in set(threading.enumerate()) - threads:
        thread.join(max(0.0, ends - time.monotonic()))


def _leftovers(files: set[tuple[str, str]], threads: set[threading.Thread]) -> list[object]:
    running = [t for t in threading.enumerate() if t not in threads and t.is_alive()]
    return [*(_open_files() - files), *running, *multiprocessing.active_children()]


def _open_files() -> set[tuple[str, str]]:
    found = set()
    for entry in Path("/proc/self/fd").iterdir() if Path("/proc/self/fd").is_dir() else ():
        try:
            target = str(entry.readlink())
        except FileNotFoundError:  # the handle that iterdir itself held
            continue
        if not target.startswith(("/dev", "/proc", "anon_inode:", "pipe:")):
            found.add((entry.name, target))
    return found

"""The pause of the garbage collector."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from shotlog.schema import TimelineMissing
from shotlog_otio import read_edit
from shotlog_otio.formats.collector import collector_paused


def test_the_collector_runs_again_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(TimelineMissing):
        read_edit(tmp_path / "none.otio")
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with collector_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_the_collector_waits_for_the_last_of_several_threads() -> None:
    inside, one_left = Barrier(2), Barrier(2)

    def first() -> None:
        with collector_paused():
            inside.wait(timeout=10)
        one_left.wait(timeout=10)

    def second() -> bool:
        with collector_paused():
            inside.wait(timeout=10)
            one_left.wait(timeout=10)
            return gc.isenabled()

    with ThreadPoolExecutor(2) as pool:
        pool.submit(first)
        assert pool.submit(second).result(timeout=20) is False
    assert gc.isenabled()

"""The pause of the garbage collector."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from shotlog.schema import TimelineMissing
from shotlog_otio import read_edit
from shotlog_otio.formats import collector_paused
from tests.waiting import PATIENCE_S


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
            inside.wait(timeout=PATIENCE_S)
        one_left.wait(timeout=PATIENCE_S)

    def second() -> bool:
        with collector_paused():
            inside.wait(timeout=PATIENCE_S)
            one_left.wait(timeout=PATIENCE_S)
            return gc.isenabled()

    with ThreadPoolExecutor(2) as pool:
        pool.submit(first)
        assert pool.submit(second).result(timeout=PATIENCE_S) is False
    assert gc.isenabled()

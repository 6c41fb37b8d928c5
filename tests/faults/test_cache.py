"""The cache is emptied, or its oldest evidence thrown away, while jobs use it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from shotlog.engine import Cache, StageProgress, analyze, load_analyzers
from shotlog.paths import cache_file
from shotlog.schema import CacheError
from tests.faults.machine import Reel


class Emptying:
    """Somebody types ``shotlog cache clear`` while an edit is at a certain stage, some times."""

    def __init__(self, at: str, times: int = 1) -> None:
        self._at, self._left = at, times

    @contextmanager
    def stage(
        self, name: str, total: float, unit: str, *, saved: bool = False
    ) -> Iterator[StageProgress]:
        if name == self._at and self._left:
            self._left -= 1
            with Cache(cache_file()) as cache:
                cache.clear()
        yield self

    def advance(self, amount: float) -> None:
        pass


@pytest.mark.parametrize("stage", ["Media", "Models", "Findings"])
def test_a_cache_that_is_emptied_under_a_run_changes_no_finding(reel: Reel, stage: str) -> None:
    for edit, log in zip(reel.edits[:3], reel.logs, strict=False):
        with Cache(cache_file()) as cache:
            found = analyze(edit, load_analyzers(), cache, progress=Emptying(stage))
        assert found.model_dump_json() == log


def test_a_cache_that_keeps_nothing_is_told_of(reel: Reel) -> None:
    always = Emptying("Findings", times=99)
    with Cache(cache_file()) as cache, pytest.raises(CacheError, match="thrown away"):
        analyze(reel.edits[0], load_analyzers(), cache, progress=always)

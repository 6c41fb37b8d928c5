"""Progress that only rises, and calls that end with the server."""

from __future__ import annotations

import threading
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog.mcp import CallCancelled, Progress, Running
from tests.waiting import PATIENCE_S

STAGES = st.lists(
    st.tuples(st.sampled_from(["Media", "Picture", "Sound"]), st.floats(0, 9), st.floats(0, 9)),
    max_size=30,
)


@given(STAGES)
def test_progress_only_rises_as_the_protocol_demands(
    stages: list[tuple[str, float, float]],
) -> None:
    told: list[float] = []
    progress = Progress(lambda amount, words: told.append(amount), lambda: False)
    for stage, done, total in stages:
        progress.tell(stage, done, total, "s")
    assert all(later > earlier for earlier, later in pairwise(told))
    assert bool(told) == bool(stages)


def test_progress_says_in_words_what_is_done() -> None:
    told: list[str] = []
    progress = Progress(lambda amount, words: told.append(words), lambda: False)
    progress.tell("Waiting")
    progress.tell("Picture", 1200, 2400, "s of film")
    assert told == ["Waiting", "Picture: 1,200 of 2,400 s of film"]


def test_a_cancelled_call_ends_at_its_next_step() -> None:
    progress = Progress(lambda amount, words: None, lambda: True)
    with pytest.raises(CallCancelled):
        progress.tell("Picture", 1, 2)


def test_the_end_of_the_server_waits_for_its_calls() -> None:
    running, begun = Running(), threading.Event()

    def call() -> None:
        with running:
            begun.set()
            running.ended.wait(PATIENCE_S)

    thread = threading.Thread(target=call)
    thread.start()
    begun.wait(PATIENCE_S)
    assert running.end(20)
    thread.join()


def test_the_end_of_the_server_does_not_wait_for_ever() -> None:
    running = Running()
    with running:
        assert not running.end(0.01)

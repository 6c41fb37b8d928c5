"""Whatever comes, the bridge lives, and every line that says something gets one answer."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog.bridge import CAPABILITIES, LINE_BYTES, read_lines
from shotlog.schema import DaemonAbsent
from shotlog.service.client import Client
from tests.bridge.talk import CLIP, EDIT, Talk

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)
_FIELDS = ["id", "job", "edit", "timeline", "request", "names", "batch", "bridge", "keep_alive"]


def nobody(name: str) -> Client:
    raise DaemonAbsent(name)


def requests() -> st.SearchStrategy[bytes]:
    """Requests of the right kinds with fields of any kind."""
    fields = st.dictionaries(st.sampled_from(_FIELDS), _VALUES | st.just(EDIT))
    return st.builds(
        lambda kind, more: json.dumps({"id": 1, "type": kind, **more}).encode(),
        st.sampled_from(CAPABILITIES),
        fields,
    )


def bent_edits() -> st.SearchStrategy[bytes]:
    """An edit with one field of its clip bent."""
    return st.builds(
        lambda field, value: json.dumps({
            "id": 1, "type": "analyze", "edit": {**EDIT, "clips": [{**CLIP, field: value}]},
        }).encode(),
        st.sampled_from(sorted(CLIP)),
        _VALUES,
    )  # fmt: skip


@given(st.lists(st.binary(max_size=60) | requests() | bent_edits(), max_size=6))
def test_every_line_that_is_not_blank_gets_exactly_one_answer(said: list[bytes]) -> None:
    talk = Talk(nobody)
    for line in said:
        assert len(talk.hear(line)) == (1 if line.strip() else 0), line
        talk.bridge.poll()

    assert talk.ask("models")["type"] == "models"


@pytest.mark.parametrize(
    "line", [b"[" * 100_000, b'{"id":1,"a":' * 50_000, b'{"id":1' + b"0" * 5000]
)
def test_depth_and_length_without_end_are_refused(line: bytes) -> None:
    (answer,) = Talk(nobody).hear(line)

    assert answer["code"] == "bad-message"


def test_a_line_that_is_too_long_is_refused() -> None:
    (answer,) = Talk(nobody).hear(b" " * LINE_BYTES + b"x")

    assert (answer["code"], answer["id"]) == ("too-large", None)


def piped(data: bytes, read: Callable[[int], Any]) -> Any:
    """What is read of data that come through a pipe."""
    hear, say = os.pipe()

    def write() -> None:
        with os.fdopen(say, "wb") as pipe:
            pipe.write(data)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        return read(hear)
    finally:
        thread.join()
        os.close(hear)


@given(st.lists(st.binary(max_size=40).map(lambda line: line.replace(b"\n", b"")), max_size=20))
def test_lines_come_as_they_were_sent(said: list[bytes]) -> None:
    assert piped(b"".join(line + b"\n" for line in said), lambda fd: list(read_lines(fd))) == said


def test_a_line_that_lacks_its_end_is_heard_at_the_end() -> None:
    assert piped(b"a\nb", lambda fd: list(read_lines(fd))) == [b"a", b"b"]


def test_of_a_line_that_is_too_long_little_is_kept_and_the_next_is_heard() -> None:
    data = b"x" * (LINE_BYTES + 1_000_000) + b"\nnext\n"
    long, after = piped(data, lambda fd: list(read_lines(fd)))

    assert len(long) == LINE_BYTES + 1
    assert after == b"next"

"""Framing on the pipe between broker and worker: complete messages, or the end of the stream."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shotlog.service.ipc import (
    EVENT_ADAPTER,
    MAX_PIPE_BYTES,
    Event,
    FatalError,
    JobFailed,
    ModelsChanged,
    ModelsLoaded,
    PipeBroken,
    Preempted,
    Progressed,
    ResultChunk,
    receive,
    send,
)
from shotlog.service.protocol import ErrorCode, Failure

JOBS = st.text("0123456789abcdef", min_size=32, max_size=32)
FIGURES = st.floats(0, 1e6)
EVENTS = st.one_of(
    st.builds(ResultChunk, job=JOBS, text=st.text()),
    st.builds(Preempted),
    st.builds(FatalError, reason=st.text()),
    st.builds(ModelsChanged, models=st.lists(st.text()).map(tuple)),
    st.builds(ModelsLoaded, models=st.lists(st.text()).map(tuple)),
    st.builds(
        Progressed, stage=st.text(), done=FIGURES, total=FIGURES, unit=st.text()
    ),
    st.builds(
        JobFailed, job=JOBS,
        failure=st.builds(
            Failure, code=st.sampled_from(ErrorCode), message=st.text(), hint=st.text()
        ),
    ),
)  # fmt: skip


def written(*events: Event) -> bytes:
    stream = io.BytesIO()
    for event in events:
        send(stream, event)
    return stream.getvalue()


@given(st.lists(EVENTS))
def test_messages_are_received_in_order_and_then_the_end(events: list[Event]) -> None:
    stream = io.BytesIO(written(*events))
    assert [receive(stream, EVENT_ADAPTER) for _ in events] == events
    assert receive(stream, EVENT_ADAPTER) is None


@given(EVENTS, st.data())
def test_a_message_that_is_cut_anywhere_is_an_error(event: Event, data: st.DataObject) -> None:
    whole = written(event)
    cut = data.draw(st.integers(1, len(whole) - 1))
    with pytest.raises(PipeBroken, match="cut"):
        receive(io.BytesIO(whole[:cut]), EVENT_ADAPTER)


@given(st.binary(min_size=1))
def test_garbage_raises_nothing_but_pipe_broken(garbage: bytes) -> None:
    with pytest.raises(PipeBroken):
        receive(io.BytesIO(len(garbage).to_bytes(4, "big") + garbage), EVENT_ADAPTER)


def test_a_length_over_the_limit_is_refused_before_the_body_is_read() -> None:
    with pytest.raises(PipeBroken, match="bytes were announced"):
        receive(io.BytesIO((MAX_PIPE_BYTES + 1).to_bytes(4, "big")), EVENT_ADAPTER)


def test_a_message_over_the_limit_is_not_sent() -> None:
    stream = io.BytesIO()
    with pytest.raises(ValueError, match="too large"):
        send(stream, FatalError(reason="x" * MAX_PIPE_BYTES))
    assert stream.getvalue() == b""


@pytest.mark.parametrize("module", ["ipc", "supervision", "broker", "worker.process"])
def test_the_broker_side_imports_no_library_that_computes(module: str) -> None:
    heavy = "{'torch', 'transformers', 'av', 'cv2', 'numpy', 'shotlog.engine', 'shotlog.media'}"
    code = f"import sys, shotlog.service.{module}; print(*{heavy} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr

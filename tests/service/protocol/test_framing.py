"""Framing of the protocol: valid messages survive it unchanged, all others are refused."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shotlog.service.protocol import (
    MAX_MESSAGE_BYTES,
    SIGNATURE,
    Attach,
    BadMessage,
    ErrorCode,
    MessageTooLarge,
    Ping,
    Pong,
    Reply,
    Request,
    Submit,
    UnknownReply,
    UnsendableMessage,
    new_id,
    pack,
    unpack_reply,
    unpack_request,
)
from shotlog.service.tasks import Analyze
from tests.service.messages_of_all_kinds import JOB, edit, replies, requests

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


def framed(body: bytes, **header: Any) -> list[bytes]:
    head = {"protocol": [1, 0], "id": "0" * 32, "reply_to": None} | header
    return [SIGNATURE, json.dumps(head).encode(), body]


@pytest.mark.parametrize("request_", requests(), ids=lambda body: body.type)
def test_a_request_comes_out_as_it_went_in(request_: Request) -> None:
    message, frames = pack(request_)

    header, body = unpack_request(frames)

    assert body == request_
    assert (header.id, header.reply_to) == (message, None)


@pytest.mark.parametrize("reply", replies(), ids=lambda body: body.type)
def test_a_reply_comes_out_as_it_went_in_and_names_its_request(reply: Reply) -> None:
    asked = new_id()

    header, body = unpack_reply(pack(reply, reply_to=asked)[1])

    assert body == reply
    assert header.reply_to == asked


def test_an_edit_of_ten_thousand_clips_fits() -> None:
    submit = Submit(job=JOB, name="Reel 1", task=Analyze(edit=edit(10_000)))

    assert sum(map(len, pack(submit)[1])) < MAX_MESSAGE_BYTES


def test_a_message_over_the_limit_is_not_sent() -> None:
    with pytest.raises(MessageTooLarge, match=r"has [\d,]+ bytes; the limit is 1,000"):
        pack(Submit(job=JOB, name="Reel 1", task=Analyze(edit=edit(9))), limit=1_000)


def test_a_message_over_the_limit_is_not_parsed() -> None:
    with pytest.raises(BadMessage) as bad:
        unpack_request(framed(b" " * MAX_MESSAGE_BYTES))

    assert bad.value.failure.code is ErrorCode.TOO_LARGE


def test_a_name_that_is_not_valid_unicode_is_refused_before_it_is_sent() -> None:
    broken = edit().model_copy(update={"name": "Reel \udc80"})

    with pytest.raises(UnsendableMessage, match="not valid Unicode"):
        pack(Submit(job=JOB, name="Reel 1", task=Analyze(edit=broken)))


@given(st.lists(st.binary(max_size=40), max_size=5))
def test_frames_that_are_not_a_message_are_refused(frames: list[bytes]) -> None:
    with pytest.raises(BadMessage):
        unpack_request(frames)
    with pytest.raises(BadMessage):
        unpack_request([SIGNATURE, *frames[:2]])


def refusal_of(frames: list[bytes]) -> BadMessage | None:
    """Return the daemon's refusal of frames, None where it accepts them; other errors propagate."""
    try:
        unpack_request(frames)
    except BadMessage as bad:
        return bad
    return None


@settings(max_examples=200)
@given(st.sampled_from(requests()), st.integers(1, 2), st.randoms(use_true_random=False))
def test_a_message_with_flipped_bytes_is_read_or_refused(
    body: Request, which: int, rng: random.Random
) -> None:
    _, frames = pack(body)
    damaged = bytearray(frames[which])
    for _ in range(rng.randint(1, 3)):
        damaged[rng.randrange(len(damaged))] = rng.randrange(256)
    frames[which] = bytes(damaged)

    bad = refusal_of(frames)

    assert bad is None or 0 < len(bad.failure.message) < 1_000


@settings(max_examples=200)
@given(st.sampled_from(requests()), JSON, st.randoms(use_true_random=False))
def test_a_message_with_a_field_of_another_kind_is_read_or_refused(
    body: Request, strange: Any, rng: random.Random
) -> None:
    told = inner = body.model_dump(mode="json")
    while True:
        key: Any = rng.choice(sorted(inner) if isinstance(inner, dict) else range(len(inner)))
        if not isinstance(inner[key], dict | list) or not inner[key] or rng.random() < 0.3:
            break
        inner = inner[key]
    inner[key] = strange

    bad = refusal_of(framed(json.dumps(told).encode()))

    assert bad is None or bad.message_id == "0" * 32


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[" * 100_000,
        b'{"type": "ping", "type": "pong"}',
        b'{"type": "ping", "loudly": true}',
        b'{"type": "attach", "job": "../../etc/passwd"}',
        b'{"type": "results", "job": "%s", "part": -1}' % JOB.encode(),
        b'{"type": "results", "job": "%s", "part": "1"}' % JOB.encode(),
        b'{"type": "submit"}',
        b'{"type": "welcome"}',
    ],
)
def test_a_body_that_is_not_a_request_is_refused(body: bytes) -> None:
    with pytest.raises(BadMessage) as bad:
        unpack_request(framed(body))

    assert bad.value.failure.code is ErrorCode.BAD_MESSAGE
    assert bad.value.message_id == "0" * 32


@pytest.mark.parametrize("time", ["1/0", "1e999999999", "1E9", "nan", "inf", 0.5, "", "1/2/3"])
def test_an_invalid_time_is_refused_at_once(time: Any) -> None:
    body = Submit(job=JOB, name="Reel 1", task=Analyze(edit=edit())).model_dump(mode="json")
    body["task"]["edit"]["start"] = time

    with pytest.raises(BadMessage, match=r"edit\.start"):
        unpack_request(framed(json.dumps(body).encode()))


@pytest.mark.parametrize("seconds", ["-2", "1e3", "31536001", "9" * 400])
def test_a_keep_alive_that_no_clock_can_count_is_refused_at_once(seconds: str) -> None:
    body = b'{"type": "load", "asks": {}, "keep_alive": %s}' % seconds.encode()
    with pytest.raises(BadMessage, match="keep_alive"):
        unpack_request(framed(body))


def test_a_refusal_does_not_repeat_the_content_of_the_message() -> None:
    body = json.dumps({"type": "attach", "job": "secret" * 1_000}).encode()

    with pytest.raises(BadMessage) as bad:
        unpack_request(framed(body))

    assert "secret" not in str(bad.value)
    assert "attach.job" in str(bad.value)


def test_the_refusal_of_another_major_version_names_both_versions_and_the_remedy() -> None:
    with pytest.raises(BadMessage, match=r"protocol 2\.5; the receiver speaks 1\.8") as bad:
        unpack_request(framed(b'{"type": "unheard-of"}', protocol=[2, 5], weight="heavy"))

    assert bad.value.failure.code is ErrorCode.PROTOCOL_MISMATCH
    assert "shotlog daemon restart" in bad.value.failure.hint
    assert bad.value.message_id == "0" * 32


def test_a_daemon_refuses_a_header_field_that_it_does_not_know() -> None:
    with pytest.raises(BadMessage, match="weight"):
        unpack_request(framed(Ping().model_dump_json().encode(), weight="heavy"))


def test_a_client_ignores_fields_of_a_newer_daemon() -> None:
    body = b'{"type": "pong", "boot": "b007", "mood": {"good": [true]}}'

    _, reply = unpack_reply(framed(body, protocol=[1, 99], weight="heavy"))

    assert reply == Pong(boot="b007")


def test_a_reply_of_an_unknown_type_has_an_error_of_its_own() -> None:
    with pytest.raises(UnknownReply) as unknown:
        unpack_reply(framed(b'{"type": "song"}', reply_to="1" * 32))

    assert unknown.value.request_id == "1" * 32


def test_a_daemon_refuses_an_unknown_request() -> None:
    with pytest.raises(BadMessage, match="sing"):
        unpack_request(framed(b'{"type": "sing"}'))


def test_ids_are_unique_and_valid() -> None:
    assert len({Attach(job=new_id()).job for _ in range(100)}) == 100

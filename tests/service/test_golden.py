"""Messages as every version of the protocol sent them are understood for ever.

A file of ``golden/`` is never changed. A new message of the same major gets a file beside the
others; a new field of an old message is tried by a second file of another name
(``submit.2.json``). The first ones were written from ``messages_of_all_kinds``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from shotlog.service.wire import SIGNATURE, unpack_reply, unpack_request
from tests.service.messages_of_all_kinds import replies, requests

GOLDEN = sorted((Path(__file__).parent / "golden" / "v1").glob("*.json"))
REQUESTS = {body.type for body in requests()}


def frames_of(path: Path) -> tuple[list[bytes], dict[str, Any]]:
    message = json.loads(path.read_text("utf-8"))
    frames = [SIGNATURE, *(json.dumps(message[part]).encode() for part in ("header", "body"))]
    return frames, message


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_golden_message_is_understood_and_means_the_same(path: Path) -> None:
    frames, message = frames_of(path)
    unpack = unpack_request if message["body"]["type"] in REQUESTS else unpack_reply

    header, body = unpack(frames)

    assert body.model_dump(mode="json", exclude_unset=True) == message["body"]
    assert header.model_dump(mode="json", exclude_unset=True) == message["header"]


def test_there_is_a_golden_message_of_every_kind() -> None:
    kinds = {body.type for body in (*requests(), *replies())}

    assert {path.stem.split(".")[0] for path in GOLDEN} == kinds

"""Messages over a pair of byte streams: four bytes of length, big-endian, then JSON.

The end of the stream is the end of the other side: no port, no heartbeat, nothing to time out.
"""

from __future__ import annotations

import struct
from typing import BinaryIO, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

T = TypeVar("T")

MAX_PIPE_BYTES = 64 * 1024**2
"""Largest message. The largest that is sent is a job of 8 MiB (``wire.MESSAGE_BYTES``)."""

_LENGTH = struct.Struct(">I")


class PipeBroken(ValueError):
    """What came is no message: the stream was cut inside one, or it is of another kind."""


def send(stream: BinaryIO, message: BaseModel) -> None:
    """Writes a message and flushes it. For one thread at a time.

    Raises:
        ValueError: it is larger than ``MAX_PIPE_BYTES``.
        OSError: the other side is gone.
    """
    body = message.model_dump_json().encode()
    if len(body) > MAX_PIPE_BYTES:
        raise ValueError(f"a message of {len(body)} bytes is too large for the pipe")
    stream.write(_LENGTH.pack(len(body)) + body)
    stream.flush()


def receive(stream: BinaryIO, kind: TypeAdapter[T]) -> T | None:
    """Waits for the next message.

    Args:
        stream: Buffered: a read waits for all that it asks for.
        kind: What is expected.

    Returns:
        The message; None at the end of the stream.

    Raises:
        PipeBroken: the stream ends inside a message, or what came is none of this kind.
    """
    head = stream.read(_LENGTH.size)
    if not head:
        return None
    if len(head) < _LENGTH.size:
        raise PipeBroken("the stream was cut inside a message")
    (length,) = _LENGTH.unpack(head)
    if length > MAX_PIPE_BYTES:
        raise PipeBroken(f"{length} bytes were announced, and at most {MAX_PIPE_BYTES} are sent")
    body = stream.read(length)
    if len(body) < length:
        raise PipeBroken("the stream was cut inside a message")
    try:
        return kind.validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise PipeBroken(f"this is no message: {first['msg']}") from None

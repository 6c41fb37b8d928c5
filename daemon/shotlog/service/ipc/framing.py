"""Framing of the messages on a pipe: four bytes of length, big-endian, then JSON in UTF-8.

A process that ends closes its side of the pipe, so the end of the stream tells its death at once:
no port, no heartbeat and no timeout are needed.
"""

from __future__ import annotations

import struct
from typing import BinaryIO, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

T = TypeVar("T")

# The largest message is the spec of a job, at most 8 MiB (``MAX_MESSAGE_BYTES`` of the protocol).
# Beyond this limit a length is taken for damage, before memory is allocated for it.
MAX_PIPE_BYTES = 64 * 1024**2
"""Size of the largest message on a pipe, in bytes."""

_LENGTH = struct.Struct(">I")


class PipeBroken(ValueError):
    """Bytes that are no valid message: the stream ended inside one, or has other content."""


def send(stream: BinaryIO, message: BaseModel) -> None:
    """Write a message and flush it; not thread-safe.

    Raises:
        ValueError: the message is larger than ``MAX_PIPE_BYTES``.
        OSError: the other process has ended.
    """
    body = message.model_dump_json().encode()
    if len(body) > MAX_PIPE_BYTES:
        raise ValueError(f"a message of {len(body)} bytes is too large for the pipe")
    stream.write(_LENGTH.pack(len(body)) + body)
    stream.flush()


def receive(stream: BinaryIO, adapter: TypeAdapter[T]) -> T | None:
    """Read the next message, waiting for it if necessary.

    Args:
        stream: A buffered stream, whose ``read(n)`` blocks until it has ``n`` bytes.
        adapter: Validates the message.

    Returns:
        The message; None at the end of the stream.

    Raises:
        PipeBroken: the stream ends inside a message, or its content is not valid.
    """
    head = stream.read(_LENGTH.size)
    if not head:
        return None
    if len(head) < _LENGTH.size:
        raise PipeBroken("the stream was cut inside a message")
    (length,) = _LENGTH.unpack(head)
    if length > MAX_PIPE_BYTES:
        raise PipeBroken(f"{length} bytes were announced; the limit is {MAX_PIPE_BYTES}")
    body = stream.read(length)
    if len(body) < length:
        raise PipeBroken("the stream was cut inside a message")
    try:
        return adapter.validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise PipeBroken(f"the content is not a valid message: {first['msg']}") from None

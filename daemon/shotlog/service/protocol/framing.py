"""Framing of messages: three ZeroMQ frames, ``[b"SHL1", header, body]``, the last two JSON.

The daemon validates strictly and refuses unknown fields, so that no option is silently ignored. A
client ignores unknown fields, because a daemon with a newer minor version may send more.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from shotlog.schema import describe_faults
from shotlog.service.protocol.common import PROTOCOL, ErrorCode, Failure, Header
from shotlog.service.protocol.errors import make_failure
from shotlog.service.protocol.legacy import ANY_REQUEST, downgrade
from shotlog.service.protocol.replies import Reply
from shotlog.service.protocol.requests import Request

SIGNATURE = b"SHL1"
"""The first frame, which identifies the protocol and the layout of the frames."""

MAX_MESSAGE_BYTES = 8 * 1024**2
"""Size of the largest message, in bytes: enough for an edit of 10,000 clips."""

_FRAMES = 3
_HEADER_BYTES = 4096  # a header has about 120; what is longer is not parsed

_T = TypeVar("_T")

_REQUEST: TypeAdapter[Request] = TypeAdapter(ANY_REQUEST)
_REPLY: TypeAdapter[Reply] = TypeAdapter(Reply)


class UnsendableMessage(ValueError):
    """A message that cannot be sent, with the reason as its text."""


class MessageTooLarge(UnsendableMessage):
    """A message with more bytes than the receiver accepts."""

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(f"the message has {size:,} bytes; the limit is {limit:,}")


class BadMessage(ValueError):
    """Frames that are not a valid message.

    Attributes:
        message_id: Id of the invalid message, if its header could be read.
        request_id: Id of the request that it answers, likewise.
        failure: The reason, ready to be sent as a refusal.
    """

    def __init__(
        self,
        reason: str,
        *,
        message_id: str | None = None,
        request_id: str | None = None,
        code: ErrorCode = ErrorCode.BAD_MESSAGE,
    ) -> None:
        super().__init__(reason)
        self.message_id = message_id
        self.request_id = request_id
        self.failure: Failure = make_failure(code, reason)


class UnknownReply(BadMessage):
    """A reply of an unknown type, sent by a newer daemon."""


def new_id() -> str:
    """Return a random id for a message or a job: 32 hexadecimal digits."""
    return uuid.uuid4().hex


def pack(
    body: Request | Reply,
    *,
    reply_to: str | None = None,
    message: str | None = None,
    limit: int = MAX_MESSAGE_BYTES,
    protocol: tuple[int, int] = PROTOCOL,
) -> tuple[str, list[bytes]]:
    """Return the frames of a message.

    Args:
        body: The body.
        reply_to: Id of the request that it answers; None for requests and events.
        message: Id of the message; None makes a new one.
        limit: The most bytes that the receiver accepts.
        protocol: The protocol version of the connection; older ones have other forms of some
            requests.

    Returns:
        The id of the message, and its frames.

    Raises:
        MessageTooLarge: it has more bytes than the limit.
        UnsendableMessage: it has text that UTF-8 cannot encode, as undecodable file names do.
    """
    header = Header(id=message or new_id(), reply_to=reply_to)
    try:
        text = downgrade(body, protocol).model_dump_json()
        frames = [SIGNATURE, header.model_dump_json().encode(), text.encode()]
    except (PydanticSerializationError, UnicodeEncodeError) as error:
        raise UnsendableMessage("a name in it is not valid Unicode text") from error
    size = sum(map(len, frames))
    # Checked here, because ZeroMQ disconnects a peer that sends more, without any error.
    if size > limit:
        raise MessageTooLarge(size, limit)
    return header.id, frames


def unpack_request(frames: Sequence[bytes]) -> tuple[Header, Request]:
    """Read a request strictly.

    Raises:
        BadMessage: the frames are not a valid request.
    """
    header = _header(frames, lenient=False)
    return header, _body(_REQUEST, frames[2], header, lenient=False)


def unpack_reply(frames: Sequence[bytes]) -> tuple[Header, Reply]:
    """Read a reply or an event; unknown fields are ignored.

    Raises:
        UnknownReply: its type is unknown.
        BadMessage: the frames are not a valid reply.
    """
    header = _header(frames, lenient=True)
    return header, _body(_REPLY, frames[2], header, lenient=True)


def _header(frames: Sequence[bytes], *, lenient: bool) -> Header:
    if len(frames) != _FRAMES or frames[0] != SIGNATURE:
        raise BadMessage(f"a message has three frames, the first of which is {SIGNATURE!r}")
    size = sum(map(len, frames))
    # Before anything is parsed: to parse a huge text would cost memory and time.
    if size > MAX_MESSAGE_BYTES or len(frames[1]) > _HEADER_BYTES:
        raise BadMessage(str(MessageTooLarge(size, MAX_MESSAGE_BYTES)), code=ErrorCode.TOO_LARGE)
    try:
        # Unknown fields are ignored at first: the header of another major version is read as far
        # as its id, so that the refusal can name the message.
        header = Header.model_validate_json(frames[1], strict=True, extra="ignore")
    except ValidationError as error:
        raise BadMessage(f"the header is not valid: {describe_faults(error, 'message')}") from None
    if header.protocol[0] != PROTOCOL[0]:
        raise BadMessage(
            f"this message is of protocol {_version(header.protocol)}; "
            f"the receiver speaks {_version(PROTOCOL)}",
            message_id=header.id,
            request_id=header.reply_to,
            code=ErrorCode.PROTOCOL_MISMATCH,
        )
    # Known to be of this major now, so a strict reader can check it for unknown fields.
    try:
        return header if lenient else Header.model_validate_json(frames[1], strict=True)
    except ValidationError as error:
        raise BadMessage(
            f"the header is not valid: {describe_faults(error, 'message')}", message_id=header.id
        ) from None


def _body(adapter: TypeAdapter[_T], text: bytes, header: Header, *, lenient: bool) -> _T:
    try:
        return adapter.validate_json(text, strict=True, extra="ignore" if lenient else "forbid")
    except ValidationError as error:
        # Inputs are left out: they may be secret, and are up to 8 MiB long.
        errors = error.errors(include_url=False, include_context=False, include_input=False)
        unknown = errors[0]["type"] == "union_tag_invalid"
        raise (UnknownReply if unknown else BadMessage)(
            f"the body is not valid: {describe_faults(error, 'message')}",
            message_id=header.id,
            request_id=header.reply_to,
        ) from None


def _version(protocol: tuple[int, int]) -> str:
    return ".".join(map(str, protocol))

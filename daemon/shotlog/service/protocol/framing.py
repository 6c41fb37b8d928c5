"""How a message lies on the wire: three frames, ``[b"SHL1", header, body]``, both JSON in UTF-8.

The daemon reads strictly: what it does not know it refuses, so that no option is ignored in
silence. A client reads leniently: a daemon of a newer minor may tell more than it understands.
Size is checked before a message is sent, because ZeroMQ cuts a peer whose message is too large
without a word to the sender, and before anything is parsed.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from shotlog.schema import describe_faults
from shotlog.service.protocol.errors import failure
from shotlog.service.protocol.messages import PROTOCOL, ErrorCode, Failure, Header, Reply, Request
from shotlog.service.protocol.older import ANY_REQUEST, spelled

SIGNATURE = b"SHL1"
"""The first frame: whose messages these are, and how the frames are laid out."""

MESSAGE_BYTES = 8 * 1024**2
"""Largest message in either direction: an edit of more than 10,000 clips (see ``test_wire``)."""

_FRAMES = 3
_HEADER_BYTES = 4096

_T = TypeVar("_T")

_REQUEST: TypeAdapter[Request] = TypeAdapter(ANY_REQUEST)
_REPLY: TypeAdapter[Reply] = TypeAdapter(Reply)


class Unsendable(ValueError):
    """A message that cannot go over the wire, and why, in words."""


class TooLarge(Unsendable):
    """A message of more bytes than the other side takes."""

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(f"the message has {size:,} bytes, and at most {limit:,} are taken")


class BadMessage(ValueError):
    """Frames that are no message.

    Attributes:
        reply_to: Id of the message in question, as far as its header could be read.
        answers: The request that it wanted to answer, likewise.
        failure: What is wrong with it, ready to be sent back.
    """

    def __init__(
        self,
        words: str,
        *,
        reply_to: str | None = None,
        answers: str | None = None,
        code: ErrorCode = ErrorCode.BAD_MESSAGE,
    ) -> None:
        super().__init__(words)
        self.reply_to = reply_to
        self.answers = answers
        self.failure: Failure = failure(code, words)


class UnknownKind(BadMessage):
    """A reply of a type that this side has never heard of: a newer daemon's."""


def new_id() -> str:
    """An id for a message or a job: 32 hexadecimal digits, random."""
    return uuid.uuid4().hex


def pack(
    body: Request | Reply,
    *,
    reply_to: str | None = None,
    message: str | None = None,
    limit: int = MESSAGE_BYTES,
    protocol: tuple[int, int] = PROTOCOL,
) -> tuple[str, list[bytes]]:
    """Makes the frames of a message.

    Args:
        body: What is said.
        reply_to: The request that it answers; None for requests and events.
        message: Its id; None makes a new one.
        limit: The most bytes that the other side takes.
        protocol: The one that both speak; an older one has other forms for some requests.

    Returns:
        The id of the message, and its frames.

    Raises:
        TooLarge: it has more bytes than the limit.
        Unsendable: it holds text that UTF-8 cannot say, as file names with stray bytes do.
    """
    header = Header(id=message or new_id(), reply_to=reply_to)
    try:
        text = spelled(body, protocol).model_dump_json()
        frames = [SIGNATURE, header.model_dump_json().encode(), text.encode()]
    except (PydanticSerializationError, UnicodeEncodeError) as error:
        raise Unsendable("a name in it is no valid Unicode text") from error
    size = sum(map(len, frames))
    if size > limit:
        raise TooLarge(size, limit)
    return header.id, frames


def unpack_request(frames: Sequence[bytes]) -> tuple[Header, Request]:
    """Reads a request, strictly; raises :class:`BadMessage` for whatever is none."""
    header = _header(frames, lenient=False)
    return header, _body(_REQUEST, frames[2], header, lenient=False)


def unpack_reply(frames: Sequence[bytes]) -> tuple[Header, Reply]:
    """Reads a reply or an event, passing over fields that only newer daemons know.

    Raises:
        UnknownKind: its type is not known here.
        BadMessage: it is no reply.
    """
    header = _header(frames, lenient=True)
    return header, _body(_REPLY, frames[2], header, lenient=True)


def _header(frames: Sequence[bytes], *, lenient: bool) -> Header:
    if len(frames) != _FRAMES or frames[0] != SIGNATURE:
        raise BadMessage(f"a message has three frames, of which the first is {SIGNATURE!r}")
    size = sum(map(len, frames))
    if size > MESSAGE_BYTES or len(frames[1]) > _HEADER_BYTES:
        raise BadMessage(str(TooLarge(size, MESSAGE_BYTES)), code=ErrorCode.TOO_LARGE)
    try:
        # The header of another major is read far enough to answer it.
        header = Header.model_validate_json(frames[1], strict=True, extra="ignore")
    except ValidationError as error:
        raise BadMessage(f"the header is not valid: {describe_faults(error, 'message')}") from None
    if header.protocol[0] != PROTOCOL[0]:
        raise BadMessage(
            f"this message is of protocol {_version(header.protocol)}, "
            f"and only {_version(PROTOCOL)} is understood here",
            reply_to=header.id,
            answers=header.reply_to,
            code=ErrorCode.PROTOCOL_MISMATCH,
        )
    try:
        return header if lenient else Header.model_validate_json(frames[1], strict=True)
    except ValidationError as error:
        raise BadMessage(
            f"the header is not valid: {describe_faults(error, 'message')}", reply_to=header.id
        ) from None


def _body(adapter: TypeAdapter[_T], text: bytes, header: Header, *, lenient: bool) -> _T:
    try:
        return adapter.validate_json(text, strict=True, extra="ignore" if lenient else "forbid")
    except ValidationError as error:
        known = error.errors(include_url=False, include_context=False, include_input=False)
        kind = UnknownKind if known[0]["type"] == "union_tag_invalid" else BadMessage
        raise kind(
            f"the body is not valid: {describe_faults(error, 'message')}",
            reply_to=header.id,
            answers=header.reply_to,
        ) from None


def _version(protocol: tuple[int, int]) -> str:
    return ".".join(map(str, protocol))

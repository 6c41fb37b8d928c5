"""From a line to a request, or why it is none."""

from __future__ import annotations

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from shotlog.bridge.requests import Request, RequestId
from shotlog.bridge.stdio import LINE_BYTES
from shotlog.schema import describe_faults
from shotlog.service.protocol import ErrorCode

_REQUEST: TypeAdapter[Request] = TypeAdapter(Request)
_ID: TypeAdapter[RequestId] = TypeAdapter(RequestId)
_HINT = "See what the bridge understands in docs/bridge.md; or update the older of the two."


class Misread(Exception):
    """A line that is no request.

    Attributes:
        id: Of the request, if that much could be read.
        code: Why.
        hint: What to do; None where the code has a better one.
    """

    def __init__(
        self,
        words: str,
        code: ErrorCode,
        *,
        hint: str | None = None,
        request: RequestId | None = None,
    ) -> None:
        super().__init__(words)
        self.id, self.code, self.hint = request, code, hint


def read(line: bytes) -> Request:
    """Reads a request, strictly.

    Raises:
        Misread: it is too long, no JSON object in UTF-8, or not what the bridge understands.
    """
    if len(line) > LINE_BYTES:
        raise Misread(f"a line has at most {LINE_BYTES:,} bytes", ErrorCode.TOO_LARGE)
    try:
        return _REQUEST.validate_json(line, strict=True)
    except ValidationError as error:
        raise Misread(
            describe_faults(error, "line"), ErrorCode.BAD_MESSAGE, hint=_HINT, request=_id_in(line)
        ) from None


def _id_in(line: bytes) -> RequestId | None:
    """The id in a line that is otherwise no request."""
    try:
        said = from_json(line)
        return _ID.validate_python(said["id"], strict=True) if isinstance(said, dict) else None
    except (KeyError, ValueError):
        return None

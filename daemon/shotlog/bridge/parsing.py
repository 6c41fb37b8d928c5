"""Parsing of lines into requests."""

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


class InvalidRequest(Exception):
    """A line that is not a valid request.

    Attributes:
        id: Id of the request, if it could be read.
        code: Error code.
        hint: Advice to the caller; None takes the hint of the code.
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


def parse_request(line: bytes) -> Request:
    """Parse a line strictly and return the request.

    Raises:
        Misread: it is too long, no JSON object in UTF-8, or not what the bridge understands.
    """
    if len(line) > LINE_BYTES:
        raise InvalidRequest(f"a line has at most {LINE_BYTES:,} bytes", ErrorCode.TOO_LARGE)
    try:
        return _REQUEST.validate_json(line, strict=True)
    except ValidationError as error:
        raise InvalidRequest(
            describe_faults(error, "line"), ErrorCode.BAD_MESSAGE, hint=_HINT, request=_id_in(line)
        ) from None


def _id_in(line: bytes) -> RequestId | None:
    """Return the id in an invalid request, if it can be read."""
    try:
        data = from_json(line)
        return _ID.validate_python(data["id"], strict=True) if isinstance(data, dict) else None
    except (KeyError, ValueError):
        return None

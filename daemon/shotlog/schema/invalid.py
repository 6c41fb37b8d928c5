"""The words for data that do not validate."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

_ERRORS_TOLD = 3


def describe_faults(error: ValidationError, whole: str) -> str:
    """Return the first few faults of a text, without the text, which may be private and huge.

    Args:
        error: As pydantic raised it.
        whole: Name of the text, for a fault of it as a whole: ``message``, ``line``.
    """
    found: list[Any] = error.errors(include_url=False, include_context=False, include_input=False)
    told = [
        f"{'.'.join(map(str, item['loc'])) or whole}: {item['msg']}"
        for item in found[:_ERRORS_TOLD]
    ]
    more = [f"and {len(found) - _ERRORS_TOLD} more"] if len(found) > _ERRORS_TOLD else []
    return "; ".join([*told, *more])

"""Messages for data that do not validate."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

_SHOWN = 3


def describe_faults(error: ValidationError, whole: str) -> str:
    """Return the first faults of a text, separated by semicolons.

    Args:
        error: The error that pydantic raised.
        whole: Name of the text, for faults of the text as a whole: ``message``, ``line``.
    """
    # Not the input itself: it may be private, and megabytes long.
    errors: list[Any] = error.errors(include_url=False, include_context=False, include_input=False)
    shown = [
        f"{'.'.join(map(str, item['loc'])) or whole}: {item['msg']}" for item in errors[:_SHOWN]
    ]
    more = [f"and {len(errors) - _SHOWN} more"] if len(errors) > _SHOWN else []
    return "; ".join([*shown, *more])

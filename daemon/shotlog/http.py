"""Attempts of requests over HTTP, pauses between them, and the words of a service.

A request that failed by a fault of the service is made again after a random, growing pause, as
"Exponential Backoff And Jitter" (AWS Architecture Blog, 2015) recommends.
"""

from __future__ import annotations

import json
import time
from email.utils import parsedate_to_datetime
from typing import Final

import httpx2
from tenacity import wait_random_exponential

from shotlog.schema import make_visible

ATTEMPTS: Final = 5
"""Attempts of a request that fails by a fault of the service."""
PAUSE = wait_random_exponential(multiplier=0.5, max=20)
"""Pause before another attempt: random below 0.5, 1, 2, 4 ... 20 seconds."""
CONNECT_SECONDS: Final = 10.0
"""Longest time until a connection is there."""
_TOLD: Final = 200
"""Characters of a service's own words that are repeated."""


def retry_after(reply: httpx2.Response) -> float | None:
    """Return the seconds of ``Retry-After``: a number or a date (RFC 9110, 10.2.3)."""
    told = reply.headers.get("Retry-After", "").strip()
    if told.isdigit():
        return float(told)
    try:
        return max(0.0, parsedate_to_datetime(told).timestamp() - time.time())
    except ValueError:
        return None


def told_error(content: bytes) -> str:
    """Return what a service says of an error, to be put behind its status; empty for nothing."""
    try:
        reply = json.loads(content)
    except (ValueError, RecursionError):
        return ""
    said = reply
    if isinstance(reply, dict):
        said = reply.get("detail") or reply.get("error") or reply.get("title") or ""
    if isinstance(said, dict):  # as Google's services have it
        said = said.get("message") or ""
    if not isinstance(said, str):
        return ""
    said = make_visible(" ".join(said.split())).rstrip(".")[:_TOLD]
    return f": {said}" if said else ""

"""Packages whose logs would hold secrets: tokens, and addresses by which uploads can go on."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_LOGGERS: Final = (
    "boto3", "botocore", "google", "google_auth_oauthlib", "httpcore2", "httpx2", "oauthlib",
    "requests_oauthlib", "urllib3",
)  # fmt: skip


@contextmanager
def unlogged() -> Iterator[None]:
    """Keep these packages from logging while the block runs, whatever the level of others."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    before = [(each.level, each.propagate) for each in loggers]
    for each in loggers:
        # By propagation too: loggers below them may have levels of their own.
        each.setLevel(logging.CRITICAL + 1)
        each.propagate = False
    try:
        yield
    finally:
        for each, (level, propagate) in zip(loggers, before, strict=True):
            each.setLevel(level)
            each.propagate = propagate

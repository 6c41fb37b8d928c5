"""The lock of a clip, so that two runs at once do not both pay for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import blake2b
from typing import Final

from filelock import AsyncFileLock

from shotlog.paths import providers_folder
from shotlog.providers.sent_requests import RemoteModel
from shotlog.schema import RecordsUnusable

_LOOK_AGAIN: Final = 0.2
"""Seconds until a lock that another run holds is tried again."""


@asynccontextmanager
async def hold_clip(model: RemoteModel, digest: str) -> AsyncIterator[None]:
    """Hold the lock of a clip for a model; wait while another run, or another clip, holds it.

    The system frees the lock of a process that ended, so a crash leaves none behind. The files
    remain, 256 at most: clips whose digests begin alike share one.

    Raises:
        RecordsUnusable: The lock file cannot be used.
    """
    slot = blake2b(f"{model}{digest}".encode(), digest_size=1).hexdigest()
    path = providers_folder() / "locks" / slot
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # To try it takes microseconds, less than to hand that to a thread.
        lock = AsyncFileLock(path, poll_interval=_LOOK_AGAIN, run_in_executor=False)
        await lock.acquire()
    except (OSError, NotImplementedError) as error:
        raise RecordsUnusable(str(path), f"a clip cannot be locked ({error})") from error
    try:
        yield
    finally:
        await lock.release()

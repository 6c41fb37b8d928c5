"""One daemon at a time: an operating system's lock, which its holder's death releases.

Not a file with a process id: that would have to be judged stale, and process ids come again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from shotlog.schema.errors import DaemonAbsent, DaemonRefused
from shotlog.service.places import Places


class AlreadyRuns(DaemonRefused):
    """Another daemon holds the lock."""

    message = "a daemon runs already"
    hint = "See: shotlog daemon status."


@contextmanager
def only_one(places: Places) -> Iterator[None]:
    """Holds the lock while the block runs. Take it before the journal is opened.

    Never take it to find out whether a daemon runs: one that starts at that moment would be
    turned away.

    Raises:
        AlreadyRuns: Another process, or another block of this one, holds it.
        NotAllowed: The folder is not the user's alone.
        DaemonAbsent: There can be no lock here.
    """
    places.make()
    lock = FileLock(places.lock, timeout=0, mode=0o600, thread_local=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise AlreadyRuns(f"context {places.context}") from error
    except (OSError, NotImplementedError) as error:
        raise DaemonAbsent(
            str(places.lock),
            f"the daemon's lock cannot be taken ({error})",
            "Name a folder on a local disk in SHOTLOG_HOME.",
        ) from error
    try:
        yield
    finally:
        lock.release()

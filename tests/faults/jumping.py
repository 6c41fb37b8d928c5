"""A daemon on a machine whose wall clock jumps: run as a program by tests.

``python jumping.py daemon FILE [option of the daemon ...]``: the file holds the seconds by which
the wall clock of the daemon and of its worker is ahead; the monotonic clock is left alone, as it is
when somebody sets a machine's clock, or summer ends.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path


def jump_by(file: Path) -> None:
    """Has every way to ask Python's ``time`` for the wall clock tell what the file says."""
    true_ns, true_gmtime, true_localtime = time.time_ns, time.gmtime, time.localtime

    def now_ns() -> int:
        return true_ns() + int(file.read_text()) * 10**9

    def now() -> float:
        return now_ns() / 1e9

    time.time_ns, time.time = now_ns, now
    time.gmtime = lambda seconds=None: true_gmtime(now() if seconds is None else seconds)
    time.localtime = lambda seconds=None: true_localtime(now() if seconds is None else seconds)


if __name__ == "__main__":
    which, file, *options = sys.argv[1:]
    jump_by(Path(file))
    # After the clock: some ask for it as soon as they are imported.
    if which == "worker":
        from shotlog.service import worker

        worker.main()
    from shotlog.service import daemon

    sys.exit(daemon.main(options, [sys.executable, __file__, "worker", file]))

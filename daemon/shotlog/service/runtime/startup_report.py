"""The report of a starting daemon to the process that started it.

The starter makes a pipe the standard output of the daemon. The daemon writes one line of JSON to
it and closes it; where the pipe ends without a line, the daemon has died.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Literal

from shotlog.schema import Model


class StartupReport(Model):
    """Outcome of a start.

    Attributes:
        state: ``ready`` once the connection file exists and handshakes are answered.
        words: Description of the error, where there was one.
    """

    state: Literal["ready", "already-running", "error"]
    words: str = ""


def daemonize() -> None:
    """Detach from the process that started the daemon; call it before any thread is started.

    New files are accessible to the user alone from then on.
    """
    if sys.platform != "win32":
        # The parent exits at once, so init adopts the daemon and it leaves no zombie in a client
        # that outlives it.
        if os.fork():
            os._exit(0)
        os.umask(0o077)


def send_startup_report(startup: StartupReport) -> None:
    """Write the report to standard output, and redirect that to the null device; call it once."""
    sys.stdout.flush()
    with suppress(OSError):  # the starter has ended; the daemon still serves other clients
        os.write(1, startup.model_dump_json().encode() + b"\n")
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.close(null)

"""The daemon's word to whoever started it: ready, already running, or why not.

It goes through the pipe that the starter made the daemon's standard output: one line of JSON, then
the end of the file. A pipe that ends without a line says that the daemon died.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Literal

from shotlog.schema import Model


class StartupReport(Model):
    """How the start went.

    Attributes:
        state: ``ready``: the connection file is there and handshakes are answered.
        words: What went wrong.
    """

    state: Literal["ready", "already-running", "error"]
    words: str = ""


def daemonize() -> None:
    """Leaves the process that started us; call it first, while there is no other thread.

    The starter's child ends at once and its child goes on, so the daemon is nobody's child: it
    leaves no zombie with a client that outlives it. Files are from now on the user's alone.
    """
    if sys.platform != "win32":
        if os.fork():
            os._exit(0)
        os.umask(0o077)


def send_startup_report(said: StartupReport) -> None:
    """Says it on standard output, which leads nowhere from then on. Once.

    A starter that is gone is no error: the daemon serves others.
    """
    sys.stdout.flush()
    with suppress(OSError):
        os.write(1, said.model_dump_json().encode() + b"\n")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)

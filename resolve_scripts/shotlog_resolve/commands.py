"""Commands of Shotlog that a script runs to their end."""

import subprocess
import time
from typing import Callable, Tuple

from shotlog_resolve.errors import ScriptError
from shotlog_resolve.installation import Installation
from shotlog_resolve.system import WINDOW, clean_environment

_TICK_S = 0.2
"""Seconds between two looks at whether the user has cancelled."""

_PATIENCE_S = 300.0
"""Seconds after which a command is given up."""


def run_shotlog(
    installation: Installation, *arguments: str, is_cancelled: Callable[[], bool] = lambda: False
) -> Tuple[int, str]:
    """Run a command of Shotlog; return its exit code and what it printed.

    Args:
        installation: The installation of the scripts.
        *arguments: The command's arguments.
        is_cancelled: Asked a few times a second.

    Raises:
        ScriptError: It may not or cannot be started, does not end, or was cancelled.
    """
    if installation.sandboxed:
        raise ScriptError(
            "The DaVinci Resolve of the App Store may start no other program.",
            f"Run it in a terminal: shotlog {' '.join(arguments)}",
        )
    try:
        process = subprocess.Popen(  # noqa: S603
            [*installation.command, *arguments],
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            creationflags=WINDOW,
        )
    except OSError as error:
        raise ScriptError(
            f"Shotlog's own environment cannot be started: {error}.",
            "It was moved or deleted; run Shotlog's installer again.",
        ) from None
    out, err = _output(process, is_cancelled)
    return process.returncode, (out.strip() or err.strip()).decode("utf-8", "replace")


def _output(
    process: "subprocess.Popen[bytes]", is_cancelled: Callable[[], bool]
) -> Tuple[bytes, bytes]:
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            return process.communicate(timeout=_TICK_S)
        except subprocess.TimeoutExpired:
            cancelled = is_cancelled()
            if not cancelled and time.monotonic() < until:
                continue
        process.kill()
        process.communicate()
        raise ScriptError("Stopped." if cancelled else "Shotlog does not answer.")

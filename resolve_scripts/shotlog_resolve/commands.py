"""Commands of Shotlog that a script runs to their end."""

import subprocess
from typing import Sequence, Tuple

from shotlog_resolve.errors import ScriptError
from shotlog_resolve.system import WINDOW, clean_environment

_PATIENCE_S = 120.0
"""Seconds after which a command is given up."""


def run_shotlog(command: Sequence[str], *arguments: str) -> Tuple[int, str]:
    """Run a command of Shotlog; return its exit code and what it printed.

    Args:
        command: Command that starts Shotlog.
        *arguments: Its arguments.

    Raises:
        ScriptError: It cannot be started, or does not end.
    """
    whole = [*command, *arguments]
    try:
        ended = subprocess.run(  # noqa: S603
            whole,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE_S,
            check=False,
            creationflags=WINDOW,
        )
    except OSError as error:
        raise ScriptError(
            f"Shotlog's own environment cannot be started: {error}.",
            "It was moved or deleted; run Shotlog's installer again.",
        ) from None
    except subprocess.TimeoutExpired:
        raise ScriptError(f"Shotlog does not answer: {' '.join(whole)}.") from None
    told = ended.stdout if ended.stdout.strip() else ended.stderr
    return ended.returncode, told.decode("utf-8", "replace").strip()

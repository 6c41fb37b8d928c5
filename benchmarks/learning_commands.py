"""Commands of Shotlog with settings, models and a daemon of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


class Commands:
    """Commands whose files all lie in one folder.

    Args:
        folder: The folder; it is made.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        names = ("HOME", "CACHE", "MODELS", "CONFIG", "PROFILES", "RECORDS")
        self._environment = {f"SHOTLOG_{name}": str(folder / name.lower()) for name in names}

    def run(self, *arguments: str) -> str:
        """Return what a command prints.

        Raises:
            RuntimeError: It failed.
        """
        done = subprocess.run(
            [str(Path(sys.executable).parent / "shotlog"), *arguments],
            capture_output=True, text=True, check=False, env=os.environ | self._environment,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"shotlog {arguments[0]} failed: {done.stderr or done.stdout}")
        return done.stdout

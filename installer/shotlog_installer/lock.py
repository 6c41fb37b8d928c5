"""A lock against a second installer."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shotlog_installer.errors import InstallError


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock; the system releases it when the process ends, however it does.

    Raises:
        InstallError: Another process holds it.
    """
    with path.open("a+b") as file:
        try:
            if sys.platform == "win32":
                import msvcrt

                file.seek(0)
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise InstallError(
                "the installer", "it is running already", "Wait until the other one has finished."
            ) from error
        yield
    path.unlink(missing_ok=True)

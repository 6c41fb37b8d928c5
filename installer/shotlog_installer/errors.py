"""The error of an installation, as a sentence and a remedy."""

from __future__ import annotations

import errno
from pathlib import Path


class InstallError(Exception):
    """A step of the installation that cannot be done.

    Attributes:
        subject: File, folder or thing that it is about.
        message: The fault, without a full stop.
        hint: Advice to the user.
    """

    def __init__(self, subject: object, message: str, hint: str) -> None:
        super().__init__(f"{subject}: {message}. {hint}")
        self.subject = str(subject)
        self.message = message
        self.hint = hint


def explain(error: OSError, path: Path | None = None) -> InstallError:
    """Return an error of the system as a sentence with a remedy.

    Args:
        error: The error.
        path: The file or folder that was used; None takes the one in the error.
    """
    subject = path or Path(str(error.filename or "the system"))
    code = error.errno
    if code in (errno.ENOSPC, errno.EDQUOT):
        return InstallError(
            subject,
            "the disk is full" if code == errno.ENOSPC else "the quota of this user is used up",
            "Free some space and run the same command again: it continues where it stopped.",
        )
    if code == errno.EROFS:
        return InstallError(
            subject,
            "it lies on a file system that cannot be written to",
            "Make it writable and run the same command again.",
        )
    if code in (errno.EACCES, errno.EPERM):
        return InstallError(
            subject,
            "this user may not write there",
            f"Give this user the right to write to {subject}, or let an administrator run it.",
        )
    if code == errno.ENAMETOOLONG or getattr(error, "winerror", None) == 206:
        return InstallError(
            subject,
            "the path is too long for this system",
            "Name a folder with a shorter path: --environment FOLDER.",
        )
    if code in (errno.ENOTDIR, errno.EEXIST):
        return InstallError(
            subject,
            "a file lies where a folder is needed",
            "Move the file away and run the same command again.",
        )
    return InstallError(subject, error.strerror or str(error), "Run the same command again.")

"""The tools of every action: Resolve, dialogs, the journal, and the log."""

import os
import time
from typing import Any, Dict, Optional

from shotlog_resolve.dialogs import Dialogs, native_dialogs
from shotlog_resolve.host import Host, connect
from shotlog_resolve.installation import Installation
from shotlog_resolve.journal import Journal
from shotlog_resolve.windows import best_dialogs

_LOG_BYTES = 1000000
"""Size of the log above which it is put aside; one older log is kept."""


class Log:
    """A log in a file; it never fails.

    Attributes:
        path: Path of the file.
    """

    def __init__(self, folder: str) -> None:
        self.path = os.path.join(folder, "resolve.log")
        try:
            if os.path.getsize(self.path) > _LOG_BYTES:
                os.replace(self.path, self.path + ".1")
        except OSError:
            pass  # it is not there yet, or another script has it open

    def __call__(self, text: str) -> None:
        """Write a text with the time and this process."""
        line = "{} [{}] {}\n".format(time.strftime("%Y-%m-%d %H:%M:%S"), os.getpid(), text)
        try:
            with open(self.path, "a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(line)
        except OSError:
            pass  # a full disk is no reason to fail


class Context:
    """The surroundings of one run.

    Args:
        globals_: Those of the menu script, among which Resolve puts its objects.
        installation: The installation of the scripts.
        folder: Folder for the files of the scripts.
        log: The log.

    Attributes:
        installation: As given.
        folder: As given.
        log: As given.
        dialogs: Dialogs; Resolve's own windows once it is connected, if it has them.
        host: Resolve; None before :meth:`connect`.
    """

    def __init__(
        self, globals_: Dict[str, Any], installation: Installation, folder: str, log: Log
    ) -> None:
        self._globals = globals_
        self.installation = installation
        self.folder = folder
        self.log = log
        self.dialogs: Dialogs = native_dialogs(log)
        self.host: Optional[Host] = None
        self.journal = Journal(os.path.join(folder, "resolve-journal.jsonl"), log)

    @property
    def host_text(self) -> str:
        """Resolve's product, version and edition, for people."""
        if self.host is None:
            return "DaVinci Resolve cannot be reached"
        edition = "Studio" if self.host.is_studio else "free edition"
        return f"{self.host.product} {self.host.version_text}, {edition}"

    def connect(self) -> Host:
        """Return Resolve.

        Raises:
            ScriptError: It cannot be reached.
        """
        if self.host is None:
            self.host = connect(self._globals)
            self.dialogs = best_dialogs(self._globals, self.host, self.dialogs)
            self.log(f"{self.host.product} {self.host.version_text}")
        return self.host

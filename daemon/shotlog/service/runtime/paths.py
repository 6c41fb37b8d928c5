"""Where the daemon keeps what it needs: one folder, the user's alone.

The folder is one of the user's *state*, not of the runtime or the configuration: a runtime folder
may be cleaned under a daemon that runs (macOS and Windows put it among temporary files, Linux
without a login session too), and configuration is what people copy between machines and into
repositories, where a secret key must not go. Lock, journal and connection file lie side by side,
so that whoever finds one finds all, and the lock guards exactly the journal beside it.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from shotlog.paths import daemon_home
from shotlog.schema import DaemonRefused, HomeMissing
from shotlog.service.runtime.private_files import make_private_folder


@dataclass(frozen=True)
class DaemonPaths:
    """The files of one daemon. Two contexts are two daemons that know nothing of each other.

    Attributes:
        context: Its name.
        root: What holds the folders of every context; None takes ``$SHOTLOG_HOME``, or the
            user's own state folder.
    """

    context: str = "default"
    root: Path | None = None

    def __post_init__(self) -> None:
        """Settles the root once, so that a change of folder or environment moves nothing.

        Raises:
            DaemonRefused: The context's name cannot be a folder's.
        """
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,31}", self.context):
            raise DaemonRefused(
                self.context or "(no name)",
                "this cannot be the name of a daemon's context",
                "Use up to 32 small letters, digits, - and _.",
            )
        with suppress(HomeMissing):  # said to whoever asks for a file: not all do
            root = self.root.expanduser().absolute() if self.root else daemon_home()
            object.__setattr__(self, "root", root)

    def make(self) -> None:
        """Makes the folder, 0700, or checks the one that is there.

        Raises:
            NotAllowed: It is another user's, or others may write to it.
            DaemonFileUnusable: It cannot be made.
        """
        make_private_folder(self.folder)

    @property
    def home(self) -> Path:
        """What ``$SHOTLOG_HOME`` must be for another process to find the same places.

        Raises:
            HomeMissing: There is no place for it. So do all that lies in it.
        """
        return self.root or daemon_home()

    @property
    def folder(self) -> Path:
        """All of it."""
        return self.home / self.context

    @property
    def lock(self) -> Path:
        """Held by the daemon for as long as it lives."""
        return self.folder / "lock"

    @property
    def connection(self) -> Path:
        """Where it listens: see ``connection.py``."""
        return self.folder / "connection.json"

    @property
    def stopped(self) -> Path:
        """Which daemon was stopped for good: see ``connection.py``."""
        return self.folder / "stopped"

    @property
    def options(self) -> Path:
        """How it is to run: see ``options.py``."""
        return self.folder / "options.json"

    @property
    def journal(self) -> Path:
        """Its jobs."""
        return self.folder / "journal.sqlite"

    @property
    def log(self) -> Path:
        """What it did, as JSON lines."""
        return self.folder / "daemon.jsonl"

    @property
    def worker_log(self) -> Path:
        """What the worker and its libraries printed."""
        return self.folder / "worker.log"

    @property
    def errors(self) -> Path:
        """Its standard error: what it could not log."""
        return self.folder / "daemon.err"

    @property
    def server_key(self) -> Path:
        """The daemon's key pair."""
        return self.folder / "server.key"

    @property
    def client_key(self) -> Path:
        """The key pair of this user's clients."""
        return self.folder / "client.key"

    @property
    def clients(self) -> Path:
        """The public keys that the daemon serves, one a line."""
        return self.folder / "clients"

    @property
    def keys_lock(self) -> Path:
        """Held while a key is made or the list of clients changes."""
        return self.folder / "keys.lock"

"""Paths of the daemon's files: one folder for each context, accessible to the user alone.

It is a folder for the user's *state*. A runtime folder may be cleaned while the daemon is running:
macOS and Windows place it among temporary files, and so does Linux without a login session.
Configuration is copied between machines and into repositories, where a secret key must not go.
Lock, journal and connection file lie side by side, so the lock guards exactly the journal beside
it.
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
    """Paths of the files of one daemon. Daemons of two contexts are independent of each other.

    Attributes:
        context: Name of the context.
        root: The folder that has the folders of all contexts; None uses ``$SHOTLOG_HOME`` or the
            user's own state folder.
    """

    context: str = "default"
    root: Path | None = None

    def __post_init__(self) -> None:
        """Make the root absolute, so that a later ``chdir`` or ``setenv`` does not change it.

        Raises:
            DaemonRefused: the context's name cannot be the name of a folder.
        """
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,31}", self.context):
            raise DaemonRefused(
                self.context or "(no name)",
                "this cannot be the name of a daemon's context",
                "Use up to 32 small letters, digits, - and _.",
            )
        with suppress(HomeMissing):  # raised by `home`, when a path is needed: not always
            root = self.root.expanduser().absolute() if self.root else daemon_home()
            object.__setattr__(self, "root", root)

    def make(self) -> None:
        """Create the folder with mode 0700, or check the existing one.

        Raises:
            NotAllowed: it belongs to another user, or other users may write to it.
            DaemonFileUnusable: it cannot be created.
        """
        make_private_folder(self.folder)

    @property
    def home(self) -> Path:
        """The value of ``$SHOTLOG_HOME`` with which another process finds the same paths.

        Raises:
            HomeMissing: there is no such folder. All paths below raise it, too.
        """
        return self.root or daemon_home()

    @property
    def folder(self) -> Path:
        """The folder of the context."""
        return self.home / self.context

    @property
    def lock(self) -> Path:
        """The lock file of the running daemon: see ``instance_lock``."""
        return self.folder / "lock"

    @property
    def start_lock(self) -> Path:
        """The lock file of the client that is starting a daemon."""
        return self.folder / "start.lock"

    @property
    def connection(self) -> Path:
        """The connection file: see ``connection_file``."""
        return self.folder / "connection.json"

    @property
    def stopped(self) -> Path:
        """The boot id of a daemon that was stopped by request: see ``connection_file``."""
        return self.folder / "stopped"

    @property
    def options(self) -> Path:
        """The options of the daemon: see ``daemon.options``."""
        return self.folder / "options.json"

    @property
    def journal(self) -> Path:
        """The journal of jobs, an SQLite file."""
        return self.folder / "journal.sqlite"

    @property
    def log(self) -> Path:
        """The daemon's log, as JSON lines."""
        return self.folder / "daemon.jsonl"

    @property
    def worker_log(self) -> Path:
        """The output that the worker and its libraries print."""
        return self.folder / "worker.log"

    @property
    def errors(self) -> Path:
        """The daemon's standard error: errors that it could not log."""
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
        """The public keys of the allowed clients, each on its line."""
        return self.folder / "clients"

    @property
    def keys_lock(self) -> Path:
        """The lock file for changes of the keys and of the list of clients."""
        return self.folder / "keys.lock"

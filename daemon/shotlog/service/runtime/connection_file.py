"""The connection file: address and identity of the running daemon, for its clients."""

from __future__ import annotations

from contextlib import suppress

from pydantic import ConfigDict, ValidationError

from shotlog._version import __version__
from shotlog.schema import DaemonError, DaemonIncompatible, Model
from shotlog.service.protocol import PROTOCOL
from shotlog.service.runtime.paths import DaemonPaths
from shotlog.service.runtime.private_files import WRITABLE_BY_OTHERS, read_private, replace_private


class ConnectionInfo(Model):
    """Content of the connection file.

    Attributes:
        protocol: Protocol version of the daemon, major and minor.
        endpoint: Address on which it listens: ``tcp://127.0.0.1:PORT``.
        pid: Process id of the daemon.
        boot: Random id that changes with every start of the daemon.
        started: Time of its start in seconds since 1970, by the wall clock; for display only.
        server_key: Its public CURVE key, Z85.
        executable: Path of the Python interpreter that runs it.
        version: Version of Shotlog.
    """

    # Unlike in other models: the file of a newer daemon must be readable, to report its version.
    model_config = ConfigDict(extra="ignore")

    protocol: tuple[int, int]
    endpoint: str
    pid: int
    boot: str
    started: float
    server_key: str
    executable: str
    version: str


def write_connection(paths: DaemonPaths, connection: ConnectionInfo) -> None:
    """Write the connection file atomically, with mode 0600.

    Raises:
        NotAllowed: the folder is accessible to other users.
        DaemonFileUnusable: the file cannot be written.
    """
    paths.make()
    replace_private(paths.connection, connection.model_dump_json(indent=2).encode())


def read_connection(paths: DaemonPaths) -> ConnectionInfo | None:
    """Read the connection file. The daemon that it names may have died meanwhile.

    Returns:
        None where the file is missing or damaged: then no daemon can be reached.

    Raises:
        NotAllowed: other users may write to the file, so it may lead to another user's daemon.
        DaemonFileUnusable: the file cannot be read.
    """
    content = read_private(paths.connection, WRITABLE_BY_OTHERS)
    if content is None:
        return None
    try:
        return ConnectionInfo.model_validate_json(content)
    except ValidationError:
        return None


def remove_connection(paths: DaemonPaths, boot: str) -> None:
    """Remove the connection file of the daemon with this boot id, not that of a later one."""
    connection = read_connection(paths)
    if connection is not None and connection.boot == boot:
        paths.connection.unlink(missing_ok=True)


def record_stop(paths: DaemonPaths, boot: str) -> None:
    """Record that a daemon was stopped by request and will not be restarted.

    Its clients then fail at once and do not wait for it to come back.

    Args:
        paths: Paths of the daemon.
        boot: Boot id of the daemon. The record is never removed on time-out: it means nothing to
            the clients of a later daemon, which has another id.

    Raises:
        NotAllowed: the folder is accessible to other users.
        DaemonFileUnusable: the file cannot be written.
    """
    paths.make()
    replace_private(paths.stopped, boot.encode())


def clear_stop(paths: DaemonPaths) -> None:
    """Remove the record of a stopped daemon, because a new one is about to replace it."""
    with suppress(OSError):  # at worst, clients of the old daemon report that it was stopped
        paths.stopped.unlink(missing_ok=True)


def was_stopped(paths: DaemonPaths, boot: str) -> bool:
    """Return true where a daemon was stopped by request and will not be restarted."""
    try:
        return read_private(paths.stopped, WRITABLE_BY_OTHERS) == boot.encode()
    except DaemonError:  # then the client waits for a while, as after a crash
        return False


def check_protocol(connection: ConnectionInfo) -> None:
    """Check that the daemon speaks the client's major protocol version.

    Raises:
        DaemonIncompatible: it does not; the message has both versions, the hint the remedy.
    """
    if connection.protocol[0] != PROTOCOL[0]:
        raise DaemonIncompatible(
            f"Shotlog {__version__}",
            f"the running daemon is Shotlog {connection.version} and speaks protocol "
            f"{connection.protocol[0]}, while this is Shotlog {__version__}, which speaks "
            f"protocol {PROTOCOL[0]}",
        )

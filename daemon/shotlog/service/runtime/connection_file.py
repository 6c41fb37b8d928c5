"""The connection file: where the daemon that runs can be reached, and who it is."""

from __future__ import annotations

from contextlib import suppress

from pydantic import ConfigDict, ValidationError

from shotlog._version import __version__
from shotlog.schema import DaemonError, DaemonIncompatible, Model
from shotlog.service.protocol import PROTOCOL
from shotlog.service.runtime.paths import DaemonPaths
from shotlog.service.runtime.private_files import WRITABLE_BY_OTHERS, read_private, replace_private


class ConnectionInfo(Model):
    """What a client must know before the first word.

    Unlike other models it ignores what it does not know, so that the file of a newer daemon can
    be read and its version told.

    Attributes:
        protocol: What it speaks, major and minor.
        endpoint: Where it listens: ``tcp://127.0.0.1:PORT``.
        pid: Of the daemon.
        boot: Changes with every start of the daemon.
        started: Wall clock, seconds since 1970; informative.
        server_key: Its public key, Z85.
        executable: The Python that runs it.
        version: Of Shotlog.
    """

    model_config = ConfigDict(extra="ignore")

    protocol: tuple[int, int]
    endpoint: str
    pid: int
    boot: str
    started: float
    server_key: str
    executable: str
    version: str


def write_connection(places: DaemonPaths, connection: ConnectionInfo) -> None:
    """Tells every client where the daemon listens; replaces the file in one step, 0600.

    Raises:
        NotAllowed: The folder is not the user's alone.
        DaemonFileUnusable: The file cannot be written.
    """
    places.make()
    replace_private(places.connection, connection.model_dump_json(indent=2).encode())


def read_connection(places: DaemonPaths) -> ConnectionInfo | None:
    """What the file says; whether that daemon still lives is for the client to try.

    Returns:
        None where there is no file, or a damaged one: then no daemon can be reached.

    Raises:
        NotAllowed: Others may write to the file: it may lead to somebody else's daemon.
        DaemonFileUnusable: It cannot be read.
    """
    content = read_private(places.connection, WRITABLE_BY_OTHERS)
    if content is None:
        return None
    try:
        return ConnectionInfo.model_validate_json(content)
    except ValidationError:
        return None


def remove_connection(places: DaemonPaths, boot: str) -> None:
    """Takes the file away when the daemon ends, unless it is another daemon's by now."""
    connection = read_connection(places)
    if connection is not None and connection.boot == boot:
        places.connection.unlink(missing_ok=True)


def record_stop(places: DaemonPaths, boot: str) -> None:
    """Note that a daemon was stopped, and that its stopper starts no other.

    Its clients then know at once that they need not wait for it to come back. The note names one
    start of one daemon, so it means nothing to the clients of a later one, and stays.

    Args:
        places: Whose daemon.
        boot: Of the daemon.

    Raises:
        NotAllowed: The folder is not the user's alone.
        DaemonFileUnusable: The file cannot be written.
    """
    places.make()
    replace_private(places.stopped, boot.encode())


def clear_stop(places: DaemonPaths) -> None:
    """Remove the note, as another daemon is to be started in the place of the one that it names."""
    with suppress(OSError):  # then the clients of that one are told that it was stopped
        places.stopped.unlink(missing_ok=True)


def was_stopped(places: DaemonPaths, boot: str) -> bool:
    """Return true where a daemon was stopped and its stopper starts no other."""
    try:
        return read_private(places.stopped, WRITABLE_BY_OTHERS) == boot.encode()
    except DaemonError:  # then a client waits for a while, as for a daemon that a signal ended
        return False


def check_protocol(connection: ConnectionInfo) -> None:
    """Refuses a daemon of another major protocol.

    Raises:
        DaemonIncompatible: One sentence with both versions; its hint is the command to run.
    """
    if connection.protocol[0] != PROTOCOL[0]:
        raise DaemonIncompatible(
            f"Shotlog {__version__}",
            f"the daemon that runs is Shotlog {connection.version} and speaks protocol "
            f"{connection.protocol[0]}, while this is Shotlog {__version__}, which speaks "
            f"protocol {PROTOCOL[0]}",
        )

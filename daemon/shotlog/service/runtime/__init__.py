"""The daemon's files on this machine: folders, locks, logs, connection file."""

from shotlog.service.runtime.connection_file import (
    ConnectionInfo,
    check_protocol,
    forget_stop,
    note_stop,
    read,
    remove_connection,
    was_stopped,
    write_connection,
)
from shotlog.service.runtime.instance_lock import AlreadyRunning, acquire_lock, single_instance
from shotlog.service.runtime.logging import PrivateFile, follow, in_words, logging_to, tail
from shotlog.service.runtime.paths import DaemonPaths
from shotlog.service.runtime.private_files import (
    OTHERS_TOUCH,
    OTHERS_WRITE,
    private_folder,
    read_private,
    replace_private,
    unusable,
)
from shotlog.service.runtime.startup_report import StartupReport, daemonize, report
from shotlog.service.runtime.stdio import claim

__all__ = [
    "OTHERS_TOUCH",
    "OTHERS_WRITE",
    "AlreadyRunning",
    "ConnectionInfo",
    "DaemonPaths",
    "PrivateFile",
    "StartupReport",
    "acquire_lock",
    "check_protocol",
    "claim",
    "daemonize",
    "follow",
    "forget_stop",
    "in_words",
    "logging_to",
    "note_stop",
    "private_folder",
    "read",
    "read_private",
    "remove_connection",
    "replace_private",
    "report",
    "single_instance",
    "tail",
    "unusable",
    "was_stopped",
    "write_connection",
]

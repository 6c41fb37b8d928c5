"""The daemon's files and standard streams: paths, locks, logs, connection file, start-up report."""

from shotlog.service.runtime.connection_file import (
    ConnectionInfo,
    check_protocol,
    clear_stop,
    read_connection,
    record_stop,
    remove_connection,
    was_stopped,
    write_connection,
)
from shotlog.service.runtime.instance_lock import AlreadyRunning, acquire_lock, single_instance
from shotlog.service.runtime.logging import (
    LOG_FILE_BYTES,
    PrivateLogHandler,
    follow_log,
    format_line,
    log_to_file,
    tail_log,
)
from shotlog.service.runtime.paths import DaemonPaths
from shotlog.service.runtime.private_files import (
    ACCESSIBLE_BY_OTHERS,
    WRITABLE_BY_OTHERS,
    make_private_folder,
    read_private,
    replace_private,
    to_file_error,
)
from shotlog.service.runtime.startup_report import StartupReport, daemonize, send_startup_report
from shotlog.service.runtime.stdio import claim_stdio

__all__ = [
    "ACCESSIBLE_BY_OTHERS",
    "LOG_FILE_BYTES",
    "WRITABLE_BY_OTHERS",
    "AlreadyRunning",
    "ConnectionInfo",
    "DaemonPaths",
    "PrivateLogHandler",
    "StartupReport",
    "acquire_lock",
    "check_protocol",
    "claim_stdio",
    "clear_stop",
    "daemonize",
    "follow_log",
    "format_line",
    "log_to_file",
    "make_private_folder",
    "read_connection",
    "read_private",
    "record_stop",
    "remove_connection",
    "replace_private",
    "send_startup_report",
    "single_instance",
    "tail_log",
    "to_file_error",
    "was_stopped",
    "write_connection",
]

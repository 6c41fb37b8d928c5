"""The daemon's files on this machine: folders, locks, logs, connection file."""

from shotlog.service.runtime.connection_file import (
    Connection,
    check_protocol,
    forget_stop,
    note_stop,
    publish,
    read,
    was_stopped,
    withdraw,
)
from shotlog.service.runtime.instance_lock import AlreadyRuns, held, only_one
from shotlog.service.runtime.logging import PrivateFile, follow, in_words, logging_to, tail
from shotlog.service.runtime.paths import Places
from shotlog.service.runtime.private_files import (
    OTHERS_TOUCH,
    OTHERS_WRITE,
    private_folder,
    read_private,
    replace_private,
    unusable,
)
from shotlog.service.runtime.startup_report import Said, detach, report
from shotlog.service.runtime.stdio import claim

__all__ = [
    "OTHERS_TOUCH",
    "OTHERS_WRITE",
    "AlreadyRuns",
    "Connection",
    "Places",
    "PrivateFile",
    "Said",
    "check_protocol",
    "claim",
    "detach",
    "follow",
    "forget_stop",
    "held",
    "in_words",
    "logging_to",
    "note_stop",
    "only_one",
    "private_folder",
    "publish",
    "read",
    "read_private",
    "replace_private",
    "report",
    "tail",
    "unusable",
    "was_stopped",
    "withdraw",
]

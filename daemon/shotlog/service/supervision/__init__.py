"""Starting, watching, restarting and ending the worker process."""

from shotlog.service.supervision.restart_policy import DEATHS, WITHIN, Left, RestartPolicy
from shotlog.service.supervision.supervisor import (
    COMMAND,
    KILL_STALLED_SECONDS,
    STALLED_SECONDS,
    STALLED_TIMES,
    Supervisor,
)
from shotlog.service.supervision.worker_log import LAST_LINES, WorkerLog

__all__ = [
    "COMMAND",
    "DEATHS",
    "KILL_STALLED_SECONDS",
    "LAST_LINES",
    "STALLED_SECONDS",
    "STALLED_TIMES",
    "WITHIN",
    "Left",
    "RestartPolicy",
    "Supervisor",
    "WorkerLog",
]

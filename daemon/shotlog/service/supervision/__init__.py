"""Supervision of the worker process: start, commands, stall detection, restart policy, its log."""

from shotlog.service.supervision.restart_policy import (
    CRASH_WINDOW,
    MAX_CRASHES,
    RemainingWork,
    RestartPolicy,
)
from shotlog.service.supervision.stall_detector import STALLED_SECONDS, STALLED_TIMES
from shotlog.service.supervision.supervisor import COMMAND, KILL_STALLED_SECONDS, Supervisor
from shotlog.service.supervision.worker_log import LAST_LINES, WorkerLog

__all__ = [
    "COMMAND",
    "CRASH_WINDOW",
    "KILL_STALLED_SECONDS",
    "LAST_LINES",
    "MAX_CRASHES",
    "STALLED_SECONDS",
    "STALLED_TIMES",
    "RemainingWork",
    "RestartPolicy",
    "Supervisor",
    "WorkerLog",
]

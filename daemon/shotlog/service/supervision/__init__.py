"""Starting, watching, restarting and ending the worker process."""

from shotlog.service.supervision.restart_policy import DEATHS, WITHIN, Breaker, Left
from shotlog.service.supervision.supervisor import (
    COMMAND,
    KILL_STALLED_SECONDS,
    STALLED_SECONDS,
    STALLED_TIMES,
    Supervisor,
)
from shotlog.service.supervision.worker_log import LAST_LINES, Printed

__all__ = [
    "COMMAND",
    "DEATHS",
    "KILL_STALLED_SECONDS",
    "LAST_LINES",
    "STALLED_SECONDS",
    "STALLED_TIMES",
    "WITHIN",
    "Breaker",
    "Left",
    "Printed",
    "Supervisor",
]

from .async_client import AsyncClient
from .client import Client
from .connection import Connection, probe_daemon
from .discovery import connect, find_daemon, find_or_start_daemon
from .environment import daemon_environment, path_variables
from .handshake import HandshakeResult, handshake_error, set_curve_keys
from .job_lookup import RECENT_JOBS, SHORT_ID_LENGTH, find_job, select_recent
from .leftover_jobs import count_leftover_jobs
from .lock_owner import find_lock_owner, kill_daemon
from .request_channel import MAX_MISSED_PINGS
from .session import PING_SECONDS, RECONNECT_SECONDS, Session
from .shutdown import stop_daemon
from .spawn import (
    LOG_TAIL_LINES,
    MAX_STARTUP_CRASHES,
    daemon_command,
    read_log_tail,
)
from .waits import check_worker, load_models, unload_models

__all__ = [
    "LOG_TAIL_LINES",
    "MAX_MISSED_PINGS",
    "MAX_STARTUP_CRASHES",
    "PING_SECONDS",
    "RECENT_JOBS",
    "RECONNECT_SECONDS",
    "SHORT_ID_LENGTH",
    "AsyncClient",
    "Client",
    "Connection",
    "HandshakeResult",
    "Session",
    "check_worker",
    "connect",
    "count_leftover_jobs",
    "daemon_command",
    "daemon_environment",
    "find_daemon",
    "find_job",
    "find_lock_owner",
    "find_or_start_daemon",
    "handshake_error",
    "kill_daemon",
    "load_models",
    "path_variables",
    "probe_daemon",
    "read_log_tail",
    "select_recent",
    "set_curve_keys",
    "stop_daemon",
    "unload_models",
]

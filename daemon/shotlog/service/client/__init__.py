"""The client library: connect to the daemon, start it on demand, submit and watch jobs, end it."""

from shotlog.service.client.async_client import AsyncClient
from shotlog.service.client.client import Client
from shotlog.service.client.connection import Connection, probe_daemon
from shotlog.service.client.discovery import connect, find_daemon, find_or_start_daemon
from shotlog.service.client.environment import daemon_environment, path_variables
from shotlog.service.client.handshake import HandshakeResult, handshake_error, set_curve_keys
from shotlog.service.client.job_lookup import RECENT_JOBS, SHORT_ID_LENGTH, find_job, select_recent
from shotlog.service.client.leftover_jobs import count_leftover_jobs
from shotlog.service.client.lock_owner import find_lock_owner, kill_daemon
from shotlog.service.client.request_channel import MAX_MISSED_PINGS
from shotlog.service.client.session import PING_SECONDS, RECONNECT_SECONDS, Session
from shotlog.service.client.shutdown import stop_daemon
from shotlog.service.client.spawn import (
    LOG_TAIL_LINES,
    MAX_STARTUP_CRASHES,
    daemon_command,
    read_log_tail,
)
from shotlog.service.client.waits import check_worker, load_models, unload_models

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

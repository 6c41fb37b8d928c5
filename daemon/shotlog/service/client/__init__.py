"""The client library: connect, start the daemon on demand, submit, watch."""

from shotlog.service.client.async_client import AsyncClient
from shotlog.service.client.client import Client
from shotlog.service.client.connection import Connection, knock
from shotlog.service.client.discovery import connect_or_start, find, reach
from shotlog.service.client.environment import daemon_environment, our_variables
from shotlog.service.client.handshake import HandshakeResult, refusal, secure
from shotlog.service.client.job_lookup import RECENT, SHORT, find_job, recent
from shotlog.service.client.leftover_jobs import left
from shotlog.service.client.lock_owner import end, holder
from shotlog.service.client.model_loading import load, unload
from shotlog.service.client.selftest import check
from shotlog.service.client.session import MISSES, PATIENCE, PING, Session
from shotlog.service.client.shutdown import stop
from shotlog.service.client.spawn import CRASHES, LAST_LINES, daemon_command, last_lines

__all__ = [
    "CRASHES",
    "LAST_LINES",
    "MISSES",
    "PATIENCE",
    "PING",
    "RECENT",
    "SHORT",
    "AsyncClient",
    "Client",
    "Connection",
    "HandshakeResult",
    "Session",
    "check",
    "connect_or_start",
    "daemon_command",
    "daemon_environment",
    "end",
    "find",
    "find_job",
    "holder",
    "knock",
    "last_lines",
    "left",
    "load",
    "our_variables",
    "reach",
    "recent",
    "refusal",
    "secure",
    "stop",
    "unload",
]

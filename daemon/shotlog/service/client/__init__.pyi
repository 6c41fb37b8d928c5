from .async_client import AsyncClient
from .client import Client
from .connection import Connection, knock
from .discovery import connect_or_start, find, reach
from .environment import daemon_environment, our_variables
from .handshake import HandshakeResult, refusal, secure
from .job_lookup import RECENT, SHORT, find_job, recent
from .leftover_jobs import left
from .lock_owner import end, holder
from .model_loading import load, unload
from .selftest import check
from .session import MISSES, PATIENCE, PING, Session
from .shutdown import stop
from .spawn import CRASHES, LAST_LINES, daemon_command, last_lines

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

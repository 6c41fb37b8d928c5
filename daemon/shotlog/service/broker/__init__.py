"""The one event loop: requests, replies, subscriptions, metrics."""

from shotlog.service.broker.broker import Broker, open_door
from shotlog.service.broker.clients import FORGOTTEN, LEASE, Clients
from shotlog.service.broker.connection_monitor import ConnectionMonitor
from shotlog.service.broker.counters import Counts
from shotlog.service.broker.metrics import exposition
from shotlog.service.broker.outbox import Gone, Outbox, OutgoingMessage
from shotlog.service.broker.request_handler import (
    LIMITS,
    PART,
    Daemon,
    RequestHandler,
    ServerPolicy,
)

__all__ = [
    "FORGOTTEN",
    "LEASE",
    "LIMITS",
    "PART",
    "Broker",
    "Clients",
    "ConnectionMonitor",
    "Counts",
    "Daemon",
    "Gone",
    "Outbox",
    "OutgoingMessage",
    "RequestHandler",
    "ServerPolicy",
    "exposition",
    "open_door",
]

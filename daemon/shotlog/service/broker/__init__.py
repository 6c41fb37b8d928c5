"""The one event loop: requests, replies, subscriptions, metrics."""

from shotlog.service.broker.broker import Broker, open_door
from shotlog.service.broker.clients import FORGOTTEN, LEASE, Clients
from shotlog.service.broker.connection_monitor import Callers
from shotlog.service.broker.counters import Counts
from shotlog.service.broker.metrics import exposition
from shotlog.service.broker.outbox import Gone, Letter, Outbox
from shotlog.service.broker.request_handler import LIMITS, PART, Daemon, Desk, Rules

__all__ = [
    "FORGOTTEN",
    "LEASE",
    "LIMITS",
    "PART",
    "Broker",
    "Callers",
    "Clients",
    "Counts",
    "Daemon",
    "Desk",
    "Gone",
    "Letter",
    "Outbox",
    "Rules",
    "exposition",
    "open_door",
]

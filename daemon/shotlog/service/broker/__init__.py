"""Broker: the event loop that serves clients over ZeroMQ, and the handler of their requests."""

from shotlog.service.broker.broker import Broker, open_socket
from shotlog.service.broker.client_registry import LEASE_SECONDS, SILENCE_SECONDS, ClientRegistry
from shotlog.service.broker.connection_monitor import ConnectionMonitor
from shotlog.service.broker.counters import Counts
from shotlog.service.broker.metrics import render_metrics
from shotlog.service.broker.outbox import ClientGone, Outbox, OutgoingMessage
from shotlog.service.broker.request_handler import RequestHandler
from shotlog.service.broker.result_reader import PART_CHARACTERS
from shotlog.service.broker.server_policy import DEFAULT_LIMITS, DaemonInfo, ServerPolicy

__all__ = [
    "DEFAULT_LIMITS",
    "LEASE_SECONDS",
    "PART_CHARACTERS",
    "SILENCE_SECONDS",
    "Broker",
    "ClientGone",
    "ClientRegistry",
    "ConnectionMonitor",
    "Counts",
    "DaemonInfo",
    "Outbox",
    "OutgoingMessage",
    "RequestHandler",
    "ServerPolicy",
    "open_socket",
    "render_metrics",
]

"""Leases of jobs that are not durable expire with their clients."""

from __future__ import annotations

from shotlog.service.broker import LEASE_SECONDS, ClientRegistry


def leased(now: float) -> ClientRegistry:
    """Return a registry with one client that leases one job."""
    clients = ClientRegistry()
    clients.register(b"c", "test", now)
    assert clients.find_expired(now) == []
    clients.lease("job", now, clients.record_message(b"c", now))
    return clients


def expired(clients: ClientRegistry, first: float, last: float) -> list[str]:
    """Return the leases that expire while the daemon checks every second."""
    now, found = first, []
    while now <= last:
        found += clients.find_expired(now)
        now += 1
    return found


def test_a_lease_expires_if_its_client_is_silent() -> None:
    clients = leased(100.0)
    assert expired(clients, 101, 100 + LEASE_SECONDS) == []
    assert expired(clients, 101 + LEASE_SECONDS, 101 + LEASE_SECONDS) == ["job"]


def test_a_message_of_its_client_renews_a_lease() -> None:
    clients = leased(100.0)
    assert expired(clients, 101, 120) == []
    clients.record_message(b"c", 120.0)
    assert expired(clients, 121, 120 + LEASE_SECONDS) == []


def test_leases_do_not_expire_while_the_daemon_itself_stalls() -> None:
    clients = leased(100.0)
    assert expired(clients, 101, 110) == []
    assert clients.find_expired(110 + 3600.0) == []
    assert expired(clients, 3711, 3700 + LEASE_SECONDS) == [], "the stall does not count"
    assert expired(clients, 3701 + LEASE_SECONDS, 3701 + LEASE_SECONDS) == ["job"]

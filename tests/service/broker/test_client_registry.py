"""The leases of jobs that live only while somebody wants them."""

from __future__ import annotations

from shotlog.service.broker import LEASE_SECONDS, ClientRegistry


def leased(now: float) -> ClientRegistry:
    """A client with one job, that is looked after."""
    clients = ClientRegistry()
    clients.register(b"c", "test", now)
    assert clients.find_expired(now) == []
    clients.lease("job", now, clients.record_message(b"c", now))
    return clients


def expired(clients: ClientRegistry, first: float, last: float) -> list[str]:
    """What runs out while the daemon looks every second."""
    now, found = first, []
    while now <= last:
        found += clients.find_expired(now)
        now += 1
    return found


def test_a_lease_runs_out_where_its_client_is_silent() -> None:
    clients = leased(100.0)
    assert expired(clients, 101, 100 + LEASE_SECONDS) == []
    assert expired(clients, 101 + LEASE_SECONDS, 101 + LEASE_SECONDS) == ["job"]


def test_a_word_of_its_client_renews_a_lease() -> None:
    clients = leased(100.0)
    assert expired(clients, 101, 120) == []
    clients.record_message(b"c", 120.0)
    assert expired(clients, 121, 120 + LEASE_SECONDS) == []


def test_a_daemon_that_stood_still_itself_blames_no_client_for_its_silence() -> None:
    clients = leased(100.0)
    assert expired(clients, 101, 110) == []
    assert clients.find_expired(110 + 3600.0) == []
    assert expired(clients, 3711, 3700 + LEASE_SECONDS) == [], "what was left of it is left still"
    assert expired(clients, 3701 + LEASE_SECONDS, 3701 + LEASE_SECONDS) == ["job"]

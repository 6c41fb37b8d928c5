"""The leases of jobs that live only while somebody wants them."""

from __future__ import annotations

from shotlog.service.broker import LEASE, Clients


def leased(now: float) -> Clients:
    """A client with one job, that is looked after."""
    clients = Clients()
    clients.greet(b"c", "test", now)
    assert clients.expired(now) == []
    clients.lease("job", now, clients.hear(b"c", now))
    return clients


def expired(clients: Clients, first: float, last: float) -> list[str]:
    """What runs out while the daemon looks every second."""
    now, found = first, []
    while now <= last:
        found += clients.expired(now)
        now += 1
    return found


def test_a_lease_runs_out_where_its_client_is_silent() -> None:
    clients = leased(100.0)
    assert expired(clients, 101, 100 + LEASE) == []
    assert expired(clients, 101 + LEASE, 101 + LEASE) == ["job"]


def test_a_word_of_its_client_renews_a_lease() -> None:
    clients = leased(100.0)
    assert expired(clients, 101, 120) == []
    clients.hear(b"c", 120.0)
    assert expired(clients, 121, 120 + LEASE) == []


def test_a_daemon_that_stood_still_itself_blames_no_client_for_its_silence() -> None:
    clients = leased(100.0)
    assert expired(clients, 101, 110) == []
    assert clients.expired(110 + 3600.0) == []
    assert expired(clients, 3711, 3700 + LEASE) == [], "what was left of it is left still"
    assert expired(clients, 3701 + LEASE, 3701 + LEASE) == ["job"]

"""Registry of clients: their names and keys, the jobs they watch, and the leases of jobs."""

from __future__ import annotations

from dataclasses import dataclass, field

LEASE_SECONDS = 30.0
"""Seconds that a job that is not durable survives without a message from its client. Waiting
clients send one every two seconds."""

STALL_SECONDS = 5.0
"""Minimum of an interval between two checks of leases that counts as a stall of the daemon itself
(a machine that swaps, a suspended process). Leases are checked every second."""

SILENCE_SECONDS = 600.0
"""Seconds without a message after which a client must send ``hello`` again."""


@dataclass
class ClientRecord:
    """One connection.

    Attributes:
        name: Name and version that it sent in ``hello``.
        last_message: Time of its last message, on the monotonic clock.
        key: Public CURVE key that its connection has proven.
        watched_jobs: Jobs whose events it receives.
        leased_jobs: Jobs whose leases its messages renew.
    """

    name: str
    last_message: float
    key: bytes = b""
    watched_jobs: set[str] = field(default_factory=set)
    leased_jobs: set[str] = field(default_factory=set)


class ClientRegistry:
    """Clients that have sent ``hello``, and the leases of jobs. For one thread.

    Clients are identified by the ZeroMQ identity of their connection.
    """

    def __init__(self) -> None:
        self._clients: dict[bytes, ClientRecord] = {}
        self._leases: dict[str, float] = {}
        self._checked_at = float("inf")

    def register(self, identity: bytes, name: str, now: float, key: bytes = b"") -> None:
        """Add a client; if it is known, only its name changes."""
        client = self._clients.setdefault(identity, ClientRecord(name, now, key))
        client.name, client.last_message = name, now

    def record_message(self, identity: bytes, now: float) -> ClientRecord | None:
        """Renew the leases of a client that sent a message; return None if it is unknown."""
        client = self._clients.get(identity)
        if client is not None:
            client.last_message = now
            for job in client.leased_jobs & self._leases.keys():
                self._leases[job] = now + LEASE_SECONDS
        return client

    def identities(self) -> list[bytes]:
        """Return the identities of all clients."""
        return list(self._clients)

    def stop_watching(self, identity: bytes) -> None:
        """Send no more events to a client until it attaches to its jobs again."""
        if client := self._clients.get(identity):
            client.watched_jobs.clear()

    def remove(self, identity: bytes) -> None:
        """Remove a client that disconnected; its leases expire unless it connects again."""
        self._clients.pop(identity, None)

    def remove_revoked(self, keys: frozenset[bytes]) -> list[bytes]:
        """Remove the clients whose keys are not among these, and return their identities."""
        revoked = [identity for identity, client in self._clients.items() if client.key not in keys]
        for identity in revoked:
            self.remove(identity)
        return revoked

    def remove_silent(self, now: float) -> None:
        """Remove clients that have sent nothing for ten minutes."""
        # A ROUTER socket does not report every disconnection.
        for identity, client in list(self._clients.items()):
            if now - client.last_message > SILENCE_SECONDS:
                self.remove(identity)

    def watchers(self, job: str) -> list[bytes]:
        """Return the identities of the clients that watch a job."""
        return [
            identity for identity, client in self._clients.items() if job in client.watched_jobs
        ]

    def lease(self, job: str, now: float, client: ClientRecord | None = None) -> None:
        """Start or renew the lease of a job, which further messages of the client renew."""
        self._leases[job] = now + LEASE_SECONDS
        if client is not None:
            client.leased_jobs.add(job)

    def remove_job(self, job: str) -> None:
        """Remove the lease and the watchers of a job that has ended."""
        self._leases.pop(job, None)
        for client in self._clients.values():
            client.watched_jobs.discard(job)
            client.leased_jobs.discard(job)

    def find_expired(self, now: float) -> list[str]:
        """Return the jobs whose leases have expired; call it every second."""
        passed, self._checked_at = now - self._checked_at, now
        if passed > STALL_SECONDS:
            # While the daemon itself stalled it received no messages, so that time does not count.
            self._leases = {job: until + passed for job, until in self._leases.items()}
        return [job for job, until in self._leases.items() if until < now]

"""Who is connected, what they want to be told of, and which jobs live only while they do."""

from __future__ import annotations

from dataclasses import dataclass, field

LEASE = 30.0
"""Seconds that a job which is not durable lives on without a word of its client. Clients that wait
say something every two seconds."""

STILL = 5.0
"""The daemon looks after leases every second. Where so many seconds went by instead, it stood still
itself (a machine that swaps, a process that was stopped), and heard nobody."""

FORGOTTEN = 600.0
"""Seconds of silence after which a client must say hello again, should it still be there."""


@dataclass
class Client:
    """One connection.

    Attributes:
        name: What it called itself.
        heard: When it last said something, on the monotonic clock.
        key: The public key that its connection has proven.
        watching: The jobs that it is told of.
        holding: The jobs whose leases its words renew.
    """

    name: str
    heard: float
    key: bytes = b""
    watching: set[str] = field(default_factory=set)
    holding: set[str] = field(default_factory=set)


class Clients:
    """Every client that said hello, and the leases of jobs. For one thread."""

    def __init__(self) -> None:
        self._clients: dict[bytes, Client] = {}
        self._leases: dict[str, float] = {}
        self._looked_at = float("inf")

    def greet(self, identity: bytes, name: str, now: float, key: bytes = b"") -> None:
        """A client said hello; once more changes nothing but its name."""
        client = self._clients.setdefault(identity, Client(name, now, key))
        client.name, client.heard = name, now

    def hear(self, identity: bytes, now: float) -> Client | None:
        """A client said something, which renews its leases; None: it has not said hello."""
        client = self._clients.get(identity)
        if client is not None:
            client.heard = now
            for job in client.holding & self._leases.keys():
                self._leases[job] = now + LEASE
        return client

    def everybody(self) -> list[bytes]:
        """All of them."""
        return list(self._clients)

    def lagged(self, identity: bytes) -> None:
        """A client reads too slowly: it is told of nothing until it attaches again."""
        if client := self._clients.get(identity):
            client.watching.clear()

    def gone(self, identity: bytes) -> None:
        """A client is no longer connected; its leases run out unless it comes back."""
        self._clients.pop(identity, None)

    def keep_only(self, keys: frozenset[bytes]) -> list[bytes]:
        """Forgets those with other keys, and says which; their leases run out."""
        others = [who for who, client in self._clients.items() if client.key not in keys]
        for identity in others:
            self.gone(identity)
        return others

    def forget_silent(self, now: float) -> None:
        """Forgets those that have said nothing for long and were not seen to go."""
        for identity, client in list(self._clients.items()):
            if now - client.heard > FORGOTTEN:
                self.gone(identity)

    def watchers(self, job: str) -> list[bytes]:
        """Whom to tell of a job."""
        return [who for who, client in self._clients.items() if job in client.watching]

    def lease(self, job: str, now: float, client: Client | None = None) -> None:
        """A job lives only while somebody wants it; that client does, where there is one."""
        self._leases[job] = now + LEASE
        if client is not None:
            client.holding.add(job)

    def over(self, job: str) -> None:
        """A job is over: nobody will be told of it again."""
        self._leases.pop(job, None)
        for client in self._clients.values():
            client.watching.discard(job)
            client.holding.discard(job)

    def expired(self, now: float) -> list[str]:
        """The jobs whose leases ran out; time in which the daemon stood still does not count."""
        away, self._looked_at = now - self._looked_at, now
        if away > STILL:
            self._leases = {job: until + away for job, until in self._leases.items()}
        return [job for job, until in self._leases.items() if until < now]

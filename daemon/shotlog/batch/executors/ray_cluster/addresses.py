"""Addresses of heads, and the check that one answers."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from shotlog.schema import ExecutorUnusable

REACH_SECONDS = 10.0
"""Time in which a head has to answer at all."""
_PORT, _DASHBOARD_PORT = 6379, 8265  # by Ray's defaults


def host_and_port(address: str) -> tuple[str, int]:
    """Return host and port of an address ``HOST:6379``.

    Raises:
        ExecutorUnusable: It is none.
    """
    host, colon, port = address.rpartition(":")
    if not colon:
        return address, _PORT
    if not port.isdecimal() or not host:
        message = "this is no address of a Ray head"
        raise ExecutorUnusable(address, message, "Give auto, HOST:6379, or http://HOST:8265.")
    return host, int(port)


def dashboard_of(address: str) -> tuple[str, int]:
    """Return host and port of an address for jobs, ``http://HOST:8265``.

    Raises:
        ExecutorUnusable: It is none.
    """
    hint = "Give http://HOST:8265, the address of the cluster's dashboard."
    try:
        url = urlsplit(address)
        host, port = url.hostname, url.port or _DASHBOARD_PORT
    except ValueError as error:
        raise ExecutorUnusable(address, f"this is no address ({error})", hint) from error
    if url.scheme not in ("http", "https") or not host:
        raise ExecutorUnusable(address, "this is no address for jobs", hint)
    return host, port


def reach(address: str, host: str, port: int) -> None:
    """Check that something answers at a host and port.

    Raises:
        ExecutorUnusable: Nothing does, within :data:`REACH_SECONDS`.
    """
    try:
        socket.create_connection((host, port), REACH_SECONDS).close()
    except (OSError, OverflowError) as error:  # OverflowError: no port has such a number
        reason = getattr(error, "strerror", None) or str(error)
        raise unreachable(address, REACH_SECONDS, reason) from error


def unreachable(address: str | None, seconds: float, reason: str = "") -> ExecutorUnusable:
    """Return the error that a head does not answer, or that Ray does not start here.

    Args:
        address: Address of the head; None for a Ray on this machine alone.
        seconds: Time that was waited.
        reason: Reason as the system tells it.
    """
    if address is None:
        return ExecutorUnusable("ray", f"Ray did not start on this machine within {seconds:.0f} s")
    told = reason or f"within {seconds:.0f} s"
    hint = "Check the address and the network, or work on this machine: --executor local."
    return ExecutorUnusable(address, f"no Ray head answers there ({told})", hint)

"""``shotlog remote``: providers of the remote tier, and what was paid to them."""

from shotlog.cli.remote.command import remote

__all__ = ["remote"]

"""``shotlog coverage``: the command and its view."""

from shotlog.cli.coverage.command import coverage

__all__ = ["coverage"]

"""The command line: one module per command, no logic."""

from shotlog.cli.main import main

__all__ = ["main"]

"""The command line: one module per command, no logic."""

from shotlog.cli._interrupt import ends_at_once

with ends_at_once():
    from shotlog.cli.main import main

__all__ = ["main"]

"""The daemon process: options, start-up, autostart files."""

from shotlog.service.daemon.options import Options, remember, remembered, resolve, to_argv
from shotlog.service.daemon.process import Settings, main, run

__all__ = ["Options", "Settings", "main", "remember", "remembered", "resolve", "run", "to_argv"]

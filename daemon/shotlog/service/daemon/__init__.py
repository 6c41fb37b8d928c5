"""The daemon process: its options, its start and end, autostart files for systems."""

from shotlog.service.daemon.command_line import parse_arguments, to_argv
from shotlog.service.daemon.options import (
    DaemonOptions,
    load_options,
    resolve_options,
    save_options,
)
from shotlog.service.daemon.process import DaemonSettings, main, run_daemon

__all__ = [
    "DaemonOptions",
    "DaemonSettings",
    "load_options",
    "main",
    "parse_arguments",
    "resolve_options",
    "run_daemon",
    "save_options",
    "to_argv",
]

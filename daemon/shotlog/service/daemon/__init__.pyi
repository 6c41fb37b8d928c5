from .command_line import parse_arguments, to_argv
from .options import (
    DaemonOptions,
    load_options,
    resolve_options,
    save_options,
)
from .process import DaemonSettings, main, run_daemon

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

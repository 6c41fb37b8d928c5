from .options import Options, remember, remembered, resolve, to_argv
from .process import Settings, main, run

__all__ = ["Options", "Settings", "main", "remember", "remembered", "resolve", "run", "to_argv"]

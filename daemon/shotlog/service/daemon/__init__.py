"""The daemon process: options, start-up, autostart files."""

from shotlog.service.daemon.options import Options, remember, remembered, settled, words
from shotlog.service.daemon.process import Settings, main, run

__all__ = ["Options", "Settings", "main", "remember", "remembered", "run", "settled", "words"]

"""Menu entries of Shotlog in DaVinci Resolve.

This package is copied beside Resolve's scripts and runs in the Python that Resolve finds or brings:
any from 3.6 on, with its standard library alone. It reads the edit through Resolve's scripting,
gives it to ``shotlog bridge`` in an environment of its own, and writes what comes back as markers.
"""

from shotlog_resolve.entries import ENTRIES, Entry
from shotlog_resolve.errors import ScriptError
from shotlog_resolve.menu import run

__all__ = ["ENTRIES", "Entry", "ScriptError", "run"]

"""Jobs, their states and results, in one SQLite file."""

from shotlog.service.journal.journal import LAYOUT, Conflict, Journal, NotDone, UnknownJob
from shotlog.service.journal.sqlite_errors import IN_USE, primary_code
from shotlog.service.journal.writer import RETRY_SECONDS, JournalWriter

__all__ = [
    "IN_USE",
    "LAYOUT",
    "RETRY_SECONDS",
    "Conflict",
    "Journal",
    "JournalWriter",
    "NotDone",
    "UnknownJob",
    "primary_code",
]

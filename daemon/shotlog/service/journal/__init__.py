"""SQLite journal: jobs, their states and their results, kept across restarts of the daemon."""

from shotlog.service.journal.errors import JobConflict, NotDone, UnknownJob
from shotlog.service.journal.journal import Journal
from shotlog.service.journal.migrations import LAYOUT
from shotlog.service.journal.sqlite_errors import IN_USE, primary_code
from shotlog.service.journal.writer import RETRY_SECONDS, JournalWriter

__all__ = [
    "IN_USE",
    "LAYOUT",
    "RETRY_SECONDS",
    "JobConflict",
    "Journal",
    "JournalWriter",
    "NotDone",
    "UnknownJob",
    "primary_code",
]

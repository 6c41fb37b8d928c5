"""Searching folders for media."""

from shotlog.media.discovery.folders import Candidate, Search, search
from shotlog.media.discovery.names import AMBIGUOUS, FILM, Kind, kind_of
from shotlog.media.discovery.numbered_runs import Run, runs_of
from shotlog.media.discovery.skipped import ONE, SEQUENCE_HINT, holds_sequence, passed_over
from shotlog.media.discovery.sniff import head_of, is_written, sniffed

__all__ = [
    "AMBIGUOUS",
    "FILM",
    "ONE",
    "SEQUENCE_HINT",
    "Candidate",
    "Kind",
    "Run",
    "Search",
    "head_of",
    "holds_sequence",
    "is_written",
    "kind_of",
    "passed_over",
    "runs_of",
    "search",
    "sniffed",
]

"""Search of folders for films, and description of what the search skipped."""

from shotlog.media.discovery.folders import Candidate, SearchResult, search_media
from shotlog.media.discovery.names import (
    AMBIGUOUS_SUFFIXES,
    VIDEO_SUFFIXES,
    FileKind,
    kind_by_suffix,
)
from shotlog.media.discovery.numbered_runs import NumberedRun, find_runs
from shotlog.media.discovery.skipped import (
    SEQUENCE_HINT,
    SINGULAR,
    contains_sequence,
    describe_skipped,
)
from shotlog.media.discovery.sniff import is_text, read_head, sniff_kind

__all__ = [
    "AMBIGUOUS_SUFFIXES",
    "SEQUENCE_HINT",
    "SINGULAR",
    "VIDEO_SUFFIXES",
    "Candidate",
    "FileKind",
    "NumberedRun",
    "SearchResult",
    "contains_sequence",
    "describe_skipped",
    "find_runs",
    "is_text",
    "kind_by_suffix",
    "read_head",
    "search_media",
    "sniff_kind",
]

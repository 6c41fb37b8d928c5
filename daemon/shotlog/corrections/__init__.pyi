from .collecting import CollectedCorrections, collect_corrections, find_timelines
from .recording import record_markers, record_timeline
from .records import RecordedMarker, RunRecord
from .store import RecordStore, TimelineKey

__all__ = [
    "CollectedCorrections",
    "RecordStore",
    "RecordedMarker",
    "RunRecord",
    "TimelineKey",
    "collect_corrections",
    "find_timelines",
    "record_markers",
    "record_timeline",
]

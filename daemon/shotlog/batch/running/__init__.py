"""Work on shards: items are opened, analysed by the engine or the daemon, and finished."""

from shotlog.batch.running.outputs import report_of
from shotlog.batch.running.shards import ShardOutcome, ShardRunner, run_shard
from shotlog.batch.running.sources import find_here, read_sequences, reading_of
from shotlog.batch.running.through_daemon import DaemonAnalysis

__all__ = [
    "DaemonAnalysis",
    "ShardOutcome",
    "ShardRunner",
    "find_here",
    "read_sequences",
    "reading_of",
    "report_of",
    "run_shard",
]

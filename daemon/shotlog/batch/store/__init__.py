"""The output folder of a batch: results, notes of attempts, and notes of what was written.

Any number of nodes use it at once over a shared folder. Nothing relies on locks or on clocks: every
file is written beside its place and renamed, and its content depends on the item alone.
"""

from shotlog.batch.store.attempts import MAX_DEATHS, Attempts, Deaths
from shotlog.batch.store.layout import OutputFolder
from shotlog.batch.store.planned import BatchPlan, read_plan
from shotlog.batch.store.results import Record, Result, ResultStore, ShotNumber, Summary, Vectors
from shotlog.batch.store.written import WrittenOutputs

__all__ = [
    "MAX_DEATHS",
    "Attempts",
    "BatchPlan",
    "Deaths",
    "OutputFolder",
    "Record",
    "Result",
    "ResultStore",
    "ShotNumber",
    "Summary",
    "Vectors",
    "WrittenOutputs",
    "read_plan",
]

"""Planning of a batch: search, reading of timelines, pairing with media, ids, costs, shards."""

from shotlog.batch.planning.candidates import Progress
from shotlog.batch.planning.plan import Plan, make_plan, options_key, write_plan
from shotlog.batch.planning.shards import MAX_COST, MAX_ITEMS, divide

__all__ = [
    "MAX_COST",
    "MAX_ITEMS",
    "Plan",
    "Progress",
    "divide",
    "make_plan",
    "options_key",
    "write_plan",
]

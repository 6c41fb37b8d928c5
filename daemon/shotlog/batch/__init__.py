"""Batches: folders of timelines and media to marked timelines, reports and one library.

``planning`` finds the inputs and divides them into shards, which are files; ``executors`` bring
shards to machines; ``running`` works on a shard; ``store`` keeps the results; ``merging`` makes the
library and the page of them.
"""

import lazy_loader as lazy

# Lazy: a node that runs a shard needs no planning, and the search of a library no engine.
__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)

"""Library, tables and page of an output folder, brought up to date from its results."""

from shotlog.batch.merging.merge import Merged, merge_results

__all__ = ["Merged", "merge_results"]

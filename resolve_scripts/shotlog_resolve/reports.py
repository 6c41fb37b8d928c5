"""Counts of what was done to markers, for the sentence that tells it."""

from typing import List

from shotlog_resolve.placing import SkippedMarker


class MarkerReport:
    """Changes that were made to the markers of a timeline; every attribute counts markers.

    Attributes:
        added: New ones.
        replaced: New ones in the place of an older one of the same subject.
        unchanged: Ours that were right already.
        removed: Ours whose subject is not there any more.
        kept: Ours that an editor changed or moved, and that are theirs now.
        copies: Ours that came with the copy of another timeline, and were left.
        moved: Of those added and replaced, the ones that stand beside their frame.
        skipped: Those that were left out, with the reason.
    """

    def __init__(self) -> None:
        self.added = self.replaced = self.unchanged = self.removed = 0
        self.kept = self.copies = self.moved = 0
        self.skipped: List[SkippedMarker] = []

    def add(self, other: "MarkerReport") -> None:
        """Add the counts of another report."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


class RemovalReport:
    """Result of a removal from a timeline; every attribute counts markers.

    Attributes:
        removed: Ours that were deleted.
        kept: Ours that an editor changed or moved, and that are theirs now.
        copies: Ours that came with the copy of another timeline, and were left.
        missing: Ours that the editor had deleted before.
        failed: Ours that Resolve did not delete.
    """

    def __init__(self) -> None:
        self.removed = self.kept = self.copies = self.missing = self.failed = 0

    def add(self, other: "RemovalReport") -> None:
        """Add the counts of another report."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

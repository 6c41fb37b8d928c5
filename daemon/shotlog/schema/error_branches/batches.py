"""Errors of batches and of the library of shots."""

from __future__ import annotations

from shotlog.schema.errors import ShotlogError


class BatchError(ShotlogError):
    """A batch cannot be planned or run."""


class BatchEmpty(BatchError):
    """There is nothing to log."""

    message = "there is no timeline and no film here"
    hint = "Give a folder that holds timelines or film, or a list of them."


class OutputBusy(BatchError):
    """Another batch is at work on this output."""

    message = "another batch is at work on this output"
    hint = "Wait until it ends, or give another folder with --out."


class ManifestUnreadable(BatchError):
    """A manifest or a shard is damaged, or was changed by hand."""

    message = "this is not a whole manifest"
    hint = "Run shotlog batch again with the same inputs; it writes the plan anew."


class ManifestTooNew(ManifestUnreadable):
    """Written by a newer Shotlog."""

    message = "this was written by a newer Shotlog"
    hint = "Update Shotlog on this machine, as on the one that planned the batch."


class ResultUnreadable(BatchError):
    """A result in the output folder is damaged."""

    message = "this result is damaged"
    hint = "Run shotlog batch again; a damaged result is made anew."


class ItemParked(BatchError):
    """It ended its worker twice and is not tried again."""

    message = "it ended its worker twice, so it is left out"
    hint = "Look at its media with: shotlog analyze. Try it again with: shotlog batch retry."


class ExecutorUnusable(BatchError):
    """An engine is not installed, not reachable, or of another version."""

    message = "this engine cannot be used"
    hint = "Work on this machine instead: --executor local."


class LibraryError(ShotlogError):
    """A library cannot be used."""


class LibraryMissing(LibraryError):
    """There is no library at this place."""

    message = "there is no library of shots here"
    hint = "Make one with: shotlog batch FOLDER --out LOGGED; then name LOGGED with --in."


class LibraryUnreadable(LibraryError):
    """Damaged, no library, or of another version."""

    message = "the library cannot be read"
    hint = "Make it anew from the results beside it with: shotlog batch merge LOGGED."


class QueryInvalid(LibraryError):
    """A query cannot be understood."""

    message = "this query cannot be understood"
    hint = "See what can be asked with: shotlog find --help."

"""Specs of a bundle, limited to one message between broker and worker."""

from __future__ import annotations

from collections.abc import Sequence

from shotlog.service.journal import Journal
from shotlog.service.protocol import Failure, JobRefused

BUNDLE_CHARACTERS = 4 * 1024**2
"""Maximum of the characters of a bundle's specs. With the first, which may be twice as long (see
``MESSAGE_BYTES``), they fit into one message of the pipe even with every character escaped."""


def read_specs(
    journal: Journal, bundle: Sequence[str]
) -> tuple[dict[str, str], dict[str, Failure]]:
    """Return the JSON texts of as many jobs of a bundle as fit into one message.

    Args:
        journal: Journal of the jobs.
        bundle: Ids of the jobs, in order.

    Returns:
        The texts by job, and the failures of jobs whose text cannot be read.

    Raises:
        JournalUnusable: the journal cannot be read at all.
    """
    specs: dict[str, str] = {}
    corrupt: dict[str, Failure] = {}
    free_characters = BUNDLE_CHARACTERS
    for job in bundle:
        try:
            text = journal.spec(job)
        except JobRefused as refused:
            corrupt[job] = refused.failure
            continue
        free_characters -= len(text)
        # The first job always runs, however long its text is; it was accepted as one message.
        if specs and free_characters < 0:
            break
        specs[job] = text
    return specs, corrupt

"""Facts that all emitters need of a job: its shards, its paths, names that farms accept."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence

from shotlog.batch.executors import FarmJob
from shotlog.schema import ExecutorUnusable, is_text, make_visible, readable

SHELL_JOB = "Rename the folder, or give the job to a shell: --emit shell."


def check_job(job: FarmJob) -> None:
    """Check what no format of a job can express.

    Raises:
        ExecutorUnusable: No shard is left to do, or a path is not UTF-8.
    """
    folder = readable(str(job.folder))
    if not job.shards:
        message = "there is nothing left to do here: every shard has its results"
        raise ExecutorUnusable(folder, message, f"Make the library: shotlog batch merge {folder}")
    for text in (str(job.folder), *job.options):
        if not is_text(text):
            message = "the path has bytes that are not UTF-8, which the files of jobs cannot hold"
            hint = "Rename the folder, or work without a farm: --executor local."
            raise ExecutorUnusable(readable(text), message, hint)


def shards_folder(job: FarmJob) -> str:
    """Return the folder of the shards, with ``/``, which Windows takes as well."""
    return job.shards[0].path.parent.as_posix()


def shard_numbers(job: FarmJob) -> list[int]:
    """Return the numbers of the shards, ascending."""
    return sorted(shard.number for shard in job.shards)


def shard_names(job: FarmJob) -> list[str]:
    """Return the names of the shards' files, in the order of their numbers."""
    return [shard.path.name for shard in sorted(job.shards, key=lambda shard: shard.number)]


def run_command(job: FarmJob, file: str) -> str:
    """Return the command of a task for a POSIX shell.

    Args:
        job: The job.
        file: Shell text for the name of the shard's file, quoted as it has to be.
    """
    command, action, shard, *options = job.run_command(f"{shards_folder(job)}/")
    return (
        quote_words((command, action, shard))
        + file
        + "".join(f" {shlex.quote(option)}" for option in options)
    )


def merge_words(job: FarmJob) -> tuple[str, ...]:
    """Return the command line of the merge, its path with ``/``."""
    return (*job.merge_command[:-1], job.folder.as_posix())


def join_ranges(numbers: Sequence[int], to: str = "-") -> str:
    """Return ascending numbers as ranges: ``1-3,7``, as frame lists of farms have them."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ",".join(str(a) if a == b else f"{a}{to}{b}" for a, b in ranges)


def quote_words(words: Iterable[str]) -> str:
    """Return words as a POSIX shell reads them back."""
    return " ".join(shlex.quote(word) for word in words)


def plain_name(name: str, *, most: int = 60) -> str:
    """Return a name of ASCII letters, digits, ``.``, ``-`` and ``_``, which every farm accepts."""
    kept = re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("_.-")[:most]
    return kept or "shotlog"


def comment(text: str) -> str:
    """Return a text for a comment: one line, its control characters escaped."""
    return make_visible(readable(text))


def fill(script: str, values: Mapping[str, str]) -> str:
    """Return a script with its ``@NAMES@`` replaced, whatever their values hold."""
    return re.sub("@([A-Z]+)@", lambda found: values[found[1]], script)


def end_of(name: str, text: str) -> str:
    """Return a delimiter for a here-document that is no line of a text, whatever paths hold."""
    while name in text.split("\n"):
        name += "_"
    return name

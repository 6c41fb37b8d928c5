"""A script that submits a job and its merge to Thinkbox Deadline 10."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from typing import ClassVar

from shotlog.batch.emitters.tasks import (
    SHELL_JOB,
    check_job,
    comment,
    fill,
    join_ranges,
    merge_words,
    shard_numbers,
    shards_folder,
)
from shotlog.batch.executors import EmittingExecutor, FarmJob
from shotlog.schema import ExecutorUnusable

# Keys of both files and words in <>: "Manual Job Submission" of the Deadline 10 user manual.
_SCRIPT = """\
#!/bin/sh
# Shotlog: @NAME@, @COUNT@ shards.
# Submit it on a machine that has deadlinecommand; arguments are lines for both job info files:
#     sh FILE Pool=film Group=@GROUP@ Priority=60
# Workers find shotlog on their PATH, or:
#     SHOTLOG=/opt/shotlog/bin/shotlog sh FILE
set -eu

files=$(mktemp -d)
trap 'rm -rf "$files"' EXIT

submit() { # prints the id of the job
    told=$(deadlinecommand "$files/job.txt" "$files/plugin.txt") || {
        printf '%s\\n' "$told" >&2
        return 1
    }
    id=$(printf '%s\\n' "$told" | tr -d '\\r' | sed -n 's/^JobID=//p')
    [ -n "$id" ] || {
        printf '%s\\n' "$told" >&2
        return 1
    }
    printf '%s\\n' "$id"
}

write_job() { # lines of the job info
    printf '%s\\n' "$@" >"$files/job.txt"
}

write_task() { # arguments of shotlog
    printf '%s\\n' "Executable=${SHOTLOG:-shotlog}" "Arguments=$1" \\
        SingleFramesOnly=true ShellExecute=false >"$files/plugin.txt"
}

write_job @JOB@ "$@"
write_task @TASK@
shards=$(submit)

# A job with failed tasks has failed; what did succeed is merged all the same.
write_job @MERGEJOB@ \\
    "JobDependencies=$shards" ResumeOnFailedDependencies=true "$@"
write_task @MERGE@
merge=$(submit)
echo "Submitted: job $shards, then merge $merge."
"""

_KEYWORD = re.compile(r"<(STARTFRAME|ENDFRAME|QUOTE|AUXFILE)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_READ_DIFFERENTLY = re.compile(r'"|\\[\\$`]|\\$')


class DeadlineEmitter(EmittingExecutor):
    """A script that calls ``deadlinecommand`` twice: for a task per shard, and for the merge.

    The plugin is CommandLine, which every repository has; the number of a task's only frame is that
    of its shard.
    """

    name: ClassVar[str] = "deadline"
    title: ClassVar[str] = "a script that submits jobs to Thinkbox Deadline 10"
    suffix: ClassVar[str] = ".sh"

    def emit(self, job: FarmJob) -> str:
        """Return the script; errors as in the contract."""
        check_job(job)
        name = f"Shotlog: {comment(job.name)}"
        common = ["Plugin=CommandLine", f"BatchName={name}"]
        frames = f"Frames={join_ranges(shard_numbers(job))}"
        limit = [f"MachineLimit={job.jobs}"] if job.jobs else []
        task = job.run_command(f"{shards_folder(job)}/<STARTFRAME%4>.json")
        merge = merge_words(job)
        values = {
            "NAME": comment(job.name),
            "COUNT": str(len(job.shards)),
            "GROUP": "gpu" if job.gpus else "cpu",
            "JOB": _lines([*common, f"Name={name}", frames, "ChunkSize=1", *limit]),
            "TASK": shlex.quote(_arguments(task[1:], placeholder=task[2])),
            "MERGEJOB": _lines([*common, f"Name={name}, merge", "Frames=0"]),
            "MERGE": shlex.quote(_arguments(merge[1:])),
        }
        return fill(_SCRIPT, values)


def _lines(lines: Iterable[str]) -> str:
    return " ".join(shlex.quote(line) for line in lines)


def _arguments(words: Iterable[str], placeholder: str = "") -> str:
    """Return words as the value of ``Arguments``, in double quotes where needed.

    Workers split them by the rules of Windows or of GLib (``g_shell_parse_argv``), by their system.
    Both read a text in double quotes as it is, unless it holds a quote, or a backslash before one
    of a few signs.
    """
    return " ".join(_quoted(word, ours=word == placeholder) for word in words)


def _quoted(word: str, *, ours: bool) -> str:
    checked = word.replace("<STARTFRAME%4>", "") if ours else word
    if _CONTROL.search(word) or _KEYWORD.search(checked) or _READ_DIFFERENTLY.search(word):
        message = "Deadline cannot hand this text on as it is"
        raise ExecutorUnusable(comment(word), message, SHELL_JOB)
    return word if re.fullmatch(r"[\w./:=-]+", word) else f'"{word}"'

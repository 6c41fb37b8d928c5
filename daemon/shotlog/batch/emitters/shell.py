"""A script for a POSIX shell: as many shards at a time as the machine has processors."""

from __future__ import annotations

import shlex
from typing import ClassVar

from shotlog.batch.emitters.tasks import (
    check_job,
    comment,
    fill,
    merge_words,
    quote_words,
    run_command,
    shard_names,
)
from shotlog.batch.executors import EmittingExecutor, FarmJob

# xargs -P is no part of POSIX; GNU, BSD, macOS and BusyBox have it. The inner shell turns every way
# to fail into 1: xargs would stop at a command that was killed or that exits with 255.
_SCRIPT = """\
#!/bin/sh
# Shotlog: @NAME@, @COUNT@ shards.
# On this machine:   sh FILE
# Six at a time:     JOBS=6 sh FILE
# A third of it, on the second of three machines (then merge once, at the end):
#                    PART=2/3 sh FILE
# Run it again after an interruption: what has results is skipped.

jobs=${JOBS:-@JOBS@}
part=${PART:-1/1}
command -v shotlog >/dev/null || {
    echo "shotlog is not on the PATH of this shell" >&2
    exit 2
}

awk -v part="${part%/*}" -v of="${part#*/}" 'NR % of == part % of' <<'SHARDS' |
@SHARDS@
SHARDS
    xargs -n 1 -P "$jobs" sh -c @RUN@ sh
failed=$?

if [ "$part" = 1/1 ]; then
    @MERGE@ || failed=1
fi
[ "$failed" -eq 0 ] || exit 1
"""

_PROCESSORS = "$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)"


class ShellEmitter(EmittingExecutor):
    """A script for one machine, or for several that ssh starts, without a farm.

    It ends with 1 where a shard failed, after the merge of those that did not. ``PART=2/3`` does
    every third shard, for the second of three machines.
    """

    name: ClassVar[str] = "shell"
    title: ClassVar[str] = "a shell script with xargs, for one machine or several by ssh"
    suffix: ClassVar[str] = ".sh"

    def emit(self, job: FarmJob) -> str:
        """Return the script; errors as in the contract."""
        check_job(job)
        # The name of the shard's file is the first argument of the inner shell.
        command = run_command(job, '"$1"')
        values = {
            "NAME": comment(job.name),
            "COUNT": str(len(job.shards)),
            "JOBS": str(job.jobs or _PROCESSORS),
            "SHARDS": "\n".join(shard_names(job)),
            "RUN": shlex.quote(f"{command} || exit 1"),
            "MERGE": quote_words(merge_words(job)),
        }
        return fill(_SCRIPT, values)

"""A script that submits an array of tasks and the merge to Slurm."""

from __future__ import annotations

import math
import shlex
from typing import ClassVar

from shotlog.batch.emitters.tasks import (
    check_job,
    comment,
    end_of,
    fill,
    merge_words,
    plain_name,
    quote_words,
    run_command,
    shard_names,
)
from shotlog.batch.executors import EmittingExecutor, FarmJob

MOST_TASKS = 1000
"""Tasks of an array: one less than Slurm's default MaxArraySize of 1001, which its greatest index
must stay below (slurm.conf(5))."""

# sbatch takes the script from its standard input, and options on its command line go before those
# of #SBATCH lines (sbatch(1)). Tasks take every TASKS-th shard, so each gets costly and cheap ones.
_SCRIPT = """\
#!/bin/sh
# Shotlog: @NAME@, @COUNT@ shards.
# Submit it on a machine that has sbatch; arguments go to sbatch, for both jobs:
#     sh FILE --partition=gpu --account=film --time=8:00:00
set -eu

logs=@FOLDER@/.shotlog/slurm
mkdir -p "$logs"
cd "$logs" # where Slurm puts the output of tasks

array=$(sbatch --parsable "$@" <<'@TASKEND@'
#!/bin/sh
#SBATCH --job-name=@JOBNAME@
#SBATCH --array=@ARRAY@
#SBATCH --ntasks=1
#SBATCH --requeue
@GPUS@set -u
tasks=@TASKS@
failed=0
number=0
for shard in @SHARDS@; do
    if [ $((number % tasks)) -eq "$SLURM_ARRAY_TASK_ID" ]; then
        @RUN@ || failed=1
    fi
    number=$((number + 1))
done
exit "$failed"
@TASKEND@
)
array=${array%%;*} # with several clusters, the name of the cluster follows

# afterany: what did succeed is merged, too.
merge=$(sbatch --parsable --dependency="afterany:$array" "$@" <<'@MERGEEND@'
#!/bin/sh
#SBATCH --job-name=@JOBNAME@-merge
#SBATCH --ntasks=1
exec @MERGE@
@MERGEEND@
)
echo "Submitted: array $array, then merge ${merge%%;*}. See: squeue --job=$array,${merge%%;*}"
"""


class SlurmEmitter(EmittingExecutor):
    """A script that calls ``sbatch`` twice: for an array of tasks, and for the merge after it.

    An array has at most 1000 tasks; of more shards, each task does several.
    """

    name: ClassVar[str] = "slurm"
    title: ClassVar[str] = "a script that submits an array of jobs to Slurm"
    suffix: ClassVar[str] = ".sh"

    def emit(self, job: FarmJob) -> str:
        """Return the script; errors as in the contract."""
        check_job(job)
        each = math.ceil(len(job.shards) / MOST_TASKS)
        tasks = math.ceil(len(job.shards) / each)
        limit = f"%{job.jobs}" if job.jobs else ""
        run, merge = run_command(job, '"$shard"'), quote_words(merge_words(job))
        values = {
            "NAME": comment(job.name),
            "COUNT": str(len(job.shards)),
            "FOLDER": shlex.quote(job.folder.as_posix()),
            "JOBNAME": f"shotlog-{plain_name(job.name)}",
            "ARRAY": f"0-{tasks - 1}{limit}",
            "GPUS": f"#SBATCH --gres=gpu:{job.gpus}\n" if job.gpus else "",
            "TASKS": str(tasks),
            "SHARDS": " ".join(shard_names(job)),
            "RUN": run,
            "MERGE": merge,
            "TASKEND": end_of("TASK", run),
            "MERGEEND": end_of("MERGE", merge),
        }
        return fill(_SCRIPT, values)

"""A job template of Open Job Description, for AWS Deadline Cloud and other systems that read it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

from shotlog.batch.emitters.tasks import check_job, comment, shard_names
from shotlog.batch.executors import EmittingExecutor, FarmJob
from shotlog.schema import ExecutorUnusable

MOST_VALUES, MOST_PARAMETERS, LONGEST = 1024, 50, 1024
"""Values of a task parameter, parameters of a job, characters of a value; all of version 2023-09 of
the specification: https://github.com/OpenJobDescription/openjd-specifications/wiki."""
_LONGEST_NAME = 128
_STOP_SECONDS = 60
_NAME_ROOM = 64  # for the name of a shard after that of the folder
_BRACES = re.compile(r"\{(?=\{)|\}(?=\})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class OpenJobEmitter(EmittingExecutor):
    """A job template, version 2023-09, as JSON: steps over the shards, and the merge after them.

    The output folder is a job parameter, and each shard a path in it, to which the path mapping
    rules of the farm are applied. (The default of a job parameter of type PATH cannot be absolute.)
    A step has at most 1024 tasks; more shards make more steps, which run side by side.
    """

    name: ClassVar[str] = "openjd"
    title: ClassVar[str] = "an Open Job Description template, as AWS Deadline Cloud takes them"
    suffix: ClassVar[str] = ".json"

    def emit(self, job: FarmJob) -> str:
        """Return the template; errors as in the contract."""
        check_job(job)
        parameters = _Parameters()
        folder = parameters.add("LoggedFolder", job.folder.as_posix(), LONGEST - _NAME_ROOM)
        names = shard_names(job)
        parts = [names[n : n + MOST_VALUES] for n in range(0, len(names), MOST_VALUES)]
        command, action, shard, *options = job.run_command("{{Task.Param.Shard}}")
        run = [command, action, shard, *parameters.words(options)]
        steps: list[dict[str, Any]] = []
        for number, part in enumerate(parts, 1):
            shards = [f"{folder}/.shotlog/shards/{name}" for name in part]
            name = "shards" if len(parts) == 1 else f"shards {number}"
            steps.append({"name": name, **_over("Shard", shards), "script": _script(run)})
            if job.gpus:
                amount = {"name": "amount.worker.gpu", "min": job.gpus}
                steps[-1]["hostRequirements"] = {"amounts": [amount]}
        merge = {
            "name": "merge",
            "dependencies": [{"dependsOn": step["name"]} for step in steps],
            **_over("Folder", [folder]),
            "script": _script([*job.merge_command[:-1], "{{Task.Param.Folder}}"]),
        }
        template = {
            "specificationVersion": "jobtemplate-2023-09",
            "name": _job_name(job.name),
            "parameterDefinitions": parameters.definitions,
            "steps": [*steps, merge],
        }
        return json.dumps(template, indent=2) + "\n"


class _Parameters:
    """Job parameters for texts that a format string cannot hold.

    In a format string ``{{`` and ``}}`` enclose an expression, without an escape (section 7.3), and
    arguments have no control characters (5.2); the value of a parameter may hold all of them.
    """

    def __init__(self) -> None:
        self.definitions: list[dict[str, Any]] = []

    def add(self, name: str, value: str, longest: int = LONGEST) -> str:
        """Define a parameter and return the format string that stands for it."""
        if len(value) > longest or len(self.definitions) == MOST_PARAMETERS:
            message = f"this text is longer than the {longest} characters that a job may have"
            if len(value) <= longest:
                message = f"a job cannot have more than {MOST_PARAMETERS} such options"
            raise ExecutorUnusable(comment(value), message, "Work elsewhere: --emit shell.")
        self.definitions.append({"name": name, "type": "STRING", "default": value})
        return f"{{{{Param.{name}}}}}"

    def words(self, words: Iterable[str]) -> Iterator[str]:
        """Yield arguments as format strings."""
        for word in words:
            plain = not _BRACES.search(word) and not _CONTROL.search(word)
            number = len(self.definitions)
            yield word if plain else self.add(f"Option{number}", word)


def _over(name: str, paths: list[str]) -> dict[str, Any]:
    """Return a task for each path, to which the path mapping rules of the farm are applied."""
    definition = {"name": name, "type": "PATH", "range": paths}
    return {"parameterSpace": {"taskParameterDefinitions": [definition]}}


def _script(words: Sequence[str]) -> dict[str, Any]:
    # A task that is cancelled is told so, and stops; it would else leave the note of a crash.
    cancelation = {"mode": "NOTIFY_THEN_TERMINATE", "notifyPeriodInSeconds": _STOP_SECONDS}
    run = {"command": words[0], "args": list(words[1:]), "cancelation": cancelation}
    return {"actions": {"onRun": run}}


def _job_name(name: str) -> str:
    """Return a name within the limits of section 1.1.1, which is a format string, too."""
    shown = _BRACES.sub(r"\g<0> ", f"Shotlog: {comment(name)}")
    return shown if len(shown) <= _LONGEST_NAME else shown[: _LONGEST_NAME - 1] + "…"

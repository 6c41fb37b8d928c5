"""A job specification of OpenCue."""

from __future__ import annotations

import getpass
import os
import re
import shlex
from typing import ClassVar
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from shotlog.batch.emitters.tasks import (
    SHELL_JOB,
    check_job,
    comment,
    join_ranges,
    merge_words,
    plain_name,
    shard_numbers,
    shards_folder,
)
from shotlog.batch.executors import EmittingExecutor, FarmJob
from shotlog.schema import ExecutorUnusable

# Elements and their order: cuebot/src/main/resources/public/dtd/cjsl-1.15.dtd of OpenCue, by which
# Cuebot validates what it is given; names and limits: service/JobSpec.java there.
_DOCTYPE = (
    '<!DOCTYPE spec PUBLIC "SPI Cue Specification Language"'
    ' "http://localhost:8080/spcue/dtd/cjsl-1.15.dtd">'
)
_MOST_FRAMES = 100_000
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class OpenCueEmitter(EmittingExecutor):
    """A job of two layers: a frame per shard, and the merge, which depends on all of them.

    Show, shot and user are those of the environment (``SHOW``, ``SHOT``), as in PyOutline; they can
    be changed in the file. Cuebot replaces ``#ZFRAME#`` by the frame's number in four digits.
    """

    name: ClassVar[str] = "opencue"
    title: ClassVar[str] = "a job specification of OpenCue"
    suffix: ClassVar[str] = ".xml"

    def emit(self, job: FarmJob) -> str:
        """Return the specification; errors as in the contract."""
        check_job(job)
        numbers = shard_numbers(job)
        if len(numbers) >= _MOST_FRAMES:
            message = f"OpenCue takes no job of {_MOST_FRAMES:,} frames"
            raise ExecutorUnusable(comment(str(job.folder)), message, "Make larger shards.")
        spec = Element("spec")
        _add(spec, "show", os.environ.get("SHOW", "testing"))
        _add(spec, "shot", os.environ.get("SHOT", "shotlog"))
        _add(spec, "user", _user())
        name = f"shotlog_{plain_name(job.name)}".replace("-", "_").lower()
        made = SubElement(spec, "job", name=name)
        _add(made, "paused", "False")
        _add(made, "maxretries", "1")  # the most that Cuebot allows
        _add(made, "autoeat", "False")
        layers = SubElement(made, "layers")
        task = job.run_command(f"{shards_folder(job)}/#ZFRAME#.json")
        shards = _layer(layers, "shards", _command(task, task[2]), join_ranges(numbers))
        if job.gpus:
            _add(shards, "gpus", str(job.gpus))
            _add(shards, "gpu_memory", "1g")  # Cuebot wants one with gpus; 1 GiB is its least
        _layer(layers, "merge", _command(merge_words(job)), "1")
        self._depend(spec, name)
        indent(spec)
        text = tostring(spec, encoding="unicode").replace("\r", "&#13;")  # XML would make it \n
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{_DOCTYPE}\n{text}\n'

    def _depend(self, spec: Element, name: str) -> None:
        depends = SubElement(spec, "depends")
        depend = SubElement(depends, "depend", type="LAYER_ON_LAYER", anyframe="False")
        for key, value in (("depjob", name), ("deplayer", "merge")):
            _add(depend, key, value)
        for key, value in (("onjob", name), ("onlayer", "shards")):
            _add(depend, key, value)


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text


def _layer(layers: Element, name: str, command: str, frames: str) -> Element:
    kind = "Render" if name == "shards" else "Util"
    layer = SubElement(layers, "layer", name=name, type=kind)
    _add(layer, "cmd", command)
    _add(layer, "range", frames)
    _add(layer, "chunk", "1")
    return layer


def _command(words: tuple[str, ...], placeholder: str = "") -> str:
    """Return the shell text that RQD writes into a file and runs.

    Cuebot replaces words such as ``#LAYER#`` wherever they stand, so in a path a quote follows each
    number sign, which changes nothing for the shell.
    """
    quoted = []
    for word in words:
        if _NOT_XML.search(word):
            message = "XML cannot hold this text"
            raise ExecutorUnusable(comment(word), message, SHELL_JOB)
        parts = word.split("#ZFRAME#") if word == placeholder else [word]
        quoted.append("#ZFRAME#".join(shlex.quote(p).replace("#", "#''") for p in parts))
    return " ".join(quoted)


def _user() -> str:
    """Return the user's name; Cuebot refuses jobs of root."""
    user = plain_name(getpass.getuser())
    return "shotlog" if user == "root" else user

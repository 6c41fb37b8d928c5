"""A fault at any step of a node, made by a program whose processes are forked.

``python -m tests.batch.faults.steps PLANNED SCRATCH TRUTH COUNT FAULT...``: PLANNED is an output
folder with a plan, TRUTH one in which it was worked off undisturbed. For each fault and COUNT of
all steps, a copy of PLANNED is worked off by a process that meets the fault at that step, then by
one that does not, and compared with TRUTH. Prints what was found as JSON.

A step is a call on a file or a folder of the output: it is opened, listed, renamed, removed or
made. Between two of them nothing changes that another process could see.
"""

from __future__ import annotations

import errno
import importlib
import json
import os
import random
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from shotlog.batch import OutputFolder, ShardRunner, merge_results
from shotlog.paths import CACHE_VARIABLE
from shotlog.schema import DiskFull, ShotlogError
from tests.batch.faults import products
from tests.batch.season import Told, never, shard_files

Fault = Literal["killed", "overtaken", "full", "vanished"]
"""What happens at the step: the process is killed; another node does all the work meanwhile; from
there on the disk is full; the folder vanishes."""

FAULTS: tuple[Fault, ...] = get_args(Fault)

_ENDS: dict[Fault, tuple[int, ...]] = {
    "killed": (-signal.SIGKILL,),
    "overtaken": (0,),
    "full": (4,),
    "vanished": (3, 4),
}
"""How a process may end that meets a fault: 3 is an error of ours, 4 a full disk."""

_STEPS: dict[Fault, tuple[Kind, ...]] = {
    # A kill before a mere look leaves the same as one after the change that comes before.
    "killed": ("write", "change"),
    "overtaken": ("look", "write", "change"),
    "full": ("write",),
    "vanished": ("look", "write", "change"),
}
_WRITES = os.O_WRONLY | os.O_RDWR
_CHANGES = frozenset({"os.rename", "os.remove", "os.mkdir", "os.rmdir"})
_LOOKS = frozenset({"os.listdir", "os.scandir"})


Kind = Literal["look", "write", "change"]
"""A file is read or a folder listed; a file is opened for writing; a name is made or goes."""


class Step(NamedTuple):
    """A step of a process.

    Attributes:
        number: Its number, from 1.
        kind: What is done.
    """

    number: int
    kind: Kind


def main(planned: Path, scratch: Path, truth: Path, count: int, faults: Sequence[Fault]) -> None:
    """Print one JSON object: by fault the number of steps, those tried, and what was wrong."""
    steps = _steps_of(planned, scratch / "counted" / planned.name)
    found = {}
    for fault in faults:
        # Without the last step, after which there is nothing that a fault could disturb.
        possible = [step.number for step in steps[:-1] if step.kind in _STEPS[fault]]
        chance = random.Random(fault)  # noqa: S311
        tried = sorted(chance.sample(possible, min(count, len(possible))))
        wrong = {}
        for step in tried:
            out = scratch / fault / str(step) / planned.name
            shutil.copytree(planned, out)
            try:
                _try(fault, out, step)
                products.assert_equal(out, truth)
            except AssertionError as error:
                wrong[step] = str(error)
            else:
                shutil.rmtree(out.parent)
        found[fault] = {"steps": len(possible), "tried": tried, "wrong": wrong}
    sys.stdout.write(json.dumps(found))


def work(out: Path, shards: Sequence[Path]) -> None:
    """Work off shards and merge, as nodes of a farm do."""
    with ShardRunner(worker="node") as runner:
        for shard in shards:
            runner.run(shard, (), Told(), never)
    merge_results(OutputFolder(out))


def _try(fault: Fault, out: Path, step: int) -> None:
    """Run a process that meets a fault, then one that does not.

    Raises:
        AssertionError: One of them has not ended as it should.
    """
    away = out.with_name("away")
    reached, go = os.pipe(), os.pipe()

    def overtaken() -> None:
        os.write(reached[1], b"!")
        os.read(go[0], 1)

    faults: dict[Fault, Callable[[], None]] = {
        "killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
        "overtaken": overtaken,
        "full": lambda: None,
        "vanished": lambda: os.rename(out, away),  # noqa: PTH104
    }
    steps = _Steps(out, step, faults[fault], full=fault == "full")
    pid = _fork(steps.watch, out)
    os.close(reached[1])
    if os.read(reached[0], 1):
        code = _ended(_fork(lambda: _use_another_cache(out), out))
        os.write(go[1], b"!")
        assert not code, f"the other node ended with {code}"
    for handle in (reached[0], *go):
        os.close(handle)
    code = _ended(pid)
    assert code in _ENDS[fault], f"the process ended with {code}"
    if away.exists():
        assert not out.exists(), "a folder was made where the output had been"
        away.rename(out)
    code = _ended(_fork(lambda: None, out))
    assert not code, f"the next process ended with {code}"


def _use_another_cache(out: Path) -> None:
    own = Path(os.environ[CACHE_VARIABLE])
    other = out.parent / own.name
    shutil.copy(own, other)
    os.environ[CACHE_VARIABLE] = str(other)


def _steps_of(planned: Path, out: Path) -> list[Step]:
    """Return the steps of an undisturbed process, and import what it has imported."""
    shutil.copytree(planned, out)
    reading, writing = os.pipe()
    steps = _Steps(out, None, lambda: None)

    def tell() -> None:
        facts = [steps.kinds, [name for name in sys.modules if "__main__" not in name]]
        os.write(writing, json.dumps(facts).encode())

    with os.fdopen(reading) as told:
        pid = _fork(steps.watch, out, tell)
        os.close(writing)
        kinds, modules = json.loads(told.read())
    assert _ended(pid) == 0
    for module in modules:  # else each further process would import them for itself
        if module.partition(".")[0] not in sys.stdlib_module_names:
            with suppress(ImportError):
                importlib.import_module(module)
    return [Step(number, kind) for number, kind in enumerate(kinds, start=1)]


class _Steps:
    """Counts the steps of this process below a folder, and makes a fault at one of them.

    Args:
        below: The folder.
        at: Number of the step; None only counts.
        fault: The fault.
        full: True to have nothing written from there on.
    """

    def __init__(
        self, below: Path, at: int | None, fault: Callable[[], None], *, full: bool = False
    ) -> None:
        self.kinds: list[Kind] = []
        self._below, self._at, self._fault, self._full = str(below), at, fault, full
        self._within = False

    def watch(self) -> None:
        """Begin to count, until this process ends."""
        sys.addaudithook(self._see)

    def _see(self, event: str, arguments: tuple[object, ...]) -> None:
        kind: Kind
        if event == "open":
            kind = "write" if isinstance(arguments[2], int) and arguments[2] & _WRITES else "look"
        elif event in _CHANGES or event in _LOOKS:
            kind = "change" if event in _CHANGES else "look"
        else:
            return
        if self._within or not str(arguments[0]).startswith(self._below):
            return
        self.kinds.append(kind)
        if self._at is None or len(self.kinds) < self._at:
            return
        if len(self.kinds) == self._at:
            self._within = True
            self._fault()
            self._within = False
        if self._full and kind == "write":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _fork(first: Callable[[], None], out: Path, last: Callable[[], None] = lambda: None) -> int:
    """Work a folder off in a process of its own; return its id.

    Args:
        first: Called in the process before the work.
        out: The folder.
        last: Called after it.
    """
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        shards = shard_files(out)
        first()
        work(out, shards)
        last()
        code = 0
    except DiskFull:
        code = 4
    except ShotlogError:
        code = 3
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _ended(pid: int) -> int:
    """Wait for a process; return its exit code, or the negated signal."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


if __name__ == "__main__":
    planned, scratch, truth = map(Path, sys.argv[1:4])
    faults = [fault for fault in FAULTS if fault in sys.argv[5:]]
    main(planned, scratch, truth, int(sys.argv[4]), faults)

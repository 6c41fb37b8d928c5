"""The end of an item: its outputs, then its result, which makes it done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shotlog.batch.events import BatchEvent, ItemEnded, ItemState
from shotlog.batch.manifest import BatchOptions, Item, OutputPlace
from shotlog.batch.running.analysis import EditAnalysis
from shotlog.batch.running.outputs import write_marked, write_reports
from shotlog.batch.running.sources import OpenItem, open_place
from shotlog.batch.running.summary import summarize
from shotlog.batch.store import (
    OutputFolder,
    Record,
    Result,
    ResultStore,
    ShotNumber,
    WrittenOutputs,
)
from shotlog.schema import (
    DiskFull,
    ItemParked,
    Log,
    Problem,
    ShotlogError,
    readable,
)
from shotlog_otio import Relinks


@dataclass(frozen=True)
class ItemFinisher:
    """Writes what items end with.

    The outputs come first and the result last, so an item that has a result has its outputs. Each
    is written whole and is the same whoever writes it, so a process may end anywhere between.

    Attributes:
        folder: The output folder.
        options: Options of the shard.
        maps: Maps of paths from the machine that planned to this one.
        analysis: Gives pictures and vectors of shots, and keeps probed media.
        worker: Name of the worker, for people.
        tell: Takes the events.
    """

    folder: OutputFolder
    options: BatchOptions
    maps: Sequence[str]
    analysis: EditAnalysis
    worker: str
    tell: Callable[[BatchEvent], None]

    def open(self, item: Item, place: OutputPlace) -> AbstractContextManager[OpenItem]:
        """Open an item in one of its places; see :func:`open_place`."""
        return open_place(item, place, self.options, self.maps, self.analysis.probe_cache)

    def finish(
        self, item: Item, opened: OpenItem, logs: Sequence[Log], problems: Iterable[Problem]
    ) -> None:
        """Write outputs and result of an item.

        Args:
            item: The item.
            opened: The item, open, with the sequences that have a log.
            logs: Their logs.
            problems: Sequences that have none.

        Raises:
            DiskFull: There is no room; what was computed is in the cache.
            OutputNotWritable: The result cannot be written.
        """
        pictures = {
            (sequence, number): jpeg
            for sequence, log in enumerate(logs)
            for number, shot in enumerate(log.shots)
            if (jpeg := self.analysis.picture(shot))
        }
        unwritten, notes = self._write_outputs(item, opened, logs)
        logs = [_with_notes(logs[0], notes), *logs[1:]]
        told = [*problems, *unwritten, *self._write_reports(item, logs, pictures)]
        record = Record(
            item=item,
            state=ItemState.DONE,
            sequences=len(logs),
            summary=summarize(logs),
            problems=tuple(told),
        )
        planned = tuple(self._as_planned(log) for log in logs)
        result = Result(record, planned, pictures, self._vectors(logs))
        ResultStore(self.folder).write(result)
        self._end(item, ItemState.DONE, told[0] if told else None, record.summary.clips)

    def fail(self, item: Item, error: Exception) -> ItemState:
        """Write that an item failed, and return its state.

        Raises:
            DiskFull: The error is that the disk is full, which is no fault of the item.
            OutputNotWritable: The failure cannot be written.
        """
        if isinstance(error, DiskFull):
            raise error
        state = ItemState.PARKED if isinstance(error, ItemParked) else ItemState.FAILED
        problem = problem_of(item, error)
        record = Record(item=item, state=state, problems=(problem,))
        ResultStore(self.folder).write_failure(record)
        self._end(item, state, problem, 0)
        return state

    def restore(self, item: Item) -> tuple[Problem, ...]:
        """Write the outputs of a finished item that are missing, from its result.

        Returns:
            Outputs that cannot be written.

        Raises:
            ResultUnreadable: The result is damaged.
            DiskFull: There is no room.
        """
        written = WrittenOutputs(self.folder)
        lacking = [p for p in (item, *item.copies) if not written.exists(p.output)]
        if not lacking and written.exists(item.report):
            return ()
        result = ResultStore(self.folder).read(item.id)
        problems: list[Problem] = []
        for place in lacking:
            try:
                with self.open(item, place) as opened:
                    problems += self._write_one(place, item, opened, result.logs)[0]
            except DiskFull:
                raise
            except ShotlogError as error:  # its timeline has gone
                problems.append(problem_of(item, error))
        if not written.exists(item.report):
            problems += self._write_reports(item, result.logs, result.pictures)
        return tuple(problems)

    def _write_outputs(
        self, item: Item, opened: OpenItem, logs: Sequence[Log]
    ) -> tuple[list[Problem], list[str]]:
        """Write the marked timelines; return those that cannot be written, and notes."""
        problems, notes = self._write_one(item, item, opened, logs)
        for copy in item.copies:
            try:
                with self.open(item, copy) as other:
                    unwritten, told = self._write_one(copy, item, other, logs)
            except DiskFull:
                raise
            except ShotlogError as error:
                problems.append(problem_of(item, error))
            else:
                problems += unwritten
                notes += told
        return problems, notes

    def _write_one(
        self, place: OutputPlace, item: Item, opened: OpenItem, logs: Sequence[Log]
    ) -> tuple[list[Problem], list[str]]:
        """Write the marked timeline of a place; return the problem if it cannot be, and notes."""
        try:
            written = WrittenOutputs(self.folder)
            notes = write_marked(opened, logs, place, self.options, written)
        except DiskFull:
            raise
        except ShotlogError as error:  # an editor has changed it: the log is kept all the same
            return [problem_of(item, error)], []
        return [], list(notes)

    def _write_reports(
        self, item: Item, logs: Sequence[Log], pictures: Mapping[ShotNumber, bytes]
    ) -> list[Problem]:
        """Write the reports of an item; return the problem if they cannot be written."""
        try:
            write_reports(logs, pictures, item.report, WrittenOutputs(self.folder))
        except DiskFull:
            raise
        except ShotlogError as error:  # a file of somebody else lies in its place
            return [problem_of(item, error)]
        return []

    def _vectors(self, logs: Sequence[Log]) -> dict[str, dict[ShotNumber, npt.NDArray[np.float32]]]:
        by_model: dict[str, dict[ShotNumber, npt.NDArray[np.float32]]] = {}
        for sequence, log in enumerate(logs):
            found = self.analysis.vectors(log.shots, self.options.analysis)
            for model, vectors in found.items():
                numbered = {(sequence, number): v for number, v in vectors.items()}
                by_model.setdefault(model, {}).update(numbered)
        return by_model

    def _as_planned(self, log: Log) -> Log:
        """Return a log whose media have the paths of the machine that planned."""
        if not self.maps:
            return log
        back = Relinks(tuple((new, old) for old, new in Relinks.parse(self.maps).pairs))
        clips = tuple(
            clip
            if clip.media is None
            else clip.model_copy(
                update={
                    "media": clip.media.model_copy(
                        update={"path": back.apply([clip.media.path])[0]}
                    )
                }
            )
            for clip in log.edit.clips
        )
        return log.model_copy(update={"edit": log.edit.model_copy(update={"clips": clips})})

    def _end(self, item: Item, state: ItemState, problem: Problem | None, clips: int) -> None:
        self.tell(
            ItemEnded(
                worker=self.worker,
                item=item.id,
                name=item.name,
                state=state,
                cost=item.cost,
                clips=clips,
                message=problem.message if problem else "",
                hint=problem.hint if problem else "",
            )
        )


def _with_notes(log: Log, notes: Sequence[str]) -> Log:
    return log.model_copy(update={"warnings": (*log.warnings, *notes)})


def problem_of(item: Item, error: Exception) -> Problem:
    """Return an error as the problem of an item; one that is not ours is named by its class."""
    if isinstance(error, ShotlogError):
        return error.problem
    message = f"it failed unexpectedly ({type(error).__name__}: {readable(str(error))})"
    return ShotlogError(item.name, message).problem

"""Logs for calls: of a timeline, from memory if nothing has changed; or of an item of a library."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass

from shotlog.batch.store import OutputFolder, ResultStore
from shotlog.engine import Cache, make_thumbnail_reader
from shotlog.mcp.analyses import analyze, choose_options, open_timeline
from shotlog.mcp.calls import Call
from shotlog.mcp.records import LogChoice
from shotlog.paths import cache_file
from shotlog.schema import Edit, Log, ResultUnreadable, ShotlogError
from shotlog.settings import load_settings

_REMEMBERED = 8
"""Largest number of logs in memory; one of a long film has several megabytes."""

_Key = tuple[str | None, ...]
_Stamp = tuple[tuple[str, int, int] | None, ...]


class ShotUnknown(ShotlogError):
    """A log has no shot of this number."""

    message = "there is no such shot"
    hint = "Numbers of shots are those of the tools shots and find."


@dataclass(frozen=True)
class _Remembered:
    """A log, and the files that it was made of as they were then."""

    log: Log
    files: tuple[str, ...]
    stamp: _Stamp


class Logs:
    """Logs that calls ask for. Those of timelines are remembered, so that pages are of one log."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._latest: dict[_Key, _Remembered] = {}

    def get(self, choice: LogChoice, call: Call, *, fresh: bool = False) -> Log:
        """Return the log of a choice.

        Args:
            choice: The timeline, media or item.
            call: The call.
            fresh: True to analyse a timeline again, even if nothing has changed.

        Raises:
            ShotlogError: The choice may not be read, or has no log.
            CallCancelled: The call was cancelled.
        """
        if choice.item is not None:
            store = _store(choice, call)
            return store.log(choice.item, choice.item_sequence)
        assert choice.path is not None  # noqa: S101 # LogChoice checks it
        path = call.access.check_readable(choice.path)
        # With the options themselves: a setting may have changed, or a profile been learned again.
        asks = choose_options(load_settings(path).settings, choice).model_dump_json()
        key = (os.path.realpath(path), choice.sequence, choice.models, choice.provider, asks)
        if not fresh and (known := self._known(key)) is not None:
            return known
        stamp = _stamp([str(path)])  # before it is read: a later change is noticed
        with open_timeline(path, choice.sequence, call) as opened:
            media = tuple(_media_files(opened.edit))
            stamp += _stamp(media)
            log = analyze(opened, choice, call)
        self._remember(key, _Remembered(log, (str(path), *media), stamp))
        return log

    def _known(self, key: _Key) -> Log | None:
        with self._lock:
            found = self._latest.get(key)
        if found is None or _stamp(found.files) != found.stamp:
            return None
        return found.log

    def _remember(self, key: _Key, found: _Remembered) -> None:
        with self._lock:
            self._latest.pop(key, None)
            self._latest[key] = found
            for oldest in list(self._latest)[:-_REMEMBERED]:
                del self._latest[oldest]


def read_pictures(
    choice: LogChoice, log: Log, numbers: Iterable[int], call: Call
) -> dict[int, bytes | None]:
    """Return JPEGs of shots, by their places in ``log.shots``; None for those without one.

    Raises:
        CacheError: The result cache cannot be read.
        ResultUnreadable: The result of the item cannot be read.
    """
    if choice.item is not None:
        store, item = _store(choice, call), choice.item
        return {n: store.picture(item, choice.item_sequence, n) for n in numbers}
    with Cache(cache_file()) as cache:
        picture = make_thumbnail_reader(cache)
        return {n: picture(log.shots[n]) for n in numbers}


def _store(choice: LogChoice, call: Call) -> ResultStore:
    assert choice.library is not None  # noqa: S101 # LogChoice checks it
    assert choice.item is not None  # noqa: S101
    store = ResultStore(OutputFolder(call.access.check_readable(choice.library)))
    if not store.is_done(choice.item):
        message = f"there is no item {choice.item} in this library"
        hint = "Give an item and the library as the tool find returns them."
        raise ResultUnreadable(choice.library, message, hint)
    return store


def _media_files(edit: Edit) -> Iterable[str]:
    clips = (*edit.clips, *edit.sound)
    media = (clip.media for clip in clips if clip.media is not None)
    return dict.fromkeys(
        # Of numbered pictures the folder: it changes when one of them is replaced.
        os.path.dirname(each.path) if each.sequence is not None else each.path  # noqa: PTH120
        for each in media
    )


def _stamp(files: Iterable[str]) -> _Stamp:
    return tuple(map(_stamp_of, files))


def _stamp_of(file: str) -> tuple[str, int, int] | None:
    try:
        status = os.stat(file)  # noqa: PTH116 # thousands of media, each time
    except (OSError, ValueError):
        return None
    return file, status.st_mtime_ns, status.st_size


def numbers_of(log: Log, wanted: Iterable[int]) -> list[int]:
    """Return the places of shots in ``log.shots``, from their numbers.

    Raises:
        ShotUnknown: There is no such shot.
    """
    numbers = []
    for number in wanted:
        if not 1 <= number <= len(log.shots):
            message = f"there is no shot {number}; it has {len(log.shots)} shots, from 1"
            raise ShotUnknown(log.edit.name, message)
        numbers.append(number - 1)
    return numbers

"""Journal of what was written into projects: one JSON object in each line, the latest one counts.

Resolve has no undo for what scripts do, so *Remove* goes by what was written. A line holds the ids
of a project and a timeline, which stay the same when either is renamed, the kind of what was
written, and all of it as it stands since then.
"""

import json
import os
import time
from typing import Any, Callable, Dict, List, Sequence, Tuple

from shotlog_resolve.host import Identity

MARKERS = "markers"
COLOURS = "colours"
KEYWORDS = "keywords"
JOB = "job"
ON_CLIPS = "on clips"

COMPACT_ABOVE = 1000000
"""Bytes above which lines that do not count any more are dropped."""

_Key = Tuple[str, str, str]


class Journal:
    """The journal in a file, which need not exist.

    A line that cannot be read, such as one that was cut off by a full disk, is passed over. What
    cannot be written is told to the log, and is no error: each marker has its owner's tag as well.

    Args:
        path: Path of the file.
        log: Is called with a sentence for the log.
    """

    def __init__(self, path: str, log: Callable[[str], None]) -> None:
        self._path = path
        self._log = log
        self._known: Dict[_Key, Any] = {}
        self._cut_off = False  # the last line has no end
        self._read()

    def markers(self, identity: Identity) -> List[str]:
        """Return the ids of the markers that were written on a timeline."""
        return [str(entry[0]) for entry in self._get(identity, MARKERS, [])]

    def record_markers(self, identity: Identity, entries: Sequence[Tuple[str, int, str]]) -> None:
        """Record all markers of ours on a timeline: id, frame and hash of each."""
        self.record(identity, MARKERS, [list(entry) for entry in entries])

    def forget_markers(self, identity: Identity) -> None:
        """Record that no marker of ours is on a timeline any more."""
        if self._get(identity, MARKERS, []):
            self.record(identity, MARKERS, [])

    def get(self, identity: Identity, kind: str) -> Any:
        """Return what was recorded last of one kind; None if nothing was."""
        return self._get(identity, kind, None)

    def record(self, identity: Identity, kind: str, value: Any) -> None:
        """Record what now stands on a timeline, of one kind."""
        key = (identity[0], identity[1], kind)
        if self._known.get(key) == value:
            return
        self._known[key] = value
        try:
            self._append(_line(key, value))
        except OSError as error:
            self._log(f"The journal cannot be written: {error}")

    def _get(self, identity: Identity, kind: str, default: Any) -> Any:
        return self._known.get((identity[0], identity[1], kind), default)

    def _read(self) -> None:
        try:
            with open(self._path, "rb") as file:
                content = file.read()
        except OSError:
            return
        self._cut_off = bool(content) and not content.endswith(b"\n")
        for line in content.splitlines():
            self._learn(line)

    def _learn(self, line: bytes) -> None:
        try:
            told = json.loads(line.decode("utf-8"))
            self._known[told["project"], told["timeline"], told["kind"]] = told["value"]
        except (ValueError, KeyError, TypeError):
            self._log("A line of the journal cannot be read and is passed over")

    def _append(self, line: bytes) -> None:
        if os.path.exists(self._path) and os.path.getsize(self._path) > COMPACT_ABOVE:
            self._compact()
        else:
            with open(self._path, "ab") as file:
                file.write(b"\n" + line if self._cut_off else line)
            self._cut_off = False

    def _compact(self) -> None:
        beside = self._path + ".new"
        with open(beside, "wb") as file:
            file.writelines(_line(key, value) for key, value in self._known.items() if value)
        os.replace(beside, self._path)


def _line(key: _Key, value: Any) -> bytes:
    project, timeline, kind = key
    told = {
        "time": int(time.time()),
        "project": project,
        "timeline": timeline,
        "kind": kind,
        "value": value,
    }
    return json.dumps(told, separators=(",", ":")).encode("ascii") + b"\n"

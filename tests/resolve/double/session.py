"""One running Resolve: its version and edition, what was called, and which rules were broken."""

import random
import threading
import time
from collections import Counter
from typing import Callable, Dict, List, Optional, Tuple

from .errors import Violation

# The first numbers of each version that can be played, and the build that others measured.
VERSIONS: Dict[str, List[object]] = {
    "18.5": [18, 5, 1, 6, ""],
    "19.1": [19, 1, 3, 7, ""],
    "20.3": [20, 3, 2, 9, ""],
    "21.0.4": [21, 0, 4, 5, ""],
    "21.1": [21, 1, 0, 14, ""],
}
ORDER = list(VERSIONS)
EDITIONS = ("studio", "free")

Action = Callable[[], None]


class Session:
    """The state that all handles of one running Resolve share.

    Attributes:
        violations: What the code under test did wrong, in order.
        unknown: Attributes that were asked for and do not exist, as ``Timeline.Foo``.
        calls: How often each method was called, as ``Timeline.AddMarker``.
        dirs: How often ``dir()`` was asked of a handle.
        edits: Calls that changed the editor's work otherwise than by a marker.
        upsells: How often the dialog that praises Studio was shown.
        cost: Seconds that each call costs; the sum is ``spent``. They pass only with ``sleeps``.
    """

    def __init__(self, version: str, edition: str, seed: int) -> None:
        if version not in VERSIONS:
            raise ValueError("version is one of %s" % ", ".join(VERSIONS))
        if edition not in EDITIONS:
            raise ValueError("edition is studio or free")
        self.version = version
        self.edition = edition
        self.random = random.Random(seed)  # noqa: S311
        self.violations: List[str] = []
        self.unknown: List[str] = []
        self.calls: Counter[str] = Counter()
        self.log: List[str] = []
        self.dirs = 0
        self.edits: List[str] = []
        self.upsells = 0
        self.saves = 0
        self.cost = 0.0
        self.spent = 0.0
        self.sleeps = False
        self.epoch = 0
        self.closed = False
        self.closed_attributes = False
        self.modal: Optional[str] = None
        self.modal_seconds: Optional[float] = None
        self._thread: Optional[int] = None
        self._planned: List[Tuple[Optional[str], int, Action]] = []
        self._lies: List[Tuple[str, object]] = []
        self._ids = 0

    def at_least(self, version: str) -> bool:
        """Return whether this Resolve is that version or later."""
        return version in ORDER and ORDER.index(self.version) >= ORDER.index(version)

    @property
    def is_studio(self) -> bool:
        return self.edition == "studio"

    def new_id(self) -> str:
        """Return an identifier of the shape of Resolve's."""
        self._ids += 1
        return "%08x-0000-4000-8000-%012x" % (self.random.getrandbits(32), self._ids)

    def flip(self) -> bool:
        """Return true or false by chance, the same for the same seed and calls."""
        return self.random.random() < 0.5

    def record(self, what: str) -> None:
        """Write down a violation."""
        self.violations.append(what)

    def violate(self, what: str) -> None:
        """Write down a violation and stop the code under test."""
        self.record(what)
        raise Violation(what)

    def before(self, method: Optional[str], nth: int, action: Action) -> None:
        """Plan an action just before the nth call (1 is the next) of a method, or of any."""
        count = self.calls[method] if method else sum(self.calls.values())
        self._planned.append((method, count + nth, action))

    def lie(self, method: str, answer: object, times: int = 1) -> None:
        """Let the next calls of a method do nothing and answer that, as Resolve's may."""
        self._lies += [(method, answer)] * times

    def next_lie(self, method: str) -> Tuple[bool, object]:
        """Return whether a call does nothing, and its answer; each lie is told once."""
        for lie in self._lies:
            if lie[0] == method:
                self._lies.remove(lie)
                return True, lie[1]
        return False, None

    def enter(self, method: str) -> None:
        """Count a call of a method and hold it to the rules that every call has."""
        thread = threading.get_ident()
        if self._thread is None:
            self._thread = thread
        if thread != self._thread:
            self.violate("%s was called from a second thread" % method)
        if self.modal is not None:
            self._wait_for_modal(method)
        self.calls[method] += 1
        self.log.append(method)
        self.spent += self.cost
        if self.sleeps:
            time.sleep(self.cost)
        self._act(method)

    def _act(self, method: str) -> None:
        total = sum(self.calls.values()) if self._planned else 0
        for plan in list(self._planned):
            wanted, count, action = plan
            if (wanted == method and self.calls[method] >= count) or (
                wanted is None and total >= count
            ):
                self._planned.remove(plan)
                action()

    def _wait_for_modal(self, method: str) -> None:
        if self.modal_seconds is None:
            self.violate("%s was called while a dialog is open (%s)" % (method, self.modal))
        else:
            time.sleep(self.modal_seconds)
            self.modal = self.modal_seconds = None

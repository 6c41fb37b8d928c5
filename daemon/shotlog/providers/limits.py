"""Limits of a run: what it may cost, and how long a server that fails is asked."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

_FAILED_CLIPS: Final = 5
"""Clips in a row that a server must fail on before it is asked no more. Each costs five attempts
over some seconds; a clip that makes every server fail has seldom four neighbours like it."""
_FAILED_ROUNDS: Final = 2
"""The same in rounds of as many clips as are sent at once, as one short failure meets all of a
round."""


class Budget:
    """A limit of cost, which is never passed by what is known of a clip's cost beforehand.

    A clip is taken to cost as much as the dearest one so far.

    Args:
        most: US dollars; None for no limit.
        first: US dollars that the first clip is taken to cost.
    """

    def __init__(self, most: Decimal | None, first: Decimal) -> None:
        self._most, self._dearest = most, first
        self._spent, self._out = Decimal(0), 0

    def reserve(self, *, sent: bool) -> bool:
        """Reserve the cost of a clip; return False where it would pass the limit.

        Args:
            sent: True for a clip that an earlier run has sent: its cost cannot be saved.
        """
        out = self._spent + self._dearest * (self._out + 1)
        if self._most is not None and out > self._most and not sent:
            return False
        self._out += 1
        return True

    def settle(self, cost: Decimal) -> None:
        """Replace a reservation by the cost of the clip."""
        self._out -= 1
        self._spent += cost
        self._dearest = max(self._dearest, cost)


class FailureCount:
    """The clips in a row that a server failed on, by no fault of the clips.

    Args:
        at_once: Most clips that are sent at the same time.

    Attributes:
        answered: True where the server has answered for a clip.
    """

    def __init__(self, at_once: int) -> None:
        self._most = max(_FAILED_CLIPS, _FAILED_ROUNDS * at_once)
        self._in_a_row, self.answered = 0, False

    def add_failure(self) -> None:
        """Count a clip that the server failed on."""
        self._in_a_row += 1

    def add_answer(self) -> None:
        """Note that the server has answered; one that was given up stays so."""
        self.answered = True
        if not self.is_full:
            self._in_a_row = 0

    @property
    def is_full(self) -> bool:
        """True where the server failed so often that it is to be asked no more."""
        return self._in_a_row >= self._most

    @property
    def told(self) -> str:
        """The count as a sentence without its end."""
        return f"its server failed on {self._in_a_row} clips in a row"

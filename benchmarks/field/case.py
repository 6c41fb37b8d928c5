"""One case of the corpus, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Case:
    """An input of a kind of fault, and the right answer to it.

    Attributes:
        kind: The kind of fault, one or two words: ``origin``.
        name: The input: ``x264, 3 B-frames, trimmed at 1.08 s``.
        expected: The right answer in words, worked out by hand beside the case.
        tell: Makes the input in an empty folder, runs the product on it, and puts what the
            product told into the words of ``expected``.
    """

    kind: str
    name: str
    expected: str
    tell: Callable[[Path], str]

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}"

    def run(self, folder: Path) -> Verdict:
        """Runs the case in an empty folder; an exception is an answer too, and a wrong one."""
        try:
            told = self.tell(folder)
        except Exception as error:
            told = f"{type(error).__name__}: {error}"
        return Verdict(self, told)


@dataclass(frozen=True)
class Verdict:
    """What the product told of a case."""

    case: Case
    told: str

    @property
    def right(self) -> bool:
        """Whether that is what was expected, to the letter."""
        return self.told == self.case.expected

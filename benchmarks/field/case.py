"""One case of the corpus, and its result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Case:
    """An input with a kind of fault, and the right answer to it.

    Attributes:
        kind: The kind of fault, one or two words: ``origin``.
        name: The input: ``x264, 3 B-frames, trimmed at 1.08 s``.
        expected: The right answer as text, worked out by hand beside the case.
        tell: Makes the input in an empty folder, runs the product on it, and returns the
            product's answer in the form of ``expected``.
    """

    kind: str
    name: str
    expected: str
    tell: Callable[[Path], str]

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}"

    def run(self, folder: Path) -> Verdict:
        """Run the case in an empty folder; an exception is a wrong answer."""
        try:
            told = self.tell(folder)
        except Exception as error:
            told = f"{type(error).__name__}: {error}"
        return Verdict(self, told)


@dataclass(frozen=True)
class Verdict:
    """The product's answer to a case."""

    case: Case
    told: str

    @property
    def right(self) -> bool:
        """True where the answer equals the expected text."""
        return self.told == self.case.expected

"""Readers of the windows of shots, as the built-in heads see them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Final, NamedTuple

from shotlog.analyzers.clock import Numbers
from shotlog.analyzers.faces import FaceMeasure
from shotlog.analyzers.motion import MotionMeasure
from shotlog.analyzers.move import (
    LOOK_FEATURES,
    LOOKS_LIKE,
    MoveAnalyzer,
    is_blind,
    load_classifier,
    look_features,
    select_rows,
    split_windows,
)
from shotlog.analyzers.size import SIZE_FEATURES, SizeAnalyzer, read_principals, size_features
from shotlog.schema import Claim, Family, ShotAnalyzer, ShotView, Tier


class ReadWindow(NamedTuple):
    """The evidence of one window.

    Attributes:
        scores: Probabilities by label.
        features: (d,) features.
    """

    scores: Mapping[str, float]
    features: Numbers


class WindowReader(ShotAnalyzer):
    """Reads the windows of shots as a built-in head sees them; it claims nothing.

    Attributes:
        head: Key of the analyzer whose head it is.
        features: Names of the features.
        found: The windows, by clip id.
    """

    tier = Tier.BUILTIN
    version = "1"
    head: ClassVar[str]
    features: ClassVar[tuple[str, ...]]

    def __init__(self) -> None:
        self.found: dict[str, list[ReadWindow]] = {}

    def conclude(self, view: ShotView) -> Sequence[Claim]:
        """Read the windows; return no claim."""
        self.found.setdefault(view.clip.id, []).extend(self.read(view))
        return []

    @abstractmethod
    def read(self, view: ShotView) -> Iterator[ReadWindow]:
        """Yield the windows of a shot that the head can answer."""

    @staticmethod
    @abstractmethod
    def look_of(label: str) -> str:
        """Return what the head tells apart, for a label."""


class FramingReader(WindowReader):
    """Reads the framing of faces, one window for a whole shot."""

    family = Family.SIZE
    name = "builtin.learning_sizes"
    measures = (FaceMeasure(),)
    head = SizeAnalyzer().key
    features = SIZE_FEATURES

    def read(self, view: ShotView) -> Iterator[ReadWindow]:
        """Yield the framing of a shot with a face."""
        principals = read_principals(view)
        if any(principals):
            (claim,) = SizeAnalyzer().conclude(view)
            yield ReadWindow(claim.scores, size_features(principals))

    @staticmethod
    def look_of(label: str) -> str:
        """Return the size itself."""
        return label


class LookReader(WindowReader):
    """Reads the looks of moves in windows of two seconds."""

    family = Family.MOVE
    name = "builtin.learning_moves"
    measures = (MotionMeasure(),)
    head = MoveAnalyzer().key
    features = LOOK_FEATURES

    def read(self, view: ShotView) -> Iterator[ReadWindow]:
        """Yield the windows that are not blind."""
        series = view.series[MotionMeasure.name]
        for _, span in split_windows(view.shot.core):
            window = series.within(span)
            rows = select_rows(window)
            if not is_blind(window, rows):
                yield ReadWindow(load_classifier().probabilities(rows), look_features(rows))

    @staticmethod
    def look_of(label: str) -> str:
        """Return the look of a move: travelling ones look like others."""
        return LOOKS_LIKE.get(label, label)


READERS: Final = (FramingReader, LookReader)
"""A reader for every built-in head that a profile can correct."""


def find_reader(analyzer: str) -> type[WindowReader] | None:
    """Return the reader of an analyzer's head, by its key; None where it has none."""
    return next((reader for reader in READERS if reader.head == analyzer), None)

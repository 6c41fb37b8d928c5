"""The contract of a reframer: the subjects that a crop is to follow, shot by shot."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Final

import numpy as np
import numpy.typing as npt
from pydantic import Field

from shotlog.analyzers import Letterbox
from shotlog.delivery.reframe.evidence import SubjectPlace
from shotlog.delivery.reframe.sound import EditSound
from shotlog.delivery.reframe.tracks import FaceTrack
from shotlog.plugins import ConfigurablePlugin, PluginKind
from shotlog.schema import Measure, ReframerError, ShotView, TimeRange, largest_crop

NO_BARS: Final = Letterbox()
"""A picture without black bars."""

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SeenShot:
    """A shot and what is seen in it.

    Attributes:
        view: The shot and its evidence.
        size: Width and height of the upright picture, in square pixels.
        aspect: Width over height of the crop.
        tracks: Faces over the shot, the most prominent first.
        place: A subject that is no face; None where nothing moves or stands out.
        bars: Black bars of the picture, which no crop shows.
    """

    view: ShotView
    size: tuple[int, int]
    aspect: Fraction
    tracks: tuple[FaceTrack, ...] = ()
    place: SubjectPlace | None = None
    bars: Letterbox = NO_BARS

    @property
    def crop(self) -> tuple[float, float]:
        """Width and height of the largest crop without bars, in shares of the picture."""
        width, height = largest_crop(*self.size, self.aspect)
        return width / self.size[0] * self.scale, height / self.size[1] * self.scale

    @property
    def scale(self) -> float:
        """Height of that crop over that of the largest one with bars; 1 where there are none."""
        width, height = largest_crop(*self.size, self.aspect)
        inner = (1 - 2 * self.bars.horizontal) * self.size[0] / width
        return min(1.0, inner, (1 - 2 * self.bars.vertical) * self.size[1] / height)


@dataclass(frozen=True, eq=False)
class Target:
    """A subject that the crop follows for a stretch of a shot.

    Attributes:
        range: The stretch, in media time.
        moments: (n,) seconds of media time at which its place is known, in order; at least one.
        boxes: (n, 4) centre, width and height of the subject, in shares of the picture.
        lost: The reason why there is no subject, for people; None where there is one.
    """

    range: TimeRange
    moments: Numbers
    boxes: Numbers
    lost: str | None = None


class Reframer(ConfigurablePlugin, ABC):
    """A way to reframe; its fields are its parameters.

    Attributes:
        summary: One line for people: the subject that it follows.
        version: Version; must be raised when the same evidence gives other targets.
    """

    summary: ClassVar[str]
    version: ClassVar[str]

    margin: float = Field(0.15, ge=0, le=2)
    """Room around a subject, as a share of its width and height, on each side."""
    zoom: float = Field(1.0, ge=1, le=4)
    """Largest enlargement of small subjects; 1 always shows the largest crop."""

    @property
    def measures(self) -> Sequence[Measure]:
        """Measures that it uses; none by default."""
        return ()

    @abstractmethod
    def follow(self, shots: Sequence[SeenShot], sound: EditSound) -> Sequence[Sequence[Target]]:
        """Return the targets of each shot, in order of media time; together they cover the shot.

        Args:
            shots: All shots of the edit, in order of the timeline.
            sound: The sound of the edit.
        """


REFRAMERS = PluginKind("shotlog.delivery.reframe", Reframer, "reframer", ReframerError)
"""Reframers; ``shotlog reframe --backend`` chooses one."""

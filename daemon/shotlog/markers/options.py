"""Options of markers: which are made of a log, how long they are, and in which colours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from shotlog.schema import MarkerFamily, Model


def _number(value: Any) -> Any:
    # True is the number 1 to pydantic.
    if isinstance(value, bool):
        raise ValueError("true and false are no numbers")
    return value


_Frames = Annotated[int, BeforeValidator(_number), Field(ge=1)]
_Count = Annotated[int, BeforeValidator(_number), Field(ge=0)]


class MarkerColours(Model):
    """Colours of the kinds of markers; null takes the default."""

    shot: str | None = None
    """Colour of a shot's marker."""
    move: str | None = None
    """Colour of the marker of a further camera move within a shot."""
    highlight: str | None = None
    """Colour of a highlight's marker."""
    problem: str | None = None
    """Colour of the marker of a clip that could not be analysed."""
    group: str | None = None
    """Colour of the marker of a group of selects."""
    defect: str | None = None
    """Colour of the marker of a defect that quality control found."""
    reframing: str | None = None
    """Colour of the marker of a stretch on which reframing found no subject."""

    def of(self, family: MarkerFamily) -> str | None:
        """Return the colour of a kind of marker; None for the default."""
        colour: str | None = getattr(self, family.value)
        return colour


class MarkerOptions(Model):
    """Options of the markers of a log; the defaults make a marker of everything in it."""

    sizes: bool = True
    """Write shot sizes. Without sizes and moves, shots get no markers."""
    moves: bool = True
    """Write camera moves."""
    highlights: bool = True
    """Write highlights."""
    problems: bool = True
    """Write markers on clips that could not be analysed."""
    length: Literal["shot"] | _Frames = "shot"
    """Length of a marker: `"shot"`, as long as what it describes, or a number of frames, which it
    does not exceed."""
    most_highlights: Literal["all"] | _Count = "all"
    """Number of highlights that are written, best first: `"all"`, or a number."""
    colours: Mapping[str, MarkerColours] = Field(default_factory=dict)
    """Colours by dialect of the editor: `resolve`, `premiere`, `plain`."""

    def colour(self, dialect: str, family: MarkerFamily) -> str | None:
        """Return the colour of a kind of marker in a dialect; None for the default."""
        own = self.colours.get(dialect)
        return own.of(family) if own else None


DEFAULT_OPTIONS = MarkerOptions()
"""The options that make a marker of everything in a log."""

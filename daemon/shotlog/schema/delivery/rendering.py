"""Parts of a timeline beyond its clip ranges: levels, fades, and parts that no render follows."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from shotlog.schema.base import Model, Seconds
from shotlog.schema.paths import Words
from shotlog.schema.times import TimeRange


class LevelKey(Model):
    """A key frame of the loudness of a clip."""

    at: Seconds
    """Its moment on the timeline's clock."""
    gain: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    """The factor of the samples: 1 leaves them as they are, 0 is silence."""


class SoundLevel(Model):
    """The loudness of a clip: fades and levels. Between two keys the factor changes evenly."""

    clip: str
    """Id of the clip range, of picture or of sound."""
    keys: Annotated[tuple[LevelKey, ...], Field(min_length=1)]
    """Key frames in order of time; before the first and after the last one the level stays. Two at
    one moment are a jump."""


class PictureFade(Model):
    """A fade of a picture clip, evenly over a range: one beside a gap, or a filter of the clip."""

    clip: str
    """Id of the clip range."""
    range: TimeRange
    """The whole fade on the timeline's clock, also where a part of it is not shown."""
    appears: bool
    """True where the clip appears in it, False where it disappears."""
    to: Literal["black", "transparent"]
    """The other end of the fade: a black picture, or what lies behind the clip."""


class LeftOut(Model):
    """A part of a timeline that cannot be rendered."""

    kind: str
    """Its kind: ``title``, ``effect``, ``generator``, ``transition``, ``retime``, ``blend``."""
    name: Words
    """Its name in the editing program: ``Gaussian Blur``."""
    range: TimeRange | None = None
    """Its range on the timeline's clock; None where it is not known."""
    clip: str | None = None
    """Id of the clip that it is on."""


class RenderFacts(Model):
    """Parts of a timeline beyond its clip ranges: those that a render follows, and all others."""

    levels: tuple[SoundLevel, ...] = ()
    """Levels and fades of clips, where they are not 1 all along."""
    fades: tuple[PictureFade, ...] = ()
    """Fades of picture clips beyond the dissolves between two of them."""
    muted: frozenset[str] = frozenset()
    """Ids of picture clips whose own sound is not to be heard."""
    pictures_sound: bool = False
    """True where the picture clips' own sound is heard beside the audio tracks."""
    sound_crosses: bool = False
    """True where clips of an audio track overlap only in a transition, and are crossed there."""
    left_out: tuple[LeftOut, ...] = ()
    """Parts that cannot be rendered, in order of time. A wipe is here: it becomes a dissolve."""

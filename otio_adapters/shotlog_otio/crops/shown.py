"""Crops as a timeline of any format shows them, before they are a reframing."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from shotlog.schema import ClipRange, LostSubject
from shotlog_otio.crops.transform import Placement


class ShownClip(NamedTuple):
    """The place of the picture of a clip in the frame.

    Attributes:
        clip: The clip.
        picture: Width and height of the upright picture of its media in pixels.
        places: Its place at the moments of its key frames, on the timeline's clock.
        edited: True where an editor has set or changed it.
        lost: Stretches without a subject, where the file tells them.
    """

    clip: ClipRange
    picture: tuple[int, int]
    places: Mapping[Fraction, Placement]
    edited: bool
    lost: tuple[LostSubject, ...] = ()


class ShownCrops(NamedTuple):
    """The places of the pictures of a timeline.

    Attributes:
        aspect: The aspect of the crops; None where the file does not tell it.
        size: Width and height of the frame; None where it is not known beyond the aspect.
        clips: The clips with a Transform.
        warnings: Sentences about clips whose Transform cannot be followed.
        others: Names of clips without any place of their own.
    """

    aspect: Fraction | None
    size: tuple[int, int] | None
    clips: tuple[ShownClip, ...]
    warnings: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def whole_picture(text: str) -> tuple[int, int]:
    """Return width and height of ``1920x1080``.

    Raises:
        ValueError: It is no size.
    """
    width, height = (int(side) for side in text.split("x"))
    if width < 1 or height < 1:
        raise ValueError("the size of its picture is not known")
    return width, height

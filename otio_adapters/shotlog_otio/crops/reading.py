"""Crops read back from the files that hold them, as they stand there now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Final

from shotlog.schema import CropPath, Reframing, ReframingUnusable
from shotlog_otio.crops.fcpxml_reading import shown_by_fcpxml
from shotlog_otio.crops.json_file import read_crops
from shotlog_otio.crops.mlt_reading import shown_by_mlt
from shotlog_otio.crops.otio_reading import shown_by_otio
from shotlog_otio.crops.shown import ShownClip, ShownCrops
from shotlog_otio.crops.transform import key_of

_READERS: Final[Mapping[str, Callable[[Path], ShownCrops]]] = MappingProxyType({
    ".otio": shown_by_otio, ".fcpxml": shown_by_fcpxml, ".mlt": shown_by_mlt,
})  # fmt: skip
_BACKEND: Final = "timeline"
"""The way in which crops of a timeline were made: by whoever set its key frames."""
_NAMED: Final = 3
"""Clips that are named in a sentence about several."""


def read_reframing(path: Path, aspect: Fraction | None = None) -> Reframing:
    """Return the crops of a file: the key frames that stand in it, an editor's as well as ours.

    Args:
        path: A timeline (.otio, .fcpxml, .mlt) with crops, or a .json file of crops.
        aspect: The aspect of the crops, for a timeline that does not tell it.

    Raises:
        ReframingUnusable: The file holds no crops, or does not tell their aspect.
        TimelineError: A timeline cannot be read.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        return read_crops(path)
    shown = reader(path)
    if not shown.clips:
        reasons = "".join(f"; {each}" for each in shown.warnings)
        hint = "Give the file that this wrote: shotlog reframe."
        raise ReframingUnusable(str(path), f"there are no crops in it{reasons}", hint)
    aspect = shown.aspect or aspect or (Fraction(*shown.size) if shown.size else None)
    if aspect is None:
        hint = "Tell it: --aspect 9:16."
        raise ReframingUnusable(str(path), "it does not tell the aspect of its crops", hint)
    size = shown.size or (aspect.numerator, aspect.denominator)
    warnings = list(shown.warnings)
    if shown.others:
        few = ", ".join(shown.others[:_NAMED])
        more = ", ..." if len(shown.others) > _NAMED else ""
        warnings.append(
            f"{len(shown.others)} clip(s) have no crop in it and show their middle: {few}{more}"
        )
    paths = tuple(_path(clip, aspect, size, warnings) for clip in shown.clips)
    return Reframing(aspect=aspect, backend=_BACKEND, paths=paths, warnings=tuple(warnings))


def _path(
    shown: ShownClip, aspect: Fraction, size: tuple[int, int], warnings: list[str]
) -> CropPath:
    clip = shown.clip
    made = [key_of(p, at, shown.picture, aspect, size) for at, p in sorted(shown.places.items())]
    if not all(fills for _, fills in made):
        warnings.append(f"{clip.name or clip.id}: it leaves bars in the frame; the crop has none")
    return CropPath(
        clip=clip.id, name=clip.name or clip.id, width=shown.picture[0], height=shown.picture[1],
        keys=tuple(key for key, _ in made), lost=shown.lost, edited=shown.edited,
    )  # fmt: skip

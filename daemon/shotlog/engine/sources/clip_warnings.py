"""Warnings about assumptions: collected per clip, attached to clips, folded for the screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shotlog.engine.sources.location import LocatedClip
from shotlog.schema import ClipRange, Edit

_NAMED = 3
"""Number of clips that a line names; of the rest it gives the count."""

ByClip = Mapping[str, tuple[str, ...]]
"""Sentences by clip id; the sentences do not name their clip."""


def collect_warnings(clips: Sequence[ClipRange], located: Sequence[LocatedClip]) -> ByClip:
    """Return the assumptions about each clip: of the timeline's reader, then of locating it."""
    found = {item.clip.id: item.warnings for item in located}
    return {clip.id: (*clip.warnings, *found.get(clip.id, ())) for clip in clips}


def collect_media_warnings(located: Sequence[LocatedClip]) -> list[str]:
    """Return the assumptions about media, one line each that names the file, without repeats."""
    media = (item.media for item in located)
    lines = (f"{found.path}: {words}" for found in media for words in found.warnings)
    return list(dict.fromkeys(lines))


def attach_warnings(edit: Edit, warnings: ByClip, located: Sequence[LocatedClip]) -> Edit:
    """Return the edit with the assumptions attached to its clips; markers show them from there."""
    media = {item.clip.id: item.media.warnings for item in located}

    def sentences(clip: ClipRange) -> tuple[str, ...]:
        own = warnings.get(clip.id, clip.warnings)
        return (*own, *(f"its media: {words}" for words in media.get(clip.id, ())))

    clips = [clip.model_copy(update={"warnings": sentences(clip)}) for clip in edit.clips]
    return edit.model_copy(update={"clips": tuple(clips)})


def fold_warnings(clips: Sequence[ClipRange], warnings: ByClip) -> list[str]:
    """Return one line for every sentence, with the clips that it is about.

    For example ``A001.mov: it runs backwards``, or for several clips ``12 clips: it runs backwards
    (A001.mov, A002.mov, A003.mov and 9 more)``.
    """
    about: dict[str, list[str]] = {}
    for clip in clips:
        for sentence in dict.fromkeys(warnings.get(clip.id, ())):
            about.setdefault(sentence, []).append(clip.name or clip.id)
    return [_line(sentence, names) for sentence, names in about.items()]


def _line(sentence: str, names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"{names[0]}: {sentence}"
    different = list(dict.fromkeys(names))
    more = len(different) - _NAMED
    tail = f" and {more} more" if more > 0 else ""
    return f"{len(names)} clips: {sentence} ({', '.join(different[:_NAMED])}{tail})"

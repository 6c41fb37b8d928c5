"""What was assumed about clips: gathered, kept with each clip, and told in as few lines as do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shotlog.engine.sources.location import Located
from shotlog.schema import ClipRange, Edit

_NAMED = 3
"""Clips that a line names; of more it tells the number."""

ByClip = Mapping[str, tuple[str, ...]]
"""Sentences by clip id; none names its clip."""


def warnings_of(clips: Sequence[ClipRange], looked_at: Sequence[Located]) -> ByClip:
    """What was assumed about each clip: by the reader of its timeline, then where it was found."""
    found = {item.clip.id: item.warnings for item in looked_at}
    return {clip.id: (*clip.warnings, *found.get(clip.id, ())) for clip in clips}


def media_warnings(looked_at: Sequence[Located]) -> list[str]:
    """What was assumed about media, a line each that names the file, whoever uses it."""
    media = (item.media for item in looked_at)
    lines = (f"{found.path}: {words}" for found in media for words in found.warnings)
    return list(dict.fromkeys(lines))


def with_warnings(edit: Edit, warnings: ByClip, looked_at: Sequence[Located]) -> Edit:
    """The edit with what was assumed about clips and their media kept with them, for markers."""
    media = {item.clip.id: item.media.warnings for item in looked_at}

    def told(clip: ClipRange) -> tuple[str, ...]:
        own = warnings.get(clip.id, clip.warnings)
        return (*own, *(f"its media: {words}" for words in media.get(clip.id, ())))

    clips = [clip.model_copy(update={"warnings": told(clip)}) for clip in edit.clips]
    return edit.model_copy(update={"clips": tuple(clips)})


def folded(clips: Sequence[ClipRange], warnings: ByClip) -> list[str]:
    """A line for every sentence, with the clips that it is about.

    ``A001.mov: it runs backwards``, or of several ``12 clips: it runs backwards (A001.mov,
    A002.mov, A003.mov and 9 more)``.
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

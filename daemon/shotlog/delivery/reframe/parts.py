"""Parts of a timeline: what alone is looked at, where not all of it is delivered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shotlog.schema import ClipRange, Edit, TimeRange, union

_SIGN = "#"
"""Before the number of a part of a clip, in its id."""


def parts_within(edit: Edit, spans: Sequence[TimeRange]) -> Edit:
    """Return a timeline of the parts of its clips that lie in ranges of it.

    The clips themselves stay, switched off: all ranges of a file together tell at which timecode
    it begins.

    Args:
        edit: The timeline.
        spans: The ranges, on its clock.
    """
    wanted = union(spans)
    clips = [part for clip in edit.clips for part in _parts(clip, wanted)]
    sound = [part for clip in edit.sound for part in _parts(clip, wanted)]
    return edit.model_copy(update={"clips": tuple(clips), "sound": tuple(sound)})


def whole_id(part: str) -> str:
    """Return the id of the clip that a part is of."""
    return part.partition(_SIGN)[0]


def _parts(clip: ClipRange, wanted: Sequence[TimeRange]) -> Iterator[ClipRange]:
    common = [part for span in wanted if (part := clip.timeline.intersection(span))]
    if common == [clip.timeline] or not clip.enabled:
        yield clip
        return
    for number, shown in enumerate(common):
        source = clip.time_map.range_to_source(shown)
        yield clip.model_copy(
            update={
                "id": f"{clip.id}{_SIGN}{number}",
                "timeline": shown,
                "source": source if source.duration else clip.source,  # a freeze frame
            }
        )
    yield clip.model_copy(update={"enabled": False})

"""The sounds of a timeline: its audio tracks, or its picture clips' own sound, and added ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shotlog.delivery.encode.layers import build_layers
from shotlog.delivery.encode.options import AddedSound
from shotlog.delivery.encode.sound import SoundPart
from shotlog.engine import ProbeCache
from shotlog.engine.sources import LocatedClip, MediaUses, locate_sound
from shotlog.schema import (
    Edit,
    MediaReference,
    MediaUnsupported,
    RenderFacts,
    TimeMap,
    TimeRange,
)


@dataclass(frozen=True)
class FoundSound:
    """The sounds of a render.

    Attributes:
        parts: What is heard.
        own: True where the picture clips' own sound is heard, as the timeline has no audio tracks.
        notes: What cannot be heard, and assumptions, as sentences.
    """

    parts: tuple[SoundPart, ...]
    own: bool
    notes: tuple[str, ...]


def find_sound(
    edit: Edit,
    pictures: Sequence[LocatedClip],
    uses: MediaUses,
    probes: ProbeCache,
    facts: RenderFacts,
    added: Sequence[AddedSound],
    span: TimeRange,
) -> FoundSound:
    """Return the sounds of a range of a timeline.

    Raises:
        MediaError: An added sound cannot be read.
    """
    own = not edit.sound
    notes: dict[str, None] = {}
    parts: list[SoundPart] = []
    if own or facts.pictures_sound:
        clips = [c for c in pictures if c.media.audio is not None and c.clip.id not in facts.muted]
        parts += _of_clips(clips, facts, overlaps_fade=True)
    if not own:
        clips = _of_tracks(edit, uses, probes, span, notes)
        parts += _of_clips(clips, facts, overlaps_fade=facts.sound_crosses)
    parts += [_added(sound, probes) for sound in added]
    heard = tuple(part for part in parts if part.range.intersection(span) is not None)
    if not heard:
        notes["nothing is heard in it, so the file has no sound track"] = None
    return FoundSound(heard, own, tuple(notes))


def _of_clips(
    clips: Sequence[LocatedClip], facts: RenderFacts, *, overlaps_fade: bool
) -> list[SoundPart]:
    """Return the sounds of clips of picture, or of those of audio tracks, with their fades."""
    levels = {level.clip: level.keys for level in facts.levels}
    layers = build_layers(clips, overlaps_fade=overlaps_fade)
    # The transition in which a clip appears is that in which the one before it disappears.
    after = {(each.place[0], each.fade_in.end): each.fade_in for each in layers if each.fade_in}
    return [
        SoundPart(
            layer.clip.clip.name, layer.clip.media, layer.range, layer.clip.time_map,
            levels.get(layer.clip.clip.id, ()), layer.fade_in,
            layer.fade_out or after.get((layer.place[0], layer.range.end)),
        )
        for layer in layers
    ]  # fmt: skip


def _of_tracks(
    edit: Edit, uses: MediaUses, probes: ProbeCache, span: TimeRange, notes: dict[str, None]
) -> list[LocatedClip]:
    """Return the clips of the audio tracks, each sound once."""
    found: dict[object, LocatedClip] = {}
    for clip in edit.sound:
        if not clip.enabled or (clip.media is None and clip.problem is None):
            continue
        located = locate_sound(clip, uses, probes)
        if isinstance(located, str):
            if clip.timeline.intersection(span) is not None:
                notes[f"{clip.name}: {located}"] = None
            continue
        # Editing programs put the two channels of a file on two tracks; here both are read at once.
        found.setdefault((located.media.path, clip.timeline, located.time_map), located)
    return list(found.values())


def _added(sound: AddedSound, probes: ProbeCache) -> SoundPart:
    media = probes.get(MediaReference(path=str(sound.path)))
    if media.audio is None:
        raise MediaUnsupported(media.path, "there is no sound in it", "Choose another file.")
    course = TimeMap(timeline_start=sound.range.start, source_start=sound.source_start)
    return SoundPart(sound.path.name, media, sound.range, course, sound.levels)

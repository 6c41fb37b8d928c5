"""The tree of a composition: tracks, clips, nests and effects, in exact seconds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from aaf2 import components, mobs

from shotlog.schema import TimeRange
from shotlog_otio.aaf.chain import slot_of
from shotlog_otio.aaf.effects import with_effect, with_effects, with_gap_fades, with_transition
from shotlog_otio.aaf.media import AafFootageReader
from shotlog_otio.aaf.opening import FAULTS
from shotlog_otio.aaf.shapes import (
    ZERO,
    FileTooDeep,
    Place,
    at_speed,
    clip_of,
    in_length,
    nest_of,
    part_of,
    retiming_of,
    sole_item,
    unreadable,
)
from shotlog_otio.aaf.values import Aaf, edit_rate, kind_of, length_of, seconds, text_of, value_of
from shotlog_otio.aaf.warps import is_warp, warp_of
from shotlog_otio.dialects import Retiming
from shotlog_otio.references import ClipMedia, generated
from shotlog_otio.timeline import Child, Node, track_of

_MOST_CLIPS = 100_000
"""Clips of a sequence with those of its nests beyond which nobody has cut it."""

_TITLE = "title"
"""Begins the names of Avid's effects that draw a title over what they are given."""


class AafTreeBuilder:
    """Builder of the tracks of one file's compositions.

    The media of what the editor generates are kept by identity, so that an effect over another is
    known to show no media either.

    Args:
        footage: Reads the media of clips.
        room: Number of segments that the file has room for.
    """

    def __init__(self, footage: AafFootageReader, room: int) -> None:
        self._footage = footage
        self._room = room
        self._tracks: dict[tuple[object, int], tuple[tuple[Node, ...], int]] = {}
        self._open: list[tuple[object, int]] = []
        self._generated: dict[int, ClipMedia] = {}
        self._clips = 0

    def tracks(self, slot: Aaf) -> tuple[Node, ...]:
        """Return the tracks of a slot, the lowest first: those of a scope, else one."""
        place = Place(edit_rate(slot), kind_of(value_of(slot, "Segment")) == "picture")
        segment = value_of(slot, "Segment")
        if isinstance(segment, components.NestedScope):
            return tuple(self._track(item, place.inside()) for item in value_of(segment, "Slots"))
        return (self._track(segment, place),)

    def _track(self, segment: Aaf, place: Place) -> Node:
        # Effects on a whole track, as on sound, hold its sequence.
        effects = []
        while isinstance(segment, components.OperationGroup) and not is_warp(segment):
            inputs = value_of(segment, "InputSegments", ())
            if len(inputs) != 1 or not isinstance(inputs[0], components.Sequence):
                break
            effects.append(segment)
            segment, place = inputs[0], place.inside()
        length = length_of(segment, place.rate)
        if isinstance(segment, components.Sequence):
            items = tuple(self._items(segment, place.inside()))
        else:
            node = self._segment(segment, place.inside())
            items = (Child(0, ZERO, node),) if node else ()
        track = track_of(items, picture=place.picture)
        track = replace(track, retiming=retiming_of(max(length, track.retiming.length)))
        return with_effects(track, effects, place.rate)

    def _items(self, sequence: Aaf, place: Place) -> Iterator[Child]:
        """Yield the items of a sequence; the neighbours of a transition overlap under it."""
        start, transition = ZERO, None
        parts = sequence.components
        for number, component in enumerate(parts):
            length = length_of(component, place.rate)
            if isinstance(component, components.Transition):
                start, transition = max(start - length, ZERO), component
                continue
            node = self._safely(component, place, length)
            if node is not None:
                if transition is not None:
                    over = length_of(transition, place.rate)
                    node = with_transition(node, transition, over)
                if place.picture:
                    node = with_gap_fades(node, parts, number, place.rate)
                yield Child(number, start, node)
            start, transition = start + length, None

    def _safely(self, component: Aaf, place: Place, length: Fraction) -> Node | None:
        """Return an item; one that cannot be read is a clip with a problem, and costs no other."""
        try:
            return self._segment(component, place)
        except FileTooDeep:
            raise
        except FAULTS as error:
            reason = str(error) if isinstance(error, ValueError) else "what it refers to is damaged"
            return unreadable(length, reason)

    def _segment(self, segment: Aaf, place: Place) -> Node | None:
        """Return what a segment shows; None for nothing of its own."""
        self._room -= 1
        if self._room < 0:
            raise FileTooDeep("it holds more parts than it has room for")
        match segment:
            case components.SourceClip():
                return self._source(segment, place)
            case components.Sequence():
                items = tuple(self._items(segment, place.inside()))
                return sole_item(items, length_of(segment, place.rate), place)
            case components.NestedScope():
                tracks = tuple(self._track(s, place.inside()) for s in value_of(segment, "Slots"))
                return nest_of("", tracks, length_of(segment, place.rate))
            case components.OperationGroup():
                return self._effect(segment, place)
            case components.Selector():
                return self._selector(segment, place)
            case components.EssenceGroup():
                choices = value_of(segment, "Choices", ())
                return self._segment(choices[0], place.inside()) if choices else None
        # Filler, and ScopeReference: the picture of a lower track, which is read there.
        return None

    def _selector(self, selector: Aaf, place: Place) -> Node | None:
        """Return the chosen one of several: the angle of a group, or a switched off clip."""
        chosen = self._segment(value_of(selector, "Selected"), place.inside())
        others = value_of(selector, "Alternates", ())
        if chosen is not None or not others:
            return chosen
        muted = self._segment(others[0], place.inside())
        return replace(muted, enabled=False) if muted else None

    def _effect(self, group: Aaf, place: Place) -> Node | None:
        length = length_of(group, place.rate)
        name = text_of(value_of(group, "Operation"), "Name") or "an effect"
        inputs = value_of(group, "InputSegments", ())
        if is_warp(group):
            node = self._segment(inputs[0], place.inside()) if inputs else None
            return at_speed(node, warp_of(group), length, place) if node else None
        shown = [node for item in inputs if (node := self._segment(item, place.inside()))]
        if not place.picture:
            if not shown:
                return None
            return with_effect(in_length(shown[0], length, place), group, length, picture=False)
        if name.casefold().startswith(_TITLE):
            title = next((node.name for node in shown if node.name), name)
            return self._generate(title, name, length, place)
        if all(id(node.media) in self._generated for node in shown):
            return self._generate(name, name, length, place)
        if len(shown) == 1:
            held = in_length(shown[0], length, place)
        else:
            tracks = tuple(track_of((Child(0, ZERO, node),)) for node in shown)
            held = nest_of(name, tracks, length)
        return with_effect(held, group, length, picture=True)

    def _generate(self, name: str, kind: str, length: Fraction, place: Place) -> Node:
        """Return an effect whose picture the editor makes, over nothing or over lower tracks."""
        self._count(1)
        media = generated(name, kind)
        self._generated[id(media)] = media
        return clip_of(name, retiming_of(length), media, place)

    def _source(self, clip: Aaf, place: Place) -> Node:
        length = length_of(clip, place.rate)
        start = seconds(value_of(clip, "StartTime", 0), place.rate)
        if isinstance(clip.mob, mobs.CompositionMob):
            return self._composition(clip, start, length)
        self._count(1)
        footage = self._footage.read(clip, start)
        content = TimeRange(start=footage.start, duration=length)
        retiming = Retiming(content, length, Fraction(1))
        node = clip_of(footage.name, retiming, footage.media, place)
        return replace(node, rate=footage.rate, warnings=footage.media.warnings)

    def _composition(self, clip: Aaf, start: Fraction, length: Fraction) -> Node:
        """Return a clip that shows another composition of the file: a nest, or a subclip."""
        key = (clip.mob_id, clip.slot_id)
        if key in self._open:
            raise FileTooDeep("one of its sequences shows itself")
        slot = slot_of(clip.mob, clip.slot_id)
        if slot is None:
            raise ValueError("the sequence that it shows has no such track")
        if key not in self._tracks:
            self._open.append(key)
            before = self._clips
            tracks = self.tracks(slot)
            self._tracks[key] = (tracks, self._clips - before)
            self._open.pop()
        else:
            self._count(self._tracks[key][1])
        tracks = self._tracks[key][0]
        start += seconds(value_of(slot, "Origin", 0), edit_rate(slot))
        return part_of(clip.mob.name or "", tracks, TimeRange(start=start, duration=length))

    def _count(self, clips: int) -> None:
        self._clips += clips
        if self._clips > _MOST_CLIPS:
            raise FileTooDeep(f"it shows more than {_MOST_CLIPS} clips")

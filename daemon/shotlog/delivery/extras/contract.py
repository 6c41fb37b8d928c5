"""The contract of extras, which the entry point group ``shotlog.delivery.extras`` names."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import ClassVar

from shotlog.delivery.encode import AddedSound
from shotlog.delivery.subtitles import Cue
from shotlog.plugins import ConfigurablePlugin, PluginKind
from shotlog.schema import (
    ClipRange,
    Edit,
    ExtraError,
    LevelKey,
    RenderFacts,
    TimeRange,
    nearest_frame,
)


@dataclass(frozen=True)
class ExtendedFilm:
    """A film before it is rendered, with what extras have added so far; times are the timeline's.

    Attributes:
        edit: Its clips.
        span: The stretch that is rendered.
        size: Width and height of the picture that is delivered.
        facts: What a render must know of the timeline beyond its clips.
        speech: Ranges in which somebody speaks, in order.
        voices: For tracks of sound that each hold one microphone, the ranges in which its owner
            speaks; empty where the timeline has none.
        cues: Subtitles to burn in, in order; empty without any.
        sounds: Sounds that are added.
        cards: Texts over the picture: the range of each, and a SubStation file of it that begins
            at 0.
        notes: What was chosen and why, and what could not be added, as sentences.
    """

    edit: Edit
    span: TimeRange
    size: tuple[int, int]
    facts: RenderFacts = field(default_factory=RenderFacts)
    speech: tuple[TimeRange, ...] = ()
    voices: Mapping[str, tuple[TimeRange, ...]] = field(default_factory=dict)
    cues: tuple[Cue, ...] = ()
    sounds: tuple[AddedSound, ...] = ()
    cards: tuple[tuple[TimeRange, bytes], ...] = ()
    notes: tuple[str, ...] = ()

    def noted(self, note: str) -> ExtendedFilm:
        """Return the film with one more note."""
        return replace(self, notes=(*self.notes, note))

    def opened(self, seconds: Fraction) -> ExtendedFilm:
        """Return the film with black before the stretch that is rendered.

        What lies before it on the timeline is not shown, so everything is moved, and the black is
        the gap that this leaves.

        Args:
            seconds: Length of the black; rounded to frames of the timeline, one at least.
        """
        frames = max(1, nearest_frame(seconds, self.edit.rate))
        black = frames / self.edit.rate
        own, start = TimeRange.between(self.span.start, self.edit.duration), self.span.start
        clips, sound = (
            tuple(
                _cut(clip, own).model_copy(
                    update={
                        "timeline": _cut(clip, own).timeline.shifted(black),
                        "time_map": _cut(clip, own).time_map.shifted(black),
                    }
                )
                for clip in clips
                if clip.timeline.intersection(own) is not None
            )
            for clips in (self.edit.clips, self.edit.sound)
        )
        edit = self.edit.model_copy(
            update={"clips": clips, "sound": sound, "duration": self.edit.duration + black}
        )
        return replace(
            self,
            edit=edit,
            span=TimeRange.between(start, self.span.end + black),
            facts=_later(self.facts, black),
            speech=tuple(each.shifted(black) for each in self.speech),
            voices={
                name: tuple(each.shifted(black) for each in ranges)
                for name, ranges in self.voices.items()
            },
            cues=tuple(cue.shifted(black) for cue in self.cues),
            sounds=tuple(_sound_later(sound, black) for sound in self.sounds),
            cards=tuple((shown.shifted(black), text) for shown, text in self.cards),
        )


class Extra(ConfigurablePlugin, ABC):
    """Something that is added to a film; its fields are the parameters that users may choose.

    Attributes:
        summary: One line for people: what it adds.
        version: Version; must be raised when the same film gets something else.
    """

    summary: ClassVar[str]
    version: ClassVar[str]

    @abstractmethod
    def add(self, film: ExtendedFilm) -> ExtendedFilm:
        """Return the film with what is added, and a note that tells it.

        The same film and parameters give the same result.

        Raises:
            ExtraError: It lacks something, in one sentence.
            MediaError: A file of the user cannot be read.
        """

    def require(self) -> None:
        """Check that everything it needs is there, before the film is opened.

        Raises:
            ExtraError: Something is missing; the hint tells how to get it.
        """


def _cut(clip: ClipRange, own: TimeRange) -> ClipRange:
    """Return a clip without what lies before a range, which the black would otherwise show."""
    shown = clip.timeline.intersection(own)
    if shown is None or shown == clip.timeline:
        return clip
    course = clip.time_map.within(shown)
    source = clip.source if course.is_freeze else course.range_to_source(shown)
    return clip.model_copy(
        update={"timeline": shown, "time_map": course, "source": source, "head": Fraction(0)}
    )


def _later(facts: RenderFacts, seconds: Fraction) -> RenderFacts:
    levels = tuple(
        level.model_copy(update={"keys": _keys_later(level.keys, seconds)})
        for level in facts.levels
    )
    fades = tuple(
        fade.model_copy(update={"range": fade.range.shifted(seconds)}) for fade in facts.fades
    )
    left_out = tuple(
        part.model_copy(update={"range": part.range and part.range.shifted(seconds)})
        for part in facts.left_out
    )
    return facts.model_copy(update={"levels": levels, "fades": fades, "left_out": left_out})


def _sound_later(sound: AddedSound, seconds: Fraction) -> AddedSound:
    return replace(
        sound,
        range=sound.range.shifted(seconds),
        levels=_keys_later(sound.levels, seconds),
    )


def _keys_later(keys: tuple[LevelKey, ...], seconds: Fraction) -> tuple[LevelKey, ...]:
    return tuple(LevelKey(at=key.at + seconds, gain=key.gain) for key in keys)


EXTRAS = PluginKind("shotlog.delivery.extras", Extra, "extra", ExtraError)
"""Extras; ``shotlog render --extra`` chooses them."""

"""Small AAF files in the form of Media Composer, made with pyaaf2."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import aaf2
from aaf2.rational import AAFRational

from tests.otio.aaf.effects import Effects

URL = "file:///media/{name}.mxf"
PICTURE = {
    "ComponentWidth": 8, "HorizontalSubsampling": 2, "StoredHeight": 1080, "StoredWidth": 1920,
    "FrameLayout": "FullFrame", "VideoLineMap": [0], "ImageAspectRatio": "16/9",
}  # fmt: skip
"""What every description of pictures must hold."""


class Film(Effects):
    """An AAF file that is being made; objects are pyaaf2's.

    Args:
        file: The file, opened for writing.
        rate: Frames per second of everything in it.
    """

    def __init__(self, file: Any, rate: Fraction = Fraction(24)) -> None:
        super().__init__(file)
        self.rate = AAFRational(rate.numerator, rate.denominator)
        self.fps = round(rate)

    def sequence(
        self, name: str = "edit", *, start: int = 86400, drop: bool = False, usage: str = "TopLevel"
    ) -> Any:
        """A composition with a timecode track."""
        mob = self.file.create.CompositionMob(name)
        mob.usage = f"Usage_{usage}"
        self.file.content.mobs.append(mob)
        self.timecode(mob, start, drop=drop)
        return mob

    def timecode(
        self, mob: Any, start: int, *, fps: int = 0, drop: bool = False, number: int = 1
    ) -> Any:
        slot = mob.create_timeline_slot(self.rate)
        slot.segment = self.file.create.Timecode(fps or self.fps, drop=drop)
        slot.segment.start = start
        slot["PhysicalTrackNumber"].value = number
        return slot

    def track(
        self, mob: Any, *parts: Any, kind: str = "picture", number: int = 1, rate: Any = None
    ) -> Any:
        """A track of a composition; its length is that of its parts."""
        slot = mob.create_empty_sequence_slot(rate or self.rate, media_kind=kind)
        slot["PhysicalTrackNumber"].value = number
        slot.segment = self.run(*parts, kind=kind)
        return slot

    def run(self, *parts: Any, kind: str = "picture") -> Any:
        sequence = self.file.create.Sequence(media_kind=kind)
        sequence["Components"].value = list(parts)
        transition = self.file.metadict.lookup_class("Transition")
        sequence.length = sum(-p.length if isinstance(p, transition) else p.length for p in parts)
        return sequence

    def scope(self, *runs: Any) -> Any:
        scope = self.file.create.NestedScope(
            media_kind="picture", length=max(r.length for r in runs)
        )
        scope["Slots"].value = list(runs)
        return scope

    def filler(self, length: int, kind: str = "picture") -> Any:
        return self.file.create.Filler(media_kind=kind, length=length)

    def below(self, length: int) -> Any:
        """The picture of the track below."""
        item = self.file.create.ScopeReference(media_kind="picture", length=length)
        item["RelativeScope"].value, item["RelativeSlot"].value = 1, 1
        return item

    def transition(self, length: int) -> Any:
        item = self.file.create.Transition(media_kind="picture", length=length)
        item["CutPoint"].value = length // 2
        item["OperationGroup"].value = self.effect("Dissolve", length)
        return item

    def master(
        self,
        name: str = "a",
        frames: int = 240,
        *,
        tape: int | None = 86400,
        offset: int = 0,
        url: str | None = URL,
        original: str | None = None,
        kind: str = "picture",
        rate: Fraction | None = None,
    ) -> Any:
        """A master clip of a file that begins ``offset`` frames into a tape or import.

        Args:
            name: Its name.
            frames: Its length.
            tape: Timecode of the tape's first frame; None for a file without a tape.
            offset: Frames of the tape before the file.
            url: Place of the file; None where it names none.
            original: Place of the imported original.
            kind: What it holds.
            rate: Its frames per second; None takes that of the film.
        """
        own = AAFRational(rate.numerator, rate.denominator) if rate else self.rate
        create, mobs = self.file.create, self.file.content.mobs
        source, master = create.SourceMob(f"{name}.PHYS"), create.MasterMob(name)
        mobs.append(source)
        mobs.append(master)
        source.descriptor = create.CDCIDescriptor()
        facts = {"SampleRate": own, "Length": frames, **PICTURE}
        for key, value in facts.items():
            source.descriptor[key].value = value
        source.descriptor["Locator"].value = [self._place(url.format(name=name))] if url else []
        slot = source.create_empty_slot(own, kind)
        slot.segment.length = frames
        if tape is not None:
            behind = create.SourceMob(f"{name}.TAPE")
            mobs.append(behind)
            behind.descriptor = create.ImportDescriptor() if original else create.TapeDescriptor()
            if original:
                behind.descriptor["Locator"].value = [self._place(original)]
            behind.create_empty_slot(own, kind, 1).segment.length = frames + offset
            code = behind.create_timecode_slot(own, round(rate or self.rate))
            code.segment.start = tape
            slot.segment = behind.create_source_clip(1, offset, frames, kind)
        held = master.create_timeline_slot(own)
        held.segment = source.create_source_clip(slot.slot_id, 0, frames, kind)
        return master

    def _place(self, url: str) -> Any:
        locator = self.file.create.NetworkLocator()
        locator["URLString"].value = url
        return locator

    def clip(
        self, mob: Any, start: int, length: int, *, slot: int = 1, kind: str = "picture"
    ) -> Any:
        """A part of a mob; start and length count at the rate of the track that it lies on."""
        return self.file.create.SourceClip(start, length, mob.mob_id, slot, kind)

    def markers(
        self, mob: Any, slot: Any, *markers: Any, number: int = 1, ranged: bool = False
    ) -> Any:
        """A slot of markers: of events, or a timeline in which they lie among filler."""
        create = self.file.create
        made = create.TimelineMobSlot() if ranged else create.EventMobSlot()
        made["SlotID"].value = 1000 + len(list(mob.slots))
        made["EditRate"].value = self.rate
        made["PhysicalTrackNumber"].value = number
        for marker in markers:
            if hasattr(marker, "keys") and "Comment" in marker:
                marker["DescribedSlots"].value = {slot.slot_id}
        made.segment = self.run_of_events(*markers)
        mob.slots.append(made)
        return made

    def run_of_events(self, *parts: Any) -> Any:
        sequence = self.file.create.Sequence(media_kind="DescriptiveMetadata")
        sequence["Components"].value = list(parts)
        return sequence

    def marker(
        self,
        comment: str,
        at: int = 0,
        length: int | None = None,
        *,
        colour: str | None = None,
        rgb: tuple[int, int, int] | None = None,
        user: str | None = None,
        avid: bool = True,
    ) -> Any:
        """A marker; ``avid`` gives it the attributes of Media Composer."""
        item = self.file.create.DescriptiveMarker()
        del item["Length"]
        item["Comment"].value = comment
        item["Position"].value = at
        if length is not None:
            item["Length"].value = length
        if rgb is not None:
            item["CommentMarkerColor"].value = dict(zip(("red", "green", "blue"), rgb, strict=True))
        if user is not None:
            item["CommentMarkerUser"].value = user
        named = {"_ATN_CRM_USER": user or "", "_ATN_CRM_COM": comment} if avid else {}
        named |= {"_ATN_CRM_COLOR": colour} if colour else {}
        values = [self.file.create.TaggedValue(name, value) for name, value in named.items()]
        if values:
            item["CommentMarkerAttributeList"].value = values
        return item


def make(path: Path, build: Callable[[Film], object], rate: Fraction = Fraction(24)) -> Path:
    """Write a file that a function makes."""
    path.write_bytes(_empty())
    with aaf2.open(str(path), "rw") as file:
        build(Film(file, rate))
    return path


@cache  # most of a small file is definitions, and to write them takes as long as all the rest
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "empty.aaf")
        with aaf2.open(str(path), "w"):
            pass
        return path.read_bytes()


def write_named(path: Path, names: Sequence[str]) -> None:
    """Write a sequence of one track: each clip is of frames 3 to 10 of media without timecode."""

    def build(film: Film) -> None:
        mob = film.sequence()
        film.track(mob, *(film.clip(film.master(name, tape=None), 3, 7) for name in names))

    make(path, build)

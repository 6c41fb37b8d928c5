"""Descriptions of projects: made in a few lines, kept as JSON, opened as a double."""

import json
from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

Number = Union[int, float, str]
Json = Dict[str, Any]


class TimelineSpec:
    """A timeline to be. Every frame counts from the start of the timeline, not of its timecode."""

    def __init__(self, told: Json, numbers: List[int]) -> None:
        self.told = told
        self._numbers = numbers

    def track(
        self,
        kind: str = "video",
        index: int = 1,
        name: Optional[str] = None,
        enabled: bool = True,
        locked: bool = False,
    ) -> None:
        """Describe a track; tracks that items name exist without it."""
        told = {"type": kind, "index": index, "name": name, "enabled": enabled, "locked": locked}
        self.told["tracks"].append(told)

    def clip(
        self,
        media: str,
        at: Optional[int] = None,
        length: int = 48,
        source: Number = 0,
        speed: Number = 1,
        ramp: Optional[Sequence[Sequence[Number]]] = None,
        track: int = 1,
        kind: str = "video",
        audio_track: Optional[int] = None,
        **more: Any,
    ) -> str:
        """Put a clip on a track and return its id.

        Args:
            media: The id of the media.
            at: Its first frame; after the last item of the track without it.
            length: Its frames on the timeline.
            source: The lowest frame of the media that it shows, in frames of the media's rate from
                the media's start (not its timecode).
            speed: 2 is twice as fast, "1/2" half, -1 backwards, 0 holds a frame.
            ramp: Key points (frame of the item, media frame from ``source``), in place of a speed.
            track: The index of the track, 1 is the lowest.
            kind: "video" or "audio".
            audio_track: Also put the sound on that track, linked.
            more: enabled, name, color, markers, unknown_source (as of an imported FCP7 XML).
        """
        told = dict(more, media=media, source=str(source), speed=str(speed), ramp=ramp)
        at = self._end(kind, track) if at is None else at
        if audio_track is not None:
            told["link"] = self._number()
            self._put("audio", audio_track, at, length, dict(told, type="clip"))
        return self._put(kind, track, at, length, dict(told, type="clip"))

    def title(self, name: str = "Text+", at: Optional[int] = None, **more: Any) -> str:
        """Put a title on a track."""
        return self._without_media("title", name, at, more)

    def generator(self, name: str = "Solid Color", at: Optional[int] = None, **more: Any) -> str:
        """Put a generator on a track."""
        return self._without_media("generator", name, at, more)

    def adjustment(
        self, name: str = "Adjustment Clip", at: Optional[int] = None, **more: Any
    ) -> str:
        """Put an adjustment clip on a track."""
        return self._without_media("adjustment", name, at, more)

    def transition(self, cut: int, length: int = 24, track: int = 1, kind: str = "video") -> str:
        """Put a dissolve over a cut, half of it on each side."""
        told = {"type": "transition", "name": "Cross Dissolve"}
        return self._put(kind, track, cut - length // 2, length, told)

    def marker(
        self, at: int, color: str, name: str, note: str = "", duration: int = 1, custom: str = ""
    ) -> None:
        """Put a marker on the timeline."""
        self.told["markers"].append([at, color, name, note, duration, custom])

    def marks(self, first: int, last: int, kind: str = "all") -> None:
        """Set the in and out points."""
        for each in ("video", "audio") if kind == "all" else (kind,):
            self.told["marks"][each] = {"in": first, "out": last}

    def select(self, *items: str) -> None:
        """Select items by their ids."""
        self.told["selected"] += items

    def playhead(self, frame: int) -> None:
        """Put the playhead on a frame."""
        self.told["playhead"] = frame

    def subtitle(self, text: str, at: int, length: int = 48, track: int = 1) -> str:
        """Put a subtitle on a track."""
        return self._put("subtitle", track, at, length, {"type": "subtitle", "name": text})

    def _without_media(self, kind: str, name: str, at: Optional[int], more: Json) -> str:
        told = dict(more)
        length, track = told.pop("length", 48), told.pop("track", 1)
        at = self._end("video", track) if at is None else at
        return self._put("video", track, at, length, dict(told, type=kind, name=name))

    def _put(self, kind: str, track: int, at: int, length: int, told: Json) -> str:
        name = "i%d" % self._number()
        self.told["items"].append(dict(told, id=name, track=[kind, track], at=at, length=length))
        return name

    def _number(self) -> int:
        self._numbers[0] += 1
        return self._numbers[0]

    def _end(self, kind: str, track: int) -> int:
        ends: List[int] = [
            each["at"] + each["length"]
            for each in self.told["items"]
            if each["track"] == [kind, track] and each["type"] != "transition"
        ]
        return max(ends or [0])


def _empty(name: str, rate: Number, start: str, drop_frame: bool) -> Json:
    return {
        "name": name,
        "rate": str(rate),
        "start": start,
        "drop_frame": drop_frame,
        "tracks": [],
        "items": [],
        "markers": [],
        "marks": {},
        "selected": [],
        "playhead": 0,
    }


class ProjectSpec:
    """A project to be: see the example in the package's text."""

    def __init__(self, name: str = "Project", rate: Number = 24, drop_frame: bool = False) -> None:
        self._numbers = [0]
        self.told: Json = {
            "name": name,
            "rate": str(rate),
            "drop_frame": drop_frame,
            "media": [],
            "timelines": [],
            "current": None,
            "selected_media": [],
        }

    def media(
        self,
        path: str = "",
        fps: Number = 24,
        frames: int = 240,
        start: str = "00:00:00:00",
        type: str = "video",
        **more: Any,
    ) -> str:
        """Add media and return its id.

        Args:
            path: The file, which need not be there; "dir/name.[1001-1099].ext" of a sequence.
            fps: Its rate.
            frames: Its length.
            start: Its start timecode; with ``;`` it is drop-frame.
            type: video, silent, audio, still, sequence, compound, multicam, fusion or timeline.
            more: name, folder ("Rushes/Day 1"), online, resolution, metadata, drop_frame.
        """
        name = "m%d" % (len(self.told["media"]) + 1)
        told = dict(more, id=name, path=path, fps=str(fps), frames=frames, start=start, type=type)
        self.told["media"].append(told)
        return name

    def subclip(self, parent: str, first: int, frames: int, name: str = "Subclip 1") -> str:
        """Add a subclip of media: the same file, and frames and timecode of its own."""
        of = next(each for each in self.told["media"] if each["id"] == parent)
        told = dict(of, id="m%d" % (len(self.told["media"]) + 1), name=name, frames=frames)
        told.update(offset=first, file_frames=of["frames"])
        self.told["media"].append(told)
        return str(told["id"])

    def nested(
        self,
        name: str = "Compound Clip 1",
        type: str = "compound",
        rate: Number = 24,
        start: str = "00:00:00:00",
    ) -> Tuple[str, TimelineSpec]:
        """Add a compound, multicam or Fusion clip: its id, and the timeline inside to be filled.

        Media of the inside is added before it. Its length is that of the inside.
        """
        content = _empty(name, rate, start, ";" in start)
        media = self.media("", fps=rate, frames=0, start=start, type=type, name=name)
        self.told["media"][-1]["content"] = content
        return media, TimelineSpec(content, self._numbers)

    def timeline(
        self,
        name: str = "Timeline 1",
        rate: Number = 24,
        start: str = "01:00:00:00",
        drop_frame: bool = False,
    ) -> TimelineSpec:
        """Add a timeline; the first one is the current one."""
        told = _empty(name, rate, start, drop_frame or ";" in start)
        self.told["timelines"].append(told)
        return TimelineSpec(told, self._numbers)

    def current(self, name: Optional[str]) -> None:
        """Choose the current timeline by its name."""
        self.told["current"] = name

    def to_json(self) -> str:
        """Return the description as JSON."""
        return json.dumps(self.told)

    @classmethod
    def from_json(cls, text: str) -> "ProjectSpec":
        """Return the description that JSON holds."""
        made = cls()
        made.told.update(json.loads(text))
        items = [item for timeline in made.told["timelines"] for item in timeline["items"]]
        made._numbers[0] = 1000 + len(items)
        return made

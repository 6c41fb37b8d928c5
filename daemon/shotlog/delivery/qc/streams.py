"""The streams of a file: which there are, how long they are, whether they can be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import ClassVar

from pydantic import Field

from shotlog.delivery.qc.contract import Defect, FileFacts, QualityCheck
from shotlog.schema import Rate, TimeRange


class StreamsCheck(QualityCheck):
    """Picture, sound and subtitle tracks, their rates, and how long they are."""

    name: ClassVar[str] = "streams"
    summary: ClassVar[str] = "missing or extra tracks, rates, lengths, damage"
    source: ClassVar[str] = "the file itself, and the timeline that it was made of"

    tracks: int | None = Field(1, ge=0)
    """Number of sound tracks; None allows any."""
    sound_rate: int | None = 48_000
    """Samples per second of each track; None allows any."""
    rates: tuple[Rate, ...] = ()
    """Frame rates that are allowed; none means any."""
    variable: bool = False
    """True allows a variable frame rate."""
    subtitles: int | None = Field(None, ge=0)
    """Number of subtitle tracks; None allows any."""
    subtitle_languages: tuple[str, ...] = ()
    """Languages of which each has a subtitle track, as the file writes them: ``eng``."""
    apart: float = Field(0.1, ge=0)
    """Seconds by which sound and picture may end apart."""

    def of_file(self, facts: FileFacts) -> Sequence[Defect]:
        """Return the defects of the streams."""
        return [
            *self._picture(facts),
            *self._tracks(facts),
            *self._subtitles(facts),
            *self._lengths(facts),
            *([self.defect(facts.damage)] if facts.damage else ()),
        ]

    def _picture(self, facts: FileFacts) -> Iterator[Defect]:
        video, asked = facts.media.video, facts.asked
        if video is None:
            yield self.defect("there is no picture")
            return
        if video.variable_rate and not self.variable:
            yield self.defect(f"the frame rate is variable, {_rate(video.rate)} in the mean")
        elif asked.rate is not None and video.rate != asked.rate:
            message = f"{_rate(video.rate)} frames per second, not {_rate(asked.rate)}"
            yield self.defect(f"{message} as the timeline", value=float(video.rate))
        elif self.rates and video.rate not in self.rates:
            allowed = ", ".join(map(_rate, self.rates))
            message = f"{_rate(video.rate)} frames per second, which is none of {allowed}"
            yield self.defect(message, value=float(video.rate))
        end = facts.picture_end
        if asked.duration is not None and end is not None:
            frame = 1 / video.intended_rate
            if abs(end - asked.duration) > frame:
                message = (
                    f"{float(end):.2f} s long, not {float(asked.duration):.2f} as the timeline"
                )
                yield self.defect(message, value=float(end))

    def _tracks(self, facts: FileFacts) -> Iterator[Defect]:
        count = len(facts.tracks)
        if self.tracks is not None and count != self.tracks:
            word = "missing" if count < self.tracks else "extra"
            many = "sound track" if count == 1 else "sound tracks"
            yield self.defect(f"{word} sound: {count} {many}, not {self.tracks}", value=count)
        for track in facts.tracks:
            if not track.rate:
                yield self.defect("this sound cannot be decoded", track=track)
            elif self.sound_rate is not None and track.rate != self.sound_rate:
                message = f"{track.rate} samples per second, not {self.sound_rate}"
                yield self.defect(message, track=track, value=track.rate)

    def _subtitles(self, facts: FileFacts) -> Iterator[Defect]:
        count = len(facts.subtitle_tracks)
        if self.subtitles is not None and count != self.subtitles:
            word = "missing" if count < self.subtitles else "extra"
            many = "subtitle track" if count == 1 else "subtitle tracks"
            yield self.defect(
                f"{word} subtitles: {count} {many}, not {self.subtitles}", value=count
            )
        there = {track.language for track in facts.subtitle_tracks}
        for language in self.subtitle_languages:
            if language not in there:
                yield self.defect(f"missing subtitles: there is no track in '{language}'")

    def _lengths(self, facts: FileFacts) -> Iterator[Defect]:
        """Compare the ends of sound and picture."""
        picture = facts.picture_end
        if picture is None:
            return
        for track in facts.tracks:
            end = facts.sound_ends.get(track.number)
            if end is None or abs(end - picture) <= Fraction(self.apart):
                continue
            first, last = min(end, picture), max(end, picture)
            word = "before" if end < picture else "after"
            yield self.defect(
                f"the sound ends {float(last - first):.2f} s {word} the picture",
                TimeRange.between(first, last),
                track=track,
                value=float(last - first),
            )


def _rate(rate: Fraction) -> str:
    return f"{float(rate):.6g}"

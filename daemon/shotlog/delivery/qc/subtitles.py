"""Subtitles beside a film and in it: the rules that they keep, the part of the picture they use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from pydantic import field_validator

from shotlog.delivery.qc.contract import Defect, FileFacts, QualityCheck
from shotlog.delivery.subtitles import Profile, load_profile, safe_area, width
from shotlog.media.subtitle_files import FileCue, read_subtitle_tracks, read_subtitles
from shotlog.schema import SubtitlesUnreadable, TimeRange, nearest_frame

if TYPE_CHECKING:
    import pysubs2

_MOST_LINES = 2
_ROUNDED = Fraction(1, 100)
"""Seconds by which the forms round a time."""
_USUAL_RATE = Fraction(25)
_POSITION = re.compile(r"\\pos\(\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*\)")


class SubtitlesCheck(QualityCheck):
    """Subtitles of a film: its text tracks, and cut.srt, cut.vtt or cut.ass beside cut.mp4."""

    name: ClassVar[str] = "subtitles"
    summary: ClassVar[str] = "subtitles that overlap, are too fast, too long or outside the picture"
    source: ClassVar[str] = "rules of a profile of subtitles, see docs/subtitles.md; EBU R 95"

    rules: str = "web"
    """Profile of subtitles whose rules are asked for: web, broadcast, or a TOML file."""

    @field_validator("rules")
    @classmethod
    def _known(cls, rules: str) -> str:
        load_profile(rules)  # a wrong name is told before an hour of decoding, not after it
        return rules

    def of_file(self, facts: FileFacts) -> Sequence[Defect]:
        """Return the defects of all subtitles, of files first."""
        return [*self._files(facts), *self._tracks(facts)]

    def _files(self, facts: FileFacts) -> Iterator[Defect]:
        for path in facts.subtitles:
            try:
                file = read_subtitles(path)
            except SubtitlesUnreadable as error:
                yield self.defect(f"{path.name}: {error.problem.message}")
                continue
            yield from self._of(path.name, file.cues, file.script, facts)

    def _tracks(self, facts: FileFacts) -> Iterator[Defect]:
        for track in facts.subtitle_tracks:
            if not track.is_text:
                # Text that is a picture may be right: the file passes, and its user knows.
                codec = track.codec or "of an unknown codec"
                message = f"{track} was not checked: it is {codec}, which is not read as text"
                yield self.defect(message).model_copy(update={"severity": "warning"})
        try:
            read = read_subtitle_tracks(
                facts.media, [track for track in facts.subtitle_tracks if track.is_text]
            )
        except SubtitlesUnreadable as error:
            yield self.defect(f"subtitle tracks: {error.problem.message}")
            return
        for track, text in read.items():
            if text.damaged:
                yield self.defect(f"{track}: {text.damaged} of its subtitles cannot be decoded")
            yield from self._of(str(track), text.cues, text.script, facts)

    def _of(
        self,
        place: str,
        cues: Sequence[FileCue],
        script: pysubs2.SSAFile | None,
        facts: FileFacts,
    ) -> Iterator[Defect]:
        """Yield the defects of a file or track, which ``place`` names."""
        profile, video = load_profile(self.rules), facts.media.video
        rate = video.intended_rate if video else _USUAL_RATE
        narrow = video is not None and video.width <= video.height
        for number, cue in enumerate(cues, start=1):
            for fault in _faults(cue, profile, narrow=narrow):
                yield self._told(place, number, cue, fault)
            if facts.picture_end is not None and cue.end > facts.picture_end + _ROUNDED:
                yield self._told(place, number, cue, "ends after the film")
        for number, (cue, after) in enumerate(pairwise(cues), start=1):
            gap = nearest_frame(after.start - cue.end, rate)
            if after.start < cue.end:
                yield self._told(place, number, cue, "overlaps the next one")
            elif gap < profile.gap_frames:
                message = f"is {gap} frames before the next one, not {profile.gap_frames}"
                yield self._told(place, number, cue, message)
        if script is not None and video is not None:
            yield from self._outside(place, script, Fraction(video.width, video.height))

    def _outside(self, place: str, script: pysubs2.SSAFile, aspect: Fraction) -> Iterator[Defect]:
        """Yield the texts that leave the safe area."""
        for number, event in enumerate(script.events, start=1):
            if not event.is_comment and _leaves(event, script, aspect):
                cue = FileCue(Fraction(event.start, 1000), Fraction(event.end, 1000), event.text)
                yield self._told(place, number, cue, "is outside the safe area of the picture")

    def _told(self, place: str, number: int, cue: FileCue, fault: str) -> Defect:
        start = max(cue.start, Fraction(0))
        span = TimeRange.between(start, max(cue.end, start))
        return self.defect(f"{place}: subtitle {number} {fault}", span)


def _faults(cue: FileCue, profile: Profile, *, narrow: bool) -> Iterator[str]:
    """Yield what is wrong with a cue by itself."""
    length = cue.end - cue.start
    if length <= 0:
        yield "ends before it begins"
        return
    lines = cue.text.split("\n")
    longest, limit = max(map(width, lines)), profile.limit(cue.text, narrow=narrow)
    if len(lines) > _MOST_LINES:
        yield f"has {len(lines)} lines, more than {_MOST_LINES}"
    if longest > limit:
        yield f"has a line of {longest} characters, more than {limit}"
    if length < profile.shortest - _ROUNDED:
        yield f"is shown {float(length):.2f} s, less than {float(profile.shortest):.2f}"
    if length > profile.longest + _ROUNDED:
        yield f"is shown {float(length):.2f} s, more than {float(profile.longest):g}"
    speed = Fraction(width(cue.text)) / (length + _ROUNDED)
    if speed > profile.characters_per_second:
        most = float(profile.characters_per_second)
        yield f"has {float(speed):.0f} characters a second, more than {most:g}"


def _leaves(event: pysubs2.SSAEvent, styled: pysubs2.SSAFile, aspect: Fraction) -> bool:
    """Return whether a text is placed outside the safe area of a picture.

    The sizes of fonts are not known; what counts is its margins, or the point that it stands at.
    """
    area = safe_area(aspect)
    # SubStation's own size where a file tells none: libass, ass_script_info defaults.
    across = int(styled.info.get("PlayResX", 384))
    down = int(styled.info.get("PlayResY", 288))
    low = down * (1 - area.bottom)
    if found := _POSITION.search(event.text):
        x, y = (Fraction(each) for each in found.groups())
        return not (across * area.left <= x <= across * (1 - area.right) and 0 <= y <= low)
    style = styled.styles.get(event.style) or next(iter(styled.styles.values()), None)
    left, right, below = event.marginl, event.marginr, event.marginv
    if style is not None:  # a margin of 0 takes that of the style
        left, right = left or style.marginl, right or style.marginr
        below = below or style.marginv
    at_bottom = style is None or int(style.alignment) in (1, 2, 3)
    return (
        left < across * area.left
        or right < across * area.right
        or (at_bottom and below < down * area.bottom)
    )

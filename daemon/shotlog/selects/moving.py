"""Shots, findings and highlights, moved from the timeline that was logged to the selects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shotlog.schema import (
    ClipRange,
    Family,
    Finding,
    LoggedShot,
    Shot,
    TimeRange,
    reversed_move,
)
from shotlog.selects.picks import Pick
from shotlog_otio import MediaPiece

_DIRECTED = (Family.MOVE, Family.MOVEMENT)
"""Families whose labels depend on the direction in which a clip runs."""


@dataclass(frozen=True)
class MovedShot:
    """A picked shot and its clip in the selects.

    Attributes:
        pick: The pick.
        before: Its clip in the timeline that was logged.
        clip: Its clip in the selects, which shows the piece forwards at normal speed.
        shown: The frames of the shot, in media time.
        piece: The part of the media that this clip shows.
    """

    pick: Pick
    before: ClipRange
    clip: ClipRange
    shown: TimeRange
    piece: MediaPiece

    def logged(self) -> LoggedShot:
        """Return the shot with its findings, on the clock of the selects."""
        logged = self.pick.logged
        shot = Shot(
            # The frames of one media keep their identity, so corrections of them are known again.
            id=logged.shot.id,
            clip=self.clip.id,
            source=self.shown,
            core=logged.shot.core.intersection(self.shown) or self.shown,
            timeline=self.on_timeline(self.shown),
        )
        found = (self._finding(finding) for finding in logged.findings)
        kept = tuple(finding for finding in found if finding is not None)
        moved = {"shot": shot, "clip_name": self.clip.name, "findings": kept}
        # Another shot lies before it now, and their pictures were not compared.
        return logged.model_copy(update={**moved, "same_framing": None})

    def highlights(self) -> Iterator[Finding]:
        """Yield the parts of the log's highlights that the shot shows."""
        for finding in self.pick.log.highlights:
            if part := self.shown_during(finding.timeline):
                yield finding.model_copy(update={"timeline": self.on_timeline(part)})

    def _finding(self, finding: Finding) -> Finding | None:
        """Return a finding about the shot; None where no frame of it is left."""
        source = self.shown if finding.source is None else self._frames(finding.source)
        if source is None:
            return None
        moved: dict[str, object] = {"source": source, "timeline": self.on_timeline(source)}
        if finding.family in _DIRECTED and self._ran_backwards(finding):
            moved["label"] = reversed_move(finding.label)
            moved["scores"] = {reversed_move(k): score for k, score in finding.scores.items()}
        return finding.model_copy(update=moved)

    def _ran_backwards(self, finding: Finding) -> bool:
        return self.before.time_map.directions(finding.timeline) == {-1}

    def on_timeline(self, source: TimeRange) -> TimeRange:
        """Return the range of the selects that shows a range of the media."""
        if self._is_still:
            return self.clip.timeline
        return source.shifted(self.clip.timeline.start - self.piece.range.start)

    def shown_during(self, timeline: TimeRange) -> TimeRange | None:
        """Return the frames of the shot that the logged timeline shows during a range, if any."""
        shot, time_map = self.pick.logged.shot, self.before.time_map
        common = timeline.intersection(shot.timeline)
        if common is None or self._is_still or time_map.is_freeze:
            return None if common is None else self.shown
        # The clip's map leads to its source clock; the shot itself tells where media time is 0.
        origin = time_map.range_to_source(shot.timeline).start - shot.source.start
        return self._frames(time_map.range_to_source(common).shifted(-origin))

    def _frames(self, source: TimeRange) -> TimeRange | None:
        """Return the part of a range that the clip shows; the ends of the shot are its own ends."""
        # The logged range may begin and end between frames, and what is shown does not.
        whole = self.pick.logged.shot.source
        start = self.shown.start if source.start <= whole.start else source.start
        end = self.shown.end if source.end >= whole.end else source.end
        return TimeRange.between(start, end).intersection(self.shown) if start < end else None

    @property
    def _is_still(self) -> bool:
        video = self.piece.media.video
        return video is not None and video.still


def collect_highlights(shots: Iterable[MovedShot]) -> list[Finding]:
    """Return the highlights of shots, the best first, with labels of their own.

    The labels of a log are ranks in it, so those of several logs would collide. Highlights of an
    analyzer that did not lead in its log keep its name in their labels.
    """
    found = [finding for shot in shots for finding in shot.highlights()]
    found.sort(key=lambda finding: (-finding.scores.get("score", 0.0), -finding.confidence))
    ranks: Counter[str] = Counter()
    ranked = []
    for finding in found:
        tail = f" ({finding.provenance.analyzer})" if finding.follows else ""
        ranks[tail] += 1
        ranked.append(finding.model_copy(update={"label": f"HL {ranks[tail]}{tail}"}))
    return ranked

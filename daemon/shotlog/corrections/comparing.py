"""The corrections in one timeline: what was written, beside what stands there now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shotlog.corrections.moving import Moved, find_move
from shotlog.corrections.pairs import Pairs, pair
from shotlog.corrections.present import (
    MediaPlace,
    PresentMarker,
    PresentTimeline,
    clip_path,
)
from shotlog.corrections.records import RecordedMarker, RunRecord
from shotlog.corrections.written import (
    MOVES,
    Labels,
    WrittenLabels,
    labels_in,
    said_of,
    written_labels,
)
from shotlog.markers import labels_of_name
from shotlog.schema import Family, Finding, LoggedShot, TimeRange
from shotlog.schema.learning import Correction, CorrectionKind


@dataclass(frozen=True)
class CorrectionOrigin:
    """The origin of corrections, as the user names it.

    Attributes:
        project: The project.
        timeline: Name of the timeline.
        editor: The editor; empty for none.
    """

    project: str
    timeline: str
    editor: str = ""


class Comparison:
    """The comparison of a timeline with the record of the run that marked it.

    Args:
        record: The record; None where there is none.
        timeline: The timeline as it is now.
        origin: The origin of the corrections.
        suffix: Suffix of the file, in lower case.

    Attributes:
        pairs: What became of each marker.
    """

    def __init__(
        self,
        record: RunRecord | None,
        timeline: PresentTimeline,
        origin: CorrectionOrigin,
        suffix: str,
    ) -> None:
        self._record, self._timeline, self._origin = record, timeline, origin
        # Each format has colours of its own, which cannot be compared.
        log = record.log if record else None
        self._shots: dict[str, list[LoggedShot]] = defaultdict(list)
        for logged in log.shots if log else ():
            self._shots[logged.shot.id].append(logged)
        self._clips = {clip.id: clip for clip in log.edit.clips} if log else {}
        self._same_colours = record is not None and record.suffix == suffix
        self.pairs: Pairs = pair(record.markers if record else (), timeline)

    @property
    def cleared(self) -> bool:
        """True where no marker of the record is left, which says nothing of any label."""
        return bool(self.pairs.lost) and not self.pairs.found

    def corrections(self) -> Iterator[Correction]:
        """Yield what became of the markers of the record, and what an editor added."""
        for marker, now in self.pairs.found:
            yield from self._of_found(marker, now)
        for marker in () if self.cleared else self.pairs.lost:
            yield from self._of_lost(marker)
        for now in self.pairs.others:
            yield from self._of_other(now)

    def _of_found(self, marker: RecordedMarker, now: PresentMarker) -> Iterator[Correction]:
        logged = self._shot(marker)
        written = written_labels(marker, logged) if logged else []
        if logged is None or not written:
            return
        clip = self._clips.get(logged.shot.clip)
        backwards = clip is not None and clip.speed < 0
        moved = find_move(marker, now, self._timeline, logged, written[0], backwards=backwards)
        if moved is not None and moved.range is None:  # it labels something else now
            yield from self._of_lost(marker)
            yield from self._of_other(now)
            return
        for item in written:
            correction = self._changed(item, logged, marker, now, moved)
            if correction is not None:
                yield correction

    def _changed(
        self, written: WrittenLabels, logged: LoggedShot, marker: RecordedMarker,
        now: PresentMarker, moved: Moved | None,
    ) -> Correction | None:  # fmt: skip
        """Return what became of the labels of one family; None where nothing was ever told."""
        others = (f for f in MOVES if f is not written.family) if written.family in MOVES else ()
        family, labels = labels_in(now.name, written.family, *others)
        if not labels and not written.labels:
            return None
        said = written.said if family is written.family else said_of(logged, family, written.source)
        recoloured = self._same_colours and now.colour.casefold() != marker.colour.casefold()
        if set(labels) != set(written.labels):
            kind = CorrectionKind.RENAMED
        elif moved is not None:
            kind = CorrectionKind.MOVED
        else:
            kind = CorrectionKind.RECOLOURED if recoloured else CorrectionKind.KEPT
        source = written.source
        if moved is not None and moved.range is not None:
            source = _part(moved.range, written.source, logged)
        return self._of_shot(
            kind, family, labels, said, logged, source, marker.id,
            former=written.source if moved else None, colour=now.colour if recoloured else None,
        )  # fmt: skip

    def _of_lost(self, marker: RecordedMarker) -> Iterator[Correction]:
        logged = self._shot(marker)
        for written in written_labels(marker, logged) if logged else ():
            # A clip that was taken out took its marker with it, which says nothing of the label.
            if (
                logged is not None
                and written.labels
                and self._timeline.shows(logged.content_id, written.source)
            ):
                yield self._of_shot(
                    CorrectionKind.DELETED, written.family, (), written.said, logged,
                    written.source, marker.id,
                )  # fmt: skip

    def _of_other(self, now: PresentMarker) -> Iterator[Correction]:
        told = name_with_labels(now)
        if told is None or (place := self._timeline.place_of(now)) is None:
            return
        logged = self._shot_at(place)
        source = place.range
        if now.length <= self._timeline.frame:  # a point stands for the shot that it stands on
            source = logged.shot.source if logged else place.clip
        for family in (Family.SIZE, *MOVES):
            _, labels = labels_in(told, family)
            if labels:
                said = said_of(logged, family, source) if logged else ()
                yield Correction(
                    kind=CorrectionKind.ADDED,
                    family=family,
                    labels=labels,
                    said=said,
                    content_id=place.content_id,
                    path=place.path,
                    source=source,
                    shot=logged.shot.id if logged else None,
                    evidence=self._evidence(said),
                    project=self._origin.project,
                    timeline=self._origin.timeline,
                    editor=self._origin.editor,
                )

    def _of_shot(
        self, kind: CorrectionKind, family: Family, labels: Labels, said: Sequence[Finding],
        logged: LoggedShot, source: TimeRange, marker: str, *,
        former: TimeRange | None = None, colour: str | None = None,
    ) -> Correction:  # fmt: skip
        return Correction(
            kind=kind,
            family=family,
            labels=labels,
            said=tuple(said),
            content_id=logged.content_id,
            path=clip_path(self._clips.get(logged.shot.clip)),
            source=source,
            written=former,
            colour=colour,
            shot=logged.shot.id,
            marker=marker,
            project=self._origin.project,
            timeline=self._origin.timeline,
            editor=self._origin.editor,
            evidence=self._evidence(said),
        )

    def _evidence(self, said: Sequence[Finding]) -> dict[str, int]:
        known = self._record.log.evidence if self._record else {}
        return {
            measure: epoch
            for analyzer in dict.fromkeys(finding.provenance.analyzer for finding in said)
            for measure, epoch in known.get(analyzer, {}).items()
        }

    def _shot(self, marker: RecordedMarker) -> LoggedShot | None:
        """Return the shot of a marker; of one that the timeline shows more than once, that one."""
        shots, shown = self._shots.get(marker.shot, []), marker.shown
        if shown is None:
            return next(iter(shots), None)
        return min(shots, key=lambda s: abs(s.shot.timeline.start - shown.start), default=None)

    def _shot_at(self, place: MediaPlace) -> LoggedShot | None:
        """Return the shot of the record that shows a moment of some media."""
        shots = (logged for same in self._shots.values() for logged in same)
        return next(
            (
                logged
                for logged in shots
                if logged.content_id == place.content_id
                and logged.shot.source.contains(place.moment)
            ),
            None,
        )


def name_with_labels(marker: PresentMarker) -> str | None:
    """Return the text of a marker that names labels and nothing else: its name, or its first line.

    Programs without names of markers keep the name as the first line of the note.
    """
    texts = (marker.name, marker.note.partition("\n")[0])
    return next((text for text in texts if labels_of_name(text).whole), None)


def _part(moved: TimeRange, written: TimeRange, logged: LoggedShot) -> TimeRange:
    """Return the range of a label whose marker has another range now.

    Args:
        moved: The new range of the marker.
        written: The range that the label had: the first move of several ends before its shot does.
        logged: The shot.
    """
    if written == logged.shot.source:
        return moved
    return moved.intersection(written) or moved

"""Markers made of the findings in a log."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Literal

from shotlog.markers.naming import UNNAMED
from shotlog.markers.notes import (
    TOPICS,
    Fact,
    highlight_lines,
    label_of,
    opinion_lines,
    payload_of,
    problem_text,
    signature_line,
    warning_lines,
)
from shotlog.markers.options import DEFAULT_OPTIONS, MarkerOptions
from shotlog.schema import (
    KINDS,
    ClipRange,
    Edit,
    Family,
    Finding,
    Log,
    LoggedShot,
    Marker,
    MarkerFamily,
    Opinion,
    Problem,
    TimeRange,
    group_by_range,
)

_FAMILIES = list(MarkerFamily)


def markers_of(
    log: Log,
    *,
    on: Literal["timeline", "clips"] = "timeline",
    options: MarkerOptions = DEFAULT_OPTIONS,
) -> list[Marker]:
    """Return the markers for everything in a log, by their first frame.

    There is one per shot (``MS · pan_left``; ``Black`` for what is no shot of anything), one for
    each further span of a shot with another camera move, one per highlight (``HL 1 · 92``), and one
    per clip with a problem.

    A marker's first frame is the first frame of the timeline that shows its range, so that the
    markers of two shots that touch do so too. Its id is a hash of its subject, not of the subject's
    position on the timeline: the shot and the number of the span, the shots under a highlight (and
    its analyzer, unless that leads), the media range of a clip with a problem. For a subject that
    the timeline shows more than once, ``-2``, ``-3`` and so on are added in the timeline's order.
    Ids do not depend on ``on`` and on the options.

    Args:
        log: The result of an analysis.
        on: The objects that are to hold the markers. Those of one clip name it and hold their
            range on its source clock as well, where this is ``clips``.
        options: The kinds of markers that are made, and their length.
    """
    maker = _Maker(log.edit, on == "clips", options)
    shots = sorted(log.shots, key=lambda s: (s.shot.timeline.start, s.shot.clip))
    markers = [
        *(marker for logged in shots for marker in maker.of_shot(logged)),
        *(maker.of_highlight(finding, shots) for finding in _highlights(log, options)),
        *(maker.of_problems(log.problems) if options.problems else ()),
    ]
    return sorted(markers, key=lambda m: (m.frame, _FAMILIES.index(m.family)))


def _highlights(log: Log, options: MarkerOptions) -> list[Finding]:
    """Return the highlights that get a marker, in the order of the timeline."""
    most = None if options.most_highlights == "all" else options.most_highlights
    best = log.highlights[:most] if options.highlights else ()  # a log holds the best first
    return sorted(best, key=lambda f: (f.timeline.start, f.timeline.end))


class _Maker:
    """Maker of the markers of one edit; counts how often each subject occurs."""

    def __init__(self, edit: Edit, on_clips: bool, options: MarkerOptions) -> None:
        self._edit, self._options = edit, options
        self._clips = {clip.id: clip for clip in edit.clips}
        self._on_clips = on_clips
        self._occurrences: Counter[str] = Counter()

    def of_shot(self, logged: LoggedShot) -> Iterator[Marker]:
        """Yield the shot's own marker, then one for each further move in it."""
        if not (self._options.sizes or self._options.moves):
            return
        logged = _wanted(logged, self._options)
        shot, clip = logged.shot, self._clips.get(logged.shot.clip)
        kind = group_by_range(logged.leading(Family.KIND))[:1]
        sizes = group_by_range(logged.leading(Family.SIZE))
        moves = group_by_range(logged.leading(Family.MOVE, Family.MOVEMENT))
        motions = group_by_range(logged.leading(Family.MOTION))
        size, move, motion = sizes[:1], moves[:1], motions[:1]
        yield self._marker(
            MarkerFamily.SHOT,
            self._id("shot", shot.id),
            _name(logged, size + move),
            "\n".join([_shot_note(logged), *(warning_lines(clip) if clip else ())]),
            shot.timeline,
            clip,
            {
                "shot": shot.id,
                **_first_payload("kind", kind),
                **_first_payload("size", size),
                **_first_payload("move", move),
                **_first_payload("motion", motion),
            },
        )
        previous = label_of(move[0]) if move else None
        for number, span in enumerate(moves[1:], start=1):
            name = label_of(span)
            if name is None or name == previous:  # an abstention in between changes nothing
                continue
            previous = name
            yield self._marker(
                MarkerFamily.MOVE,
                self._id("move", shot.id, str(number)),
                name,
                "\n".join([*opinion_lines(span[0].family, [span]), signature_line(span)]),
                span[0].timeline,
                clip,
                {"shot": shot.id, **_first_payload("move", [span])},
            )

    def of_highlight(self, finding: Finding, shots: Sequence[LoggedShot]) -> Marker:
        """Return the marker of a highlight."""
        under = [s.shot.id for s in shots if s.shot.timeline.intersection(finding.timeline)]
        subject = [finding.shot] if finding.shot else under
        if finding.follows:  # another analyzer's highlight over the same shots is no second one
            subject.append(finding.provenance.analyzer)
        score = finding.scores.get("score")
        return self._marker(
            MarkerFamily.HIGHLIGHT,
            self._id("highlight", *subject),
            finding.label if score is None else f"{finding.label} · {score:.0f}",
            "\n".join([*highlight_lines(finding), signature_line([finding])]),
            finding.timeline,
            None,  # on the timeline always: it may span clips
            {**payload_of("highlight", (finding,)), **finding.scores},
        )

    def of_problems(self, problems: Iterable[Problem]) -> Iterator[Marker]:
        """Yield one marker for each clip with problems, however many it has."""
        by_clip: dict[str, list[Problem]] = {
            c.id: [c.problem] for c in self._edit.clips if c.problem
        }
        for problem in problems:
            known = by_clip.setdefault(problem.clip or "", [])
            if (problem.code, problem.message) not in [(p.code, p.message) for p in known]:
                known.append(problem)
        for clip in self._edit.clips:
            if faults := by_clip.get(clip.id):
                source, path = clip.source, clip.media.path if clip.media else ""
                yield self._marker(
                    MarkerFamily.PROBLEM,
                    self._id("problem", path, clip.name, str(source.start), str(source.duration)),
                    faults[0].code.replace("-", " "),
                    "\n".join([clip.name, *map(problem_text, faults), *warning_lines(clip)]),
                    clip.timeline,
                    clip,
                    {"problem": faults[0].code},
                )

    def _id(self, *subject: str) -> str:
        digest = blake2b("\0".join(subject).encode("utf-8", "replace"), digest_size=8).hexdigest()
        self._occurrences[digest] += 1
        count = self._occurrences[digest]
        return digest if count == 1 else f"{digest}-{count}"

    def _marker(
        self,
        family: MarkerFamily,
        marker_id: str,
        name: str,
        note: str,
        range_: TimeRange,
        clip: ClipRange | None,
        payload: dict[str, Fact],
    ) -> Marker:
        rate = self._edit.rate
        range_ = self._shortened(range_)
        # The first frame that begins in the range: one that began before shows the shot before.
        first, end = math.ceil(range_.start * rate), math.ceil(range_.end * rate)
        on = clip if self._on_clips else None
        source = _source(on, range_) if on else None
        return Marker(
            id=marker_id,
            family=family,
            name=name,
            note=note,
            frame=first,
            duration=max(1, end - first),  # a frame at least, as for a freeze
            rate=rate,
            clip=on.id if on else None,
            source_start=source.start if source else None,
            source_duration=source.duration if source else None,
            payload=payload,
        )

    def _shortened(self, range_: TimeRange) -> TimeRange:
        """Return a range, cut to the longest length of a marker."""
        length, rate = self._options.length, self._edit.rate
        if length == "shot":
            return range_
        end = (math.ceil(range_.start * rate) + length) / rate
        if range_.end <= end:
            return range_
        return TimeRange(start=range_.start, duration=end - range_.start)


def _wanted(logged: LoggedShot, options: MarkerOptions) -> LoggedShot:
    """Return a shot without the findings that are not to be written."""
    unwanted = {
        *(() if options.sizes else (Family.SIZE,)),
        *(() if options.moves else (Family.MOVE, Family.MOVEMENT, Family.MOTION)),
    }
    if not unwanted:
        return logged
    kept = tuple(f for f in logged.findings if f.family not in unwanted)
    return logged.model_copy(update={"findings": kept})


def _source(clip: ClipRange, range_: TimeRange) -> TimeRange:
    """Return the part of a clip that a range of the timeline shows, on the clip's source clock."""
    if clip.time_map.is_freeze:
        return clip.source
    return clip.time_map.range_to_source(range_).intersection(clip.source) or clip.source


def _shot_note(logged: LoggedShot) -> str:
    opinions = {family: logged.opinions(family) for family in TOPICS}
    findings = [f for listed in opinions.values() for opinion in listed for f in opinion]
    lines = [line for family, listed in opinions.items() for line in opinion_lines(family, listed)]
    if not findings:
        return "Nothing was found out about this shot: no analyzer spoke of it"
    return "\n".join([*lines, signature_line(findings)])


def _name(logged: LoggedShot, labels: Sequence[Opinion]) -> str:
    """Return the name of a shot's marker: its kind, or else its labels."""
    if logged.kind is not None:
        return KINDS.display(logged.kind)
    return " · ".join(filter(None, map(label_of, labels))) or UNNAMED


def _first_payload(topic: str, listed: Sequence[Opinion]) -> dict[str, Fact]:
    """Return the payload of the first span of a shot."""
    return payload_of(topic, listed[0]) if listed else {}

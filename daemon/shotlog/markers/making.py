"""Makes markers of findings: what an editor reads on the timeline."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import Literal

from shotlog.markers.notes import (
    TOPICS,
    Fact,
    facts,
    label,
    signed,
    told,
    told_highlight,
    told_problem,
    told_warnings,
)
from shotlog.schema import (
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

NOTHING = "shot"
"""The name of a shot of which nothing is known."""

_FAMILIES = list(MarkerFamily)


def markers_of(log: Log, *, on: Literal["timeline", "clips"] = "timeline") -> list[Marker]:
    """The markers for everything in a log, by their first frame.

    One per shot (``MS · pan_left``), one for each further span of a shot in which the camera moves
    otherwise, one per highlight (``HL 1 · 92``), one per clip with a problem.

    A marker's first frame is the first frame of the timeline that shows its range, so that the
    markers of two shots that touch do so too. Its id is a hash of what it speaks about, never of
    where that lies: the shot and the number of the span, the shots under a highlight, the media
    range of a clip with a problem. Where the same shows more than once, ``-2``, ``-3`` and so on
    are added in the timeline's order. Ids do not depend on ``on``.

    Args:
        log: The result of an analysis.
        on: Whether the markers that speak of one clip are to stand on it: then they name it and
            tell their range on its source clock as well.
    """
    maker = _Maker(log.edit, on == "clips")
    shots = sorted(log.shots, key=lambda s: (s.shot.timeline.start, s.shot.clip))
    highlights = sorted(log.highlights, key=lambda f: (f.timeline.start, f.timeline.end))
    markers = [
        *(marker for logged in shots for marker in maker.of_shot(logged)),
        *(maker.of_highlight(finding, shots) for finding in highlights),
        *maker.of_problems(log.problems),
    ]
    return sorted(markers, key=lambda m: (m.frame, _FAMILIES.index(m.family)))


class _Maker:
    """Makes the markers of one edit; counts how often each thing was met."""

    def __init__(self, edit: Edit, on_clips: bool) -> None:
        self._edit = edit
        self._clips = {clip.id: clip for clip in edit.clips}
        self._on_clips = on_clips
        self._met: Counter[str] = Counter()

    def of_shot(self, logged: LoggedShot) -> Iterator[Marker]:
        """The shot's own marker, then one for each further move in it."""
        shot, clip = logged.shot, self._clips.get(logged.shot.clip)
        sizes = group_by_range(logged.leading(Family.SIZE))
        moves = group_by_range(logged.leading(Family.MOVE, Family.MOVEMENT))
        motions = group_by_range(logged.leading(Family.MOTION))
        size, move, motion = sizes[:1], moves[:1], motions[:1]
        yield self._marker(
            MarkerFamily.SHOT,
            self._id("shot", shot.id),
            " · ".join(filter(None, map(label, size + move))) or NOTHING,
            "\n".join([_shot_note(logged), *(told_warnings(clip) if clip else ())]),
            shot.timeline,
            clip,
            {
                "shot": shot.id,
                **_facts("size", size),
                **_facts("move", move),
                **_facts("motion", motion),
            },
        )
        shown = label(move[0]) if move else None
        for number, span in enumerate(moves[1:], start=1):
            name = label(span)
            if name is None or name == shown:
                continue
            shown = name
            yield self._marker(
                MarkerFamily.MOVE,
                self._id("move", shot.id, str(number)),
                name,
                "\n".join([*told(span[0].family, [span]), signed(span)]),
                span[0].timeline,
                clip,
                {"shot": shot.id, **_facts("move", [span])},
            )

    def of_highlight(self, finding: Finding, shots: Sequence[LoggedShot]) -> Marker:
        """A highlight stands on the timeline always: it may span clips."""
        under = [s.shot.id for s in shots if s.shot.timeline.intersection(finding.timeline)]
        score = finding.scores.get("score")
        return self._marker(
            MarkerFamily.HIGHLIGHT,
            self._id("highlight", *([finding.shot] if finding.shot else under)),
            finding.label if score is None else f"{finding.label} · {score:.0f}",
            "\n".join([*told_highlight(finding), signed([finding])]),
            finding.timeline,
            None,
            {**facts("highlight", (finding,)), **finding.scores},
        )

    def of_problems(self, problems: Iterable[Problem]) -> Iterator[Marker]:
        """One for each clip with problems, however many it has."""
        by_clip: dict[str, list[Problem]] = {
            c.id: [c.problem] for c in self._edit.clips if c.problem
        }
        for problem in problems:
            known = by_clip.setdefault(problem.clip or "", [])
            if (problem.code, problem.message) not in [(p.code, p.message) for p in known]:
                known.append(problem)
        for clip in self._edit.clips:
            if found := by_clip.get(clip.id):
                source, path = clip.source, clip.media.path if clip.media else ""
                yield self._marker(
                    MarkerFamily.PROBLEM,
                    self._id("problem", path, clip.name, str(source.start), str(source.duration)),
                    found[0].code.replace("-", " "),
                    "\n".join([clip.name, *map(told_problem, found), *told_warnings(clip)]),
                    clip.timeline,
                    clip,
                    {"problem": found[0].code},
                )

    def _id(self, *thing: str) -> str:
        name = blake2b("\0".join(thing).encode("utf-8", "replace"), digest_size=8).hexdigest()
        self._met[name] += 1
        return name if self._met[name] == 1 else f"{name}-{self._met[name]}"

    def _marker(
        self,
        family: MarkerFamily,
        marker_id: str,
        name: str,
        note: str,
        place: TimeRange,
        clip: ClipRange | None,
        payload: dict[str, Fact],
    ) -> Marker:
        rate = self._edit.rate
        first, end = math.ceil(place.start * rate), math.ceil(place.end * rate)
        on = clip if self._on_clips else None
        source = _source(on, place) if on else None
        return Marker(
            id=marker_id,
            family=family,
            name=name,
            note=note,
            frame=first,
            duration=max(1, end - first),
            rate=rate,
            clip=on.id if on else None,
            source_start=source.start if source else None,
            source_duration=source.duration if source else None,
            payload=payload,
        )


def _source(clip: ClipRange, place: TimeRange) -> TimeRange:
    """What a range of the timeline shows of a clip, on the clip's source clock."""
    shown = clip.time_map.range_to_source(place).intersection(clip.source) if clip.speed else None
    return shown or clip.source


def _shot_note(logged: LoggedShot) -> str:
    heard = {family: logged.opinions(family) for family in TOPICS}
    findings = [f for voices in heard.values() for voice in voices for f in voice]
    lines = [line for family, voices in heard.items() for line in told(family, voices)]
    if not findings:
        return "Nothing was found out about this shot: no analyzer spoke of it"
    return "\n".join([*lines, signed(findings)])


def _facts(topic: str, found: Sequence[Opinion]) -> dict[str, Fact]:
    """For machines, the first span."""
    return facts(topic, found[0]) if found else {}

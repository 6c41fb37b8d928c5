"""The way from a timeline to the crop of each of its clips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from pydantic import Field

from shotlog.delivery.reframe.backends import SubjectReframer
from shotlog.delivery.reframe.contract import NO_BARS, Reframer, SeenShot, Target
from shotlog.delivery.reframe.evidence import (
    MovingMeasure,
    SubjectMeasure,
    read_bars,
    read_faces,
    read_places,
)
from shotlog.delivery.reframe.framing import crop_keys
from shotlog.delivery.reframe.gathering import gather
from shotlog.delivery.reframe.parts import parts_within, whole_id
from shotlog.delivery.reframe.pins import Pin, pinned
from shotlog.delivery.reframe.sound import EditSound
from shotlog.delivery.reframe.tracks import join_faces
from shotlog.engine import Cache, ProbeCache, RunProgress, SilentProgress
from shotlog.schema import (
    CropKey,
    CropPath,
    Edit,
    EditView,
    Exact,
    LostSubject,
    Model,
    Problem,
    Reframing,
    ReframingUnusable,
    ShotView,
    TimeRange,
)

_SILENT = SilentProgress()
_WIDEST = 10
"""Greatest ratio of the sides of a picture."""


class ReframeOptions(Model):
    """The picture that is wanted, and the way to it."""

    aspect: Exact
    """Width over height of the new picture."""
    backend: Reframer = SubjectReframer()
    """The subjects that are followed."""
    pins: tuple[Pin, ...] = Field(())
    """Crops that the user has set."""


def reframe(
    edit: Edit,
    cache: Cache,
    options: ReframeOptions,
    *,
    spans: Sequence[TimeRange] | None = None,
    progress: RunProgress = _SILENT,
    probe_cache: ProbeCache | None = None,
) -> Reframing:
    """Return the crop of every clip of a timeline for another aspect.

    Evidence is measured where the cache lacks it; the same media and options give the same crops.
    A clip that cannot be looked at has no crop, and costs no other.

    Args:
        edit: The timeline.
        cache: The cache of evidence.
        options: Aspect, reframer and pins.
        spans: Ranges of the timeline that alone are looked at; None for all of it. Clips outside
            have no crop.
        progress: Receives the progress of every stage.
        probe_cache: Media that were probed already.

    Raises:
        ReframingUnusable: The aspect cannot be that of a picture, or a pin lies outside.
        ReframerError: The reframer lacks something.
        CacheError: The cache loses evidence faster than it can be used.
        Stopped: On Ctrl-C; what was measured is in the cache.
    """
    if not Fraction(1, _WIDEST) <= options.aspect <= _WIDEST:
        message = f"no picture has the aspect {options.aspect}"
        raise ReframingUnusable(edit.name, message, "Give width and height, such as 9:16.")
    for pin in options.pins:
        if not 0 <= pin.at.start < edit.duration:
            message = f"the pin at {float(pin.at.start):.2f} s lies outside of the timeline"
            raise ReframingUnusable(edit.name, message)
    seen = edit if spans is None else parts_within(edit, spans)
    view, log = gather(
        seen, options.backend.measures, cache, progress=progress, probe_cache=probe_cache
    )
    paths = () if view is None else _paths(view, options)
    return Reframing(
        aspect=options.aspect,
        backend=options.backend.text,
        paths=paths,
        problems=tuple(dict.fromkeys(map(_of_whole, log.problems))),
        warnings=() if spans is not None else log.warnings,
    )


def _paths(view: EditView, options: ReframeOptions) -> tuple[CropPath, ...]:
    shots = [seen for each in view.shots if (seen := _see(each, options.aspect)) is not None]
    targets = options.backend.follow(shots, EditSound.of(view))
    by_clip: dict[str, list[tuple[SeenShot, Sequence[Target]]]] = {}
    for shot, followed in zip(shots, targets, strict=True):
        by_clip.setdefault(whole_id(shot.view.clip.id), []).append((shot, followed))
    return tuple(_path(clip, found, view.edit, options) for clip, found in by_clip.items())


def _see(view: ShotView, aspect: Fraction) -> SeenShot | None:
    video = view.media.video
    if video is None:
        return None
    subjects, moving = (view.series.get(each.name) for each in (SubjectMeasure, MovingMeasure))
    tracks = join_faces(read_faces(subjects)) if subjects is not None else ()
    place = read_places(subjects, moving)
    bars = read_bars(subjects) if subjects is not None else NO_BARS
    return SeenShot(view, (video.width, video.height), aspect, tracks, place, bars)


def _of_whole(problem: Problem) -> Problem:
    """Return a problem of a part as one of its clip."""
    return problem.model_copy(update={"clip": problem.clip and whole_id(problem.clip)})


def _path(
    clip: str,
    shots: Sequence[tuple[SeenShot, Sequence[Target]]],
    edit: Edit,
    options: ReframeOptions,
) -> CropPath:
    """Return the path of one clip, over its shots."""
    keys: list[CropKey] = []
    lost: list[LostSubject] = []
    for shot, targets in sorted(shots, key=lambda each: each[0].view.shot.timeline.start):
        found = crop_keys(shot, targets, edit.rate, options.backend)
        keys += [key for key in found.keys if not keys or key.at > keys[-1].at]
        lost += found.lost
    view, (width, height) = shots[0][0].view, shots[0][0].size
    shown = next(each.timeline for each in edit.clips if each.id == clip)
    pins = [pin for pin in options.pins if pin.at.intersection(shown)]
    path = CropPath(
        clip=clip,
        name=view.clip.name,
        width=width,
        height=height,
        keys=tuple(keys),
        lost=tuple(lost),
    )
    return pinned(path, pins, shown, edit.rate)


def see_shots(
    edit: Edit,
    cache: Cache,
    *,
    spans: Sequence[TimeRange] | None = None,
    progress: RunProgress = _SILENT,
    probe_cache: ProbeCache | None = None,
) -> tuple[SeenShot, ...]:
    """Return the shots of a timeline with their faces; what the cache lacks is measured.

    Args:
        edit: The timeline.
        cache: The cache of evidence.
        spans: Ranges of the timeline that alone are looked at; None for all of it. A part of a clip
            has the id of the clip.
        progress: Receives the progress of every stage.
        probe_cache: Media that were probed already.

    Raises:
        CacheError: The cache loses evidence faster than it can be used.
        Stopped: On Ctrl-C; what was measured is in the cache.
    """
    seen = edit if spans is None else parts_within(edit, spans)
    measures = SubjectReframer().measures
    view, _ = gather(seen, measures, cache, progress=progress, probe_cache=probe_cache)
    shots = view.shots if view is not None else ()
    found = (_see(_of_clip(view), Fraction(1)) for view in shots)
    return tuple(shot for shot in found if shot is not None)


def _of_clip(view: ShotView) -> ShotView:
    """Return a shot of a part of a clip as one of the clip."""
    return replace(view, clip=view.clip.model_copy(update={"id": whole_id(view.clip.id)}))

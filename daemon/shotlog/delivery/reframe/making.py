"""The way from a timeline to the crop of each of its clips."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from pydantic import Field

from shotlog.delivery.reframe.backends import SubjectReframer
from shotlog.delivery.reframe.contract import Reframer, SeenShot, Target
from shotlog.delivery.reframe.evidence import (
    MovingMeasure,
    SubjectMeasure,
    read_faces,
    read_places,
)
from shotlog.delivery.reframe.framing import crop_keys
from shotlog.delivery.reframe.pins import Pin, pinned
from shotlog.delivery.reframe.sound import EditSound
from shotlog.delivery.reframe.tracks import join_faces
from shotlog.engine import Cache, ProbeCache, RunProgress, SilentProgress, analyze
from shotlog.schema import (
    Claim,
    CropKey,
    CropPath,
    Edit,
    EditAnalyzer,
    EditView,
    Exact,
    Family,
    LostSubject,
    Model,
    Reframing,
    ReframingUnusable,
    ShotView,
    Tier,
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
    gathering = _Gathering(options.backend)
    log = analyze(edit, [gathering], cache, progress=progress, probe_cache=probe_cache)
    paths = () if gathering.view is None else _paths(gathering.view, options)
    return Reframing(
        aspect=options.aspect,
        backend=options.backend.text,
        paths=paths,
        problems=log.problems,
        warnings=log.warnings,
    )


class _Gathering(EditAnalyzer):
    """An analyzer without claims, which keeps the evidence of all shots."""

    family = Family.KIND
    tier = Tier.BUILTIN

    def __init__(self, backend: Reframer) -> None:
        self.name = f"reframe.{backend.name}"
        self.version = backend.version
        self.measures = tuple(backend.measures)
        self.view: EditView | None = None

    def conclude(self, view: EditView) -> Sequence[Claim]:
        """Keep the evidence; claim nothing."""
        self.view = view
        return ()


def _paths(view: EditView, options: ReframeOptions) -> tuple[CropPath, ...]:
    shots = [seen for each in view.shots if (seen := _see(each, options.aspect)) is not None]
    targets = options.backend.follow(shots, EditSound.of(view))
    by_clip: dict[str, list[tuple[SeenShot, Sequence[Target]]]] = {}
    for shot, followed in zip(shots, targets, strict=True):
        by_clip.setdefault(shot.view.clip.id, []).append((shot, followed))
    return tuple(_path(of_clip, view.edit, options) for of_clip in by_clip.values())


def _see(view: ShotView, aspect: Fraction) -> SeenShot | None:
    video = view.media.video
    if video is None:
        return None
    subjects, moving = (view.series.get(each.name) for each in (SubjectMeasure, MovingMeasure))
    tracks = join_faces(read_faces(subjects)) if subjects is not None else ()
    place = read_places(subjects, moving)
    return SeenShot(view, (video.width, video.height), aspect, tracks, place)


def _path(
    shots: Sequence[tuple[SeenShot, Sequence[Target]]], edit: Edit, options: ReframeOptions
) -> CropPath:
    """Return the path of one clip, over its shots."""
    clip = shots[0][0].view.clip
    keys: list[CropKey] = []
    lost: list[LostSubject] = []
    for shot, targets in sorted(shots, key=lambda each: each[0].view.shot.timeline.start):
        found = crop_keys(shot, targets, edit.rate, options.backend)
        keys += [key for key in found.keys if not keys or key.at > keys[-1].at]
        lost += found.lost
    pins = [pin for pin in options.pins if pin.at.intersection(clip.timeline)]
    width, height = shots[0][0].size
    path = CropPath(
        clip=clip.id, name=clip.name, width=width, height=height, keys=tuple(keys), lost=tuple(lost)
    )
    return pinned(path, pins, clip.timeline, edit.rate)

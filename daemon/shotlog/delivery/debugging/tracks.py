"""Faces of a shot as data that can be written as JSON."""

from __future__ import annotations

from shotlog.delivery.reframe import FaceTrack, SeenShot
from shotlog.schema import Model, TimeRange


class KeptTrack(Model):
    """A face over a shot; its lists have one value for each picture in which it was found."""

    moments: tuple[float, ...]
    """Seconds of media time, in order."""
    boxes: tuple[tuple[float, float, float, float], ...]
    """Centre, width and height, in shares of the picture."""
    scores: tuple[float, ...]
    """Scores of the detector."""


class ShotTracks(Model):
    """The faces of a shot."""

    clip: str
    """Id of the clip range."""
    source: TimeRange
    """The shot's frames, in media time."""
    timeline: TimeRange
    """Its range on the timeline's clock."""
    place: str | None = None
    """The evidence for a subject that is no face, for people; None without one."""
    tracks: tuple[KeptTrack, ...] = ()
    """The faces, the most prominent first."""


def tracks_of(shot: SeenShot) -> ShotTracks:
    """Return the faces of a shot."""
    return ShotTracks(
        clip=shot.view.clip.id,
        source=shot.view.shot.source,
        timeline=shot.view.shot.timeline,
        place=shot.place.reason if shot.place else None,
        tracks=tuple(map(_kept, shot.tracks)),
    )


def _kept(track: FaceTrack) -> KeptTrack:
    return KeptTrack(
        moments=tuple(track.moments.tolist()),
        boxes=tuple((x, y, width, height) for x, y, width, height in track.boxes.tolist()),
        scores=tuple(track.scores.tolist()),
    )

"""The timeline of the demo: the film as several clips, as an editor might have cut it."""

from __future__ import annotations

from typing import Any

import opentimelineio as otio

from shotlog.demo.truth import TrueShot, Truth

_GAP = 24  # frames
_LOST = 48  # frames of the clip whose media is offline
_SLOW = 0.5  # speed of the slow-motion clip


def demo_timeline(truth: Truth, film: str) -> bytes:
    """Make a timeline of the film with the structures of real timelines.

    One video track: clips with several shots and with one, a gap, a nested sequence, a clip at half
    speed, and a clip whose media is offline.

    Args:
        truth: Truth of the film; its shots are those of :data:`shotlog.demo.script.DEMO`.
        film: File name of the film; it must lie beside the timeline.

    Returns:
        The text of an .otio file.
    """
    morning, _, avenue, talk, closer, listener, applause, city, eyes, dusk = truth.shots

    def clip(name: str, first: TrueShot, last: TrueShot) -> Any:
        start, end = first.range.start, last.range.end
        return _clip(name, film, float(truth.rate), truth.frames, *_frames(truth, start, end))

    nest = otio.schema.Stack(name="Two views of a talk")
    inner = otio.schema.Track(name="V1", kind=otio.schema.TrackKind.Video)
    inner.extend([clip("Closer", closer, closer), clip("Listener", listener, listener)])
    nest.append(inner)
    slow = clip("Eyes in slow motion", eyes, eyes)
    # In OpenTimelineIO a time warp does not change a clip's duration: at half speed twice the range
    # is needed to show the whole shot.
    slow.source_range = _range(
        slow.source_range.start_time.value, slow.source_range.duration.value / _SLOW, truth
    )
    slow.effects.append(otio.schema.LinearTimeWarp(name="Slow", time_scalar=_SLOW))
    track = otio.schema.Track(name="V1", kind=otio.schema.TrackKind.Video)
    track.extend(
        [
            clip("Way there", morning, avenue),
            clip("Talk", talk, talk),
            otio.schema.Gap(source_range=_range(0, _GAP, truth)),
            nest,
            clip("Night out", applause, city),
            slow,
            clip("Dusk", dusk, dusk),
            _clip("Lost reel", "lost-reel.mov", float(truth.rate), _LOST, 0, _LOST),
        ]
    )
    timeline = otio.schema.Timeline(name="Shotlog demo")
    # 01:00:00:00, where DaVinci Resolve starts new timelines.
    timeline.global_start_time = otio.opentime.RationalTime(3600 * truth.rate, truth.rate)
    timeline.tracks.append(track)
    text: str = otio.core.serialize_json_to_string(timeline, indent=4)
    return text.encode() + b"\n"


def _frames(truth: Truth, start: Any, end: Any) -> tuple[int, int]:
    return int(start * truth.rate), int((end - start) * truth.rate)


def _range(start: float, duration: float, truth: Truth) -> Any:
    rate = float(truth.rate)
    return otio.opentime.TimeRange(
        otio.opentime.RationalTime(start, rate), otio.opentime.RationalTime(duration, rate)
    )


def _clip(name: str, media: str, rate: float, length: int, start: int, frames: int) -> Any:
    """Return a clip of ``frames`` frames from ``start``, of a file of ``length`` frames."""
    whole, part = (
        otio.opentime.TimeRange(
            otio.opentime.RationalTime(first, rate), otio.opentime.RationalTime(count, rate)
        )
        for first, count in ((0, length), (start, frames))
    )
    reference = otio.schema.ExternalReference(target_url=media, available_range=whole)
    return otio.schema.Clip(name=name, media_reference=reference, source_range=part)

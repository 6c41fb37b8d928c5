"""Cuts as Shotcut's projects: one track, speeds as time warps, whose frames are retimed ones."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from tests.nle.cuts.cut import Clip, Cut, Gap
from tests.nle.cuts.writing import Features, Writer, points_and_ranges
from tests.otio.mlt.projects import entry, producer, prop, shotcut

FEATURES = Features(
    starts=False,
    drop_frame=False,
    tracks=1,
    nests=False,
    speeds=tuple(map(Fraction, ("1", "1", "2", "1/2", "-1", "-2"))),
    media_starts=False,
    markers_on_clips=False,
)


def service(number: int, clip: Clip, *facts: str) -> str:
    """The media of a clip, at its speed."""
    path, length = f"{clip.media.name}.mov", clip.media.length
    if clip.speed == 1:
        return producer(number, *facts, path=path, length=length)
    retimed = int(length / abs(clip.speed))
    warped = f"{float(clip.speed)}:{path}"
    return producer(number, *facts, path=warped, service="timewarp", length=retimed)


def items(cut: Cut) -> Iterator[str]:
    number = 0
    for item in cut.tracks[0]:
        if isinstance(item, Gap):
            yield f'<blank length="{item.length}"/>'
        elif isinstance(item, Clip):
            pace = abs(item.speed)
            first = item.first / pace
            if item.speed < 0:  # counted from the end of the media
                first = (item.media.length - item.first - item.used) / pace
            yield entry(number, int(first), int(first) + item.length - 1)
            number += 1


def clips(cut: Cut) -> list[Clip]:
    return [item for item in cut.tracks[0] if isinstance(item, Clip)]


def _write(path: Path, cut: Cut) -> None:
    services = [service(n, c, prop("shotcut:caption", c.name)) for n, c in enumerate(clips(cut))]
    rate = cut.rate.numerator, cut.rate.denominator
    text = shotcut(services, list(items(cut)), _markers(cut), rate=rate)
    path.write_text(text, encoding="utf-8")


def _markers(cut: Cut) -> str:
    """The editor's markers as Shotcut writes them, at the millisecond of their frames."""
    listed = ""
    for number, (frame, name) in enumerate(cut.theirs):
        at = _clock(frame, cut.rate)
        facts = {"text": name, "start": at, "end": at, "color": "#00FF00"}
        inner = "".join(prop(key, value) for key, value in facts.items())
        listed += f'<properties name="{number}">{inner}</properties>'
    return f'<properties name="shotcut:markers">{listed}</properties>'


def _clock(frame: int, rate: Fraction) -> str:
    seconds, thousandths = divmod(round(frame / rate * 1000), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}.{thousandths:03d}"


WRITER = Writer(_write, ".mlt", FEATURES, length=points_and_ranges)

"""FCPXML projects for tests."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from shotlog_otio import InspectedClip, Inspection, ReadOptions, inspection_of
from shotlog_otio.fcpxml import FcpxmlFormat

FORMAT = FcpxmlFormat()

RESOURCES = """
        <format id="r24" frameDuration="100/2400s" width="1920" height="1080"/>
        <format id="r25" frameDuration="1/25s"/>
        <format id="r2997" frameDuration="1001/30000s"/>
        <format id="rs" name="FFVideoFormatRateUndefined"/>
        <asset id="film" name="film" start="3600s" duration="100s" hasVideo="1" hasAudio="1" format="r24">
            <media-rep kind="original-media" src="file:///media/film%201.mov"/>
        </asset>
        <asset id="pal" name="pal" start="0s" duration="100s" hasVideo="1" format="r25">
            <media-rep kind="original-media" src="file:///media/pal.mov"/>
        </asset>
        <asset id="song" name="song" start="0s" duration="100s" hasAudio="1" audioSources="1">
            <media-rep kind="original-media" src="file:///media/song.wav"/>
        </asset>
        <asset id="still" name="still" start="0s" duration="0s" hasVideo="1" format="rs">
            <media-rep kind="original-media" src="file:///media/still.png"/>
        </asset>
        <effect id="clouds" name="Clouds" uid="x"/>"""  # noqa: E501


def project(
    spine: str,
    *,
    media: str = "",
    sequence: str = 'format="r24" tcStart="0s" tcFormat="NDF"',
    version: str = "1.11",
    resources: str = RESOURCES,
) -> str:
    """A file with one project, laid out as Final Cut Pro does."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE fcpxml>

<fcpxml version="{version}">
    <resources>{resources}{media}
    </resources>
    <library>
        <event name="Event">
            <project name="Cut">
                <sequence {sequence}>
                    <spine>
                        {spine}
                    </spine>
                </sequence>
            </project>
        </event>
    </library>
</fcpxml>
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "cut.fcpxml"
    path.write_bytes(text.encode())
    return path


def inspected(folder: Path, text: str, sequence: str | None = None) -> Inspection:
    return inspection_of(FORMAT.open(written(folder, text), ReadOptions(sequence=sequence)))


def inspected_spine(folder: Path, spine: str, **facts: Any) -> Inspection:
    return inspected(folder, project(spine, **facts))


def places(clips: Sequence[InspectedClip]) -> list[tuple[str, str, int, int]]:
    """Track, name, and record range of clips."""
    return [(clip.track, clip.name, clip.record_in, clip.record_out) for clip in clips]


Number = Fraction | int


def sources(clips: Sequence[InspectedClip]) -> list[tuple[Number, Number, Number]]:
    """Source range and speed of clips."""
    return [(clip.source_in, clip.source_out, clip.speed) for clip in clips]

"""Small projects of the applications without markers, all of the same four seconds of film.

They have what the application itself writes as far as it opens them without a question.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from benchmarks.field.make import film

SECONDS = 5
USED = 96
"""Frames of the film that a timeline shows, from its first."""

SIZE = (320, 180)


def make_film(folder: Path, rate: Fraction) -> Path:
    """Write the film that every project here uses, of five scenes of a good second."""
    frames = round(rate)  # of a scene: whole frames, 1.001 s at NTSC rates
    return film(folder / "film.mp4", scenes=SECONDS, length=frames, rate=rate, size=SIZE)


def profile(rate: Fraction) -> str:
    """Return the element of MLT that tells rate and size."""
    return (
        f'<profile description="automatic" width="{SIZE[0]}" height="{SIZE[1]}" progressive="1"'
        ' sample_aspect_num="1" sample_aspect_den="1" display_aspect_num="16"'
        ' display_aspect_den="9" colorspace="709"'
        f' frame_rate_num="{rate.numerator}" frame_rate_den="{rate.denominator}"/>'
    )


def properties(values: Mapping[str, object], indent: str = "    ") -> str:
    """Return elements of MLT that hold values."""
    return "".join(f'{indent}<property name="{k}">{v}</property>\n' for k, v in values.items())


def shotcut(media: Path, rate: Fraction) -> str:
    """Return a project of Shotcut 22.12, with one clip on track V1."""
    last = USED - 1
    black = {
        "length": USED,
        "eof": "pause",
        "resource": 0,
        "aspect_ratio": 1,
        "mlt_service": "color",
        "mlt_image_format": "rgba",
        "set.test_audio": 0,
    }
    clip = {
        "length": SECONDS * round(rate),
        "eof": "pause",
        "resource": media.name,
        "mlt_service": "avformat-novalidate",
        "shotcut:caption": media.name,
    }
    mix = {"a_track": 0, "b_track": 1, "mlt_service": "mix", "always_active": 1, "sum": 1}
    return f"""<?xml version="1.0" standalone="no"?>
<mlt LC_NUMERIC="C" version="7.12.0" title="Shotcut version 22.12.21" producer="main_bin">
  {profile(rate)}
  <playlist id="main_bin">
    <property name="xml_retain">1</property>
  </playlist>
  <producer id="black" in="0" out="{last}">
{properties(black)}  </producer>
  <playlist id="background">
    <entry producer="black" in="0" out="{last}"/>
  </playlist>
  <chain id="chain0" out="{SECONDS * round(rate) - 1}">
{properties(clip)}  </chain>
  <playlist id="playlist0">
    <property name="shotcut:video">1</property>
    <property name="shotcut:name">V1</property>
    <entry producer="chain0" in="0" out="{last}"/>
  </playlist>
  <tractor id="tractor0" title="Shotcut version 22.12.21" in="0" out="{last}">
    <property name="shotcut">1</property>
    <property name="shotcut:projectAudioChannels">2</property>
    <property name="shotcut:projectFolder">0</property>
    <track producer="background"/>
    <track producer="playlist0"/>
    <transition id="transition0">
{properties(mix, "      ")}    </transition>
  </tractor>
</mlt>
"""


def ges(media: Path, rate: Fraction) -> str:
    """Return a project of GStreamer Editing Services 1.22, which Pitivi writes."""
    length, used = (frames * 10**9 / rate for frames in (SECONDS * round(rate), USED))
    caps = f"video/x-raw\\,\\ framerate\\=\\(fraction\\){rate.numerator}/{rate.denominator}"
    uri = media.as_uri()
    return f"""<?xml version="1.0" ?>
<ges version="0.6">
  <project properties="properties;" metadatas="metadatas, name=(string)film;">
    <ressources>
      <asset id="{uri}" extractable-type-name="GESUriClip" \
properties="properties, duration=(guint64){int(length)};" metadatas="metadatas;"/>
    </ressources>
    <timeline properties="properties;" metadatas="metadatas;">
      <track caps="video/x-raw(ANY)" track-type="4" track-id="0" \
properties="properties, mixing=(boolean)true, \
restriction-caps=(string)&quot;{caps}&quot;;" metadatas="metadatas;"/>
      <layer priority="0" properties="properties;" metadatas="metadatas;">
        <clip id="0" asset-id="{uri}" type-name="GESUriClip" track-types="4" layer-priority="0" \
start="0" rate="0" inpoint="0" duration="{int(used)}" \
properties="properties, name=(string)film;" metadatas="metadatas;"/>
      </layer>
    </timeline>
  </project>
</ges>
"""


def openshot(media: Path, rate: Fraction) -> str:
    """Return a project of OpenShot 2.6, with one clip on its lowest layer."""
    reader = {
        "type": "FFmpegReader",
        "path": str(media),
        "has_video": True,
        "has_audio": False,
        "has_single_image": False,
        "width": SIZE[0],
        "height": SIZE[1],
        "fps": {"num": rate.numerator, "den": rate.denominator},
        "pixel_ratio": {"num": 1, "den": 1},
        "display_ratio": {"num": 16, "den": 9},
        "video_timebase": {"num": rate.denominator, "den": rate.numerator},
        "video_length": str(SECONDS * round(rate)),
        "duration": float(SECONDS * round(rate) / rate),
        "media_type": "video",
        "id": "FILE1",
    }
    clip = {
        "id": "CLIP1",
        "file_id": "FILE1",
        "title": media.name,
        "layer": 1000000,
        "position": 0.0,
        "start": 0.0,
        "end": float(USED / rate),
        "duration": reader["duration"],
        "effects": [],
        "reader": reader,
    }
    content = {
        "id": "PROJECT1",
        "fps": {"num": rate.numerator, "den": rate.denominator},
        "display_ratio": {"num": 16, "den": 9},
        "pixel_ratio": {"num": 1, "den": 1},
        "width": SIZE[0],
        "height": SIZE[1],
        "sample_rate": 48000,
        "channels": 2,
        "channel_layout": 3,
        "settings": {},
        "clips": [clip],
        "effects": [],
        "files": [reader],
        "duration": 300,
        "scale": 15.0,
        "tick_pixels": 100,
        "playhead_position": 0,
        "profile": "HD 720p 24 fps",
        "layers": [{"id": "L1", "label": "", "number": 1000000, "y": 0, "lock": False}],
        "markers": [],
        "progress": [],
        "history": {"undo": [], "redo": []},
        "version": {"openshot-qt": "2.6.1", "libopenshot": "0.2.7"},
    }
    return json.dumps(content, indent=1)


def fcpxml(media: Path, rate: Fraction, version: str) -> str:
    """Return a project of Final Cut Pro in a version of FCPXML, from 1.6 on, with one clip."""
    frame = f"{rate.denominator}/{rate.numerator}s"
    frames = (SECONDS * round(rate), USED)
    length, used = (f"{count * rate.denominator}/{rate.numerator}s" for count in frames)
    facts = f'id="r2" name="film" start="0s" duration="{length}" hasVideo="1" format="r1"'
    source = f'src="{media.as_uri()}"'
    has_representations = int(version.split(".")[1]) >= 9
    asset = (
        f'<asset {facts}><media-rep kind="original-media" {source}/></asset>'
        if has_representations
        else f"<asset {facts} {source}/>"
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE fcpxml>

<fcpxml version="{version}">
    <resources>
        <format id="r1" frameDuration="{frame}" width="{SIZE[0]}" height="{SIZE[1]}"/>
        {asset}
    </resources>
    <library>
        <event name="event">
            <project name="cut">
                <sequence format="r1" duration="{used}" tcStart="0s" tcFormat="NDF">
                    <spine>
                        <asset-clip ref="r2" offset="0s" name="film" duration="{used}">
                            <note>shot by hand</note>
                            <metadata>
                                <md key="com.apple.proapps.studio.reel" value="1"/>
                            </metadata>
                        </asset-clip>
                    </spine>
                </sequence>
            </project>
        </event>
    </library>
</fcpxml>
"""

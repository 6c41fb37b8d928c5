"""Small projects of Kdenlive without guides, of the same film as those of other applications."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from tests.nle.clients.projects import SECONDS, USED, profile, properties

_UUID = "{5e7b1a52-0c3f-4f0e-9f0b-2d9f6a3c7e11}"
_BLACK = {
    "length": 2147483647,
    "eof": "continue",
    "resource": "black",
    "aspect_ratio": 1,
    "mlt_service": "color",
    "kdenlive:playlistid": "black_track",
    "mlt_image_format": "rgba",
    "set.test_audio": 0,
}


def whole_document(media: Path, rate: Fraction) -> str:
    """Return a project of Kdenlive 22.12 and older: the timeline is the document, on track V1."""
    length, last = SECONDS * round(rate), USED - 1
    document = {
        "kdenlive:docproperties.documentid": 1700000000000,
        "kdenlive:docproperties.kdenliveversion": "22.12.3",
        "kdenlive:docproperties.version": "1.04",
    }
    return f"""<?xml version='1.0' encoding='utf-8'?>
<mlt LC_NUMERIC="C" producer="main_bin" version="7.12.0" root="{media.parent}">
 {profile(rate)}
 <producer id="producer0" in="0" out="{length - 1}">
{properties(_clip(media, length), "  ")} </producer>
 <playlist id="main_bin">
{properties(document, "  ")}  <property name="xml_retain">1</property>
  <entry producer="producer0" in="0" out="{length - 1}"/>
 </playlist>
{_track(last)} <tractor id="tractor1" in="0" out="{last}">
  <track producer="black_track"/>
  <track producer="tractor0"/>
 </tractor>
</mlt>
"""


def sequences(media: Path, rate: Fraction) -> str:
    """Return a project of Kdenlive 23.04 and newer, with a sequence in its bin."""
    length, last = SECONDS * round(rate), USED - 1
    sequence = {
        "kdenlive:uuid": _UUID,
        "kdenlive:clipname": "Sequence 1",
        "kdenlive:sequenceproperties.hasAudio": 0,
        "kdenlive:sequenceproperties.hasVideo": 1,
        "kdenlive:sequenceproperties.tracksCount": 1,
        "kdenlive:sequenceproperties.documentuuid": _UUID,
        "kdenlive:producer_type": 17,
        "kdenlive:id": 3,
        "kdenlive:clip_type": 0,
    }
    document = {
        "kdenlive:docproperties.documentid": 1700000000000,
        "kdenlive:docproperties.kdenliveversion": "23.08.5",
        "kdenlive:docproperties.uuid": _UUID,
        "kdenlive:docproperties.version": "1.1",
        "kdenlive:docproperties.opensequences": _UUID,
        "kdenlive:docproperties.activetimeline": _UUID,
        "xml_retain": 1,
    }
    return f"""<?xml version='1.0' encoding='utf-8'?>
<mlt LC_NUMERIC="C" producer="main_bin" version="7.18.0" root="{media.parent}">
 {profile(rate)}
 <producer id="producer0" in="0" out="{length - 1}">
{properties(_clip(media, length), "  ")} </producer>
{_track(last)} <tractor id="{_UUID}" in="0" out="{last}">
{properties(sequence, "  ")}  <track producer="black_track"/>
  <track producer="tractor0"/>
 </tractor>
 <playlist id="main_bin">
{properties(document, "  ")}  <entry producer="producer0" in="0" out="{length - 1}"/>
  <entry producer="{_UUID}" in="0" out="{last}"/>
 </playlist>
 <tractor id="tractor1" in="0" out="{last}">
  <property name="kdenlive:projectTractor">1</property>
  <track producer="{_UUID}" in="0" out="{last}"/>
 </tractor>
</mlt>
"""


def _clip(media: Path, length: int) -> dict[str, object]:
    return {
        "length": length,
        "eof": "pause",
        "resource": media.name,
        "mlt_service": "avformat-novalidate",
        "kdenlive:clipname": media.stem,
        "kdenlive:id": 2,
        "kdenlive:folderid": -1,
        "kdenlive:clip_type": 2,
    }


def _track(last: int) -> str:
    """Return the background, and track V1 with the clip."""
    return f""" <producer id="black_track" in="0" out="{last}">
{properties(_BLACK, "  ")} </producer>
 <playlist id="playlist0">
  <entry producer="producer0" in="0" out="{last}">
   <property name="kdenlive:id">2</property>
  </entry>
 </playlist>
 <playlist id="playlist1"/>
 <tractor id="tractor0" in="0" out="{last}">
  <property name="kdenlive:track_name">V1</property>
  <track hide="audio" producer="playlist0"/>
  <track hide="audio" producer="playlist1"/>
 </tractor>
"""

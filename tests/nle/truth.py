"""Values that were worked out by hand from a real timeline, and how they are compared.

A truth is a part of what ``shotlog inspect --json`` prints, kept in ``truths/<file>.json``, with
some keys of its own:

- ``file``: where the timeline is in the test data; ``sequence``: which one of it; ``why``: how
  the tricky values were found;
- ``clip_count``, ``marker_count``: how many picture clips and markers there are;
- ``clips``: parts of clips. One with the same ``track`` and ``record_in`` must hold all values;
  ``media_ends`` is the end of its path, ``about`` holds values with how far they may be off;
- ``markers``: parts of markers, found by ``frame`` (and ``name``); ``text`` is in name or note;
- ``not_markers``: names that no marker may have;
- ``from_timecode``: frames of clips and markers are those of the timecode, for formats that do not
  tell where a sequence starts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("truths")
FACTS = ["name", "rate", "drop_frame", "start_frame", "duration_frames", "hidden_markers"]
FRACTIONS = {"rate", "source_in", "source_out", "source_rate", "speed"}
SHOWN = 5

Json = dict[str, Any]


def truths() -> list[Path]:
    """Return the files of all truths."""
    return sorted(FOLDER.glob("*.json"))


def load(path: Path) -> Json:
    """Read a truth."""
    truth: Json = json.loads(path.read_text(encoding="utf-8"))
    return truth


def differences(truth: Json, found: Json) -> list[str]:
    """Return a line for everything that an inspection did not find as it is."""
    return [*_facts(truth, found), *_clips(truth, found), *_markers(truth, found)]


def _facts(truth: Json, found: Json) -> Iterator[str]:
    for key in FACTS:
        if key in truth and not _same(key, truth[key], found[key]):
            yield f"{key}: {found[key]!r}, should be {truth[key]!r}"
    for kind in ("clip", "marker"):
        count, key = len(found[f"{kind}s"]), f"{kind}_count"
        if count != truth.get(key, count):
            yield f"{count} {kind}s, should be {truth[key]}"


def _clips(truth: Json, found: Json) -> Iterator[str]:
    shift = found["start_frame"] if truth.get("from_timecode") else 0
    have = [_moved(clip, shift, "record_in", "record_out") for clip in found["clips"]]
    for wanted in truth.get("clips", []):
        place = {key: wanted[key] for key in ("track", "record_in")}
        there = [clip for clip in have if place.items() <= clip.items()]
        wrong = sorted((list(_wrong(wanted, clip)) for clip in there), key=len)
        if not there:
            on = [clip["record_in"] for clip in have if clip["track"] == wanted["track"]]
            yield f"no clip at {place}; clips of {wanted['track']} are at {on[: SHOWN * 4]}"
        elif wrong[0]:
            yield f"clip at {place}: " + " | ".join(wrong[0])


def _markers(truth: Json, found: Json) -> Iterator[str]:
    shift = found["start_frame"] if truth.get("from_timecode") else 0
    have = [_moved(marker, shift, "frame") for marker in found["markers"]]
    for wanted in truth.get("markers", []):
        place = {key: wanted[key] for key in ("frame", "name") if key in wanted}
        there = [marker for marker in have if place.items() <= marker.items()]
        wrong = sorted((list(_wrong(wanted, marker)) for marker in there), key=len)
        if not there:
            near = sorted(have, key=lambda marker: abs(marker["frame"] - wanted["frame"]))
            yield f"no marker {place}; nearest: {[(m['frame'], m['name']) for m in near[:SHOWN]]}"
        elif wrong[0]:
            yield f"marker {place}: " + " | ".join(wrong[0])
    if truth.get("markers") == [] and have:
        yield f"markers {[(m['frame'], m['name']) for m in have[:SHOWN]]}, should be none"
    for name in set(truth.get("not_markers", [])) & {marker["name"] for marker in have}:
        yield f"{name!r} is listed, though it is no marker of the timeline"


def _wrong(wanted: Json, have: Json) -> Iterator[str]:
    """Yield a line for each value of a clip or marker that differs."""
    for key, value in wanted.items():
        match key:
            case "media_ends":
                if not str(have["media"]).replace("\\", "/").endswith(value):
                    yield f"media {have['media']!r} should end with {value!r}"
            case "text":
                if value not in f"{have['name']}\n{have['note']}":
                    yield f"{value!r} is not in {have['name']!r}, {have['note']!r}"
            case "about":
                for inner, (middle, off) in value.items():
                    if have[inner] is None or abs(Fraction(have[inner]) - Fraction(middle)) > off:
                        yield f"{inner} {have[inner]!r} should be {middle} within {off}"
            case _:
                if not _same(key, value, have[key]):
                    yield f"{key} {have[key]!r} should be {value!r}"


def _same(key: str, wanted: Any, have: Any) -> bool:
    """Return whether two values are the same, fractions as numbers and notes without blanks."""
    if key in FRACTIONS and None not in (wanted, have):
        return Fraction(wanted) == Fraction(have)
    if key == "note":
        return " ".join(str(wanted).split()) == " ".join(str(have).split())
    return bool(wanted == have)


def _moved(item: Json, by: int, *keys: str) -> Json:
    return {**item, **{key: item[key] + by for key in keys}}

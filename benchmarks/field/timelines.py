"""Facts that timelines omit: start of media, drop-frame, rates; warnings, odd markers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio

from benchmarks.field.case import Case
from benchmarks.field.cutting import Json, clip, saved, span, timeline
from benchmarks.field.make import film
from benchmarks.field.product import analyzed, faults, seconds, shotlog
from shotlog.schema import Log

Tell = Callable[[Path], str]

_SMALL = (160, 90)
_NTSC = 30000 / 1001


def _film(path: Path, *options: str, length: int = 125, rate: Fraction | int = 25) -> Path:
    """Make a film of one scene, by default 15 s at 25 fps."""
    encoder = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
    return film(path, *encoder, *options, scenes=1, length=length, rate=rate, size=_SMALL)


def _reads(log: Log) -> str:
    """Return the seconds of their files that clips show: ``a 10-14, b 0-4``."""
    found = [
        f"{logged.clip_name} {seconds(logged.shot.source.start)}-{seconds(logged.shot.source.end)}"
        for logged in sorted(log.shots, key=lambda logged: logged.shot.timeline.start)
    ]
    told = [f"{problem.subject}: {problem.message}" for problem in log.problems]
    return ", ".join([*found, *told])


# --- where media starts ---------------------------------------------------------------------------


def _ranges(
    timecode: str | None,
    *sources: tuple[float, float],
    available: tuple[float, float] | None = None,
    speed: float = 1,
    disabled: int | None = None,
) -> Tell:
    """Analyse clips ``a``, ``b`` ... of a film of 15 s at 25 fps that starts at a timecode."""

    def tell(folder: Path) -> str:
        path = _film(
            folder / "film.mov", *(("-timecode", timecode) if timecode else ()), length=375
        )
        clips = [
            clip(name, path, source, *_warp(speed), available=available, enabled=number != disabled)
            for number, (name, source) in enumerate(zip("abc", sources, strict=False))
        ]
        return _reads(analyzed(folder, saved(folder, timeline(*clips))))

    return tell


def _warp(speed: float) -> list[Any]:
    return [] if speed == 1 else [otio.schema.LinearTimeWarp(time_scalar=speed)]


def _numbered(source: tuple[float, float], first: int = 1001) -> Tell:
    """Analyse a clip of 100 pictures at 25 fps without a range of the media in the timeline."""

    def tell(folder: Path) -> str:
        film(
            folder / "a.%04d.png", "-start_number", str(first), "-c:v", "png", scenes=1, length=100,
            size=_SMALL,
        )  # fmt: skip
        pictures = otio.schema.ImageSequenceReference(
            folder.as_uri() + "/", "a.", ".png", first, 1, 25, 4
        )
        return _reads(analyzed(folder, saved(folder, timeline(clip("a", pictures, source)))))

    return tell


def _assumed(folder: Path) -> str:
    """Return the messages about two clips of one film."""
    path = _film(folder / "film.mov", "-timecode", "00:00:10:00")
    edit = timeline(clip("a", path, (250, 25)), clip("b", path, (300, 25)))
    return faults(analyzed(folder, saved(folder, edit)))


_RANGE = "available range"
_STARTS = (
    # The issue's own: frame 500 at 25 is 20 s, the file starts at 10 s: 10 s into the file.
    Case(_RANGE, "timecode 10 s, source 500", "a 10-14", _ranges("00:00:10:00", (500, 100))),
    # From 0, b would lie behind the end of the file, so 250 (10 s) is its first frame.
    Case(
        _RANGE, "two clips of one file, one fits from 0 as well", "a 0-4, b 10-14",
        _ranges("00:00:10:00", (250, 100), (500, 100)),
    ),
    Case(
        _RANGE, "the same two the other way round", "a 10-14, b 0-4",
        _ranges("00:00:10:00", (500, 100), (250, 100)),
    ),
    # The disabled clip is not analysed, but still shows the clock of the range.
    Case(
        _RANGE, "one of two clips is switched off", "a 0-4",
        _ranges("00:00:10:00", (250, 100), (500, 100), disabled=1),
    ),
    # 25 and 100 frames from 0 lie in the file, before its timecode.
    Case(
        _RANGE, "timecode 1 h, source from 0", "a 1-2, b 4-6",
        _ranges("01:00:00:00", (25, 25), (100, 50)),
    ),
    Case(_RANGE, "no timecode, source from 0", "a 1-2", _ranges(None, (25, 25))),
    # It fits neither from 10 s nor from 0: the timecode is used, as the first of equals.
    Case(
        _RANGE, "the clip is longer than the file", "a 0-15", _ranges("00:00:10:00", (250, 500)),
    ),
    # The timeline has priority over the file: frame 500 is the first.
    Case(
        _RANGE, "the timeline tells another start than the file", "a 0-4",
        _ranges("00:00:10:00", (500, 100), available=(500, 375)),
    ),
    # A range from 0 is the exporter's default and ignored: frame 500 lies after it.
    Case(
        _RANGE, "the timeline tells 0, the clips are in timecode", "a 5-9, b 10-14",
        _ranges("00:00:10:00", (375, 100), (500, 100), available=(0, 100)),
    ),
    # Backwards it shows the same 4 s; at double speed 100 frames of timeline show 8 s.
    Case(
        _RANGE, "backwards", "a 10-14", _ranges("00:00:10:00", (500, 100), speed=-1),
    ),
    Case(
        _RANGE, "double speed", "a 5-13", _ranges("00:00:10:00", (375, 100), speed=2),
    ),
    # Picture 1051 is the fiftieth after 1001: 2 s at 25.
    Case(_RANGE, "pictures from 1001, source 1051", "a 2-3", _numbered((1051, 25))),
    Case(_RANGE, "pictures from 1001, source 0", "a 0-1", _numbered((0, 25))),
    Case(_RANGE, "pictures from 1, source 26", "a 1-2", _numbered((26, 25), first=1)),
    Case(
        _RANGE, "what was taken is told once",
        "2 clips: the timeline does not tell where its media starts; its start timecode,"
        " 10.000 s, was taken (a, b)",
        _assumed,
    ),
)  # fmt: skip

# --- drop or non-drop -----------------------------------------------------------------------------


def _counts(first: float, rate: float, *, after: int = 0, metadata: Json | None = None) -> Tell:
    """Return the timecode of a clip in the table, the report and the list of markers."""

    def tell(folder: Path) -> str:
        path = _film(folder / "film.mov", length=25)
        gap = [otio.schema.Gap(source_range=span(0, after, rate))] if after else []
        edit = timeline(*gap, clip("a", path, (0, 25)), start=(first, rate), metadata=metadata)
        source, marked, page = saved(folder, edit), folder / "marked.otio", folder / "page.html"
        run = shotlog(
            "analyze", source, "-o", marked, "--report", page, "--in-process", "--no-cache",
            "--models", "builtin",
        )  # fmt: skip
        shown = (run.output, shotlog("show", marked).output, _card(page))
        return " ".join(dict.fromkeys(found for text in shown for found in _timecodes(text)))

    return tell


def _card(page: Path) -> str:
    return " ".join(re.findall(r'class="tc">([^<]*)<', page.read_text(encoding="utf-8")))


def _timecodes(text: str) -> list[str]:
    return re.findall(r"\d\d:\d\d:\d\d[:;]\d\d+", text)


def _of_footage(timecode: str) -> Tell:
    def tell(folder: Path) -> str:
        path = _film(
            folder / "film.mov", "-timecode", timecode, length=60, rate=Fraction(30000, 1001)
        )
        log = analyzed(folder, path)
        return log.edit.timecode(Fraction(60 * 30 * 1001, 30000))

    return tell


_DROP = "drop-frame"
_DROPS = (
    # 108000 = 3600 s of 30 labels: a whole hour without drops.
    Case(_DROP, "29.97 from 108000", "01:00:00:00", _counts(108000, _NTSC)),
    # An hour drops 2 labels in 54 of its 60 minutes: 108000 - 108 = 107892.
    Case(_DROP, "29.97 from 107892", "01:00:00;00", _counts(107892, _NTSC)),
    Case(_DROP, "29.97 from 107892, rounded to 29.97", "01:00:00;00", _counts(107892, 29.97)),
    # 10 minutes drop 18: 18000 - 18. Whole minutes tell where no whole hour does.
    Case(_DROP, "29.97 from 10 minutes, drop", "00:10:00;00", _counts(17982, _NTSC)),
    Case(_DROP, "29.97 from 10 minutes, non-drop", "00:10:00:00", _counts(18000, _NTSC)),
    # At 0 both are as round: drop-frame, as editors have it; frame 1800 is the first that differs.
    Case(_DROP, "29.97 from 0", "00:01:00;02", _counts(0, _NTSC, after=1800)),
    # Twice and four times as many frames, and labels that are dropped.
    Case(_DROP, "59.94 from 216000", "01:00:00:00", _counts(216000, 2 * _NTSC)),
    Case(_DROP, "59.94 from 215784", "01:00:00;00", _counts(215784, 2 * _NTSC)),
    Case(_DROP, "119.88 from 432000", "01:00:00:00", _counts(432000, 4 * _NTSC)),
    Case(_DROP, "119.88 from 431568", "01:00:00;00", _counts(431568, 4 * _NTSC)),
    Case(_DROP, "23.976 from 86400", "01:00:00:00", _counts(86400, 24000 / 1001)),
    # The timeline's own flag has priority over the guess from its start.
    Case(
        _DROP, "FCP 7 XML says NDF", "00:01:00:00",
        _counts(0, _NTSC, after=1800, metadata={"fcp_xml": {"timecode": {"displayformat": "NDF"}}}),
    ),
    # 108000 frames are an hour and 108 labels more: 3 s and 18 frames.
    Case(
        _DROP, "FCPXML says DF", "01:00:03;18",
        _counts(108000, _NTSC, metadata={"fcpx": {"sequence": {"tcFormat": "DF"}}}),
    ),
    Case(
        _DROP, "an EDL says NON-DROP FRAME", "00:01:00:00",
        _counts(0, _NTSC, after=1800, metadata={"cmx_3600": {"FCM": "NON-DROP FRAME"}}),
    ),
    # 12345 = 411 s of 30 labels and 15 more; in drop-frame 12 labels were dropped by then.
    Case(
        _DROP, "Premiere Pro says non-drop in its number, 103", "00:06:51:15",
        _counts(12345, _NTSC, metadata={
            "fcp_xml": {"@MZ.Sequence.VideoTimeDisplayFormat": "103"}
        }),
    ),
    Case(
        _DROP, "Premiere Pro says drop-frame in its number, 102", "00:06:51;27",
        _counts(12345, _NTSC, metadata={
            "fcp_xml": {"@MZ.Sequence.VideoTimeDisplayFormat": "102"}
        }),
    ),
    Case(
        _DROP, "a tool says dropframe: no", "00:06:51:15",
        _counts(12345, _NTSC, metadata={"tool": {"dropframe": "no"}}),
    ),
    # A minute of 30 labels a second is 1800 frames; drop-frame calls frame 1800 00:01:00;02.
    Case(_DROP, "a timeline of footage that counts non-drop", "00:01:00:00",
         _of_footage("10:00:00:00")),
    Case(_DROP, "a timeline of footage that counts drop-frame", "00:01:00;02",
         _of_footage("10:00:00;00")),
)  # fmt: skip

# --- the rate of a timeline that is made ----------------------------------------------------------


_AS_TIMED = ("-fps_mode", "passthrough", "-enc_time_base", "filter")
"""Frames keep the times that a filter gave them."""


def _made_of(*clips: tuple[str, Fraction | int, int]) -> Tell:
    """Return the rate of a timeline made of a folder, and the messages about it.

    Each clip is a filter that sets its timestamps (empty for none), its rate, and its frames.
    """

    def tell(folder: Path) -> str:
        place = folder / "footage"
        place.mkdir()
        for number, (timing, rate, length) in enumerate(clips):
            how = ("-vf", timing, *_AS_TIMED) if timing else ()
            _film(place / f"{number}.mp4", *how, length=length, rate=rate)
        log = analyzed(folder, place)
        return f"{log.edit.rate}, {faults(log)}"

    return tell


_JITTER = "settb=1/90000,select='mod(n,16)',setpts='T/TB+(mod(N*7,5)-2)*0.002/TB'"
"""30 fps of which every sixteenth frame is lost, each up to 4 ms early or late: a phone indoors."""

_CADENCE = "settb=1001/60000,setpts='floor(N*5/2)'"
"""Film in video fields: frames last 2 and 3 of 59.94 a second by turns, 23.976 a second."""

_RATE = "timeline rate"
_RATES = (
    Case(_RATE, "25", "25, nothing", _made_of(("", 25, 50))),
    Case(_RATE, "29.97", "30000/1001, nothing", _made_of(("", Fraction(30000, 1001), 50))),
    # 220 frames follow the first within 234/30 s, both as early as the other: 28.205 a second.
    Case(
        _RATE, "a phone clip that jitters",
        "30, the footage runs at a variable rate, 28.205 frames a second on the mean;"
        " the timeline counts at 30",
        _made_of((_JITTER, 30, 236)),
    ),
    # 59 frames follow the first within 147 ticks, half a tick less than 59 x 2.5.
    Case(
        _RATE, "film as 2:3 in video",
        "24000/1001, the footage runs at a variable rate, 24.058 frames a second on the mean;"
        " the timeline counts at 23.976",
        _made_of((_CADENCE, 30, 60)),
    ),
    # 12 s at 25 against 8 s: the first file has no priority over the others.
    Case(
        _RATE, "a phone clip before longer ones of 25",
        "25, the footage runs at 2 rates (25, 30); the timeline counts at 25, the commonest of an"
        " editor's rates",
        _made_of((_JITTER, 30, 236), ("", 25, 150), ("", 25, 150)),
    ),
    # The smallest usual rate that is a whole multiple: 24 x 1, 2 x 12.5, 2 x 15, 3 x 10.
    Case(
        _RATE, "a frame a second",
        "24, the footage runs at 1 frame a second, which no editor counts in; the timeline counts"
        " at 24",
        _made_of(("", 1, 6)),
    ),
    *(
        Case(
            _RATE, f"{told} a second",
            f"{taken}, the footage runs at {told} frames a second, which no editor counts in; the"
            f" timeline counts at {taken}",
            _made_of(("", rate, 30)),
        )
        for told, rate, taken in (
            ("12.5", Fraction(25, 2), 25),
            ("15", 15, 30),
            ("10", 10, 30),
            ("5", 5, 25),
            ("17", 17, 24),  # no usual rate is a multiple: the nearest
            ("1000", 1000, 120),  # likewise
        )
    ),
)  # fmt: skip

# --- warnings about clips -------------------------------------------------------------------------

_BEYOND = "it uses frames beyond those that the timeline believes its media to have"
_BACKWARDS = "it runs backwards in Premiere"


def _overlong(folder: Path, *names: str) -> Path:
    """Analyse clips that use more of a film than the timeline's range of it."""
    path = _film(folder / "film.mov", length=100)
    return saved(
        folder, timeline(*(clip(name, path, (10, 30), available=(0, 20)) for name in names))
    )


def _run(source: Path, target: Path, *more: str | Path) -> str:
    cache = target.parent / "cache.sqlite"
    run = shotlog(
        "analyze", source, "-o", target, "--in-process", "--cache", cache, "--models", "builtin",
        *more,
    )  # fmt: skip
    return " ".join(run.output.split())


def _markers(path: Path) -> list[Json]:
    found: list[Json] = json.loads(path.read_text(encoding="utf-8"))["tracks"]["markers"]
    return found


def _on_screen(*names: str) -> Tell:
    def tell(folder: Path) -> str:
        output = _run(_overlong(folder, *names), folder / "marked.otio")
        return "; ".join(part.strip() for part in re.findall(r"note: ([^;]*?)(?=note:|$)", output))

    return tell


def _in_report(folder: Path) -> str:
    page = folder / "page.html"
    _run(_overlong(folder, "a", "b"), folder / "marked.otio", "--report", page)
    return f"told {page.read_text(encoding='utf-8').count(_BEYOND)} time(s)"


def _in_notes(folder: Path) -> str:
    marked = folder / "marked.otio"
    _run(_overlong(folder, "a", "b", "c"), marked)
    notes = [marker["comment"] for marker in _markers(marked)]
    return f"{sum(f'Note: {_BEYOND}' in note for note in notes)} of {len(notes)} notes"


def _again(folder: Path) -> str:
    marked = folder / "marked.otio"
    _run(_overlong(folder, "a", "b"), marked)
    before = marked.read_bytes()
    output = _run(marked, marked)
    same = "the same bytes" if marked.read_bytes() == before else "other bytes"
    return f"{same}, {re.findall(r'[0-9]+ as before', output)[0]}"


def _kept(folder: Path) -> str:
    """Analyse again after an editor removed the line from one note; the edit is kept."""
    marked = folder / "marked.otio"
    _run(_overlong(folder, "a", "b"), marked)
    data = json.loads(marked.read_text(encoding="utf-8"))
    data["tracks"]["markers"][0]["comment"] = "looked at, fine"
    marked.write_text(json.dumps(data, indent=4), encoding="utf-8")
    output = _run(marked, marked)
    first, second = _markers(marked)
    kept = re.findall(r"[0-9]+ kept", output)[0]
    return f"{kept}: {first['comment']}; {second['comment'].count(_BEYOND)} note"


def _premiere(folder: Path) -> str:
    path = _film(folder / "film.mov", length=100)
    edit = timeline(
        clip("a", path, (10, 30), *_warp(-1), available=(0, 100)),
        metadata={"PremierePro_OTIO": {}},
    )
    log = analyzed(folder, saved(folder, edit), "-o", folder / "marked.otio")
    (marker,) = _markers(folder / "marked.otio")
    (warning,) = log.warnings
    return f"{warning.partition(',')[0]}; {marker['comment'].count(_BACKWARDS)} note"


def _blackened(folder: Path) -> str:
    film(folder / "a.%04d.png", "-c:v", "png", scenes=1, length=25, size=_SMALL)
    pictures = otio.schema.ImageSequenceReference(
        folder.as_uri() + "/", "a.", ".png", 1, 1, 25, 4,
        otio.schema.ImageSequenceReference.MissingFramePolicy.black,
    )  # fmt: skip
    edit = timeline(clip("a", pictures, (0, 25), available=(0, 25)))
    return faults(analyzed(folder, saved(folder, edit)))


_WARN = "warnings"
_WARNINGS = (
    Case(_WARN, "of one clip, on screen", f"a: {_BEYOND}", _on_screen("a")),
    Case(_WARN, "of two clips", f"2 clips: {_BEYOND} (a, b)", _on_screen("a", "b")),
    Case(
        _WARN, "of twelve clips", f"12 clips: {_BEYOND} (a, b, c and 9 more)",
        _on_screen(*"abcdefghijkl"),
    ),
    Case(_WARN, "in the report", "told 1 time(s)", _in_report),
    Case(_WARN, "in every clip's marker", "3 of 3 notes", _in_notes),
    Case(_WARN, "a second run", "the same bytes, 2 as before", _again),
    Case(_WARN, "a note that an editor has changed", "1 kept: looked at, fine; 1 note", _kept),
    Case(_WARN, "backwards in Premiere", f"a: {_BACKWARDS}; 1 note", _premiere),
    Case(
        _WARN, "missing pictures that are black",
        'a: pictures that are missing from the sequence are shown as "black" by the editor; here'
        " the one before is held",
        _blackened,
    ),
)  # fmt: skip

# --- odd markers ----------------------------------------------------------------------------------


def _damaged(change: Callable[[Json], object]) -> Tell:
    """Return the messages about a timeline with one damaged object, and the changes to its text.

    Its clip ``a`` has an effect and two markers, ``b`` comes after it; both show 1 s.
    """

    def tell(folder: Path) -> str:
        path = _film(folder / "film.mov", length=100)
        first = clip("a", path, (0, 25), *_warp(2), available=(0, 100))
        first.markers.extend(
            otio.schema.Marker(name, span(n, 1, 25)) for n, name in enumerate("xy")
        )
        data = timeline(first, clip("b", path, (25, 25), available=(0, 100)))
        change(data["tracks"]["children"][0]["children"][0])
        source, marked, clear = saved(folder, data), folder / "marked.otio", folder / "clear.otio"
        log = analyzed(folder, source, "-o", marked)
        shotlog("clear", marked, "-o", clear)
        text = "text kept" if clear.read_bytes() == source.read_bytes() else "text changed"
        return f"{len(log.shots)} shots, {faults(log)}; {text}"

    return tell


def _negative_and_nan(item: Json) -> None:
    for marker, frames in zip(item["markers"], (-5, float("nan")), strict=True):
        marker["marked_range"]["duration"]["value"] = frames


def _of_marker(**members: object) -> Tell:
    return _damaged(lambda item: item["markers"][0].update(members))


def _of_effect(**members: object) -> Tell:
    return _damaged(lambda item: item["effects"][0].update(members))


def _of_media(**members: object) -> Tell:
    return _damaged(lambda item: item["media_references"]["DEFAULT_MEDIA"].update(members))


def _no_list(value: object, *, of_clip: bool) -> Tell:
    """Return the messages about clips whose list of markers is something else."""

    def tell(folder: Path) -> str:
        path = _film(folder / "film.mov", length=100)
        items = [clip(name, path, (n * 25, 25), available=(0, 100)) for n, name in enumerate("ab")]
        data = timeline(*items)
        damaged = data["tracks"]
        if of_clip:
            damaged = data["tracks"]["children"][0]["children"][0]
        damaged["markers"] = value
        source, marked = saved(folder, data), folder / "marked.otio"
        run = shotlog(
            "analyze", source, "-o", marked, "--in-process", "--no-cache", "--models", "builtin",
            "--on", "clips" if of_clip else "timeline",
        )  # fmt: skip
        said = re.findall(
            r"a: no marker was written there|no marker can be put on it|--on clips",
            " ".join(run.output.split()),
        )
        text = marked.read_text(encoding="utf-8") if marked.exists() else ""
        return f"{run.code}, {text.count('Marker.2')} markers, {', '.join(said) or 'nothing'}"

    return tell


_ODD = "odd markers"
_GONE = 'the marker "x" on the clip "a" has no'
_SPEED = "it has a speed effect (LinearTimeWarp) whose curve the timeline does not tell"
_ODD_MARKERS = (
    Case(
        _ODD, "no range", f"2 shots, {_GONE} range and is passed over; text kept",
        _of_marker(marked_range=None),
    ),
    Case(
        _ODD, "the range is missing", f"2 shots, {_GONE} range and is passed over; text kept",
        _damaged(lambda item: item["markers"][0].pop("marked_range")),
    ),
    Case(
        _ODD, "a range of no times",
        f"2 shots, {_GONE} range that can be read and is passed over; text kept",
        _of_marker(marked_range={"OTIO_SCHEMA": "TimeRange.1", "start_time": None}),
    ),
    Case(
        _ODD, "a number for a colour",
        f"2 shots, {_GONE} colour that can be read and is passed over; text kept",
        _of_marker(color=7),
    ),
    Case(
        _ODD, "no metadata", f"2 shots, {_GONE} metadata and is passed over; text kept",
        _of_marker(metadata=None),
    ),
    # OpenTimelineIO reads these, so nothing is lost.
    Case(
        _ODD, "neither name nor comment nor colour", "2 shots, nothing; text kept",
        _of_marker(name=None, comment=None, color=None),
    ),
    Case(
        _ODD, "a length below nothing, and one that is no number", "2 shots, nothing; text kept",
        _damaged(_negative_and_nan),
    ),
    # The other clip has its shot; a is reported, and its odd value is kept.
    *(
        Case(
            _ODD, f"{value!r} for the markers of a clip",
            "0, 1 markers, a: no marker was written there", _no_list(value, of_clip=True),
        )
        for value in (7, "x", {"a": 1})
    ),
    Case(
        _ODD, "null for the markers of a clip", "0, 2 markers, nothing",
        _no_list(None, of_clip=True),
    ),
    Case(
        _ODD, "a number for the markers of the timeline",
        "1, 0 markers, no marker can be put on it, --on clips", _no_list(7, of_clip=False),
    ),
    Case(
        _ODD, "null among the markers",
        '2 shots, one marker on the clip "a" cannot be read and is passed over; text kept',
        _damaged(lambda item: item["markers"].insert(0, None)),
    ),
    # Only the clip is lost: its speed is unknown.
    Case(
        _ODD, "an effect without a speed",
        f'1 shots, a: {_SPEED}; one effect on the clip "a" has no speed; what it does is not'
        " known; text kept",
        _of_effect(time_scalar=None),
    ),
    Case(
        _ODD, "an effect that is neither on nor off",
        '2 shots, one effect on the clip "a" has no enabled flag; that is passed over; text kept',
        _of_effect(enabled=None),
    ),
    Case(
        _ODD, "a clip without effects",
        '2 shots, the clip "a" has no effects; that is passed over; text kept',
        _damaged(lambda item: item.update(effects=None)),
    ),
    Case(
        _ODD, "a length of media that is none",
        '2 shots, the media of the clip "a" has no length that can be read; that is passed over;'
        " text kept",
        _of_media(available_range=7),
    ),
)  # fmt: skip

CASES: tuple[Case, ...] = (*_STARTS, *_DROPS, *_RATES, *_WARNINGS, *_ODD_MARKERS)

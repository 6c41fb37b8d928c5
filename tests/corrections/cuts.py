"""A cut of two small films in several formats, its log, and an editor's hand on its markers."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from shotlog.corrections import (
    CollectedCorrections,
    collect_corrections,
    record_timeline,
)
from shotlog.engine import ProbeCache
from shotlog.markers import DEFAULT_OPTIONS, markers_of
from shotlog.schema import (
    UNDEFINED,
    Edit,
    Family,
    Finding,
    Log,
    LoggedShot,
    MediaReference,
    Provenance,
    Shot,
    Tier,
    TimeRange,
    shot_id,
    timecode,
)
from shotlog.schema.learning import Correction
from shotlog_otio import ReadOptions, read_edit, write_markers
from shotlog_otio.formats import PatchedFormat, find_format
from shotlog_otio.markers import MarkerChanges
from shotlog_otio.timeline import reading_of
from tests.otio.aaf.making import Film, make
from tests.otio.fcp7 import xmeml
from tests.otio.fcpxml.projects import project
from tests.otio.mlt.projects import entry, kdenlive, producer, shotcut
from tests.otio.timelines import as_data, clip, timeline, track
from tests.selects.films import write_numbered

RATE = Fraction(24)
LENGTH = 48
"""Frames of each clip."""

PIECES = (("a", 0), ("b", 10), ("a", 100), ("b", 120))
"""Film and first frame of each clip."""

SAID = (("MS", ("static",)), ("CS", ("static", "pan_left")), (UNDEFINED, ("tilt_up",)), ("FS", ()))
"""Size and moves of each shot."""

NAMES = ("MS · static", "CS · static", "pan_left", "tilt_up", "FS")
"""Names of the markers, in the order of the timeline."""


def write_films(folder: Path) -> Path:
    """Write two films of 200 frames at 24 per second."""
    folder.mkdir()
    write_numbered(folder / "a.mov", RATE, 200)
    write_numbered(folder / "b.mov", RATE, 210)
    return folder


def _otio(films: Path, pieces: Sequence[tuple[str, int]]) -> str:
    clips = (
        clip(f"{film} {first}", (first, LENGTH), media=str(films / f"{film}.mov"))
        for film, first in pieces
    )
    return json.dumps(as_data(timeline(track(*clips))))


def _fcpxml(films: Path, pieces: Sequence[tuple[str, int]]) -> str:
    assets = "".join(
        f'<asset id="{film}" start="0s" duration="200/24s" hasVideo="1" format="r24">'
        f'<media-rep src="file://{films}/{film}.mov"/></asset>'
        for film in ("a", "b")
    )
    items = (
        f'<asset-clip ref="{film}" name="{film}" offset="{LENGTH * n}/24s" start="{first}/24s"'
        f' duration="{LENGTH}/24s"/>'
        for n, (film, first) in enumerate(pieces)
    )
    return project("\n".join(items), resources=f'<format id="r24" frameDuration="1/24s"/>{assets}')


def _fcp7(films: Path, pieces: Sequence[tuple[str, int]]) -> str:
    inside = xmeml.rate() + xmeml.tag("duration", 200)
    items = (
        xmeml.item(
            LENGTH * n, LENGTH * (n + 1), first, None,
            xmeml.file(f"file-{film}", f"file://localhost{films}/{film}.mov", inside), name=film,
        )
        for n, (film, first) in enumerate(pieces)
    )  # fmt: skip
    return xmeml.document(xmeml.sequence(xmeml.track(*items)))


def _edl(films: Path, pieces: Sequence[tuple[str, int]]) -> str:
    lines = ["TITLE: edit", "FCM: NON-DROP FRAME"]
    for n, (film, first) in enumerate(pieces):
        edges = (first, first + LENGTH, LENGTH * n, LENGTH * (n + 1))
        times = " ".join(timecode(frame, RATE, drop_frame=False) for frame in edges)
        lines.append(f"{n + 1:03d}  AX       V     C        {times}")
        lines.append(f"* SOURCE FILE: {films}/{film}.mov")
    return "".join(f"{line}\n" for line in lines)


def _mlt(project_of: Callable[..., str], films: Path, pieces: Sequence[tuple[str, int]]) -> str:
    services = [producer(film, path=f"{films}/{film}.mov", length=200) for film in ("a", "b")]
    entries = [entry(film, first, first + LENGTH - 1) for film, first in pieces]
    return project_of(services, entries, rate=(24, 1))


def _aaf(films: Path, pieces: Sequence[tuple[str, int]], path: Path) -> None:
    def build(film: Film) -> None:
        masters = {
            name: film.master(name, 200, tape=None, url=f"file://{films}/{name}.mov")
            for name in ("a", "b")
        }
        clips = (film.clip(masters[name], first, LENGTH) for name, first in pieces)
        film.track(film.sequence(), *clips)

    make(path, build)


TEXTS: dict[str, Callable[[Path, Sequence[tuple[str, int]]], str]] = {
    ".edl": _edl,
    ".otio": _otio,
    ".fcpxml": _fcpxml,
    ".xml": _fcp7,
    ".kdenlive": lambda films, pieces: _mlt(kdenlive, films, pieces),
    ".mlt": lambda films, pieces: _mlt(shotcut, films, pieces),
}
"""Texts of a cut, by suffix."""

SUFFIXES = (".aaf", *TEXTS)


def write_cut(path: Path, films: Path, pieces: Sequence[tuple[str, int]] = PIECES) -> Path:
    """Write a cut in the format of a path's suffix."""
    path.parent.mkdir(exist_ok=True)
    if path.suffix == ".aaf":
        _aaf(films, pieces, path)
    else:
        path.write_text(TEXTS[path.suffix](films, pieces))
    return path


def _finding(family: Family, label: str, source: TimeRange, shown: TimeRange) -> Finding:
    by = Provenance(analyzer=f"builtin.{family.value}", version="1", tier=Tier.BUILTIN)
    return Finding(
        family=family, label=label, scores={label: 0.8}, confidence=0.8, source=source,
        timeline=shown, provenance=by,
    )  # fmt: skip


def _logged(edit: Edit, number: int) -> LoggedShot:
    clip_range, (size, moves) = edit.clips[number], SAID[number]
    assert clip_range.media is not None
    film, first = PIECES[number]
    content = ProbeCache().get(MediaReference(path=clip_range.media.path)).content_id
    source = TimeRange(start=first / RATE, duration=LENGTH / RATE)
    shown = TimeRange(start=number * LENGTH / RATE, duration=LENGTH / RATE)
    findings = [_finding(Family.SIZE, size, source, shown)]
    for n, move in enumerate(moves):
        part = source.duration / len(moves)
        at = [TimeRange(start=each.start + n * part, duration=part) for each in (source, shown)]
        findings.append(_finding(Family.MOVE, move, *at))
    return LoggedShot(
        shot=Shot(
            id=shot_id(content, source), clip=clip_range.id, source=source, core=source,
            timeline=shown,
        ),
        clip_name=film,
        content_id=content,
        findings=tuple(findings),
    )  # fmt: skip


def log_of(path: Path) -> Log:
    """Return what was found out about a cut of :data:`PIECES`."""
    edit = read_edit(path)
    shots = tuple(_logged(edit, n) for n in range(len(PIECES)))
    return Log(edit=edit, shots=shots, evidence={"builtin.size": {"picture.faces": 4}})


def mark(path: Path, on: Any = "timeline") -> Log:
    """Mark a cut in place as a run does, and record it."""
    log = log_of(path)
    markers = markers_of(log, on=on)
    write_markers(path, path, markers, log.edit, on=on)
    assert record_timeline(path, log, markers) == ()
    return log


def collect(*paths: Path, editor: str = "", project: str | None = None) -> CollectedCorrections:
    """Collect the corrections of timelines."""
    return collect_corrections(
        paths, ProbeCache(), lambda _: ReadOptions(), editor=editor, project=project
    )


def told(corrections: Sequence[Correction] | CollectedCorrections) -> list[tuple[Any, ...]]:
    """Return kind, family, labels, and place of corrections: film frames of start and end."""
    listed = (
        corrections.corrections if isinstance(corrections, CollectedCorrections) else corrections
    )
    return sorted(
        (
            Path(each.path).stem, int(each.source.start * RATE), int(each.source.end * RATE),
            each.family.value, each.kind.value, "+".join(each.labels),
        )
        for each in listed
    )  # fmt: skip


KEPT = [
    ("a", 0, 48, "move", "kept", "static"),
    ("a", 0, 48, "size", "kept", "MS"),
    ("a", 100, 148, "move", "kept", "tilt_up"),
    ("b", 10, 34, "move", "kept", "static"),
    ("b", 10, 58, "size", "kept", "CS"),
    ("b", 34, 58, "move", "kept", "pan_left"),
    ("b", 120, 168, "size", "kept", "FS"),
]
"""The rows of a cut that nobody has changed."""


def changed(*rows: tuple[Any, ...], without: Sequence[int] = ()) -> list[tuple[Any, ...]]:
    """Return :data:`KEPT` without the rows of some numbers, and with others."""
    return sorted([*(row for n, row in enumerate(KEPT) if n not in without), *rows])


class Editor:
    """An editor's hand on the markers of a file of any format but OpenTimelineIO.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        format_ = find_format(path)
        assert isinstance(format_, PatchedFormat)
        self._path, self._format = path, format_

    def rename(self, name: str, to: str) -> None:
        """Give a marker of ours another name; its tag stays as it was."""
        file = self._format.load(self._path)
        found = next(marker for marker in file.markers() if marker.name == name)
        assert found.tag is not None
        markers = [
            marker.model_copy(update={"name": to}) if marker.id == found.id else marker
            for marker in markers_of(log_of(self._path))
        ]
        placed, _ = file.place(markers, reading_of(file.tree), "timeline", DEFAULT_OPTIONS)
        item = next(item for item in placed if item.marker.id == found.id)
        self._path.write_bytes(file.apply(MarkerChanges(replaced=[(found, item, found.tag)])))

    def delete(self, name: str) -> None:
        """Delete a marker."""
        file = self._format.load(self._path)
        found = next(marker for marker in file.markers() if marker.name == name)
        self._path.write_bytes(file.apply(MarkerChanges(removed=[found])))


class OtioEditor:
    """An editor's hand on the markers of an OpenTimelineIO file.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def change(
        self, name: str, *, to: str | None = None, colour: str | None = None, by: int = 0,
        longer: int = 0,
    ) -> None:  # fmt: skip
        """Rename, recolour, move or lengthen a marker, by frames."""
        data = json.loads(self._path.read_text())
        found = next(m for each in _owners(data) for m in each["markers"] if m["name"] == name)
        found["name"] = to or name
        found["color"] = colour or found["color"]
        found["marked_range"]["start_time"]["value"] += by
        found["marked_range"]["duration"]["value"] += longer
        self._path.write_text(json.dumps(data))

    def delete(self, *names: str) -> None:
        """Delete markers."""
        data = json.loads(self._path.read_text())
        for name in names:
            for owner in _owners(data):
                owner["markers"] = [m for m in owner["markers"] if m["name"] != name]
        self._path.write_text(json.dumps(data))

    def add(self, name: str, frame: int, length: int = 1, note: str = "") -> None:
        """Add a marker to the timeline."""
        data = json.loads(self._path.read_text())
        span = {
            "OTIO_SCHEMA": "TimeRange.1",
            "start_time": {"OTIO_SCHEMA": "RationalTime.1", "rate": 24.0, "value": float(frame)},
            "duration": {"OTIO_SCHEMA": "RationalTime.1", "rate": 24.0, "value": float(length)},
        }
        data["tracks"]["markers"].append({
            "OTIO_SCHEMA": "Marker.2", "metadata": {}, "name": name, "color": "RED",
            "comment": note, "marked_range": span,
        })  # fmt: skip
        self._path.write_text(json.dumps(data))


def _owners(data: dict[str, Any]) -> list[dict[str, Any]]:
    clips = [item for each in data["tracks"]["children"] for item in each["children"]]
    return [data["tracks"], *clips]

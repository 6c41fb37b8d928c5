"""What it costs to read a long timeline, to put markers into it, and to write it.

    python -m benchmarks.timelines [--clips 5000] [--runs 3] [--json]

Run it from the root of the repository. Timelines of ``--clips`` clips, each with four markers of an
editor, are made as OpenTimelineIO, FCPXML and Final Cut Pro 7 XML: one video track of 2-second
clips, cut from a hundred films that are not there, at 24 frames a second. Each is read, a marker of
ours is put on the timeline at each clip, and the result is written beside it: what ``shotlog
analyze`` does without the analysis. The baseline is what OpenTimelineIO takes in the same run to
read its file and to write it again (``otio.adapters``).

The best of ``--runs`` counts, as every other process of the machine only adds to a time.

JSON: ``vs_otio`` (our seconds over the baseline's, for OTIO; aim 2), ``fcpxml_vs_otio`` and
``fcp7_vs_otio`` (our seconds for that format over ours for OTIO; aim 3), ``seconds`` by format,
``baseline_s``, ``growth`` (by format: seconds per clip at ``--clips`` over those at a quarter of
them; 1 is linear), ``clips``, ``markers``, ``bytes`` by format.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import opentimelineio as otio

from shotlog.markers import markers_of
from shotlog_otio import read_edit, write_markers
from tests.otio.marking import log_of

RATE = 24
FRAMES = 48
FILMS = 100
SHOTS = 200
MARKS = 4


def _film(number: int) -> int:
    return number % FILMS


def _first(number: int) -> int:
    """Return the first frame of a clip in its film."""
    return (number // FILMS * FRAMES) % (SHOTS * FRAMES)


def write_otio(path: Path, clips: int) -> None:
    """Write the timeline as OpenTimelineIO."""
    schema, time_, span = otio.schema, otio.opentime.RationalTime, otio.opentime.TimeRange
    timeline = schema.Timeline("long", global_start_time=time_(86400, RATE))
    track = schema.Track("V1", kind=schema.TrackKind.Video)
    for number in range(clips):
        reference = schema.ExternalReference(f"file:///media/film%20{_film(number)}.mov")
        reference.available_range = span(time_(0, RATE), time_(SHOTS * FRAMES, RATE))
        start = _first(number)
        clip = schema.Clip(
            f"clip {number}", reference, span(time_(start, RATE), time_(FRAMES, RATE))
        )
        clip.metadata["editor"] = {"reel": f"A{number:04d}", "take": number, "circled": True}
        for mark in range(MARKS):
            marked = span(time_(start + 10 * mark, RATE), time_(1, RATE))
            clip.markers.append(schema.Marker(f"note {mark}", marked, "RED", comment="as seen"))
        track.append(clip)
    timeline.tracks.append(track)
    otio.adapters.write_to_file(timeline, str(path))


def write_fcpxml(path: Path, clips: int) -> None:
    """Write the timeline as FCPXML 1.10."""
    assets = "".join(
        f'    <asset id="r{n + 2}" name="film {n}" start="0s" duration="{SHOTS * FRAMES}/{RATE}s"'
        f' hasVideo="1" format="r1"><media-rep kind="original-media"'
        f' src="file:///media/film%20{n}.mov"/></asset>\n'
        for n in range(FILMS)
    )
    items = []
    for number in range(clips):
        start = _first(number)
        marks = "".join(
            f'      <marker start="{start + 10 * mark}/{RATE}s" duration="1/{RATE}s"'
            f' value="note {mark}" note="as seen"/>\n'
            for mark in range(MARKS)
        )
        items.append(
            f'     <asset-clip ref="r{_film(number) + 2}" name="clip {number}"'
            f' offset="{number * FRAMES}/{RATE}s" start="{start}/{RATE}s"'
            f' duration="{FRAMES}/{RATE}s" format="r1">\n{marks}     </asset-clip>\n'
        )
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n<fcpxml version="1.10">\n'
        f' <resources>\n    <format id="r1" frameDuration="1/{RATE}s" width="1920"'
        f' height="1080"/>\n{assets} </resources>\n <project name="long">\n'
        f'  <sequence format="r1" duration="{clips * FRAMES}/{RATE}s" tcStart="3600s"'
        f' tcFormat="NDF">\n   <spine>\n{"".join(items)}   </spine>\n  </sequence>\n </project>\n'
        "</fcpxml>\n"
    )


_RATE_XML = f"<rate><timebase>{RATE}</timebase><ntsc>FALSE</ntsc></rate>"


def write_fcp7(path: Path, clips: int) -> None:
    """Write the timeline as Final Cut Pro 7 XML."""
    items = []
    for number in range(clips):
        film, start = _film(number), _first(number)
        media = f'<file id="film {film}"/>'
        if number < FILMS:
            media = (
                f'<file id="film {film}">\n<name>film {film}</name>\n'
                f"<pathurl>file://localhost/media/film%20{film}.mov</pathurl>\n{_RATE_XML}\n"
                f"<duration>{SHOTS * FRAMES}</duration>\n<media>\n<video>\n</video>\n</media>\n"
                "</file>"
            )
        marks = "".join(
            f"<marker>\n<comment>as seen</comment>\n<name>note {mark}</name>\n"
            f"<in>{start + 10 * mark}</in>\n<out>-1</out>\n</marker>\n"
            for mark in range(MARKS)
        )
        items.append(
            f'<clipitem id="item {number}">\n<name>clip {number}</name>\n<enabled>TRUE</enabled>\n'
            f"<duration>{SHOTS * FRAMES}</duration>\n{_RATE_XML}\n<start>{number * FRAMES}</start>"
            f"\n<end>{(number + 1) * FRAMES}</end>\n<in>{start}</in>\n<out>{start + FRAMES}</out>\n"
            f"{media}\n{marks}</clipitem>\n"
        )
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE xmeml>\n<xmeml version="4">\n'
        f'<sequence id="long">\n<name>long</name>\n<duration>{clips * FRAMES}</duration>\n'
        f"{_RATE_XML}\n<timecode>\n{_RATE_XML}\n<string>01:00:00:00</string>\n<frame>86400</frame>"
        "\n<displayformat>NDF</displayformat>\n</timecode>\n<media>\n<video>\n<track>\n"
        f"{''.join(items)}</track>\n</video>\n</media>\n</sequence>\n</xmeml>\n"
    )


WRITERS: dict[str, tuple[str, Callable[[Path, int], None]]] = {
    "otio": (".otio", write_otio),
    "fcpxml": (".fcpxml", write_fcpxml),
    "fcp7": (".xml", write_fcp7),
}


def best_of(runs: int, work: Callable[[], Any]) -> float:
    """Return the shortest time of several runs, in seconds."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def measure_ours(path: Path, runs: int) -> float:
    """Return the time to read a timeline, to mark every clip, and to write it."""
    edit = read_edit(path)
    markers = markers_of(log_of(edit))  # what is measured is the file, not the making of markers
    out = path.with_name(f"{path.stem}.marked{path.suffix}")

    def work() -> None:
        write_markers(path, out, markers, read_edit(path))

    return best_of(runs, work)


def measure_otio(path: Path, runs: int) -> float:
    """Return the time that OpenTimelineIO takes to read its file and to write it again."""
    out = path.with_name("again.otio")

    def work() -> None:
        otio.adapters.write_to_file(otio.adapters.read_from_file(str(path)), str(out))

    return best_of(runs, work)


def run(clips: int, runs: int) -> dict[str, Any]:
    """Return all figures."""
    seconds: dict[str, float] = {}
    growth: dict[str, float] = {}
    sizes: dict[str, int] = {}
    with tempfile.TemporaryDirectory(prefix="shotlog-") as folder:
        for name, (suffix, write) in WRITERS.items():
            small, path = Path(folder, f"small{suffix}"), Path(folder, f"long{suffix}")
            write(small, max(1, clips // 4))
            write(path, clips)
            seconds[name], sizes[name] = measure_ours(path, runs), path.stat().st_size
            growth[name] = seconds[name] / clips * (clips // 4) / measure_ours(small, runs)
        baseline = measure_otio(Path(folder, "long.otio"), runs)
    return {
        "vs_otio": seconds["otio"] / baseline,
        "fcpxml_vs_otio": seconds["fcpxml"] / seconds["otio"],
        "fcp7_vs_otio": seconds["fcp7"] / seconds["otio"],
        "seconds": seconds,
        "baseline_s": baseline,
        "growth": growth,
        "clips": clips,
        "markers": clips * MARKS,
        "bytes": sizes,
    }


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--clips", type=int, default=5000, help="clips of a timeline")
    parser.add_argument("--runs", type=int, default=3, help="runs, of which the best counts")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    found = run(options.clips, options.runs)
    if options.json:
        print(json.dumps(found))
        return
    for name, value in found["seconds"].items():
        growth, size = found["growth"][name], found["bytes"][name] / 1e6
        print(f"{name:7} {value:6.2f} s  {size:5.1f} MB  growth {growth:.2f}")
    print(f"OpenTimelineIO alone: {found['baseline_s']:.2f} s")
    print(
        f"We take {found['vs_otio']:.2f} times as long as OpenTimelineIO (aim 2);"
        f" FCPXML {found['fcpxml_vs_otio']:.2f} and FCP 7 XML {found['fcp7_vs_otio']:.2f} times our"
        " own time for OTIO (aim 3)."
    )


if __name__ == "__main__":
    main()

"""``shotlog demo``: render a film, analyse it, and compare the findings with the truth."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from shotlog.cli.output import SafeLine, StageBars, at, terminal, titled_table
from shotlog.demo import (
    ComparedHighlight,
    ComparedLabel,
    ComparedShot,
    DemoVerdict,
    Film,
    Truth,
    compare_highlights,
    compare_shots,
    demo_timeline,
    find_false_cuts,
)
from shotlog.engine import Cache, analyze, load_analyzers, make_thumbnail_reader
from shotlog.files import output_errors
from shotlog.report import render_report
from shotlog.schema import UNDEFINED, Log
from shotlog_otio import markers_of, read_edit, save, write_markers

_STYLES = {
    DemoVerdict.RIGHT: "green",
    DemoVerdict.NEAR: "yellow",
    DemoVerdict.ABSTAINED: "yellow",
    DemoVerdict.WRONG: "bold red",
}
_FILM = "shotlog-demo.mp4"


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Write the film, the timelines and the findings to this folder, which is created if"
    " needed.",
)
@click.option("--keep", is_flag=True, help="Keep the files in a temporary folder, without -o.")
def demo(output: Path | None, keep: bool) -> None:
    """Show what Shotlog finds in a film whose truth is known.

    Renders a short film whose cuts, moves, shot sizes and highlights are all known, puts it into a
    timeline with a nest, a slow-motion clip, a gap and an offline clip, analyses that timeline as
    'shotlog analyze' does, and prints findings and truth side by side, errors included.

    \b
    shotlog demo                   show the result; keeps no files
    shotlog demo -o ~/demo         keep the files, then for instance
    shotlog show ~/demo/shotlog-demo.marked.otio --move pan_right

    The film is drawn, not shot: it shows how Shotlog works, not how accurate it is on your footage.
    Runs in this process, without the daemon and without the result cache.
    """
    console = terminal()
    with _folder(output, keep) as folder:
        report(console, *perform(console, folder))
        if output is not None or keep:
            _print_files(console, folder)


def perform(console: Console, folder: Path) -> tuple[Log, Truth]:
    """Render the film into a folder and analyse a timeline of it.

    Returns:
        The findings, and the truth.

    Raises:
        OutputNotWritable: The folder cannot be written to.
        DiskFull: The disk is full.
    """
    truth = _render(console, folder / _FILM)
    return _analyze(console, folder, truth), truth


def report(console: Console, log: Log, truth: Truth) -> None:
    """Print every shot and highlight, findings beside the truth."""
    film = Path(_FILM)
    shots = compare_shots(log, truth, film)
    highlights = compare_highlights(log, truth, film)
    console.print(_shot_table(log, shots))
    console.print(_highlight_table(log, highlights))
    false = find_false_cuts(log, truth, film)
    for clip, cut in false:
        moment = at(log.edit, clip.time_map.to_timeline(cut.at))
        mark = (f"{DemoVerdict.WRONG.value} ", _STYLES[DemoVerdict.WRONG])
        said = f"{clip.name}: a false {cut.kind.value} at {moment}"
        console.print(SafeLine.assemble(mark, said))
    names = {clip.id: clip.name for clip in log.edit.clips}
    for problem in log.problems:
        subject = names.get(problem.clip or "", problem.subject)
        console.print(SafeLine.assemble(("problem: ", "red"), f"{subject}: {problem.message}"))
    console.print(_summary(shots, highlights, len(false)))
    console.print(SafeLine(_LEGEND, style="dim"))


_LEGEND = "✓ right  ≈ near (a pan for a truck, a fade for a dip)  – no answer  ✗ wrong"


@contextmanager
def _folder(output: Path | None, keep: bool) -> Iterator[Path]:
    if output is None and not keep:
        with tempfile.TemporaryDirectory(prefix="shotlog-demo-") as name:
            yield Path(name)
        return
    if output is None:
        yield Path(tempfile.mkdtemp(prefix="shotlog-demo-"))
        return
    with output_errors(output):
        output.mkdir(parents=True, exist_ok=True)
    yield output


def _render(console: Console, path: Path) -> Truth:
    film = Film()
    drawing = StageBars(console).stage("Drawing", film.script.frames, "frames")
    with output_errors(path), drawing as bar:
        truth = film.render(path, lambda _: bar.advance(1))
    save(path.with_suffix(".truth.json"), truth.model_dump_json(indent=2).encode() + b"\n")
    return truth


def _analyze(console: Console, folder: Path, truth: Truth) -> Log:
    timeline = (folder / _FILM).with_suffix(".otio")
    save(timeline, demo_timeline(truth, _FILM))
    edit = read_edit(timeline)
    with Cache(None) as cache:
        log = analyze(edit, load_analyzers(), cache, progress=StageBars(console))
        page = render_report(log, make_thumbnail_reader(cache))
    write_markers(timeline, timeline.with_suffix(".marked.otio"), markers_of(log), edit)
    save(timeline.with_suffix(".html"), page.encode())
    save(timeline.with_suffix(".findings.json"), log.model_dump_json(indent=2).encode() + b"\n")
    return log


def _table(title: str) -> Table:
    table = titled_table(title)
    table.padding = (0, 1, 0, 0)
    return table


def _shot_table(log: Log, shots: Sequence[ComparedShot]) -> Table:
    table = _table("Shots")
    for name in ("shot", "in"):
        table.add_column(name, no_wrap=True)
    for name in ("begins with", "size", "move"):
        table.add_column(name)
    for shot in shots:
        begins = SafeLine("clip", style="dim") if shot.cut is None else _cell(shot.cut)
        table.add_row(shot.name, at(log.edit, shot.at), begins, _cell(shot.size), _cell(shot.move))
    return table


def _cell(answer: ComparedLabel) -> SafeLine:
    """Return ``✓ MS 91%``, or the finding and the truth: ``✗ CS, is MS 60%``."""
    cell = SafeLine(f"{answer.verdict.value} ", style=_STYLES[answer.verdict])
    if answer.verdict is DemoVerdict.ABSTAINED:
        cell.append(f"none, is {answer.true}")
    elif answer.found is None:
        cell.append(f"missed {answer.true}")
    else:
        cell.append(answer.found, style="")
        if answer.verdict is not DemoVerdict.RIGHT:
            cell.append(f", is {answer.true}")
    if answer.confidence is not None and answer.found != UNDEFINED:
        cell.append(f" {answer.confidence:.0%}", style="dim")
    return cell


def _highlight_table(log: Log, highlights: Sequence[ComparedHighlight]) -> Table:
    table = _table("Highlights")
    for name in ("in", "length", "found"):
        table.add_column(name, no_wrap=True)
    for name in ("planted", "why (a heuristic's view)"):
        table.add_column(name)
    for item in highlights:
        found = item.found
        table.add_row(
            at(log.edit, item.timeline.start),
            f"{float(item.timeline.duration):.1f} s",
            SafeLine("✗ missed", "bold red")
            if found is None
            else SafeLine(f"✓ {found.label}", "green"),
            item.planted.reason,
            "" if found is None else "; ".join(found.reasons),
        )
    matched = [item.found for item in highlights]
    for finding in log.highlights:
        if finding not in matched:
            table.add_row(
                at(log.edit, finding.timeline.start),
                f"{float(finding.timeline.duration):.1f} s",
                SafeLine(f"  {finding.label}", style="dim"),
                SafeLine("not planted", style="dim"),
                "; ".join(finding.reasons),
            )
    return table


def _summary(
    shots: Sequence[ComparedShot], highlights: Sequence[ComparedHighlight], false: int
) -> SafeLine:
    cuts = [shot.cut for shot in shots if shot.cut is not None]
    counts = {
        "cuts": [cut.verdict is DemoVerdict.RIGHT for cut in cuts],
        "sizes": [shot.size.verdict is DemoVerdict.RIGHT for shot in shots],
        "moves": [shot.move.verdict is DemoVerdict.RIGHT for shot in shots],
        "highlights": [item.found is not None for item in highlights],
    }
    parts = [f"{name} {sum(right)} of {len(right)}" for name, right in counts.items()]
    if false:
        parts[0] += f" and {false} false"
    return SafeLine("Right: " + " · ".join(parts), style="bold")


def _print_files(console: Console, folder: Path) -> None:
    what = {
        _FILM: "the film",
        "shotlog-demo.otio": "the timeline without markers",
        "shotlog-demo.marked.otio": "the timeline with markers: open it in your editor",
        "shotlog-demo.html": "the report: open it in your browser",
        "shotlog-demo.findings.json": "all findings",
        "shotlog-demo.truth.json": "the truth",
    }
    console.print(SafeLine.assemble("Written to ", (str(folder), "bold")), soft_wrap=True)
    for name, text in what.items():
        console.print(SafeLine.assemble(f"  {name:<28}", (text, "dim")), soft_wrap=True)

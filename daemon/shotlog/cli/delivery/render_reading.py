"""The input of ``shotlog render``: a timeline or footage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from shotlog.cli.analysis import OwnEngine, open_timeline
from shotlog.engine import ProbeCache
from shotlog.schema import (
    Edit,
    MarkerFamily,
    Problem,
    RenderFacts,
    TimeRange,
)
from shotlog_otio import Reading, ReadOptions, markers_in, read_timeline


@dataclass(frozen=True)
class NamedRange:
    """A range of a timeline with a name.

    Attributes:
        name: The name; empty for none.
        range: The range, on the timeline's clock.
    """

    name: str
    range: TimeRange


@dataclass(frozen=True)
class RenderedTimeline:
    """A timeline that is rendered.

    Attributes:
        name: The name of the file that it was read from, without suffix.
        edit: Its clips.
        facts: Levels of sound, and parts that cannot be rendered.
        highlights: The ranges of its highlight markers, in order.
        inputs: The files that were given.
        problems: Files that cannot be used.
        warnings: Assumptions, as sentences.
        probes: Keeps the probed media.
    """

    name: str
    edit: Edit
    facts: RenderFacts
    highlights: tuple[NamedRange, ...]
    inputs: tuple[Path, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[str, ...]
    probes: ProbeCache


@contextmanager
def read_rendered(
    inputs: Sequence[Path],
    output: Path | None,
    reading: ReadOptions,
    cache_file: Path | None,
    console: Console,
) -> Iterator[RenderedTimeline]:
    """Yield the timeline, given or made of footage.

    Raises:
        TimelineError: It cannot be read.
        MediaMissing: A path does not exist.
    """
    with (
        OwnEngine(cache_file) as engine,
        open_timeline(inputs, output, engine, console) as (path, problems, warnings),
    ):
        read = read_timeline(path, reading)
        yield RenderedTimeline(
            name=inputs[0].stem, edit=read.edit, facts=read.render_facts,
            highlights=_highlights(read), inputs=tuple(inputs), problems=problems,
            warnings=(*warnings, *read.edit.warnings), probes=engine.probe_cache,
        )  # fmt: skip


def _highlights(read: Reading) -> tuple[NamedRange, ...]:
    rate = read.edit.rate
    found = markers_in(read, families={MarkerFamily.HIGHLIGHT}).markers
    return tuple(
        NamedRange(marker.name, TimeRange.between(marker.frame / rate, marker.end / rate))
        for marker in found
    )

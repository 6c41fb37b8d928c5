"""The files of ``shotlog render``: their ranges and places, and several at once."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Final

from rich.console import Console

from shotlog.cli.analysis import check_free, real_path
from shotlog.cli.delivery.render_additions import FilmAdditions
from shotlog.cli.delivery.render_progress import RendersTogether
from shotlog.cli.delivery.render_reading import NamedRange, RenderedTimeline
from shotlog.cli.output import StageBars
from shotlog.delivery.encode import (
    RenderedFile,
    RenderOptions,
    RenderPlan,
    plan_render,
    render,
)
from shotlog.delivery.extras import FilmToRender
from shotlog.engine import RunProgress
from shotlog.files import make_folder
from shotlog.schema import OutputNotWritable, Reframing, RenderRefused, TimeRange
from shotlog_otio import check_output_file

_CORES_OF_JOB: Final = 4
_UNUSUAL: Final = re.compile(r"[^\w.-]+")
"""Characters that some file system does not take in names, or shells take for something else."""
_LONGEST_NAME: Final = 60


def spans_of(
    film: RenderedTimeline, ranges: Sequence[str], *, highlights: bool
) -> tuple[NamedRange, ...]:
    """Return the ranges that are rendered, each as a file; the whole timeline without any.

    Raises:
        TimecodeUnusable: A timecode is none, or lies outside of the timeline.
        RenderRefused: A range is none, or there is no highlight marker.
    """
    spans = [_typed(film, text) for text in ranges]
    if highlights:
        if not film.highlights:
            message = "there is no highlight marker in it"
            hint = "Write them with: shotlog highlights find, or give a --range."
            raise RenderRefused(film.edit.name, message, hint)
        spans += film.highlights
    whole = TimeRange(start=Fraction(0), duration=film.edit.duration)
    return tuple(spans) or (NamedRange("", whole),)


def _typed(film: RenderedTimeline, text: str) -> NamedRange:
    first, sign, last = text.partition("-")
    start, end = film.edit.moment_at(first), film.edit.duration
    if last.strip():
        end = film.edit.moment_at(last)
    if not sign or end <= start:
        message = f"'{text}' is no range"
        hint = "Give the first frame and the one after the last: 01:00:10:00-01:00:22:12."
        raise RenderRefused(film.edit.name, message, hint)
    return NamedRange("", TimeRange.between(start, end))


@dataclass(frozen=True)
class RenderJobs:
    """Renders of one timeline.

    Attributes:
        film: The timeline.
        options: The options of all of them.
        additions: Subtitles and extras.
    """

    film: RenderedTimeline
    options: RenderOptions
    additions: FilmAdditions

    def cropped(self, reframing: Reframing) -> RenderJobs:
        """Return the renders with these crops."""
        return replace(self, options=replace(self.options, reframing=reframing))

    @property
    def crop_notes(self) -> list[str]:
        """Notes on crops that cannot be followed, or follow nothing."""
        crops = self.options.reframing
        if crops is None:
            return []
        found = [(lost.range, lost.reason) for path in crops.paths for lost in path.lost]
        if not found:
            return list(crops.warnings)
        seconds = float(sum(span.duration for span, _ in found))
        first = self.film.edit.timecode(found[0][0].start)
        return [
            *crops.warnings,
            f"the middle is shown for {seconds:.1f} s in {len(found)} place(s) without a subject,"
            f" first at {first}: {found[0][1]}",
        ]

    def plan(self, spans: Sequence[NamedRange]) -> list[RenderPlan]:
        """Return the plan of each range; see :func:`~shotlog.delivery.encode.plan_render`."""
        return [
            plan_render(
                self.film.edit, self.options, facts=self.film.facts, span=span.range,
                probe_cache=self.film.probes,
            )
            for span in spans
        ]  # fmt: skip

    def places(self, output: Path, spans: Sequence[NamedRange]) -> list[Path]:
        """Return the file of each range, after a check that it can be written.

        Raises:
            OutputNotWritable: It cannot, or is a file that is read.
        """
        suffix = self.options.encoder.suffix
        is_file = bool(output.suffix) and not output.is_dir()
        if is_file and len(spans) > 1:
            hint = f"Give a folder: -o {output.stem}/"
            raise OutputNotWritable(str(output), f"{len(spans)} files are rendered", hint)
        if is_file:
            places = [output]
        else:
            make_folder(output)
            names = [_name(self.film.name, n, each, spans) for n, each in enumerate(spans, 1)]
            places = [output / f"{name}{suffix}" for name in names]
        taken = {real_path(path) for path in self.film.inputs}
        taken |= {
            real_path(Path(clip.media.path))
            for clip in (*self.film.edit.clips, *self.film.edit.sound)
            if clip.media is not None
        }
        for place in places:
            check_output_file(place, suffix)
            check_free("-o", place, taken)
        return places

    def run(
        self,
        plans: Sequence[RenderPlan],
        places: Sequence[Path],
        jobs: int | None,
        console: Console,
    ) -> list[RenderedFile]:
        """Render every plan into its file; return the files in order.

        Raises:
            DeliveryError: One cannot be rendered; those that were finished stay.
            Stopped: On Ctrl-C.
        """
        cores = os.cpu_count() or 1
        at_once = min(len(plans), jobs or max(1, cores // _CORES_OF_JOB))
        options = self.options
        if at_once > 1:
            options = replace(options, threads=max(1, cores // at_once))
        with tempfile.TemporaryDirectory(prefix="shotlog-") as folder:
            films = []
            for number, plan in enumerate(plans):
                own = Path(folder) / str(number)
                own.mkdir()
                films.append(self.additions.add(self.film, options, plan, own))
            if len(films) == 1:
                return [self._one(films[0], places[0], StageBars(console))]
            return self._several(films, places, at_once, console)

    def _one(self, film: FilmToRender, place: Path, progress: RunProgress) -> RenderedFile:
        made = render(
            film.edit, place, film.options, facts=film.facts, span=film.span,
            progress=progress, probe_cache=self.film.probes,
        )  # fmt: skip
        return made.model_copy(update={"notes": (*made.notes, *film.notes)})

    def _several(
        self,
        films: Sequence[FilmToRender],
        places: Sequence[Path],
        at_once: int,
        console: Console,
    ) -> list[RenderedFile]:
        rate = self.options.rate or self.film.edit.rate
        frames = float(sum(film.span.duration for film in films) * rate)
        bars = StageBars(console)
        with (
            bars.stage(f"{len(films)} files", frames, "frames") as stage,
            RendersTogether(stage) as together,
            ThreadPoolExecutor(at_once) as pool,
        ):
            waiting = [
                pool.submit(self._one, film, place, together)
                for film, place in zip(films, places, strict=True)
            ]
            try:
                return [each.result() for each in waiting]
            except BaseException:
                together.stop()
                pool.shutdown(cancel_futures=True)
                raise


def _name(film: str, number: int, span: NamedRange, spans: Sequence[NamedRange]) -> str:
    """Return the name of a file without its suffix: ``cut-02-HL_2``."""
    if len(spans) == 1 and not span.name:
        return film
    words = _UNUSUAL.sub("_", span.name).strip("_.")[:_LONGEST_NAME]
    return "-".join(filter(None, (film, f"{number:02d}", words)))

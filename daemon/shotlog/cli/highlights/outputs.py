"""The files that ``shotlog highlights find`` writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from shotlog.cli.analysis import Destinations, OwnEngine, check_free, real_path
from shotlog.cli.highlights.options import ChosenPassages
from shotlog.cli.highlights.views import passages_json
from shotlog.cli.output import json_text, print_json_text
from shotlog.files import make_folder
from shotlog.schema import Log, OutputNotWritable, Problem, TimelineEmpty, readable
from shotlog.settings import MarkerSection
from shotlog_otio import check_output, check_output_file, save

if TYPE_CHECKING:
    from shotlog.selects import Selects, WrittenClip


@dataclass(frozen=True)
class WrittenPassages:
    """The files that were written, and what is to be told of them.

    Attributes:
        files: The files.
        notes: Sentences on what the files made necessary.
        problems: What could not be written.
    """

    files: tuple[Path, ...]
    notes: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class PassageOutputs:
    """The places of the files.

    Attributes:
        timeline: The new timeline of the passages; None for none.
        folder: The folder of video files; None for none.
        copy: True to copy the media into those.
        findings: The passages as JSON; None for none.
        prints: True to print that JSON.
        weights: The weights that were used; None for none.
        markers: Files of markers alone.
    """

    timeline: Path | None
    folder: Path | None
    copy: bool
    findings: Path | None
    prints: bool
    weights: Path | None
    markers: Destinations

    @classmethod
    def of(
        cls,
        inputs: Sequence[Path],
        output: Path | None,
        findings: Path | None,
        markers: Path | None,
        weights: Path | None,
        *,
        copy: bool,
    ) -> PassageOutputs:
        """Return the places that the options name, after a check that each can be written.

        Args:
            inputs: The inputs of the command.
            output: The path after ``-o``: a timeline, or a folder, which has no suffix.
            findings: The path after ``--json``; ``-`` prints.
            markers: The path after ``--markers``.
            weights: The path after ``--save-weights``.
            copy: True to copy media into a folder.

        Raises:
            OutputNotWritable: One cannot be written, or the timeline is an input.
        """
        to = Destinations.of(inputs, None, report=None, findings=findings, markers=markers)
        folder = None if output is None or (output.suffix and not output.is_dir()) else output
        if output is not None and folder is None and output.suffix.lower() != ".otio":
            message = "passages are written as a new .otio timeline, or as video files in a folder"
            hint = f"Give -o {output.stem}.otio, or a folder: -o {output.stem}/."
            raise OutputNotWritable(str(output), message, hint)
        if copy and folder is None:
            raise click.UsageError("--copy copies into a folder of video files: -o clips/")
        timeline = output if folder is None else make_folder(folder) / "clips.otio"
        places = {"-o": timeline, "--save-weights": weights, "--markers": markers}
        _check_places(inputs, {**places, "--json": findings})
        prints = findings is not None and str(findings) == "-"
        return cls(timeline, folder, copy, None if prints else findings, prints, weights, to)

    def write(
        self,
        log: Log,
        engine: OwnEngine,
        chosen: ChosenPassages,
        markers: MarkerSection,
        console: Console,
    ) -> WrittenPassages:
        """Write everything.

        Raises:
            TimelineEmpty: There is no passage for the new timeline, or no media of one can be used.
            OutputNotWritable: A file cannot be written.
            DiskFull: There is no room.
            Stopped: On Ctrl-C; the files that are there are whole.
        """
        written: list[Path] = []
        notes: tuple[str, ...] = ()
        problems: tuple[Problem, ...] = ()
        if self.timeline is not None:
            selects = _write_timeline(self.timeline, log, engine, chosen, markers)
            written.append(self.timeline)
            notes, problems = selects.log.warnings, selects.problems
            if self.folder is not None:
                groups = [placed.group for placed in selects.groups]
                clips = engine.write_clips(groups, self.folder, console, copy=self.copy)
                written += self._tell_clips(log, chosen, clips)
                problems += tuple(clip.problem for clip in clips if clip.problem)
        files, told = self.markers.write_markers(log, _of_highlights(markers))
        written += files
        if self.weights is not None:
            written.append(self.weights)
            save(self.weights, chosen.weights.encode())
        if self.findings is not None:
            written.append(self.findings)
            _save_json(self.findings, passages_json(log, chosen))
        if self.prints:
            print_json_text(json_text(passages_json(log, chosen)))
        return WrittenPassages(tuple(written), (*notes, *told), problems)

    def _tell_clips(
        self, log: Log, chosen: ChosenPassages, clips: Sequence[WrittenClip]
    ) -> list[Path]:
        """Write ``clips.json`` beside the video files, and return all of these."""
        assert self.folder is not None  # noqa: S101
        told = self.folder / "clips.json"
        _save_json(told, passages_json(log, chosen, clips))
        return [*(clip.path for clip in clips if clip.path), told]


def _save_json(path: Path, content: object) -> None:
    save(path, json_text(content).encode() + b"\n")


def _check_places(inputs: Sequence[Path], places: Mapping[str, Path | None]) -> None:
    """Check that the new timeline and the weights can be written, and that no two files are one.

    Args:
        inputs: The files that are read.
        places: The files that are written, by their options.

    Raises:
        OutputNotWritable: One cannot, or is read or written already.
    """
    if (output := places["-o"]) is not None:
        check_output(None, output)
    if (weights := places["--save-weights"]) is not None:
        check_output_file(weights, ".json", option="--save-weights")
    taken = {real_path(path) for path in inputs}
    for option, path in places.items():
        check_free(option, path, taken)
        if path is not None:
            taken.add(real_path(path))


def _write_timeline(
    output: Path, log: Log, engine: OwnEngine, chosen: ChosenPassages, markers: MarkerSection
) -> Selects:
    """Write the passages as a new timeline.

    Raises:
        TimelineEmpty: There is no passage, or no media of one can be used.
        OutputNotWritable: It cannot be written.
        DiskFull: There is no room.
    """
    from shotlog.selects import Layout, group_by_highlight, with_highlights, write_selects

    groups = group_by_highlight(log)
    if not groups:
        raise TimelineEmpty(
            log.edit.name,
            "no passage stands out in it, so there is none to write",
            "Ask for shorter ones with --min-duration, or look at a moment with"
            " shotlog highlights explain.",
        )
    layout = Layout(facts=chosen.facts)
    made = engine.make_stringouts(groups, readable(output.stem), layout, ())
    made = with_highlights(made, log.highlights)
    write_selects(output, made, markers, on=markers.on, payload=chosen.facts)
    return made


def _of_highlights(markers: MarkerSection) -> MarkerSection:
    """Return options of markers of highlights alone."""
    others = {"sizes": False, "moves": False, "problems": False, "highlights": True}
    return markers.model_copy(update={**others, "most_highlights": "all"})

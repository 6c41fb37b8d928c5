"""The files that an analysis writes."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from shotlog.markers import MarkerOptions
from shotlog.schema import Log, OutputNotWritable, readable
from shotlog_otio import (
    Exporter,
    check_output,
    check_output_file,
    export_markers,
    find_exporter,
    is_timeline,
    markers_of,
    output_exporter,
    save,
)


def real_path(path: Path) -> str:
    """Return the path of a file without links, by which two names of one file are known."""
    return os.path.realpath(path)  # not Path.resolve(), which raises on links that form a ring


def check_free(
    option: str,
    path: Path | None,
    taken: Collection[str],
    message: str = "this is what is read or written already",
) -> None:
    """Check that an output is none of the files that are read or written already.

    Args:
        option: The option that names it.
        path: The output; None for none.
        taken: The real paths of those files.
        message: What is wrong with one of them.

    Raises:
        OutputNotWritable: It is one of them.
    """
    if path is not None and real_path(path) in taken:
        raise OutputNotWritable(str(path), message, f"Choose another place with {option}.")


class MarkerFile(NamedTuple):
    """A file of markers alone, its kind, and the option that names it."""

    path: Path
    exporter: Exporter
    option: str


@dataclass(frozen=True)
class Destinations:
    """The files that an analysis writes.

    Attributes:
        timeline: The marked timeline; None where none is written.
        markers: Files of markers alone.
        report: The report.
        findings: The findings as JSON; None where they are printed, or not wanted.
    """

    timeline: Path | None
    markers: tuple[MarkerFile, ...]
    report: Path | None
    findings: Path | None

    @classmethod
    def of(
        cls,
        inputs: Sequence[Path],
        output: Path | None,
        *,
        report: Path | None,
        findings: Path | None,
        markers: Path | None,
    ) -> Destinations:
        """Return the destinations that some options name, after a check that each can be written.

        What ``-o`` names is a file of markers alone where programs import from such a file, or
        where its suffix is that of one: Resolve's marker EDL for an EDL, Avid's text for an AAF.

        Args:
            inputs: The inputs of the command.
            output: The path after ``-o``.
            report: The path after ``--report``.
            findings: The path after ``--json``; ``-`` prints.
            markers: The path after ``--markers``.

        Raises:
            OutputNotWritable: One cannot be written, or is also an input.
        """
        files = []
        if markers is not None:
            files.append(MarkerFile(markers, find_exporter(markers), "--markers"))
        source = inputs[0] if is_timeline(inputs[0]) else None
        if source and output and (exporter := output_exporter(source, output)):
            files.append(MarkerFile(output, exporter, "-o"))
            output = None
        printed = findings is not None and str(findings) == "-"
        made = cls(output, tuple(files), report, None if printed else findings)
        made._check(inputs, source)
        return made

    def _check(self, inputs: Sequence[Path], source: Path | None) -> None:
        if self.timeline is not None:
            check_output(source, self.timeline)
        if self.report is not None:
            check_output_file(self.report, ".html", option="--report")
        if self.findings is not None:
            check_output_file(self.findings, ".json", option="--json")
        for path, exporter, option in self.markers:
            check_output_file(path, exporter.suffix, option=option)
        taken = {real_path(path) for path in (*inputs, self.timeline) if path is not None}
        check_free("--report", self.report, taken)
        check_free("--json", self.findings, taken)
        for path, _, option in self.markers:
            check_free(option, path, taken)

    def write_markers(
        self, log: Log, options: MarkerOptions
    ) -> tuple[tuple[Path, ...], tuple[str, ...]]:
        """Write the files of markers alone.

        Args:
            log: The result of the analysis.
            options: The kinds, lengths and colours of markers.

        Returns:
            The files, and sentences on what their formats made necessary.

        Raises:
            OutputNotWritable: One cannot be written.
            DiskFull: There is no room.
        """
        written: list[Path] = []
        notes: list[str] = []
        alone = markers_of(log, options=options) if self.markers else []
        for path, exporter, _ in self.markers:
            files, told = export_markers(path, alone, log.edit, options, exporter=exporter)
            for file, content in files.items():
                save(file, content)
            written += files
            notes += (f"{readable(path.name)}: {note}" for note in told)
        return tuple(written), tuple(notes)

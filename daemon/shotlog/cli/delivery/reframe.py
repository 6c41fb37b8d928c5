"""``shotlog reframe``: crops for another aspect, as key frames that can be edited."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import click

from shotlog.cli.analysis import OwnEngine, open_timeline
from shotlog.cli.delivery.reframe_view import crops_json, crops_line, crops_table
from shotlog.cli.options import ANY_PATH, Aspect, PictureSize, rate_option, sequence_option
from shotlog.cli.output import print_json, show_problems, terminal
from shotlog.delivery.reframe import REFRAMERS, Pin, ReframeOptions, Reframer
from shotlog.schema import Edit, Reframing, ReframingUnsupported, ReframingUnusable, TimeRange
from shotlog_otio import (
    ReadOptions,
    WrittenCrops,
    check_crop_output,
    is_timeline,
    read_edit,
    write_reframing,
)

_PIN = re.compile(r"([\d:;.]+)(?:-([\d:;.]+))?=([\d.]+),([\d.]+)(?:,([\d.]+))?")
_SHORT_SIDE = 1080
"""Pixels of the shorter side of the new frame where no size is asked for."""


def _list_backends(ctx: click.Context, param: click.Parameter, value: str) -> Reframer:
    del ctx, param
    if value != "list":
        return REFRAMERS.choose(value)
    for line in REFRAMERS.describe("\n    "):
        click.echo(line)
    raise click.exceptions.Exit(0)


@click.command()
@click.argument("inputs", nargs=-1, type=ANY_PATH, metavar="INPUT...")
@click.option(
    "--aspect",
    "aspects",
    multiple=True,
    type=Aspect(),
    help="Aspect of the new picture, such as 9:16; more than once for several files.",
)
@click.option(
    "-o",
    "--output",
    type=ANY_PATH,
    help="The file, of the kind of INPUT: .otio for DaVinci Resolve, .fcpxml for Final Cut Pro,"
    " .mlt for Shotcut; or of any INPUT .json, for 'shotlog render' and other programs. For several"
    " aspects each is put before the suffix: vertical.9x16.otio.",
)
@click.option(
    "--backend",
    default="subject",
    show_default=True,
    metavar="NAME[:KEY=VALUE,...]",
    is_eager=True,
    callback=_list_backends,
    help="The subjects that are followed; 'list' shows all with their parameters.",
)
@click.option(
    "--pin",
    "pins",
    multiple=True,
    metavar="TIMECODE[-TIMECODE]=X,Y[,SCALE]",
    help="A crop of your own, with its centre in shares of the picture; for one frame, or for a"
    " range. More than once for several.",
)
@click.option(
    "--size",
    type=PictureSize(),
    metavar="WxH",
    help="Size of the new frame in pixels, which must have the aspect. Default: 1080 pixels for"
    " the shorter side.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@rate_option
@sequence_option
@click.option("-q", "--quiet", is_flag=True, help="Only show problems.")
def reframe(
    inputs: Sequence[Path], aspects: Sequence[Fraction], output: Path | None, backend: Reframer,
    pins: Sequence[str], size: tuple[int, int] | None, as_json: bool, rate: Fraction | None,
    sequence: str | None, quiet: bool,
) -> None:  # fmt: skip
    """Find crops for another aspect, as few key frames that you can edit.

    INPUT is a timeline, or media files. The result is a copy of the timeline whose clips show their
    crops, under another name; your own stays as it is. Faces are followed, or who speaks, or what
    moves or stands out; where there is nothing, the middle is shown and a yellow marker tells why.

    \b
    shotlog reframe cut.otio --aspect 9:16 -o vertical.otio
    shotlog reframe cut.otio --aspect 9:16 --aspect 1:1 -o social.otio
    shotlog reframe talk.mp4 --aspect 9:16 --backend speaker:hold=2 -o talk.json
    shotlog reframe cut.otio --aspect 9:16 --pin 01:00:10:00-01:00:12:00=0.7,0.5 -o vertical.otio

    Run again into the same file: clips whose key frames you edited there keep them. What was
    measured is in the cache, so that another aspect or backend takes seconds.

    Exit codes: 0: written. 1: failed, with the reason. 3: written, but clips could not be looked
    at. 130: stopped by Ctrl-C.
    """
    if not inputs:
        raise click.UsageError("Give a timeline, or media files.")
    if not aspects:
        raise click.UsageError("Give an aspect, such as --aspect 9:16.")
    if output is None and not as_json:
        raise click.UsageError("Give a file with -o, or --json.")
    if size is not None and len(aspects) > 1:
        raise click.UsageError("--size is for one --aspect.")
    console = terminal(stderr=as_json, quiet=quiet)
    reading = ReadOptions(sequence=sequence, rate=rate)
    frames = [_frame(size, aspect) for aspect in aspects]
    files = _outputs(output, aspects)
    _check_files(inputs[0], files)
    found: list[tuple[Reframing, WrittenCrops | None, Path | None]] = []
    with (
        OwnEngine() as engine,
        open_timeline(inputs, None, engine, console) as (opened, problems, warnings),
    ):
        edit = read_edit(opened, reading)
        wanted = tuple(_pin(text, edit) for text in pins)
        for aspect, frame, file in zip(aspects, frames, files, strict=True):
            options = ReframeOptions(aspect=aspect, backend=backend, pins=wanted)
            reframing = engine.reframe(edit, options, console)
            written = None
            if file is not None:
                name = f"{edit.name or inputs[0].stem} {_spell(aspect)}"
                written = write_reframing(
                    opened, file, reframing, edit, size=frame, name=name, reading=reading
                )
            found.append((reframing, written, file))
            if not quiet and not as_json:
                console.print(crops_table(reframing, edit))
                console.print(crops_line(reframing, written, file))
    if as_json:
        print_json([crops_json(*each, edit) for each in found])
    told = (*warnings, *edit.warnings, *(w for each, _, _ in found for w in each.warnings))
    lacking = (*problems, *found[0][0].problems)
    notes = () if quiet else tuple(dict.fromkeys((*told, *_doubts(found))))
    show_problems(terminal(stderr=True), lacking, notes)
    if lacking:
        raise click.exceptions.Exit(3)


def _doubts(found: Sequence[tuple[Reframing, WrittenCrops | None, Path | None]]) -> list[str]:
    """Return sentences about clips that were left as they are, and about the import."""
    told = []
    for _, written, _ in found:
        if written is not None:
            told += [
                f"{name}: it has a Transform of your own, which was left as it is"
                for name in written.foreign
            ]
            told += (*written.left, *written.doubts)
    return told


def _check_files(source: Path, files: Sequence[Path | None]) -> None:
    """Check, before the long work, that crops can be written to files.

    Raises:
        ReframingUnsupported: They cannot; a timeline that is made of media files is an .otio.
        OutputNotWritable: A file cannot be written.
    """
    known = is_timeline(source)
    for file in filter(None, files):
        if known:
            check_crop_output(source, file)
        elif file.suffix.lower() not in (".otio", ".json"):
            message = "media files become a timeline of another kind"
            raise ReframingUnsupported(str(file), message, "Write an .otio or a .json file.")


def _outputs(output: Path | None, aspects: Sequence[Fraction]) -> list[Path | None]:
    if output is None or len(aspects) == 1:
        return [output] * len(aspects)
    return [output.with_suffix(f".{_spell(aspect)}{output.suffix}") for aspect in aspects]


def _spell(aspect: Fraction) -> str:
    return f"{aspect.numerator}x{aspect.denominator}"


def _frame(size: tuple[int, int] | None, aspect: Fraction) -> tuple[int, int]:
    """Return width and height of the new frame.

    Raises:
        ReframingUnusable: The size has another aspect.
    """
    if size is None:
        short = Fraction(_SHORT_SIDE)
        width, height = (short, short / aspect) if aspect < 1 else (short * aspect, short)
        return _even(width), _even(height)
    across, down = size
    # A whole number of pixels may miss the aspect by a pixel.
    if abs(across - down * aspect) > max(Fraction(1), aspect):
        told = f"{across}x{down}"
        message = f"{told} has not the aspect {aspect.numerator}:{aspect.denominator}"
        raise ReframingUnusable(told, message, "Leave out --size, or give one of the aspect.")
    return across, down


def _even(side: Fraction) -> int:
    return 2 * round(side / 2)


def _pin(text: str, edit: Edit) -> Pin:
    """Return a pin as it is typed.

    Raises:
        ReframingUnusable: It cannot be understood, or its place is outside of the picture.
        TimecodeUnusable: A timecode is none, or none of the timeline.
    """
    found = _PIN.fullmatch(text.strip())
    if found is None:
        raise ReframingUnusable(text, "it is no pin such as 01:00:10:00-01:00:12:00=0.7,0.5")
    first, last, *numbers = found.groups()
    try:
        x, y, scale = (float(number or 1) for number in numbers)
    except ValueError:
        raise ReframingUnusable(text, "its place is no pair of numbers such as 0.7,0.5") from None
    if not (0 <= x <= 1 and 0 <= y <= 1 and 0 < scale <= 1) or math.isnan(x + y + scale):
        raise ReframingUnusable(text, "its numbers are shares, from 0 to 1")
    start = edit.moment_at(first)
    end = edit.moment_at(last) + 1 / edit.rate if last else start + 1 / edit.rate
    if end <= start:
        raise ReframingUnusable(text, "it ends before it begins")
    return Pin(at=TimeRange.between(start, end), x=x, y=y, scale=scale)

"""``shotlog render``: finished files of a timeline, of ranges of it, or of its highlights."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from shotlog.cli.options import (
    ANY_PATH,
    Aspect,
    PictureSize,
    cache_option,
    json_option,
    read_options_of,
    reading_options,
)
from shotlog.cli.output import lines, print_json, say, show_problems, terminal

if TYPE_CHECKING:
    from shotlog.cli.delivery.render_texts import TextChoice

_LIST = "list"
_BESIDE = "beside"


@click.command()
@click.argument("inputs", nargs=-1, type=ANY_PATH)
@click.option(
    "-o",
    "--output",
    type=ANY_PATH,
    metavar="OUT",
    help="The file, or a folder, in which files are named after the timeline.",
)
@click.option(
    "--range",
    "ranges",
    multiple=True,
    metavar="TC-TC",
    help="Render from one timecode of the timeline up to another: 01:00:10:00-01:00:22:12. May be"
    " given more than once; each becomes a file.",
)
@click.option(
    "--highlights", is_flag=True, help="Render a file of each highlight marker of the timeline."
)
@click.option("--aspect", type=Aspect(), metavar="W:H", help="Crop to another aspect: 9:16, 1:1.")
@click.option(
    "--reframing",
    type=ANY_PATH,
    metavar="FILE",
    help="The crops of a file that 'shotlog reframe' wrote (.otio, .fcpxml, .mlt, .json), with your"
    " changes, instead of new ones.",
)
@click.option(
    "--backend",
    default="subject",
    show_default=True,
    metavar="NAME[:KEY=VALUE,...]",
    help="What crops follow: subject, speaker, center; see: shotlog reframe --backend list.",
)
@click.option(
    "--size",
    type=PictureSize(),
    metavar="WxH",
    help="Width and height.  [default: those of most of the film; its shorter side with --aspect]",
)
@click.option(
    "--encoder",
    "encoder_text",
    default="h264",
    show_default=True,
    metavar="NAME[:KEY=VALUE,...]",
    help="The encoder and its parameters: h264:crf=20, prores, hardware; 'list' shows them.",
)
@click.option(
    "--hdr",
    type=click.Choice(["sdr", "keep"]),
    help="Make SDR of HDR footage, or keep it (--encoder hevc or prores).",
)
@click.option(
    "--loudness",
    type=click.FloatRange(-40, -5),
    metavar="LUFS",
    help="Bring the sound to this loudness: -14 for the web, -23 for European television."
    "  [default: as it is mixed]",
)
@click.option(
    "--peak",
    type=click.FloatRange(-9, 0),
    default=-1.0,
    show_default=True,
    metavar="DBTP",
    help="Highest true peak, where the loudness is changed.",
)
@click.option(
    "--subtitles",
    is_flag=False,
    flag_value=_BESIDE,
    metavar="[FILE]",
    help="Burn in these subtitles, on the clock of the timeline: .ass as it is, .srt and .vtt in"
    " --style. Without FILE, those of the timeline's name beside it.",
)
@click.option(
    "--style",
    default="plain",
    show_default=True,
    metavar="STYLE",
    help="plain, box, karaoke, or an .ass file with a style of yours.",
)
@click.option(
    "--extra",
    "extra_texts",
    multiple=True,
    metavar="NAME[:KEY=VALUE,...]",
    help="Add music, a title or names of speakers: music:folder=beds, title:text=Talk; 'list' shows"
    " them. May be given more than once.",
)
@click.option("--strict", is_flag=True, help="Refuse if anything of the timeline is left out.")
@click.option("--explain", is_flag=True, help="Show what would be done, and stop.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    metavar="N",
    help="Files that are rendered at once.  [default: one for every four cores]",
)
@click.option(
    "--ffmpeg",
    type=ANY_PATH,
    metavar="PROGRAM",
    help="The FFmpeg to use instead of $SHOTLOG_FFMPEG or the one that is found.",
)
@reading_options
@cache_option
@json_option
@click.option("-q", "--quiet", is_flag=True, help="Only show problems.")
def render(
    inputs: Sequence[Path], output: Path | None, ranges: Sequence[str], highlights: bool,
    aspect: Fraction | None, reframing: Path | None, backend: str, size: tuple[int, int] | None,
    encoder_text: str, hdr: Any, loudness: float | None, peak: float, subtitles: str | None,
    style: str, extra_texts: Sequence[str], strict: bool, explain: bool, jobs: int | None,
    ffmpeg: Path | None, sequence: str | None, dialect: str | None, relinks: Sequence[str],
    rate: Fraction | None, cache_file: Path | None, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Render a timeline, or media files, into finished files.

    Cuts, gaps, layers, nests, dissolves, speeds, ramps, freezes and reverse are followed exact to
    the frame, and the audio tracks with their levels. Titles, effects and generators are not: what
    is left out is named before it begins, and --strict refuses it. --rate sets the frames per
    second of the file; pictures fall on the frames that the timeline shows then, also those of
    footage with a variable rate.

    With --aspect pictures are scaled and then cropped. Files have square pixels, 48 kHz, the
    colours of their sources, and appear whole or not at all.

    \b
    shotlog render cut.otio -o cut.mp4 --loudness -14
    shotlog render cut.highlights.otio --highlights --aspect 9:16 -o out/
    shotlog render cut.xml --range 01:00:10:00-01:00:40:00 --encoder prores -o part.mov
    shotlog render talk.mp4 --subtitles talk.srt --style box -o talk.subtitled.mp4
    shotlog render cut.otio --explain

    Exit codes: 0: done; what was left out is listed. 1: failed, with the reason. 130: stopped by
    Ctrl-C; finished files stay, and there is no half one.
    """
    from shotlog.cli.delivery.render_additions import FilmAdditions
    from shotlog.cli.delivery.render_crops import CropChoice
    from shotlog.cli.delivery.render_films import RenderJobs, spans_of
    from shotlog.cli.delivery.render_reading import read_rendered
    from shotlog.cli.delivery.render_view import explained, show_file, show_left_out
    from shotlog.delivery.encode import ENCODERS, RenderOptions
    from shotlog.delivery.extras import EXTRAS

    if encoder_text == _LIST:
        say(lines(*ENCODERS.describe()))
        return
    if _LIST in extra_texts:
        say(lines(*EXTRAS.describe("\n    ")))
        return
    if not inputs:
        raise click.UsageError("Give a timeline, or media files.")
    if output is None and not explain:
        raise click.UsageError("Name the file or folder with -o.")
    console = terminal(stderr=as_json, quiet=quiet)
    extras = [EXTRAS.choose(text) for text in extra_texts]
    for extra in extras:
        extra.require()
    encoder, crops = ENCODERS.choose(encoder_text), CropChoice.of(reframing, aspect, backend)
    reading = read_options_of(inputs[0], sequence, dialect, relinks, rate)
    options = RenderOptions(
        size=size, rate=rate, encoder=encoder, loudness=loudness, peak=peak, hdr=hdr,
        reframing=crops.outline if crops else None, strict=strict, ffmpeg=ffmpeg,
    )  # fmt: skip
    with read_rendered(inputs, output, reading, cache_file, console) as film:
        spans = spans_of(film, ranges, highlights=highlights)
        additions = FilmAdditions(_texts(subtitles, style, inputs[0]), extras, cache_file)
        work = RenderJobs(film, options, additions)
        plans = work.plan(spans)
        if explain:
            if as_json:
                print_json({"files": [plan.model_dump(mode="json") for plan in plans]})
            else:
                console.print(explained(plans))
            return
        assert output is not None  # noqa: S101  # checked above
        places = work.places(output, spans)
        show_left_out(terminal(stderr=True), plans)
        if crops is not None:
            work = work.cropped(crops.find(film, spans, cache_file, console))
        files = work.run(plans, places, jobs, console)
    if as_json:
        print_json({"files": [file.model_dump(mode="json") for file in files]})
    for file in files:
        show_file(console, file)
    told = [*film.warnings, *work.crop_notes, *(note for file in files for note in file.notes)]
    show_problems(terminal(stderr=True), film.problems, () if quiet else tuple(dict.fromkeys(told)))


def _texts(subtitles: str | None, style: str, timeline: Path) -> TextChoice | None:
    """Return the subtitles that were asked for; None without any.

    Raises:
        MediaMissing: None lie beside the timeline.
        SubtitleStyleUnusable: There is no such style.
    """
    from shotlog.cli.delivery.render_texts import TextChoice

    if subtitles is None:
        return None
    return TextChoice.of(None if subtitles == _BESIDE else Path(subtitles), style, timeline)

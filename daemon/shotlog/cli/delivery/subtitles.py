"""``shotlog subtitles``: subtitles of a film, from a file or from its speech."""

from __future__ import annotations

import os
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from shotlog.cli.options import ANY_PATH, Aspect, ExactSeconds, cache_option, json_option
from shotlog.cli.output import SafeLine, print_json, say, show_problems, show_waiting, terminal
from shotlog.paths import cache_file as own_cache
from shotlog.schema import OutputNotWritable, SubtitleSourceError
from shotlog_otio import check_output_file, save

if TYPE_CHECKING:
    from shotlog.delivery.subtitles import (
        SpokenFilm,
        SubtitleOptions,
        SubtitleReport,
        SubtitleSource,
        SubtitleStyle,
    )

_SUFFIXES: Final = (".ass", ".srt", ".vtt")
_LIST: Final = "list"


@click.command()
@click.argument("film", type=ANY_PATH, required=False)
@click.option(
    "--from",
    "file",
    type=ANY_PATH,
    metavar="FILE",
    help="The subtitles: .srt, .vtt, .ass; or a text without times (.txt), which is placed on the"
    " speech.",
)
@click.option(
    "--track",
    type=click.IntRange(min=1),
    metavar="N",
    help="Take subtitle track N of the film itself, or of another film after --from.",
)
@click.option(
    "--encoding",
    metavar="NAME",
    default="",
    help="The encoding of that file, such as cp1252.  [default: the file tells, or it is found]",
)
@click.option(
    "--model",
    type=ANY_PATH,
    metavar="FOLDER",
    help="Recognise the speech with this Whisper model, in the layout of CTranslate2. Nothing is"
    " downloaded.",
)
@click.option(
    "--source",
    "source_text",
    metavar="NAME[:KEY=VALUE,...]",
    help="Another source of subtitles, or one with parameters; 'list' shows them.",
)
@click.option("--language", default="", metavar="CODE", help="What is spoken: en, de, fr, es ...")
@click.option(
    "--style",
    default="plain",
    show_default=True,
    metavar="STYLE",
    help="plain, box, karaoke, or an .ass file with a style of yours.",
)
@click.option(
    "--profile",
    default="web",
    show_default=True,
    metavar="PROFILE",
    help="Line length, reading speed and times: web, broadcast, or a TOML file of yours.",
)
@click.option(
    "--aspect",
    type=Aspect(),
    metavar="W:H",
    help="The picture that is delivered: 9:16, 1:1, 4:5.  [default: that of the film]",
)
@click.option(
    "--tolerance",
    type=ExactSeconds(),
    default="0.5",
    show_default=True,
    metavar="SECONDS",
    help="Move edges of cues to edges of speech that are at most this near; 0 moves none.",
)
@click.option(
    "--shift",
    type=ExactSeconds(),
    default="0",
    metavar="SECONDS",
    help="Move all times of the file first: -2 for subtitles that come 2 s late.",
)
@click.option(
    "-o",
    "--output",
    type=ANY_PATH,
    metavar="OUT",
    help="Write this file: .ass holds the style, .srt and .vtt do not.",
)
@click.option("--force", is_flag=True, help="Replace OUT if it exists.")
@cache_option
@json_option
def subtitles(
    film: Path | None, file: Path | None, track: int | None, encoding: str,
    model: Path | None, source_text: str | None, language: str, style: str, profile: str,
    aspect: Fraction | None, tolerance: Fraction, shift: Fraction, output: Path | None,
    force: bool, cache_file: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Make subtitles of a film: aligned to speech, in readable lines, in a style.

    The text comes from a file (--from), from a track of the film (--track) or from a speech model
    of yours (--model). Cues move to the edges of what is heard. A text without times is placed on
    the speech: the sound decides where its sentences fall.

    Every cue has at most two lines. They are broken after punctuation and before conjunctions, and
    the lower one is the longer one; too long a cue becomes several. Cues never overlap, keep a gap,
    begin and end on frames of the film, and are shown long enough to be read where there is room.
    What broke a rule, and how it was mended, is listed; --json lists every cue.

    In pictures of 9:16 lines are shorter, and text stays above what apps lay over the picture.

    \b
    shotlog subtitles talk.mp4 --from talk.srt -o talk.ass
    shotlog subtitles talk.mp4 --from talk.srt --aspect 9:16 --style karaoke -o talk.ass
    shotlog subtitles talk.mp4 --from transcript.txt --profile broadcast -o talk.srt
    shotlog subtitles talk.mkv --track 2 -o talk.srt
    shotlog subtitles talk.mp4 --model whisper-small --language en -o talk.vtt

    Exit codes: 0: done; rules that are still broken are listed. 1: failed, with the reason. 130:
    stopped by Ctrl-C.
    """
    if source_text == _LIST:
        from shotlog.delivery.subtitles import SUBTITLE_SOURCES

        for line in SUBTITLE_SOURCES.describe():
            say(SafeLine(line))
        return
    if film is None or output is None:
        raise click.UsageError("Give a film, and the file to write with -o.")
    _check_output(output, [film, file], force)
    if track is not None and file is None:
        file = film
    source = _source(file, track, encoding, model, source_text)
    source.require()
    from shotlog.delivery.subtitles import SubtitleOptions, load_profile, load_style

    look = load_style(style)
    options = SubtitleOptions(
        load_profile(profile),
        language=language,
        tolerance=max(tolerance, Fraction(0)),
        shift=shift,
    )
    report = _make(_open(film, cache_file), source, options, look, aspect, output)
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        from shotlog.cli.delivery.subtitles_view import show_subtitles

        show_subtitles(terminal(), report, output)
    show_problems(terminal(stderr=True), (), report.notes)


def _make(
    film: SpokenFilm, source: SubtitleSource, options: SubtitleOptions, style: SubtitleStyle,
    aspect: Fraction | None, output: Path,
) -> SubtitleReport:  # fmt: skip
    """Make the subtitles, write them, and return what is told of them."""
    from shotlog.delivery.subtitles import make_subtitles, picture_size, render

    size = picture_size(film.size, aspect)
    narrow = size[0] <= size[1]
    profile = options.profile
    with show_waiting(terminal(stderr=True), "making subtitles"):
        made = make_subtitles(film, source, replace(options, narrow=narrow))
        limit = profile.narrow_characters if narrow else profile.characters
        content = render(made.cues, output.suffix.lower(), style, size, limit)
    save(output, content)
    return made.report(_losses(output, style))


def _open(path: Path, cache_file: Path | None) -> SpokenFilm:
    from shotlog.delivery.subtitles import open_film
    from shotlog.engine import Cache

    waiting = show_waiting(terminal(stderr=True), "listening for speech")
    with waiting, Cache(cache_file or own_cache()) as cache:
        return open_film(path, cache)


def _source(
    file: Path | None, track: int | None, encoding: str, model: Path | None, text: str | None
) -> SubtitleSource:
    """Return the source that the options name.

    Raises:
        click.UsageError: They name none, or several.
        SubtitleSourceError: It is not installed, or a parameter is wrong.
    """
    from shotlog.delivery.subtitles import SUBTITLE_SOURCES

    named = [option for option in (file, model, text) if option is not None]
    if len(named) > 1:
        raise click.UsageError("Give one of --from, --track, --model and --source.")
    if encoding and file is None:
        raise click.UsageError("--encoding is that of the file after --from.")
    if file is not None:
        return SUBTITLE_SOURCES.make("file", file=str(file), encoding=encoding, track=track or 0)
    if model is not None:
        return SUBTITLE_SOURCES.make("whisper", model=str(model))
    if text is None:
        message = "there is nothing to make subtitles of"
        hint = "Name a subtitle file with --from, or the folder of a speech model with --model."
        raise SubtitleSourceError("subtitles", message, hint)
    return SUBTITLE_SOURCES.choose(text)


def _check_output(output: Path, inputs: list[Path | None], force: bool) -> None:
    """Check that the file can be written.

    Raises:
        OutputNotWritable: It cannot, is an input, or exists.
    """
    if output.suffix.lower() not in _SUFFIXES:
        message = "the form of the subtitles is not known by this name"
        hint = f"Give a name that ends in {', '.join(_SUFFIXES)}."
        raise OutputNotWritable(str(output), message, hint)
    if any(path and os.path.realpath(path) == os.path.realpath(output) for path in inputs):
        message = "this is a file that is read"
        raise OutputNotWritable(str(output), message, "Choose another place with -o.")
    check_output_file(output, output.suffix.lower(), option="-o")
    if output.exists() and not force:
        message = "there is a file of this name already"
        raise OutputNotWritable(str(output), message, "Replace it with --force.")


def _losses(output: Path, style: SubtitleStyle) -> tuple[str, ...]:
    """Return what the form of a file cannot hold, as sentences."""
    suffix = output.suffix.lower()
    if suffix == ".ass":
        return ()
    words = " and no times of words" if style.karaoke else ""
    return (f"a {suffix} file holds no style{words}: the look '{style.name}' was left out",)

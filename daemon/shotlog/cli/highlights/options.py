"""Options of passages: who judges, weights, lengths, number, format."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from shotlog.cli.options import ANY_PATH
from shotlog.schema import (
    ASPECTS,
    PRESETS,
    Edit,
    EnsembleWeights,
    HighlighterError,
    HighlightOptions,
    WeightsUnusable,
)

_DEFAULT = ("heuristic",)


def judging_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add those of :func:`choose_passages` that decide scores, under the same names."""
    for option in reversed((
        click.option(
            "--backend",
            "backends",
            metavar="NAME[:KEY=VALUE,...]",
            multiple=True,
            callback=_backends,
            is_eager=True,  # so that --backend list needs no arguments
            help="Highlighter that judges the timeline; given more than once, each finds its own"
            " highlights. heuristic,embedding lets several judge together, as one. list prints them"
            " with their parameters.  [default: heuristic]",
        ),
        click.option(
            "--preset",
            type=click.Choice(list(PRESETS)),
            help="Weights and lengths for a purpose. "
            + " ".join(f"{name}: {_tell(preset)}." for name, preset in PRESETS.items()),
        ),
        click.option(
            "--weights",
            "weights_file",
            metavar="FILE",
            type=ANY_PATH,
            help="Read weights, lengths and the rest from an ensemble_weights.json. A preset, and"
            " then the options below, take precedence over it.",
        ),
        click.option(
            "--weight-viral",
            type=float,
            metavar="NUMBER",
            help="Weight of what grips at once.  [default: 0.5]",
        ),
        click.option(
            "--weight-compelling",
            type=float,
            metavar="NUMBER",
            help="Weight of what holds. The ratio of both counts: the score is their weighted mean."
            "  [default: 0.5]",
        ),
        click.option(
            "--min-duration",
            type=float,
            metavar="SECONDS",
            help="Length of the shortest passage.  [default: 60]",
        ),
        click.option(
            "--max-duration",
            type=float,
            metavar="SECONDS",
            help="Length of the longest passage.  [default: 120]",
        ),
        click.option(
            "--faces/--no-faces",
            default=None,
            help="Judge faces, too, or leave them out.  [default: --faces]",
        ),
    )):  # fmt: skip
        command = option(command)
    return command


def passage_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that :func:`choose_passages` takes, under the same names."""
    for option in reversed((
        judging_options,
        click.option(
            "--top", type=int, metavar="N", help="Largest number of passages.  [default: 5]"
        ),
        click.option(
            "--format",
            "aspect",
            type=click.Choice(list(ASPECTS)),
            help="Format that they are meant for: "
            + ", ".join(f"{name} ({ratio})" for name, ratio in ASPECTS.items())
            + ". It is noted with them; pictures are not reframed.  [default: reels]",
        ),
        click.option(
            "--genre",
            metavar="NAME",
            help="Genre of the film, for weights that hold calibrations by genre (x_genres): they"
            " make the confidence a probability.",
        ),
        click.option(
            "--transcript",
            metavar="FILE",
            type=ANY_PATH,
            help="Subtitles of the timeline (.srt, .vtt): passages then begin and end with its"
            " sentences, and the highlighter 'transcript' scores them.",
        ),
        click.option(
            "--llm-url",
            metavar="URL",
            help="Address of an OpenAI-compatible language model, for the highlighter 'transcript':"
            " http://localhost:11434/v1. Sentences are sent there, and nowhere else.",
        ),
    )):  # fmt: skip
        command = option(command)
    return command


@dataclass(frozen=True)
class ChosenPassages:
    """The passages that a run is asked for.

    Attributes:
        weights: Weights, lengths, number and format.
        highlights: The same as options of an analysis.
        notes: Sentences on what is not as it was asked for.
    """

    weights: EnsembleWeights
    highlights: HighlightOptions
    notes: tuple[str, ...]

    def check(self, edit: Edit) -> None:
        """Check that a timeline is as long as the shortest passage.

        Raises:
            TimelineTooShort: It is not.
        """
        self.weights.passages().check_length(edit.duration, edit.name)

    @property
    def facts(self) -> dict[str, str]:
        """The format of the passages, for metadata."""
        name = self.weights.instagram_format
        return {"format": name, "aspect": ASPECTS[name]}


def choose_passages(
    *,
    backends: Sequence[str] = (),
    preset: str | None = None,
    weights_file: Path | None = None,
    weight_viral: float | None = None,
    weight_compelling: float | None = None,
    min_duration: float | None = None,
    max_duration: float | None = None,
    top: int | None = None,
    aspect: str | None = None,
    faces: bool | None = None,
    genre: str | None = None,
    transcript: Path | None = None,
    llm_url: str | None = None,
) -> ChosenPassages:
    """Return what the options ask for; None is what was not given.

    Raises:
        HighlighterError: There is no such highlighter or parameter.
        WeightsUnusable: The file cannot be read, or a value cannot be used.
    """
    weights = EnsembleWeights() if weights_file is None else read_weights(weights_file)
    if preset is not None:
        weights = weights.changed(PRESETS[preset], f"--preset {preset}")
    numbers = {
        "viral_weight": weight_viral,
        "compelling_weight": weight_compelling,
        "min_duration": min_duration,
        "max_duration": max_duration,
        "top_n_clips": top,
        "instagram_format": aspect,
        "enable_face_detection": faces,
    }
    weights = weights.changed(numbers, "the options")
    chosen = tuple(backends) or _DEFAULT
    files = {"file": str(transcript) if transcript else "", "llm_url": llm_url or ""}
    # The default is right as it is, and who takes it does not wait for the highlighters' libraries.
    if backends or not weights.enable_face_detection:
        judged = weights.enable_face_detection
        chosen = tuple(_checked(text, files, faces=judged) for text in chosen)
    calibration, note = weights.calibration(genre, chosen)
    passages = weights.passages(calibration)
    if transcript is not None:
        # The daemon, which reads it, has another working folder.
        passages = passages.model_copy(update={"transcript": str(transcript.absolute())})
    highlights = HighlightOptions(backends=chosen, passages=passages)
    return ChosenPassages(weights, highlights, (note,) if note else ())


def read_weights(path: Path) -> EnsembleWeights:
    """Read an ``ensemble_weights.json``.

    Raises:
        WeightsUnusable: It cannot be read, or a key or value in it is wrong.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WeightsUnusable(str(path), f"it cannot be read ({error.strerror})") from error
    return EnsembleWeights.parse(content, str(path))


def _backends(ctx: click.Context, _: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    if "list" in given:
        from shotlog.cli.output import say
        from shotlog.highlights import HIGHLIGHTERS

        for line in HIGHLIGHTERS.describe():
            say(line)
        ctx.exit()
    return tuple(map(_together, given))


def _together(text: str) -> str:
    """Return several names with commas between them as an ensemble.

    Raises:
        HighlighterError: A name is missing, or there are several with parameters.
    """
    names, _, parameters = text.partition(":")  # with parameters, a comma divides those
    listed = [name.strip() for name in names.split(",")]
    if not all(listed):
        message = "a name of a highlighter is missing"
        raise HighlighterError(f"--backend '{text}'", message, "See: --backend list.")
    if len(listed) == 1:
        return text
    if parameters:
        message = "several highlighters that judge together cannot be given parameters in this form"
        part = f"{'+'.join(listed)}:{parameters.replace(',', ';')}"
        raise HighlighterError(f"--backend '{text}'", message, f"Write: ensemble:of={part}.")
    return f"ensemble:of={'+'.join(listed)}"


def _checked(text: str, given: Mapping[str, str], *, faces: bool) -> str:
    """Return a highlighter in its shortest form.

    Args:
        text: The highlighter as it is chosen.
        given: Parameters for all highlighters that have them and were given none; "" for none.
        faces: False leaves faces out.

    Raises:
        HighlighterError: There is no such highlighter or parameter.
    """
    from shotlog.highlights import HIGHLIGHTERS

    chosen = HIGHLIGHTERS.choose(text).completed(given)
    return (chosen if faces else chosen.without_faces()).text


def _tell(preset: Any) -> str:
    lengths = "min_duration" in preset
    return (
        f"{preset['min_duration']} to {preset['max_duration']} s"
        if lengths
        else f"{preset['viral_weight']} viral, {preset['compelling_weight']} compelling"
    )

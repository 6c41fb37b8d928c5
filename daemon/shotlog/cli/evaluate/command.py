"""``shotlog evaluate``: figures of a model on clips whose labels are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shotlog.cli.analysis import OwnEngine
from shotlog.cli.evaluate.judged import FAMILIES, Scorer, find_judged
from shotlog.cli.options import (
    ANY_PATH,
    asks_of,
    cache_option,
    data_option,
    json_option,
    place_options,
    read_data,
    set_option,
)
from shotlog.cli.output import SafeLine, json_text, print_json, show_problems, terminal
from shotlog.schema import LabelsMissing, OutputNotWritable
from shotlog.settings import load_settings
from shotlog_otio import check_output_file, save

if TYPE_CHECKING:
    from shotlog.learning.assessment import ClipScores, Evaluation
    from shotlog.learning.clips import DataSet
    from shotlog.models.catalog import InstalledModel

_PAGE, _TABLE, _FIGURES = "evaluation.html", "scores.csv", "evaluation.json"


@click.command()
@click.argument("question", type=click.Choice(list(FAMILIES)))
@click.option(
    "--model",
    "named",
    metavar="NAME|FOLDER",
    required=True,
    help="Installed model, folder of a model, 'builtin' for the built-in analyzers, or the name of"
    " an analyzer. See: shotlog models list.",
)
@click.option(
    "--against",
    metavar="NAME|FOLDER",
    help="Compare with this one on the same clips.",
)
@click.option(
    "--profile",
    metavar="NAME",
    help="Correct the scores of --model by this profile of an editor, as an analysis would."
    " --against is not corrected.",
)
@data_option
@click.option(
    "--part",
    type=click.Choice(["test", "val", "train", "all"]),
    default="test",
    show_default=True,
    help="Part of the data set. One without a split of its own is split by film as by shotlog"
    " train, so that its test part was not learned from.",
)
@click.option(
    "--seed",
    type=int,
    default=0,
    show_default=True,
    help="Seed of that split: the one that the model was trained with.",
)
@click.option(
    "--report",
    "folder",
    metavar="FOLDER",
    type=ANY_PATH,
    help=f"Write {_PAGE}, {_TABLE} and {_FIGURES} into this folder; none holds a picture.",
)
@place_options
@set_option
@cache_option
@json_option
def evaluate(
    question: str, named: str, against: str | None, profile: str | None,
    data: Sequence[tuple[str, Path]], part: str, seed: int, folder: Path | None,
    device: str | None, precision: str | None, flags: Mapping[str, object],
    cache_file: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Judge a model of sizes or moves on clips whose labels are known.

    Prints accuracy, macro-F1 (the mean F1 of the labels that occur), the mean average precision,
    and for every label precision, recall, F1, average precision, and what is named in its place.
    Beside them stand the figures of the most frequent label and of a random guess on the same
    clips. Intervals are taken over films, as clips of one film are alike. Clips that an analysis
    would call undefined are counted apart.

    A model sees the clips as in an analysis: the same frames, the same scores. The built-in
    analyzers are judged by what they name. A clip counts as one shot. Frames, and what analyzers
    measured, are kept: after Ctrl-C the same command goes on from there, and another model of the
    same input starts at once. What a model scored is not kept. Nothing leaves this machine.

    For the data of CameraBench, the average precision of each of its 15 primitives stands beside
    rows of its board. See docs/evaluate.md.

    \b
    shotlog evaluate size --model movieshots-scale --data movieshots MovieShots/
    shotlog evaluate size --model builtin --data folders my_clips/ --part all
    shotlog evaluate move --model mymodel/ --against builtin --data jsonl clips.jsonl
    shotlog evaluate size --model builtin --profile mine --against builtin --data folders clips/
    shotlog evaluate move --model kandinsky-camera-motion --data camerabench camerabench/data
    shotlog evaluate size --model mymodel/ --data folders my_clips/ --report report/

    Exit codes: 0: done; clips that cannot be used are listed. 1: failed, with the reason. 130:
    stopped by Ctrl-C; the same command resumes.
    """
    if folder is not None:
        _check_folder(folder)  # before the work, which may take hours
    console = terminal(stderr=as_json)
    settings = load_settings(data[0][1], flags).settings
    asks = asks_of(settings.analysis, device=device, precision=precision, profile="")
    judged = find_judged(named, FAMILIES[question], asks.device, asks.precision, profile)
    rival = (
        None if against is None
        else find_judged(against, [judged.family], asks.device, asks.precision)
    )  # fmt: skip
    # Imported here: SciPy takes longer to import than the help to print.
    from shotlog.learning.clips import join

    whole = join(read_data(data, [judged.family]))
    with OwnEngine(cache_file, size=settings.storage.cache_size) as engine:
        scorer = Scorer(engine, console, asks.device, asks.precision)
        judged_on = _part_of(
            whole,
            part,
            seed,
            lambda: scorer.find_copies(judged, whole.clips),
            [one.model for one in (judged, rival) if one is not None and one.model is not None],
        )
        scores, problems = scorer.score(judged, judged_on.clips)
        rivals = scorer.score(rival, judged_on.clips)[0] if rival else None
    from shotlog.cli.evaluate.view import show_comparison, show_evaluation
    from shotlog.learning.assessment import assess, compare
    from shotlog.learning.assessment import evaluate as evaluate_scores

    evaluation = evaluate_scores(
        assess(scores), judged_on, model=judged.name,
        weights=None if judged.model is None else judged.model.short_fingerprint,
        card=None if judged.model is None else judged.model.card,
    )  # fmt: skip
    comparison = None if rivals is None else compare(scores, rivals)
    if as_json:
        facts = evaluation.model_dump(mode="json")
        if comparison is not None and rival is not None:
            facts |= {"against": rival.name, "difference": comparison.model_dump(mode="json")}
        print_json(facts)
    else:
        show_evaluation(console, evaluation)
        if comparison is not None and rival is not None:
            show_comparison(console, comparison, judged.name, rival.name)
    show_problems(terminal(stderr=True), problems, judged_on.warnings)
    if folder is not None:
        _write(folder, evaluation, scores)
        console.print(
            SafeLine.assemble(("wrote ", "green"), (str(folder / _PAGE), "bold")), soft_wrap=True
        )


def _part_of(
    whole: DataSet,
    part: str,
    seed: int,
    find_copies: Callable[[], Sequence[tuple[str, str]]],
    models: Sequence[InstalledModel],
) -> DataSet:
    """Return the clips of a part.

    Args:
        whole: All clips.
        part: Its name; ``all`` for all.
        seed: Seed of the split of clips that have none.
        find_copies: Returns pairs of films that share clips, where they must be known.
        models: Models that are judged: films that one has learned from are never in the test part.

    Raises:
        ModelUnreadable: The file about the films of a model is damaged.
        SplitUnusable: The clips cannot be split.
        LabelsMissing: The part has no clips.
    """
    from shotlog.learning.clips import LearnedFilms, read_learned_films, split

    if part == "all":
        return whole
    films = [read_learned_films(model.folder) for model in models]
    if told := [each for each in films if each is not None]:
        whole = LearnedFilms.together(told).divide(whole, find_copies())
    elif any(clip.part is None for clip in whole.clips):
        whole = split(whole, seed=seed, copies=find_copies())
    clips = tuple(clip for clip in whole.clips if clip.part == part)
    if not clips:
        raise LabelsMissing(whole.name, f"no clip is in its part {part}", "Choose another --part.")
    return replace(whole, clips=clips)


def _check_folder(folder: Path) -> None:
    """Make the folder of a report, and check that files can be written into it.

    Raises:
        OutputNotWritable: They cannot.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        hint = "Choose another folder with --report."
        raise OutputNotWritable(str(folder), str(error.strerror or error), hint) from error
    check_output_file(folder / _PAGE, ".html", option="--report")


def _write(folder: Path, evaluation: Evaluation, scores: ClipScores) -> None:
    """Write the files of a report.

    Raises:
        OutputNotWritable: The folder cannot be written.
        DiskFull: There is no room.
    """
    from shotlog.learning.assessment import render_evaluation, scores_table

    save(folder / _PAGE, render_evaluation(evaluation, scores).encode())
    save(folder / _TABLE, scores_table(scores).encode(errors="replace"))
    save(folder / _FIGURES, (json_text(evaluation.model_dump(mode="json")) + "\n").encode())

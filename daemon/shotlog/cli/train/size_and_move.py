"""``shotlog train size`` and ``move``: fine-tune a video model on labelled clips."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from shotlog.cli._interrupt import CtrlC, sets_flag
from shotlog.cli.options import (
    ANY_PATH,
    data_option,
    json_option,
    place_options,
    read_data,
    set_option,
)
from shotlog.cli.output import (
    SafeLine,
    data_lines,
    print_json,
    progress_bar,
    say,
    show_problems,
    terminal,
)
from shotlog.cli.train.training_views import forecast_table, result_json, result_table
from shotlog.paths import frames_folder
from shotlog.schema import Family, Stopped
from shotlog.settings import load_settings
from shotlog.threads import let_idle_threads_sleep

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shotlog.learning.clips import ClipFrames, DataSet
    from shotlog.learning.training import (
        Base,
        TrainedClassifier,
        TrainingOptions,
        TrainingPlan,
        Workers,
    )

_NUMBERS: Final = (
    ("--epochs", int, "Most passes through the clips."),
    ("--batch", int, "Clips of a step."),
    ("--accumulate", int, "Parts in which the clips of a step are computed, to save memory."),
    ("--rate", float, "Highest learning rate of the trunk."),
    ("--head-rate", float, "Highest learning rate of the last norm and the heads."),
    ("--rank", int, "Rank of low-rank additions."),
    ("--patience", int, "Passes without a better validation after which it stops."),
    ("--save-every", int, "Steps between checkpoints."),
    ("--seed", int, "Seed of everything that is drawn at random, the split included."),
)
"""Options that are numbers; their defaults depend on recipe and base."""


def _training_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that both commands have."""
    numbers = [
        click.option(name, type=kind, help=f"{words}  [default: by recipe and base]")
        for name, kind, words in _NUMBERS
    ]
    options: tuple[Callable[[Any], Any], ...] = (
        data_option,
        click.option(
            "--base",
            metavar="MODEL",
            required=True,
            help="Model to depart from: an installed one (shotlog models list), a folder with"
            " config.json and weights, or random:tiny, random:small, random:base.",
        ),
        click.option(
            "-o",
            "--output",
            metavar="FOLDER",
            type=ANY_PATH,
            required=True,
            help="Folder of the model; the same command goes on with a training that was begun"
            " there.",
        ),
        click.option(
            "--recipe",
            type=click.Choice(["full", "lora", "probe"]),
            default="full",
            show_default=True,
            help="full: all weights. lora: low-rank additions to queries and values, merged at the"
            " end; needs pip install 'shotlog[train]'. probe: the heads alone, on what the model"
            " sees already.",
        ),
        *numbers,
        click.option("--no-augment", is_flag=True, help="Do not vary the clips."),
        click.option("--no-balance", is_flag=True, help="Show every clip once in a pass."),
        click.option(
            "--checkpointing",
            is_flag=True,
            help="Compute blocks twice instead of keeping them: less memory, slower.",
        ),
        click.option("--compile", "compiled", is_flag=True, help="Compile the network first."),
        click.option(
            "--accelerate",
            is_flag=True,
            help="Share each step between the processes of 'accelerate launch', one on each"
            " graphics card.",
        ),
        click.option("--tensorboard", is_flag=True, help="Write the log for TensorBoard, too."),
        click.option(
            "--frames",
            metavar="FOLDER",
            type=ANY_PATH,
            help="Keep the frames of the clips here.  [default: beside the result cache]",
        ),
        place_options,
        set_option,
        click.option(
            "--explain", is_flag=True, help="Show clips, steps and memory, and train nothing."
        ),
        json_option,
        click.option("-q", "--quiet", is_flag=True, help="Show no progress and no notes."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@click.option(
    "--multitask",
    is_flag=True,
    help="Train a second head for movement (Static, Motion, Pull, Push), as in MovieShots.",
)
@_training_options
def size(multitask: bool, **words: Any) -> None:
    """Train a model of shot sizes on labelled clips.

    Clips come from data sets (--data, several times if you like) and are divided by film: 80 % to
    learn from, 10 % to tell when to stop, 10 % to judge, unless a data set brings its own split.
    Frames are read once, by the same decode as an analysis, and kept.

    The folder holds the model in the layout that transformers reads, its card with data, split,
    figures and terms (README.md), and the log (training/log.jsonl). Checkpoints are kept: after
    Ctrl-C the same command goes on at the same step, on a CPU to the bit. Nothing leaves this
    machine.

    \b
    shotlog train size --data movieshots DIR --base movieshots-scale -o mymodel/
    shotlog train size --data folders DIR --base movieshots-scale --recipe probe -o mymodel/
    shotlog train size --data movieshots DIR --base videomae-base/ --multitask -o mymodel/
    shotlog models add mymodel/

    Exit codes: 0: done. 1: the data, the base or a step cannot be used. 130: stopped by Ctrl-C.
    """
    families = [Family.SIZE, Family.MOVEMENT] if multitask else [Family.SIZE]
    _train(families, **words)


@click.command()
@click.option(
    "--labels",
    "family",
    type=click.Choice([Family.MOVE.value, Family.MOVEMENT.value]),
    default=Family.MOVE.value,
    show_default=True,
    help="move: camera moves, of which several may hold. movement: Static, Motion, Pull, Push, as"
    " in MovieShots.",
)
@_training_options
def move(family: str, **words: Any) -> None:
    """Train a model of camera moves on labelled clips.

    As 'shotlog train size', which see. Where some clips have several moves at once, each label is
    decided by itself, and the score from which it holds is fitted; else exactly one holds. Clips
    are varied with their labels: a mirrored pan_left is a pan_right, a dolly_in backwards a
    dolly_out.

    \b
    shotlog train move --data jsonl clips.jsonl --base kandinsky-camera-motion -o mymodel/
    shotlog train move --data movieshots DIR --labels movement --base movieshots-movement -o mine/
    shotlog train move --data kinetics-list train.txt --base random:tiny -o mymodel/
    shotlog models add mymodel/

    Exit codes: 0: done. 1: the data, the base or a step cannot be used. 130: stopped by Ctrl-C.
    """
    _train([Family(family)], **words)


def _train(
    families: Sequence[Family],
    data: Sequence[tuple[str, Path]], base: str, output: Path, recipe: str, frames: Path | None,
    device: str | None, precision: str | None, flags: Mapping[str, object], accelerate: bool,
    no_augment: bool, no_balance: bool, explain: bool, as_json: bool, quiet: bool, **given: Any,
) -> None:  # fmt: skip
    let_idle_threads_sleep()  # before torch is imported
    with sets_flag() as ctrl_c:
        from shotlog.learning.training import forecast, prepare_folder, read_base, train
        from shotlog.models.catalog import Registry

        places = load_settings(output, flags).settings.analysis
        workers = _workers(device or places.device, precision or places.precision, accelerate)
        console = terminal(stderr=as_json or explain, quiet=quiet or not workers.main)
        departed = read_base(base, Registry())
        options = _options(recipe, departed, no_augment, no_balance, given)
        watch = _Watch(console, ctrl_c)
        sets = read_data(data, families)
        console.print(data_lines(sets), soft_wrap=True)
        if explain:
            plan = _plan(departed, families, options, sets, output, None)
            told = forecast(plan)
            if as_json:
                print_json(told.model_dump(mode="json"))
            else:
                terminal().print(forecast_table(told, plan))
            return
        prepare_folder(output)  # before the work, which may take hours
        with watch.shown():
            pixels = _read_frames(departed, families, sets, frames, watch)
            plan = _plan(departed, families, options, sets, output, pixels)
            trained = train(plan, pixels, output, workers, watch)
    if workers.main:
        _show(trained, pixels, plan, as_json, quiet)


def _show(
    trained: TrainedClassifier, frames: ClipFrames, plan: TrainingPlan, as_json: bool, quiet: bool
) -> None:
    if as_json:
        print_json(result_json(trained))
    else:
        terminal().print(result_table(trained))
        say(SafeLine.assemble(("wrote ", "green"), (str(trained.folder), "bold")))
    notes = () if quiet else (*frames.warnings, *plan.warnings)
    show_problems(terminal(stderr=True), frames.problems, notes)


def _workers(device: str, precision: str, accelerate: bool) -> Workers:
    from shotlog.learning.training import AcceleratedWorkers, Workers

    return (AcceleratedWorkers if accelerate else Workers)(device, precision)


def _options(
    recipe: str, base: Base, no_augment: bool, no_balance: bool, given: Mapping[str, Any]
) -> TrainingOptions:
    """Return the options of a training.

    Raises:
        click.UsageError: One is out of its range.
    """
    from pydantic import ValidationError

    from shotlog.learning.training import TrainingRecipe, default_options

    chosen = {
        **given,
        "augment": False if no_augment else None,
        "balanced": False if no_balance else None,
    }
    try:
        return default_options(TrainingRecipe(recipe), fresh=base.outline is None, **chosen)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).replace("_", "-")
        raise click.UsageError(f"--{name}: {first['msg']}.") from error


def _read_frames(
    base: Base,
    families: Sequence[Family],
    sets: Sequence[DataSet],
    folder: Path | None,
    watch: _Watch,
) -> ClipFrames:
    from shotlog.learning.clips import FramePlan, join, read_frames

    plan = FramePlan(base.sampling(families), base.architecture.size, base.card.resize)
    clips = join(sets).clips

    def progress(done: int, total: int) -> None:
        watch.on_stage("read", total)
        watch.on_progress(done)
        if watch.stopped():
            raise Stopped("read", hint="Run the same command again: what was read is kept.")

    return read_frames(clips, plan, folder or frames_folder(), progress)


def _plan(
    base: Base,
    families: Sequence[Family],
    options: TrainingOptions,
    sets: Sequence[DataSet],
    output: Path,
    frames: ClipFrames | None,
) -> TrainingPlan:
    """Return the plan; without frames, copies of clips under other films are not searched for."""
    from shotlog.learning.clips import find_copies, join, split
    from shotlog.learning.training import plan_training

    whole = join(sets)
    copies = find_copies(whole.clips, frames) if frames is not None else ()
    divided = split(whole, seed=options.seed, copies=copies)
    name = output.absolute().name
    # The data sets told their own warnings when they were read.
    own = [warning for data in sets for warning in data.warnings]
    notes = [warning for warning in divided.warnings if warning not in own]
    return plan_training(
        base, families, options, divided.clips, name=name, data_sets=sets, warnings=notes
    )


@dataclass
class _Watch:
    """Progress on a console, and Ctrl-C.

    Attributes:
        console: Shows the progress.
        ctrl_c: Tells whether to stop.
    """

    console: Console
    ctrl_c: CtrlC
    _bar: Progress | None = None
    _task: TaskID | None = None
    _name: str = ""

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show the progress while the block runs."""
        with progress_bar(
            self.console,
            TextColumn("{task.description:<6}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(elapsed_when_finished=True),
            TextColumn("{task.fields[note]}", markup=False),
        ) as bar:
            self._bar = bar
            yield

    def stopped(self) -> bool:
        """Return True after Ctrl-C."""
        return self.ctrl_c.pressed

    def on_stage(self, name: str, total: int) -> None:
        """Show a bar for a stage; the one that is shown already grows."""
        if self._bar is None:
            return
        if name != self._name or self._task is None:
            self._name = name
            self._task = self._bar.add_task(name, total=total, note="")
        self._bar.update(self._task, total=total)

    def on_progress(self, done: int, note: str = "") -> None:
        """Move the bar of the stage."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=done, note=note)

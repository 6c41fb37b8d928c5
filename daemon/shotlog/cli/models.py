"""``shotlog models``: list, fetch, add, check and remove models."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.filesize import decimal
from rich.progress import (
    BarColumn,
    DownloadColumn,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from shotlog.cli._models_loaded import load, unload
from shotlog.cli.options import json_option
from shotlog.cli.output import (
    SafeLine,
    card_table,
    licence_table,
    model_facts,
    model_table,
    print_json,
    progress_bar,
    say,
    show_problems,
    terminal,
)
from shotlog.models.catalog import Card, InstalledModel, Registry, Resize, Sampling, Task
from shotlog.models.install import USER_RANK, Advance, add_folder, add_repository, find_intact
from shotlog.models.install import FileProgress as Shown
from shotlog.models.install import pull as fetch
from shotlog.models.install import verify as check
from shotlog.schema import ModelMissing

_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")

name_argument = click.argument("name")
yes_option = click.option("--yes", is_flag=True, help="Accept the licence without asking.")
endpoint_option = click.option(
    "--endpoint",
    envvar="HF_ENDPOINT",
    show_envvar=True,
    metavar="URL",
    help="Mirror of the hub to fetch from.",
)


@click.group()
def models() -> None:
    """Fetch, list, add and remove models that see more than the built-in tier.

    Weights of published models are fetched only by these commands, and run on your machine. They
    are stored in the user's data folder, or in $SHOTLOG_MODELS. VideoMAE models name shot sizes and
    camera moves; image-text models (CLIP, SigLIP 2) find shots by words, and name the sizes that
    nothing else can name, with low confidence.

    \b
    shotlog models list                                 all models, with size and licence
    shotlog models pull movieshots-scale                fetch one, after showing its licence
    shotlog models add DIR --task size                  add a VideoMAE that you fine-tuned
    shotlog models add DIR --name movieshots-scale      add the files of a listed model
    shotlog models load                                 load the installed models now
    """


models.add_command(load)
models.add_command(unload)


@models.command("list")
@json_option
def list_models(as_json: bool) -> None:
    """List all models: their tasks, whether they are installed, sizes and licences.

    Memory is that of the weights, in half and in full precision; a run needs more for its pictures.
    If two models have the same task, the one that is listed first takes precedence. Zero-shot sizes
    come after those of all other models and of the built-in analyzers.
    """
    registry = Registry()
    installed = {model.card.name: model for model in registry.installed()}
    cards = registry.cards()
    if as_json:
        print_json([model_facts(registry, card, installed.get(card.name)) for card in cards])
    else:
        terminal().print(model_table(cards, installed))
    show_problems(terminal(stderr=True), registry.problems(), ())


@models.command()
@name_argument
@json_option
def info(name: str, as_json: bool) -> None:
    """Show all details of a model: its card, the folder of its weights, their fingerprint."""
    registry = Registry()
    card = registry.card(name)
    try:
        here = registry.find(name)
    except ModelMissing:
        here = None
    if as_json:
        print_json(model_facts(registry, card, here))
        return
    terminal().print(card_table(registry, card, here))


@models.command()
@name_argument
@yes_option
@endpoint_option
@click.option("--revision", help="Branch, tag or commit instead of the newest.")
@json_option
def pull(name: str, yes: bool, endpoint: str | None, revision: str | None, as_json: bool) -> None:
    """Fetch a model from the Hugging Face hub.

    Shows the licences of the model and of its base model, and asks once. An interrupted download
    is resumed, and every file is checked against the SHA-256 of the hub. For gated models, log in
    with 'hf auth login' or set HF_TOKEN. If HF_HUB_OFFLINE is set, nothing is fetched.
    """
    registry, console = Registry(), terminal(stderr=True)
    card = registry.card(name)
    before = find_intact(registry, card, revision)
    agree = _show_terms(console) if yes else _ask(console)
    model = before or fetch(
        registry, card, agree=agree,
        endpoint=endpoint or None, revision=revision, progress=_bars(console),
    )  # fmt: skip
    _print_model(model, "is already installed" if before else "is installed", as_json)


@models.command()
@click.argument("source")
@click.option(
    "--task",
    "tasks",
    type=click.Choice([task.value for task in Task]),
    multiple=True,
    help="Task of the model; give size and movement for a model with both heads.",
)
@click.option("--name", help="Name of the model.  [default: the folder's name]")
@click.option("--link", is_flag=True, help="Use the files in place instead of copying them.")
@click.option(
    "--sampling",
    type=click.Choice([sampling.value for sampling in Sampling]),
    help="Frames of a shot that it sees.  [default: as the published model of its task]",
)
@click.option(
    "--resize",
    type=click.Choice([resize.value for resize in Resize]),
    help="How a frame is made square.  [default: its middle if the preprocessor's config says so, "
    "else stretched]",
)
@click.option(
    "--rank",
    type=int,
    default=USER_RANK,
    show_default=True,
    help="Precedence if models disagree, lowest first; those of Shotlog start at 10.",
)
@yes_option
@endpoint_option
@json_option
def add(
    source: str, tasks: Sequence[str], name: str | None, link: bool, sampling: str | None,
    resize: str | None, rank: int, yes: bool, endpoint: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Add a model of your own: a folder, a file of weights, or OWNER/NAME on the hub.

    A folder holds config.json and the weights of a VideoMAE, as written by transformers or by the
    VideoMAE authors' code. The labels are read from config.json and must be known to Shotlog. A
    folder that 'shotlog train' wrote states its task, sampling and terms itself. With
    --task image-text it holds a CLIP or a SigLIP 2, as written by transformers, and its
    tokenizer.json. A model on the hub is fetched as by 'shotlog models pull'.

    With the --name of a listed model, the folder is installed as that model: use this on machines
    without internet access.
    """
    registry, console = Registry(), terminal(stderr=True)
    asked = [Task(task) for task in dict.fromkeys(tasks)]
    frames = Sampling(sampling) if sampling else None
    square = Resize(resize) if resize else None
    # An existing folder wins over a repository of the same name.
    if Path(source).exists() or not _REPOSITORY.fullmatch(source):
        model = add_folder(
            registry, Path(source), asked,
            name=name, link=link, sampling=frames, resize=square, rank=rank,
        )  # fmt: skip
    else:
        model = add_repository(
            registry, source, asked,
            agree=_show_terms(console) if yes else _ask(console), endpoint=endpoint or None,
            progress=_bars(console), name=name, sampling=frames, resize=square, rank=rank,
        )  # fmt: skip
    _print_model(model, "is added", as_json)


@models.command()
@name_argument
@json_option
def verify(name: str, as_json: bool) -> None:
    """Check the files of a model, load it and run it once.

    Finds damaged and changed files, and weights that do not fit the model's card.
    """
    _print_model(check(Registry(), name), "is intact and runs", as_json)


@models.command()
@name_argument
@json_option
def remove(name: str, as_json: bool) -> None:
    """Remove a model from this machine.

    Files that were added with --link are not deleted.
    """
    freed = Registry().remove(name)
    if as_json:
        print_json({"name": name, "freed": freed})
    else:
        say(f"removed {name}: {decimal(freed)} freed")


def _ask(console: Console) -> Callable[[Card], bool]:
    def ask(card: Card) -> bool:
        _show_terms(console)(card)
        try:
            return click.confirm("Fetch it on these terms?", err=True)
        except click.Abort:  # end of input, or Ctrl-C
            return False

    return ask


def _show_terms(console: Console) -> Callable[[Card], bool]:
    def show(card: Card) -> bool:
        console.print(licence_table(card))
        return True

    return show


def _bars(console: Console) -> Shown:
    @contextmanager
    def shown(name: str, here: int, total: int | None) -> Iterator[Advance]:
        with progress_bar(
            console, TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(),
            TransferSpeedColumn(), TimeRemainingColumn(), spins=False,
        ) as bar:  # fmt: skip
            task = bar.add_task(name, total=total, completed=here)
            yield lambda amount: bar.advance(task, amount)

    return shown


def _print_model(model: InstalledModel, what: str, as_json: bool) -> None:
    if as_json:
        print_json(model_facts(Registry(), model.card, model))
        return
    facts = f"{decimal(model.bytes)} in {model.folder}, fingerprint {model.short_fingerprint}"
    say(SafeLine.assemble((model.card.name, "bold"), f" {what}: {facts}"))

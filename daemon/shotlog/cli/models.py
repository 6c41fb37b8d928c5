"""``shotlog models``: which models there are, and how to get them, keep them and be rid of them."""

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
    Line,
    card_table,
    licence_table,
    model_facts,
    model_table,
    print_json,
    progress,
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
yes_option = click.option("--yes", is_flag=True, help="Accept the licence without being asked.")
endpoint_option = click.option(
    "--endpoint",
    envvar="HF_ENDPOINT",
    show_envvar=True,
    metavar="URL",
    help="A mirror of the hub to fetch from.",
)


@click.group()
def models() -> None:
    """Models that see more than the built-in tier: get them, look at them, remove them.

    The weights of published VideoMAE models are fetched when you say so, never otherwise, and run
    on your machine. They lie in the user's data folder, or where SHOTLOG_MODELS says.

    \b
    shotlog models list                                 what there is, and on what terms
    shotlog models pull movieshots-scale                fetch one; shows the licence and asks
    shotlog models add DIR --task size                  a VideoMAE that you fine-tuned
    shotlog models add DIR --name movieshots-scale      one that came on a disk
    shotlog models load                                 have the daemon load them now
    """


models.add_command(load)
models.add_command(unload)


@models.command("list")
@json_option
def list_models(as_json: bool) -> None:
    """List every model: what it answers, whether it is here, its size and terms.

    Memory is that of the weights alone, in half and in full precision; pictures in work come on
    top. Where two models answer the same question, the one that stands higher speaks first.
    """
    registry = Registry()
    here = {model.card.name: model for model in registry.installed()}
    cards = registry.cards()
    if as_json:
        print_json([model_facts(registry, card, here.get(card.name)) for card in cards])
    else:
        terminal().print(model_table(cards, here))
    show_problems(terminal(stderr=True), registry.problems(), ())


@models.command()
@name_argument
@json_option
def info(name: str, as_json: bool) -> None:
    """Show everything about one model: its card, where its weights lie, their fingerprint."""
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
@click.option("--revision", help="A branch, tag or commit instead of the newest.")
@json_option
def pull(name: str, yes: bool, endpoint: str | None, revision: str | None, as_json: bool) -> None:
    """Fetch a model from the Hugging Face hub.

    Shows its licence, and that of the model it was made from, and asks once. What was interrupted
    goes on where it stopped; every file is checked against the SHA-256 that the hub announces.
    For models that are not open to all, log in with 'hf auth login' or set HF_TOKEN. Where
    HF_HUB_OFFLINE is set, nothing is fetched.
    """
    registry, console = Registry(), terminal(stderr=True)
    card = registry.card(name)
    before = find_intact(registry, card, revision)
    agree = _show_terms(console) if yes else _ask(console)
    here = before or fetch(
        registry, card, agree=agree,
        endpoint=endpoint or None, revision=revision, progress=_bars(console),
    )  # fmt: skip
    _say(here, "is here already" if before else "is here", as_json)


@models.command()
@click.argument("source")
@click.option(
    "--task",
    "tasks",
    type=click.Choice([task.value for task in Task]),
    multiple=True,
    help="What it answers; give size and movement for a model with both heads.",
)
@click.option("--name", help="What it is called here; the folder's name by default.")
@click.option("--link", is_flag=True, help="Leave the files where they are instead of copying.")
@click.option(
    "--sampling",
    type=click.Choice([sampling.value for sampling in Sampling]),
    help="Which frames of a shot it sees. By default those of the published model of its task.",
)
@click.option(
    "--resize",
    type=click.Choice([resize.value for resize in Resize]),
    help="How a frame becomes a square. By default its middle where the preprocessor's config "
    "asks for that, else stretched.",
)
@click.option(
    "--rank",
    type=int,
    default=USER_RANK,
    show_default=True,
    help="Where models disagree the lowest speaks first; shipped ones begin at 10.",
)
@yes_option
@endpoint_option
@json_option
def add(
    source: str, tasks: Sequence[str], name: str | None, link: bool, sampling: str | None,
    resize: str | None, rank: int, yes: bool, endpoint: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Add a VideoMAE of your own: a folder, a file of weights, or OWNER/NAME on the hub.

    A folder holds config.json and the weights, as transformers or the VideoMAE authors' code write
    them. Its labels are read from config.json and must be those that Shotlog knows. A model on the
    hub is fetched as 'shotlog models pull' does it.

    With the --name of a shipped model the folder is taken for that model's files: so machines
    without the internet get it.
    """
    registry, console = Registry(), terminal(stderr=True)
    asked = [Task(task) for task in dict.fromkeys(tasks)]
    frames = Sampling(sampling) if sampling else None
    square = Resize(resize) if resize else None
    if Path(source).exists() or not _REPOSITORY.fullmatch(source):
        here = add_folder(
            registry, Path(source), asked,
            name=name, link=link, sampling=frames, resize=square, rank=rank,
        )  # fmt: skip
    else:
        here = add_repository(
            registry, source, asked,
            agree=_show_terms(console) if yes else _ask(console), endpoint=endpoint or None,
            progress=_bars(console), name=name, sampling=frames, resize=square, rank=rank,
        )  # fmt: skip
    _say(here, "is added", as_json)


@models.command()
@name_argument
@json_option
def verify(name: str, as_json: bool) -> None:
    """Read every file of a model anew, load it, and have it answer once.

    Finds files that were damaged or exchanged, and weights that do not fit their card.
    """
    _say(check(Registry(), name), "is whole and answers", as_json)


@models.command()
@name_argument
@json_option
def remove(name: str, as_json: bool) -> None:
    """Remove a model from this machine.

    Files of a folder that was added with --link stay where they are.
    """
    freed = Registry().remove(name)
    if as_json:
        print_json({"name": name, "freed": freed})
    else:
        say(f"{name} is removed: {decimal(freed)} freed")


def _ask(console: Console) -> Callable[[Card], bool]:
    def ask(card: Card) -> bool:
        _show_terms(console)(card)
        try:
            return click.confirm("Fetch it on these terms?", err=True)
        except click.Abort:  # no one is there to answer, or Ctrl-C
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
        with progress(
            console, TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(),
            TransferSpeedColumn(), TimeRemainingColumn(), spins=False,
        ) as bar:  # fmt: skip
            task = bar.add_task(name, total=total, completed=here)
            yield lambda amount: bar.advance(task, amount)

    return shown


def _say(model: InstalledModel, what: str, as_json: bool) -> None:
    if as_json:
        print_json(model_facts(Registry(), model.card, model))
        return
    told = f"{decimal(model.bytes)} in {model.folder}, fingerprint {model.fingerprint[:12]}"
    say(Line.assemble((model.card.name, "bold"), f" {what}: {told}"))

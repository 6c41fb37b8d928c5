"""``shotlog models``: which models there are, and how to get them, keep them and be rid of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.filesize import decimal
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.text import Text

from shotlog.cli.console import show_problems, titled_table
from shotlog.models.adding import add_folder, add_repository, card_of
from shotlog.models.card import Card, Resize, Sampling, Task
from shotlog.models.pull import Advance, whole
from shotlog.models.pull import pull as fetch
from shotlog.models.registry import Installed, Registry
from shotlog.models.verify import verify as check
from shotlog.schema.errors import ModelError, ModelMissing

_ANSWERS = {
    Task.SIZE: "shot size",
    Task.MOVEMENT: "movement",
    Task.MOVE: "camera moves",
    Task.MOTION: "motion scores",
}
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")
name_argument = click.argument("name")


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
    """


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
        _print_json([_facts(registry, card, here.get(card.name)) for card in cards])
    else:
        table = titled_table("Models")
        for column in ("name", "here", "size", "memory"):
            table.add_column(column, no_wrap=True)
        table.add_column("licence")
        for card in cards:
            table.add_row(
                Text.assemble((card.name, "bold"), "\n", (_answers(card), "dim")),
                Text("yes", style="green") if card.name in here else Text("no", style="dim"),
                _size(card, here.get(card.name)),
                "\n".join(f"{decimal(size)} {kind}" for kind, size in _memory(card).items()),
                _terms(card),
            )
        Console().print(table)
    show_problems(Console(stderr=True), registry.problems(), ())


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
    facts = _facts(registry, card, here)
    if as_json:
        _print_json(facts)
        return
    table = titled_table(card.name)
    table.show_header = False
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for key, value in _lines(registry, card, here):
        table.add_row(key, value)
    Console().print(table)


@models.command()
@name_argument
@click.option("--yes", is_flag=True, help="Accept the licence without being asked.")
@click.option(
    "--endpoint",
    envvar="HF_ENDPOINT",
    show_envvar=True,
    metavar="URL",
    help="A mirror of the hub to fetch from.",
)
@click.option("--revision", help="A branch, tag or commit instead of the newest.")
@json_option
def pull(name: str, yes: bool, endpoint: str | None, revision: str | None, as_json: bool) -> None:
    """Fetch a model from the Hugging Face hub.

    Shows its licence, and that of the model it was made from, and asks once. What was interrupted
    goes on where it stopped; every file is checked against the SHA-256 that the hub announces.
    For models that are not open to all, log in with 'hf auth login' or set HF_TOKEN. Where
    HF_HUB_OFFLINE is set, nothing is fetched.
    """
    registry, console = Registry(), Console(stderr=True)
    card = registry.card(name)
    before = whole(registry, card)
    agree = _show_terms(console) if yes else _ask(console)
    with _bars(console) as progress:
        here = before or fetch(
            registry, card, agree=agree,
            endpoint=endpoint or None, revision=revision, progress=progress,
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
    default=5,
    show_default=True,
    help="Where models disagree the lowest speaks first; shipped ones begin at 10.",
)
@json_option
def add(
    source: str, tasks: Sequence[str], name: str | None, link: bool, sampling: str | None,
    resize: str | None, rank: int, as_json: bool,
) -> None:  # fmt: skip
    """Add a VideoMAE of your own: a folder, a file of weights, or OWNER/NAME on the hub.

    A folder holds config.json and the weights, as transformers or the VideoMAE authors' code write
    them. Its labels are read from config.json and must be those that Shotlog knows. Of a model on
    the hub only a card is made; fetch it afterwards with: shotlog models pull NAME.

    With the --name of a shipped model the folder is taken for that model's files: so machines
    without the internet get it.
    """
    registry = Registry()
    asked = [Task(task) for task in dict.fromkeys(tasks)]
    frames = Sampling(sampling) if sampling else None
    square = Resize(resize) if resize else None
    if not Path(source).exists() and _REPOSITORY.fullmatch(source):
        name = name or source.rpartition("/")[2].lower()
        if not asked:
            raise ModelError(name, "its card does not tell what it answers", "Say it: --task size.")
        card = card_of(name, asked, sampling=frames, resize=square, repo=source, rank=rank)
        add_repository(registry, card)
        if as_json:
            _print_json(_facts(registry, card, None))
        else:
            Console().print(f"{name}: the card is made; fetch it with: shotlog models pull {name}")
        return
    here = add_folder(
        registry, Path(source), asked,
        name=name, link=link, sampling=frames, resize=square, rank=rank,
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
        _print_json({"name": name, "freed": freed})
    else:
        Console().print(f"{name} is removed: {decimal(freed)} freed")


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
        table = titled_table(card.name)
        table.show_header = False
        for key, value in _licence_lines(card):
            table.add_row(Text(key, style="dim"), value)
        console.print(table)
        return True

    return show


@contextmanager
def _bars(console: Console) -> Iterator[Callable[..., Any]]:
    """Shows each file as it comes; nothing before the first."""

    @contextmanager
    def bar(name: str, here: int, total: int | None) -> Iterator[Advance]:
        with Progress(
            TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(),
            TimeRemainingColumn(), console=console,
        ) as progress:  # fmt: skip
            task = progress.add_task(name, total=total, completed=here)
            yield lambda amount: progress.advance(task, amount)

    yield bar


def _say(model: Installed, what: str, as_json: bool) -> None:
    if as_json:
        _print_json(_facts(Registry(), model.card, model))
        return
    Console().print(
        Text.assemble(
            (model.card.name, "bold"),
            f" {what}: {decimal(model.bytes)} in {model.folder}, "
            f"fingerprint {model.fingerprint[:12]}",
        ),
        soft_wrap=True,
    )


def _print_json(facts: object) -> None:
    click.echo(json.dumps(facts, indent=2, ensure_ascii=False))


def _facts(registry: Registry, card: Card, here: Installed | None) -> dict[str, Any]:
    return {
        "name": card.name,
        "tasks": [head.task.value for head in card.heads],
        "installed": here is not None,
        "folder": str(here.folder if here else registry.home(card.name)),
        "fingerprint": here.fingerprint if here else None,
        "bytes": here.bytes if here else None,
        "memory_mb": {name: round(size / 2**20) for name, size in _memory(card).items()},
        "card": (here.card if here else card).model_dump(mode="json"),
    }


def _lines(registry: Registry, card: Card, here: Installed | None) -> Iterator[tuple[str, str]]:
    yield "what it does", card.title
    for head in card.heads:
        labels = f"labels under {head.labels}" if head.labels else "no labels"
        threshold = f", holds from {head.threshold}" if head.threshold is not None else ""
        told = f"head {head.key}, {head.activation.value}, {labels}{threshold}"
        yield f"answers {_ANSWERS[head.task]}", told
    yield "looks at", f"frames: {card.sampling.value}; made square: {card.resize.value}"
    if card.mean and card.std:
        yield "normalised by", f"mean {card.mean}, deviation {card.std}"
    else:
        yield "normalised by", "what its files say"
    yield from _licence_lines(card)
    for figure in card.reported:
        yield "reported", f"{figure.figure}: {figure.value} ({figure.source})"
    yield "size", _size(card, here)
    for kind, size in _memory(card).items():
        yield f"in memory, {kind}", decimal(size)
    yield "rank", str(card.rank)
    if card.repo:
        yield "on the hub", f"{card.repo} @ {card.revision or 'newest'}"
    if here is None:
        yield "here", f"no; get it with: shotlog models pull {card.name}"
        return
    noted = registry.files(card.name)
    at = f" @ {noted.revision}" if noted.revision else ""
    yield "came from", f"{noted.source}{at}{' (linked)' if noted.linked else ''}"
    yield "lies in", str(here.folder)
    yield "fingerprint", here.fingerprint


def _licence_lines(card: Card) -> Iterator[tuple[str, str]]:
    yield "licence", card.licence.name
    if card.licence.base:
        yield "made from", f"{card.licence.base}, licence {card.licence.base_name or 'unknown'}"
    yield "mind", card.licence.note


def _answers(card: Card) -> str:
    return ", ".join(_ANSWERS[head.task] for head in card.heads)


def _terms(card: Card) -> str:
    base = f"; base {card.licence.base_name}" if card.licence.base_name else ""
    return f"{card.licence.name}{base}"


def _size(card: Card, here: Installed | None) -> str:
    if here is not None:
        return decimal(here.bytes)
    return "unknown" if card.size_mb is None else decimal(round(card.size_mb * 2**20))


def _memory(card: Card) -> dict[str, int]:
    """Bytes of the weights by precision: two or four for each parameter."""
    if card.parameters is None:
        return {}
    return {name: round(card.parameters * 1e6 * b) for name, b in (("bf16", 2), ("fp32", 4))}

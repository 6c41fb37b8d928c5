"""Views of models: a table, a page, JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.filesize import decimal
from rich.table import Table

from shotlog.cli.output.consoles import SafeLine, lines
from shotlog.cli.output.tables import property_table, titled_table
from shotlog.models.catalog import Card, InstalledModel, Registry, Task

_ANSWERS = {
    Task.SIZE: "shot size",
    Task.MOVEMENT: "movement",
    Task.MOVE: "camera moves",
    Task.MOTION: "motion scores",
    Task.IMAGE_TEXT: "search by words",
}


def model_table(cards: Iterable[Card], here: Mapping[str, InstalledModel]) -> Table:
    """Return the table of models; ``here`` are the installed ones by name."""
    table = titled_table("Models")
    # "local" as in --models local. A longer word would leave too few of 80 columns for licences.
    for column in ("name", "local", "size", "memory"):
        table.add_column(column, no_wrap=True)
    table.add_column("licence")
    for card in cards:
        table.add_row(
            lines(SafeLine(card.name, "bold"), *(SafeLine(text, "dim") for text in _answers(card))),
            SafeLine("yes", style="green") if card.name in here else SafeLine("no", style="dim"),
            _size(card, here.get(card.name)),
            lines(*(f"{decimal(size)} {kind}" for kind, size in _memory(card).items())),
            _terms(card),
        )
    return table


def card_table(registry: Registry, card: Card, here: InstalledModel | None) -> Table:
    """Return all details of one model."""
    return property_table(card.name, _lines(registry, card, here))


def licence_table(card: Card) -> Table:
    """Return the licence of one model."""
    return property_table(card.name, _licence_lines(card))


def model_facts(registry: Registry, card: Card, here: InstalledModel | None) -> dict[str, Any]:
    """Return a model as JSON."""
    return {
        "name": card.name,
        "tasks": [task.value for task in card.tasks],
        "installed": here is not None,
        "folder": str(here.folder if here else registry.own_folder(card.name)),
        "fingerprint": here.fingerprint if here else None,
        "bytes": here.bytes if here else None,
        "memory_mb": {name: round(size / 2**20) for name, size in _memory(card).items()},
        "card": (here.card if here else card).model_dump(mode="json"),
    }


def _lines(
    registry: Registry, card: Card, here: InstalledModel | None
) -> Iterator[tuple[str, str]]:
    yield "title", card.title
    for head in card.heads:
        labels = f"labels under {head.labels}" if head.labels else "no labels"
        threshold = f", holds from {head.threshold}" if head.threshold is not None else ""
        told = f"head {head.key}, {head.activation.value}, {labels}{threshold}"
        yield f"answers {_ANSWERS[head.task]}", told
    if card.text is not None:
        yield "answers", _ANSWERS[Task.IMAGE_TEXT]
        yield "answers shot size", _sizes(card)
        yield "reads", f'queries as "{card.text.template}"'
    frames = "single" if card.sampling is None else card.sampling.value
    yield "input", f"frames: {frames}; made square: {card.resize.value}"
    if card.mean and card.std:
        yield "normalised by", f"mean {card.mean}, deviation {card.std}"
    else:
        yield "normalised by", "the values in its files"
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
        yield "installed", f"no; install it with: shotlog models pull {card.name}"
        return
    noted = registry.files(card.name)
    at = f" @ {noted.revision}" if noted.revision else ""
    yield "source", f"{noted.source}{at}{' (linked)' if noted.linked else ''}"
    yield "folder", str(here.folder)
    yield "fingerprint", here.fingerprint


def _licence_lines(card: Card) -> Iterator[tuple[str, str]]:
    yield "licence", card.licence.name
    if card.licence.base:
        yield "made from", f"{card.licence.base}, licence {card.licence.base_name or 'unknown'}"
    yield "note", card.licence.note


def _sizes(card: Card) -> str:
    """Return how an image-text model answers sizes."""
    basis = f"calibrated on {card.sizes.measured_on}" if card.sizes else "not calibrated"
    return f"zero-shot, {basis}; leads only where all other analyzers abstain"


def _answers(card: Card) -> list[str]:
    zero_shot = ["shot size, zero-shot"] if card.text is not None else []
    return [", ".join(_ANSWERS[task] for task in card.tasks), *zero_shot]


def _terms(card: Card) -> str:
    base = f"; base {card.licence.base_name}" if card.licence.base_name else ""
    return f"{card.licence.name}{base}"


def _size(card: Card, here: InstalledModel | None) -> str:
    if here is not None:
        return decimal(here.bytes)
    return "unknown" if card.size_mb is None else decimal(round(card.size_mb * 2**20))


def _memory(card: Card) -> dict[str, int]:
    """Return the bytes of the weights by precision: two or four for each parameter."""
    if card.parameters is None:
        return {}
    return {name: round(card.parameters * 1e6 * b) for name, b in (("bf16", 2), ("fp32", 4))}

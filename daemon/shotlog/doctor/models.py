"""Checks of the models: their folder and their files."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from rich.filesize import decimal

from shotlog.doctor.check import health_check
from shotlog.doctor.context import Context, ProbeFailed
from shotlog.doctor.machine import has_kind, has_storage, nearest_folder
from shotlog.doctor.result import CheckOutcome, Subject, passed, problem, skipped, warning
from shotlog.models.catalog import MANIFEST_FILE, Card
from shotlog.paths import MODELS_VARIABLE, check_access
from shotlog.schema import ModelError

_LOAD_SECONDS = 180.0
"""A model of large size was loaded in 1.1 s, torch and transformers imported in 5 (benchmarks.md);
reading its file at 20 MB/s takes a minute."""


@health_check(Subject.MODELS)
def models_place(context: Context) -> CheckOutcome:
    """The folder of the models can be read, and models can be added."""
    root = context.registry.root
    there = nearest_folder(root)
    if has_kind(lambda mode: not stat.S_ISDIR(mode), root):
        return problem(f"{root} is not a folder", "Name a folder in SHOTLOG_MODELS.")
    if not has_storage(there):
        return problem(
            f"{root} cannot be created: {there} is not a file system for files",
            "Name a folder on a disk in SHOTLOG_MODELS.",
        )
    if barred := check_access(root, MODELS_VARIABLE, writing=False):
        return problem(f"{root} cannot be read: {barred.words}", barred.remedy)
    if check_access(root, MODELS_VARIABLE):
        return warning(
            f"{root} is read-only: models in it work, but none can be added",
            "None needed for a shared folder; to add models, name a folder of your own in "
            "SHOTLOG_MODELS.",
        )
    free = shutil.disk_usage(there).free
    return passed(f"{root}, {decimal(free)} free")


@health_check(Subject.MODELS)
def models_whole(context: Context) -> CheckOutcome:
    """The files of every model are complete and unchanged."""
    here, faults = [], list(_unreadable_cards(context))
    for card in context.registry.cards():
        try:
            state = _state(context, card)
        except ModelError as error:
            faults.append((error.problem.message, error.problem.hint))
            continue
        if state is None:
            continue
        here.append(card.name)
        if state:
            again = f"pull {card.name}" if card.repo else f"remove {card.name}; then add it again"
            faults.append((f"{card.name}: {state}", f"Run: shotlog models {again}."))
    if faults:
        words, remedies = zip(*faults, strict=True)
        return problem("; ".join(words), " ".join(dict.fromkeys(remedies)))
    if not here:
        return passed("none installed: the built-in tier is used, see: shotlog models list")
    return passed(f"{len(here)} installed: {', '.join(here)}")


@health_check(Subject.MODELS)
def models_folder(context: Context) -> CheckOutcome:
    """The folder of the models holds complete models alone."""
    root = context.registry.root
    odd = [home for home in sorted(root.glob("*")) if not _is_model(home)]
    if not odd:
        return passed("no other files")
    size = sum(path.stat().st_size for home in odd for path in _files(home))
    return warning(
        f"incomplete models or other files: {', '.join(home.name for home in odd)} "
        f"({decimal(size)} in {root})",
        "Repeat the command that fetched them, or: "
        + "; ".join(f"shotlog models remove {home.name}" for home in odd if home.is_dir())
        + ("" if all(home.is_dir() for home in odd) else " Move the files away."),
    )


@health_check(Subject.MODELS, seconds=20 * _LOAD_SECONDS, deep=True)
def models_load(context: Context) -> CheckOutcome:
    """Every installed model is read, loaded and run."""
    names = [card.name for card in context.registry.cards() if _noted(context, card)]
    if not names:
        return skipped("no model is installed", "Install one with: shotlog models pull NAME.")
    words, remedies = [], []
    for name in names:
        try:
            found = context.probe("model", str(context.registry.root), name, seconds=_LOAD_SECONDS)
        except ProbeFailed as error:
            words.append(f"{name} cannot be loaded: {error}")
            remedies.append("First resolve the problems of torch and transformers.")
            continue
        if "problem" in found:
            words.append(f"{name}: {found['problem']}")
            remedies.append(found["hint"])
    if words:
        return problem("; ".join(words), " ".join(dict.fromkeys(remedies)))
    return passed(f"{len(names)} read, loaded and run")


def _state(context: Context, card: Card) -> str | None:
    """Return the faults of a model's files: empty if there are none, None if it is not installed.

    Compares sizes, which finds truncated files; ``models verify`` also finds changed content.
    """
    # Not Registry.find: it writes fingerprints, and the doctor writes nothing.
    noted = context.registry.manifest(card.name)
    if noted is None:
        return None
    folder = Path(noted.linked) if noted.linked else context.registry.own_folder(card.name)
    gone, changed = [], []
    for kept in noted.files:
        try:
            size = (folder / kept.name).stat().st_size
        except OSError:
            gone.append(kept.name)
            continue
        if size != kept.size or (noted.linked is None and kept.sha256 != kept.origin):
            changed.append(kept.name)
    faults = [f"{', '.join(gone)} is missing"] * bool(gone)
    faults += [f"{', '.join(changed)} has changed"] * bool(changed)
    return "; ".join(faults)


def _unreadable_cards(context: Context) -> Iterator[tuple[str, str]]:
    for path in sorted(context.registry.root.glob("*/card.json")):
        try:
            context.registry.card(path.parent.name)
        except ModelError as error:
            yield f"{error.problem.subject}: {error.problem.message}", error.problem.hint


def _noted(context: Context, card: Card) -> bool:
    try:
        return context.registry.manifest(card.name) is not None
    except ModelError:
        return False


def _is_model(home: Path) -> bool:
    """Return True for a model's folder, and for one that holds only our lock file."""
    if not home.is_dir():
        return False
    return (home / MANIFEST_FILE).is_file() or {path.name for path in home.iterdir()} <= {".lock"}


def _files(home: Path) -> list[Path]:
    return [home] if home.is_file() else [path for path in home.rglob("*") if path.is_file()]


CHECKS = (models_place, models_whole, models_folder, models_load)

"""The models: what lies in their folder, and whether it is as it came."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from rich.filesize import decimal

from shotlog.doctor.check import check
from shotlog.doctor.context import Context, ProbeFailed
from shotlog.doctor.machine import existing, holds_files, is_there
from shotlog.doctor.result import Subject, Verdict, ok, problem, skipped, warning
from shotlog.models.catalog import MANIFEST_FILE, Card
from shotlog.paths import MODELS_VARIABLE, denied
from shotlog.schema import ModelError

_LOAD_SECONDS = 180.0
"""A model of large size was loaded in 1.1 s, torch and transformers imported in 5 (benchmarks.md);
reading a file anew at 20 MB/s takes a minute."""


@check(Subject.MODELS)
def models_place(case: Context) -> Verdict:
    """The folder of the models can be read, and more can be put into it."""
    root = case.registry.root
    there = existing(root)
    if is_there(lambda mode: not stat.S_ISDIR(mode), root):
        return problem(f"{root} is not a folder", "Name a folder in SHOTLOG_MODELS.")
    if not holds_files(there):
        return problem(
            f"{root} cannot be made: {there} holds no files of users",
            "Name a folder on a disk in SHOTLOG_MODELS.",
        )
    if barred := denied(root, MODELS_VARIABLE, writing=False):
        return problem(f"{root} cannot be read: {barred.words}", barred.remedy)
    if denied(root, MODELS_VARIABLE):
        return warning(
            f"{root} is read-only: models in it work, but none can be added",
            "Nothing needs doing where others look after it; else name a folder of your own in "
            "SHOTLOG_MODELS.",
        )
    free = shutil.disk_usage(there).free
    return ok(f"{root}, {decimal(free)} free")


@check(Subject.MODELS)
def models_whole(case: Context) -> Verdict:
    """The files of every model are as they came."""
    here, faults = [], list(_unreadable_cards(case))
    for card in case.registry.cards():
        try:
            state = _state(case, card)
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
        return ok("none is here: the built-in tier answers, see: shotlog models list")
    return ok(f"{len(here)} here: {', '.join(here)}")


@check(Subject.MODELS)
def models_folder(case: Context) -> Verdict:
    """Nothing lies among the models that is none, or only a part of one."""
    root = case.registry.root
    odd = [home for home in sorted(root.glob("*")) if not _is_model(home)]
    if not odd:
        return ok("nothing else lies there")
    size = sum(path.stat().st_size for home in odd for path in _files(home))
    return warning(
        f"what was begun or belongs elsewhere: {', '.join(home.name for home in odd)} "
        f"({decimal(size)} in {root})",
        "Run the command again that was fetching it, or: "
        + "; ".join(f"shotlog models remove {home.name}" for home in odd if home.is_dir())
        + ("" if all(home.is_dir() for home in odd) else " Move the files away."),
    )


@check(Subject.MODELS, seconds=20 * _LOAD_SECONDS, deep=True)
def models_load(case: Context) -> Verdict:
    """Every model that is here is read anew, loaded, and answers."""
    names = [card.name for card in case.registry.cards() if _noted(case, card)]
    if not names:
        return skipped("there is none", "Get one with: shotlog models pull NAME.")
    words, remedies = [], []
    for name in names:
        try:
            found = case.probe("model", str(case.registry.root), name, seconds=_LOAD_SECONDS)
        except ProbeFailed as error:
            words.append(f"{name} cannot be loaded: {error}")
            remedies.append("Do first what is said of torch and transformers.")
            continue
        if "problem" in found:
            words.append(f"{name}: {found['problem']}")
            remedies.append(found["hint"])
    if words:
        return problem("; ".join(words), " ".join(dict.fromkeys(remedies)))
    return ok(f"{len(names)} read anew, loaded and asked")


def _state(case: Context, card: Card) -> str | None:
    """What is wrong with a model's files: empty where nothing is, None where it is not here.

    Sizes tell of what was cut short; what was changed within is told by ``models verify``.
    Unlike ``Registry.find`` this notes nothing.
    """
    noted = case.registry.manifest(card.name)
    if noted is None:
        return None
    folder = Path(noted.linked) if noted.linked else case.registry.own_folder(card.name)
    gone, changed = [], []
    for kept in noted.files:
        try:
            size = (folder / kept.name).stat().st_size
        except OSError:
            gone.append(kept.name)
            continue
        if size != kept.size or (noted.linked is None and kept.sha256 != kept.origin):
            changed.append(kept.name)
    said = [f"{', '.join(gone)} is gone"] * bool(gone)
    said += [f"{', '.join(changed)} is not as it came"] * bool(changed)
    return "; ".join(said)


def _unreadable_cards(case: Context) -> Iterator[tuple[str, str]]:
    for path in sorted(case.registry.root.glob("*/card.json")):
        try:
            case.registry.card(path.parent.name)
        except ModelError as error:
            yield f"{error.problem.subject}: {error.problem.message}", error.problem.hint


def _noted(case: Context, card: Card) -> bool:
    try:
        return case.registry.manifest(card.name) is not None
    except ModelError:
        return False


def _is_model(home: Path) -> bool:
    """Whether it is one; a folder with nothing but our lock in it is none yet, and no burden."""
    if not home.is_dir():
        return False
    return (home / MANIFEST_FILE).is_file() or {path.name for path in home.iterdir()} <= {".lock"}


def _files(home: Path) -> list[Path]:
    return [home] if home.is_file() else [path for path in home.rglob("*") if path.is_file()]


CHECKS = (models_place, models_whole, models_folder, models_load)

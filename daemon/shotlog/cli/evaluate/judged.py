"""The models and analyzers that ``shotlog evaluate`` judges, and their scores."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

from shotlog.cli._interrupt import sets_flag
from shotlog.cli.analysis import OwnEngine
from shotlog.cli.output import SafeLine, progress_bar
from shotlog.profiles import ProfileStore
from shotlog.schema import (
    Analyzer,
    CorrectableAnalyzer,
    Edit,
    Family,
    Log,
    ModelError,
    Problem,
    ProfileUnusable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shotlog.learning.assessment import ClipScores
    from shotlog.learning.clips import ClipFrames, LabelledClip
    from shotlog.models.catalog import InstalledModel

FAMILIES = {"size": (Family.SIZE,), "move": (Family.MOVE, Family.MOVEMENT)}
"""Families of the questions; a model of moves answers one of them."""
BUILTIN = "builtin"


@dataclass(frozen=True)
class Judged:
    """A model or analyzers, whose answers to one question are judged.

    Attributes:
        name: Its name.
        family: The question.
        model: The model; None for analyzers.
        analyzers: Analyzers that answer in an analysis; empty for a model with heads, which is
            scored window by window.
    """

    name: str
    family: Family
    model: InstalledModel | None = None
    analyzers: tuple[Analyzer, ...] = ()


def find_judged(
    named: str, families: Sequence[Family], device: str, precision: str, profile: str | None = None
) -> Judged:
    """Return what a user named: ``builtin``, an analyzer, the folder of a model, or a model.

    Args:
        named: The name.
        families: Families of the question.
        device: Device of a model.
        precision: Precision of its weights.
        profile: Name of the profile that corrects its scores; None for none.

    Raises:
        ModelError: There is no such model, or it cannot be used or does not answer the question.
        ProfileUnusable: There is no such profile, or it corrects nothing of it.
    """
    from shotlog.engine import ANALYZERS
    from shotlog.learning.assessment import find_head, open_model
    from shotlog.models.analysis import build_analyzers
    from shotlog.models.catalog import Registry

    built_in = [one for one in ANALYZERS.load() if named in (BUILTIN, one.name)]
    if built_in:
        return _corrected(_of_analyzers(named, families, built_in), profile)
    folder = Path(named)
    model = open_model(folder, families[0]) if folder.is_dir() else Registry().find(named)
    # Sizes of an image-text model are compared with sentences, not told by a head.
    if model.card.text is None and profile is None:
        return Judged(model.card.name, Family(find_head(model, families).task.value), model)
    analyzers = build_analyzers([model], device, precision)
    return _corrected(_of_analyzers(model.card.name, families, analyzers, model), profile)


def _of_analyzers(
    name: str,
    families: Sequence[Family],
    analyzers: Sequence[Analyzer],
    model: InstalledModel | None = None,
) -> Judged:
    for family in families:
        asked = tuple(one for one in analyzers if one.family is family)
        if asked:
            return Judged(name, family, model, asked)
    raise ModelError(
        name, f"it does not answer {' or '.join(families)}",
        "Choose another model; see: shotlog models list.",
    )  # fmt: skip


def _corrected(judged: Judged, name: str | None) -> Judged:
    """Return analyzers with a profile.

    Raises:
        ProfileUnusable: There is no such profile, or it corrects none of them.
    """
    if name is None:
        return judged
    profile = ProfileStore().find(name)
    analyzers = tuple(
        one.with_profile(profile) if isinstance(one, CorrectableAnalyzer) else one
        for one in judged.analyzers
    )
    if analyzers == judged.analyzers:
        raise ProfileUnusable(
            name, f"it corrects nothing of {judged.name}",
            "Choose another profile, or what it was learned for.",
        )  # fmt: skip
    return replace(judged, name=f"{judged.name} with {profile.id}", analyzers=analyzers)


class Scorer:
    """Scores clips, with progress; both ways of scoring are here.

    Args:
        engine: Runs analyzers, and keeps what they measure.
        console: Shows progress.
        device: Device of models.
        precision: Precision of their weights.
    """

    def __init__(self, engine: OwnEngine, console: Console, device: str, precision: str) -> None:
        self._engine, self._console = engine, console
        self._device, self._precision = device, precision

    def score(
        self, judged: Judged, clips: Sequence[LabelledClip]
    ) -> tuple[ClipScores, tuple[Problem, ...]]:
        """Return the scores of clips, and the clips that cannot be used.

        Raises:
            ModelError: The model or the device cannot be used.
            ScoresUnusable: No clip can be scored.
            DiskFull: There is no room for the frames.
            Stopped: On Ctrl-C; what was read is kept.
        """
        self._console.print(SafeLine(f"{judged.name}: {len(clips)} clips", "dim"), soft_wrap=True)
        if judged.model is None or judged.analyzers:
            return self._score_analyzers(judged, clips)
        return self._score_model(judged.model, judged.family, clips)

    def find_copies(
        self, judged: Judged, clips: Sequence[LabelledClip]
    ) -> Sequence[tuple[str, str]]:
        """Return pairs of films that share clips, so that a split is that of a training.

        They are found among the frames that a model sees. Analyzers have learned from none of the
        clips, so nothing is searched for them.

        Raises:
            DiskFull: There is no room for the frames.
            Stopped: On Ctrl-C; what was read is kept.
        """
        from shotlog.learning.clips import find_copies

        if judged.model is None or judged.analyzers:
            return ()
        return find_copies(clips, self._frames(judged.model, clips))

    def _score_analyzers(
        self, judged: Judged, clips: Sequence[LabelledClip]
    ) -> tuple[ClipScores, tuple[Problem, ...]]:
        from shotlog.engine import EngineOptions
        from shotlog.learning.assessment import score_by_analyzers
        from shotlog.media.cuts import NoCuts

        def measure(edit: Edit, analyzers: Sequence[Analyzer]) -> Log:
            options = EngineOptions(cuts=NoCuts())
            return self._engine.measure(edit, analyzers, self._console, options)

        probes = self._engine.probe_cache
        return score_by_analyzers(clips, judged.family, judged.analyzers, probes, measure)

    def _score_model(
        self, model: InstalledModel, family: Family, clips: Sequence[LabelledClip]
    ) -> tuple[ClipScores, tuple[Problem, ...]]:
        from shotlog.learning.assessment import score_clips

        frames = self._frames(model, clips)
        with _counted(self._console, "Windows") as progress:
            scores = score_clips(
                model, frames, clips, family, self._device, self._precision, progress
            )
        return scores, frames.problems

    def _frames(self, model: InstalledModel, clips: Sequence[LabelledClip]) -> ClipFrames:
        from shotlog.learning.assessment import frame_plan
        from shotlog.learning.clips import read_frames
        from shotlog.paths import frames_folder

        with _counted(self._console, "Frames") as progress:
            return read_frames(clips, frame_plan(model), frames_folder(), progress)


@contextmanager
def _counted(console: Console, name: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar while a block runs; yield a function that takes what is done, and all of it.

    The function raises ``KeyboardInterrupt`` after Ctrl-C.
    """
    columns: tuple[Any, ...] = (
        TextColumn("{task.description:<9}", markup=False), BarColumn(),
        TimeRemainingColumn(elapsed_when_finished=True), MofNCompleteColumn(),
    )  # fmt: skip
    with sets_flag() as ctrl_c, progress_bar(console, *columns) as shown:
        task = shown.add_task(name, total=None)

        def progress(done: int, total: int) -> None:
            shown.update(task, completed=done, total=total)
            ctrl_c.raise_if_pressed()

        yield progress

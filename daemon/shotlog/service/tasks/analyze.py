"""The task to log every shot of an edit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal, Self

from shotlog.schema import Edit, Log, Model
from shotlog.service.tasks.base import JobTask, Tools


class ModelOptions(Model):
    """Which models look, and how they run."""

    models: Literal["auto", "builtin", "local"] = "auto"
    """`auto` is the models that are on this machine and the built-in analyzers, `builtin` needs no
    model, `local` fails where there is none."""
    names: tuple[str, ...] = ()
    """Only these models; empty for all that are on this machine."""
    device: str = "auto"
    """Where they run: `auto`, `cpu`, `cuda`, `cuda:1`, `mps`."""
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"
    """The number format that they compute in."""


class AnalysisOptions(ModelOptions):
    """How an edit is to be analysed: the options of ``shotlog analyze`` that decide findings."""

    disabled: bool = False
    """Whether clips that are switched off are looked at too."""


class Analyze(JobTask):
    """Log every shot of an edit; the result is its log."""

    since: ClassVar[tuple[int, int]] = (1, 0)  # in the form that ``older`` has for it
    result: ClassVar[type[Model]] = Log

    kind: Literal["analyze"] = "analyze"
    """Tells it from tasks of other kinds."""
    edit: Edit
    """What to analyse; media are read by the daemon from their paths."""
    asks: AnalysisOptions = AnalysisOptions()
    """How."""

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The one edit."""
        return (self.edit,)

    @property
    def options(self) -> str:
        """JSON of :attr:`asks`: models are loaded, and clips chosen, by it alone."""
        return self.asks.model_dump_json()

    @classmethod
    def run(cls, tasks: Sequence[Self], tools: Tools) -> Iterator[Log]:
        """Analyse edits together, so that media which they share are decoded once.

        Yields:
            The log of each, as a run for it alone gives it.
        """
        # Here, not above: client and broker do without the engine's libraries.
        from shotlog.engine import EngineOptions, analyze_together

        asks = tasks[0].asks
        voices = tools.voices(asks)
        with tools.cache() as cache:
            for log in analyze_together(
                [task.edit for task in tasks],
                voices.analyzers,
                cache,
                options=EngineOptions(disabled=asks.disabled),
                progress=tools.progress,
            ):
                yield log.model_copy(update={"warnings": voices.warnings + log.warnings})

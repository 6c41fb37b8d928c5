"""The loop of a training: steps, validations, checkpoints, early stopping."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn

from shotlog.learning.training.checkpoints import (
    TrainingState,
    Validated,
    load_best,
    load_checkpoint,
    save_best,
    save_checkpoint,
)
from shotlog.learning.training.examples import Batch, Examples, PartWindows, TrainingInputs
from shotlog.learning.training.journal import TrainingJournal
from shotlog.learning.training.options import TrainingOptions
from shotlog.learning.training.questions import Question
from shotlog.learning.training.scoring import loss, validate, window_logits
from shotlog.learning.training.workers import Workers
from shotlog.schema import Stopped, TrainingDiverged, TrainingMemoryFull


class Watch(Protocol):
    """Observer of a training, which may stop it."""

    def stopped(self) -> bool:
        """Return True if the training is to stop after this step."""

    def on_stage(self, name: str, total: int) -> None:
        """Note that a stage begins; ``total`` is counted in steps, clips or windows."""

    def on_progress(self, done: int, note: str = "") -> None:
        """Note how much of the stage is done."""


class Loop:
    """Steps of one training.

    Args:
        module: What is trained, on its device: from a batch of inputs to logits by head.
        optimizer: Its optimizer, each group with its ``peak`` rate.
        examples: Batches to learn from.
        validation: Inputs and windows by which the training stops, and the best weights are kept.
        questions: The questions.
        options: The options.
        workers: The processes that share each step.
        folder: Folder of the checkpoints and the log.
        watch: Observer.
    """

    def __init__(
        self,
        module: nn.Module,
        optimizer: torch.optim.Optimizer,
        examples: Examples,
        validation: tuple[TrainingInputs, PartWindows],
        questions: Sequence[Question],
        options: TrainingOptions,
        workers: Workers,
        folder: Path,
        watch: Watch,
    ) -> None:
        self._module, self._optimizer, self._examples = module, optimizer, examples
        self._inputs, self._judged = validation
        self._questions, self._options, self._workers = questions, options, workers
        self._folder, self._watch = folder, watch
        self.steps = options.epochs * examples.steps_per_pass

    def run(self, command: str) -> TrainingState:
        """Make all steps that remain, and restore the best weights.

        Args:
            command: Digest of everything that decides the weights.

        Raises:
            TrainingInterrupted: There is a checkpoint of another training, or a damaged one.
            TrainingMemoryFull: A step does not fit into the memory.
            TrainingDiverged: The loss is no number any more.
            Stopped: The observer stopped it; a checkpoint of the last step is kept.
        """
        state = load_checkpoint(self._folder, command, self._module, self._optimizer)
        self._watch.on_stage("train", self.steps)
        self._watch.on_progress(state.step)
        if not state.ended:
            forward = self._workers.prepare(self._module, compiled=self._options.compiled)
            with (
                memory_told(self._folder.parent.name),
                self._journal(state.step) as journal,
            ):
                state = self._run(forward, state, journal)
        load_best(self._folder, self._module)
        return state

    def _journal(self, step: int) -> TrainingJournal:
        return TrainingJournal(
            self._folder,
            step,
            tensorboard=self._options.tensorboard,
            silent=not self._workers.main,
        )

    def _run(
        self, forward: nn.Module, state: TrainingState, journal: TrainingJournal
    ) -> TrainingState:
        self._module.train()
        for batch in self._examples.stream(state.step, self.steps):
            began = monotonic()
            cost = self._step(forward, batch, state.step)
            state = state.model_copy(update={"step": state.step + 1})
            journal.step(state.step, cost, self._rate(state.step - 1), monotonic() - began)
            self._watch.on_progress(state.step, f"loss {cost:.3f}")
            stopped = self._workers.any(self._watch.stopped())
            whole = state.step % self._examples.steps_per_pass == 0
            if whole:
                state = self._validate(state, journal)
            if whole or stopped or state.step % self._options.save_every == 0:
                self._save(state)
            if state.ended:
                break
            if stopped:
                raise Stopped(self._folder.parent.name, hint="Run the same command again.")
        return state

    def _step(self, forward: nn.Module, batch: Batch, step: int) -> float:
        """Make a step, and return its loss."""
        # All random numbers of a step follow from its number, so that a resumed training draws
        # the same ones.
        seeds = np.random.SeedSequence((self._options.seed, step, self._workers.rank))
        torch.manual_seed(int(seeds.generate_state(1, np.uint64)[0]))
        for group in self._optimizer.param_groups:
            group["lr"] = group["peak"] * self._rate(step)
        self._optimizer.zero_grad()
        size, total = len(batch.inputs), 0.0
        for first in range(0, size, self._options.microbatch):
            part = slice(first, first + self._options.microbatch)
            with self._workers.autocast():
                answers = forward(self._workers.tensor(batch.inputs[part]))
            cost = self._loss(answers, batch, part)
            self._workers.backward(cost)
            total += float(cost.detach())
        total = self._workers.mean(total)
        if not math.isfinite(total):
            raise TrainingDiverged(self._folder.parent.name)
        nn.utils.clip_grad_norm_(self._module.parameters(), self._options.clip)
        self._optimizer.step()
        return total

    def _loss(self, answers: dict[str, Tensor], batch: Batch, part: slice) -> Tensor:
        """Return the share of some clips in the loss of a batch, the mean over its questions."""
        costs = []
        for question, (holds, known) in zip(self._questions, batch.targets, strict=True):
            targets = (self._workers.tensor(t[part].astype(np.float32)) for t in (holds, known))
            each = loss(question, answers[question.head.key], *targets)
            costs.append(each.sum() / max(int(known.any(1).sum()), 1))
        return torch.stack(costs).mean()

    def _rate(self, step: int) -> float:
        """Return the share of the highest rate at a step: a linear rise, then a cosine."""
        rise = max(1, round(self._options.warm_up * self.steps))
        if step < rise:
            return (step + 1) / rise
        return 0.5 * (1 + math.cos(math.pi * (step - rise) / max(1, self.steps - rise)))

    def _validate(self, state: TrainingState, journal: TrainingJournal) -> TrainingState:
        """Return the state after a validation; better weights are written."""
        logits = window_logits(
            self._module, self._inputs, self._judged.all_windows, self._options.microbatch,
            self._workers.device, self._workers.precision,
        )  # fmt: skip
        told = [validate(q, logits[q.head.key], self._judged) for q in self._questions]
        f1, cost = (float(np.mean(values)) for values in zip(*told, strict=True))
        now = Validated(step=state.step, f1=f1, loss=cost)
        journal.validation(now.step, now.f1, now.loss)
        better = now.is_better(state.best)
        worse = 0 if better else state.worse + 1
        changes: dict[str, object] = {
            "worse": worse,
            "ended": state.step >= self.steps or worse >= self._options.patience,
        }
        if better:
            digest = save_best(self._folder, self._module) if self._workers.main else ""
            changes |= {"best": now, "best_weights": digest}
        return state.model_copy(update=changes)

    def _save(self, state: TrainingState) -> None:
        if self._workers.main:
            save_checkpoint(self._folder, state, self._module, self._optimizer)
        self._workers.wait()


@contextmanager
def memory_told(subject: str) -> Iterator[None]:
    """Tell errors of memory as one of training.

    Raises:
        TrainingMemoryFull: The block ran out of memory.
    """
    try:
        yield
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise TrainingMemoryFull(subject) from error
    except RuntimeError as error:
        # On a CPU torch raises a plain RuntimeError.
        if "allocate memory" not in str(error):
            raise
        raise TrainingMemoryFull(subject) from error

"""Scores of a network for clips, and the temperatures and thresholds that are fitted to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from scipy.optimize import minimize_scalar
from torch import Tensor, nn

from shotlog.learning.assessment import ClipScores, macro_f1
from shotlog.learning.training.examples import PartWindows, TrainingInputs
from shotlog.learning.training.questions import Question
from shotlog.models.analysis import DEFAULT_RULES, activate

Logits = npt.NDArray[np.float32]

_TEMPERATURES: Final = (0.1, 10.0)
"""Bounds of a temperature: on few clips that are all right, or all wrong, it has no minimum."""

_THRESHOLDS: Final = tuple(n / 20 for n in range(1, 20))
"""Thresholds that are tried."""


def window_logits(
    module: nn.Module,
    inputs: TrainingInputs,
    windows: Sequence[int],
    batch: int,
    device: str,
    autocast: torch.dtype | None = None,
    progress: Callable[[int], None] | None = None,
) -> dict[str, Logits]:
    """Return the logits (windows, labels) by head; the module is in training again afterwards.

    Args:
        module: From a batch of inputs to logits.
        inputs: Inputs of all windows.
        windows: Numbers of the windows.
        batch: Windows at once.
        device: Device of the module.
        autocast: Number format of large products; None is float32.
        progress: Called with the windows that are done; it may raise an exception.
    """
    found: dict[str, list[Tensor]] = {}
    module.eval()
    for first in range(0, len(windows), batch):
        values = np.stack([inputs[window] for window in windows[first : first + batch]])
        with (
            torch.inference_mode(),
            torch.autocast(torch.device(device).type, autocast, enabled=autocast is not None),
        ):
            answers: dict[str, Tensor] = module(torch.from_numpy(values).to(device))
        for key, logits in answers.items():
            found.setdefault(key, []).append(logits.float().cpu())
        if progress is not None:
            progress(len(values))
    module.train()
    return {key: torch.cat(parts).numpy() for key, parts in found.items()}


def clip_scores(question: Question, logits: Logits, part: PartWindows) -> ClipScores | None:
    """Return the scores of the clips of a part: means over their windows; None for no clip.

    Clips that do not tell the question are left out.

    Args:
        question: The question, with the temperature of its head.
        logits: (windows, k) of all windows of the part, in order.
        part: The clips and their windows.
    """
    ends = np.cumsum([len(windows) for windows in part.windows])
    per_clip = np.split(activate(logits, question.head).astype(np.float64), ends[:-1])
    truth, known = question.targets_of(part.clips)
    kept = np.flatnonzero(known.any(1))
    if not len(kept):
        return None
    threshold = question.head.threshold
    return ClipScores(
        family=question.family,
        labels=question.labels,
        clips=tuple(part.clips[n].id for n in kept),
        films=tuple(part.clips[n].film for n in kept),
        scores=np.array([per_clip[n].mean(0) for n in kept]),
        truth=truth[kept].astype(bool),
        exclusive=question.exclusive,
        known=None if question.exclusive else known[kept],
        threshold=DEFAULT_RULES.on if threshold is None else threshold,
    )


def fit_head(question: Question, logits: Logits, part: PartWindows) -> Question:
    """Return the question with the temperature, and the threshold, that suit a part best.

    The temperature minimises the negative log-likelihood of the windows (Guo et al., "On
    Calibration of Modern Neural Networks", ICML 2017, section 4.2); the threshold, of labels that
    do not exclude each other, maximises macro-F1.
    """
    shown, holds, known = _told_windows(question, logits, part)
    if not len(shown):
        return question

    def cost(log_temperature: float) -> float:
        return float(loss(question, shown / np.exp(log_temperature), holds, known).mean())

    bounds = tuple(np.log(_TEMPERATURES))
    temperature = float(np.exp(minimize_scalar(cost, bounds=bounds, method="bounded").x))
    head = question.head.model_copy(update={"temperature": round(temperature, 4)})
    fitted = Question(head, question.labels)
    if question.exclusive:
        return fitted
    scores = clip_scores(fitted, logits, part)
    if scores is None:
        return fitted
    by_f1 = {limit: macro_f1(replace(scores, threshold=limit)) for limit in _THRESHOLDS}
    # The middle one of those that are equally good.
    best = [limit for limit, f1 in by_f1.items() if f1 == max(by_f1.values())]
    threshold = best[len(best) // 2]
    return Question(head.model_copy(update={"threshold": threshold}), question.labels)


def validate(question: Question, logits: Logits, part: PartWindows) -> tuple[float, float]:
    """Return the macro-F1 of the clips of a part, and the mean loss of their windows.

    Args:
        question: The question; a clip of the part tells it.
        logits: (windows, k) of all windows of the part, in order.
        part: The clips and their windows.
    """
    scores = clip_scores(question, logits, part)
    shown, holds, known = _told_windows(question, logits, part)
    f1 = 0.0 if scores is None else macro_f1(scores)
    return f1, float(loss(question, shown, holds, known).mean()) if len(shown) else 0.0


def _told_windows(
    question: Question, logits: Logits, part: PartWindows
) -> tuple[Tensor, Tensor, Tensor]:
    """Return logits, what holds and what is known, (n, k), of windows that tell a question."""
    counts = [len(windows) for windows in part.windows]
    truth, known = (np.repeat(each, counts, axis=0) for each in question.targets_of(part.clips))
    told = known.any(1)
    numbers = (each[told].astype(np.float64) for each in (logits, truth, known))
    shown, holds, sure = (torch.from_numpy(each) for each in numbers)
    return shown, holds, sure


def loss(question: Question, logits: Tensor, holds: Tensor, known: Tensor) -> Tensor:
    """Return (n,) the negative log-likelihood of logits (n, k); 0 of what is not known.

    Cross entropy where one label holds; the mean of the known labels' binary ones otherwise.

    Args:
        question: The question.
        logits: (n, k).
        holds: (n, k) 1 where a label holds, else 0.
        known: (n, k) 1 where that is known, else 0.
    """
    if question.exclusive:
        losses = torch.nn.functional.cross_entropy(logits, holds, reduction="none")
        return losses * known.amax(1)
    losses = torch.nn.functional.binary_cross_entropy_with_logits(logits, holds, reduction="none")
    return (losses * known).sum(1) / known.sum(1).clamp(min=1)

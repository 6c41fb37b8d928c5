"""A network over the blocks of features, fitted with torch, which is imported only here.

The widths are those of the published scene finder, 961-512-256-2; it tells nothing of how it was
trained. Whatever is drawn at random has one seed, and one thread computes, so that the same films
give the same bits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from shotlog.analyzers.clock import Numbers
from shotlog.highlights.trained import LinearLayer, NetworkModel, WindowBlocks, normalised
from shotlog.learning.highlights.films import LabelledFilm
from shotlog.learning.highlights.fitted import Fitting
from shotlog.learning.splits import divide
from shotlog.schema import LabelsMissing

if TYPE_CHECKING:
    from torch import Tensor, nn

_HIDDEN: Final = (512, 256)
"""Widths between the layers."""
_ANSWERS: Final = 2
"""Numbers that it answers: for a window that was left, and for one that was kept."""
_FOLDS: Final = 5
"""One part in so many of the films that it learns from tells when to stop."""
_DROPOUT: Final = 0.5
"""Share of the numbers between layers that is left out at each step."""
_DECAY: Final = 0.05
"""Weight decay of AdamW."""
_RATE: Final = 3e-4
"""Learning rate of AdamW. Of five settings these three are the best on films of made evidence whose
vectors tell what was kept in one of 197 features (``benchmarks/README.md``)."""
_BATCH: Final = 128
"""Windows of a step."""
_EPOCHS: Final = 60
"""Most passes through the windows."""
_PATIENCE: Final = 8
"""Passes without a better one after which it stops."""
_SEED: Final = 0
_LEAST_SPREAD: Final = 1e-6
"""Standard deviation below which a feature is constant, and left out."""

FEWEST_FILMS: Final = 3
"""Films that a network needs: one to learn from, one that tells when to stop, one to judge."""


@dataclass(frozen=True, eq=False)
class NetworkFit:
    """A network that was fitted to films.

    Attributes:
        model: The network.
        epochs: Passes through the windows up to the one that was kept.
        films: Number of films that it was learned from.
        picks: Number of parts that were kept in them.
    """

    model: NetworkModel
    epochs: int
    films: int
    picks: int

    @property
    def facts(self) -> dict[str, Any]:
        """The method, the passes, and the width of each block."""
        return {
            "method": self._title,
            "epochs": self.epochs,
            "blocks": {block.name: block.dimensions for block in self.model.blocks},
            "models": {block.name: block.model for block in self.model.blocks if block.model},
        }

    @property
    def notes(self) -> tuple[str, ...]:
        """The same in a sentence."""
        blocks = ", ".join(f"{block.name} {block.dimensions}" for block in self.model.blocks)
        return (f"{self._title} of the features {blocks}; it stopped after {self.epochs} passes",)

    def judge(self, film: LabelledFilm) -> Numbers:
        """Return the log odds of every window."""
        return self.model.log_odds(_windows_of(film))

    @property
    def _title(self) -> str:
        return f"network {'-'.join(map(str, self.model.widths))}"


def network_fitting(blocks: WindowBlocks) -> Fitting:
    """Return the method that fits networks to these blocks of features."""
    return partial(fit_network, blocks=blocks)


def fit_network(films: Sequence[LabelledFilm], blocks: WindowBlocks) -> NetworkFit:
    """Fit a network to what was kept and left.

    A part of the films tells when to stop; the network never learns from them.

    Args:
        films: Films of which each tells both, with windows.
        blocks: The features of those windows.

    Raises:
        LabelsMissing: There is one film alone.
    """
    if len(films) < FEWEST_FILMS - 1:
        message = "there is one film alone, so none could tell when a network has learned enough"
        raise LabelsMissing(films[0].name, message)
    learned, left = next(divide(films, _FOLDS))
    scale = _spreads(learned)
    layers, epochs = _learn(_examples(learned, scale), _examples(left, scale))
    model = NetworkModel(blocks.blocks, scale, layers)
    return NetworkFit(model, epochs, len(films), sum(film.picks for film in films))


class _Examples(NamedTuple):
    """Windows of films: (n, d) float32 features, (n,) 1 where it was kept, (n,) shares of them."""

    x: Tensor
    y: Tensor
    shares: Tensor


def _windows_of(film: LabelledFilm) -> Numbers:
    if film.windows is None:
        raise ValueError(f"the windows of {film.name} have no features for a network")
    return film.windows.astype(np.float64)


def _spreads(films: Sequence[LabelledFilm]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return (d,) the standard deviation of each feature within its film; 0 of a constant one."""
    rows = [_windows_of(film) for film in films]
    total = sum(np.nansum(each**2, axis=0) for each in rows)
    count = sum(np.isfinite(each).sum(axis=0) for each in rows)
    spreads = np.sqrt(total / np.maximum(count, 1))
    return np.where(spreads < _LEAST_SPREAD, 0, spreads).astype(np.float32)


def _examples(
    films: Sequence[LabelledFilm], scale: np.ndarray[Any, np.dtype[np.float32]]
) -> _Examples:
    """Return the windows of films; of each film both labels weigh the same, as often as picks."""
    import torch

    shares = [
        film.picks * np.where(film.kept, 0.5 / film.kept.sum(), 0.5 / (~film.kept).sum())
        for film in films
    ]
    stacked = np.concatenate(shares)
    return _Examples(
        torch.from_numpy(np.concatenate([normalised(_windows_of(f), scale) for f in films])),
        torch.from_numpy(np.concatenate([f.kept for f in films]).astype(np.int64)),
        torch.from_numpy((stacked / stacked.mean()).astype(np.float32)),
    )


def _learn(learned: _Examples, left: _Examples) -> tuple[tuple[LinearLayer, ...], int]:
    """Return the layers of the best pass, by windows that were left out, and its number."""
    import torch

    with _one_thread():
        network = _make(learned.x.shape[1])
        steps = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=_DECAY)
        best, kept, epochs = float("inf"), _layers_of(network), 0
        for epoch in range(1, _EPOCHS + 1):
            network.train()
            order = torch.randperm(len(learned.x))
            for first in range(0, len(order), _BATCH):
                batch = order[first : first + _BATCH]
                steps.zero_grad()
                loss = _loss(network, _Examples(*(part[batch] for part in learned)))
                torch.autograd.backward(loss)
                steps.step()
            network.eval()
            with torch.no_grad():
                now = float(_loss(network, left))
            if now < best:
                best, kept, epochs = now, _layers_of(network), epoch
            elif epoch - epochs >= _PATIENCE:
                break
    return kept, epochs


@contextmanager
def _one_thread() -> Iterator[None]:
    """Compute in one thread with the seed, and leave torch as it was."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(_SEED)
            yield
    finally:
        torch.set_num_threads(threads)


def _make(width: int) -> nn.Sequential:
    from torch import nn

    parts: list[nn.Module] = []
    for out in _HIDDEN:
        parts += [nn.Linear(width, out), nn.ReLU(), nn.Dropout(_DROPOUT)]
        width = out
    return nn.Sequential(*parts, nn.Linear(width, _ANSWERS))


def _loss(network: nn.Sequential, examples: _Examples) -> Tensor:
    from torch.nn.functional import cross_entropy

    losses = cross_entropy(network(examples.x), examples.y, reduction="none")
    return (losses * examples.shares).mean()


def _layers_of(network: nn.Sequential) -> tuple[LinearLayer, ...]:
    from torch import nn

    return tuple(
        LinearLayer(part.weight.detach().numpy().copy(), part.bias.detach().numpy().copy())
        for part in network
        if isinstance(part, nn.Linear)
    )

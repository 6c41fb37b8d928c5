"""Fits the heads of the cut finder: ``fit_cuts.py --data DIR [--edits N] [--short]``.

Edits are made of the labelled clips (``cuts_data.py``), measured as film is measured, and the
heads learn from them which pairs and stretches of frames are changes of shot. Sources are dealt
into three folds; what is written under ``made`` was found in edits, and in labelled files, of
sources that the heads in question had not seen, by the joint decision that ships. With ``--short``
the head of short mixes alone is fitted, on edits that have them; without, it is kept. Writes
``daemon/shotlog/media/cut_weights.json``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from cuts_data import Take, flattened, make_edit, pictures, takes
from cuts_truth import Labels, Range, Score, Truth, judge, read_labels
from torch import nn

from shotlog.media.cuts import (
    CutClassifier,
    CutClassifiers,
    CutMeasure,
    Floats,
    FrameChanges,
    Moments,
    find_new_frames,
    find_transitions,
)
from shotlog.media.cuts import classifier as _cut_head
from shotlog.media.cuts import gradual as _gradual
from shotlog.media.cuts import hard_cuts as _hard_cuts
from shotlog.schema import Picture, Pixels, Row, Series

FOLDS, SHOTS, HOLD = 3, 8, 12
HARD_UNITS, GRADUAL_UNITS, NETS = 8, 32, 3
"""Hidden units of one net; a head is the mean of nets that began differently, joined into one."""

EPOCHS, BATCH, RATE, DECAY = 30, 1024, 3e-3, 1e-4
"""Adam with decoupled decay on a cosine schedule. On unseen edits, 10 epochs instead of 30 cost
one point of F1, 16 units instead of 32 two tenths."""

HARD_THRESHOLD, GRADUAL_THRESHOLD = 0.4, 0.8
"""F1 on unseen edits is flat about them (within 0.3 points for hard 0.3 to 0.6, gradual 0.5 to
0.8); of its two sides, lower ones give false dissolves, which take their frames from a shot."""

SHORT_THRESHOLD = 0.9
"""With 0.8, 157 instead of 136 of 216 short mixes between shots of little contrast are found, but a
whip pan of the tests is called a dissolve."""

SAME, OTHER = 0.65, 0.3
"""Overlap with a true gradual change (intersection over union, the whole frame on either side
included) from which a stretch is it, and up to which it is not; between, it teaches nothing."""

EASY_SHARE = 0.4
"""Share of the stretches without change that are learned from; the rest is much like them."""

FLAT = 7
"""Of so many edits with short mixes one has little contrast."""

SHORT = 4
"""Mixed frames up to which a gradual change may as well be called a cut."""


Examples = tuple[Floats, Floats]
"""(n, figures) values and (n,) answers, 0 or 1."""


@dataclass(frozen=True, eq=False)
class Lesson:
    """A film with the truth about it.

    Attributes:
        fold: The fold of its sources; -1 where they are of several.
        change: Its rows, repeats left out.
        moments: Frame number of each.
        cuts: Row of each hard cut.
        graduals: Rows of the last whole frame before and the first after each gradual change.
        lit: The same for flashes over a cut, of which no stretch is asked.
        truth: In frames.
    """

    fold: int
    change: FrameChanges
    moments: Moments
    cuts: list[int]
    graduals: list[Range]
    lit: list[Range]
    truth: Truth


def lesson(
    frames: Pixels, fold: int, cuts: Sequence[int], graduals: Sequence[tuple[str, int, int]],
    truth: Truth,
) -> Lesson:  # fmt: skip
    """Measures a film."""
    observer, rows = CutMeasure().observer(), list[Row]()
    for number, pixels in enumerate(frames):
        rows += observer.see(Picture(number, Fraction(number), pixels))
    series = Series.of(Fraction(1), rows, len(CutMeasure.columns))
    new = find_new_frames(series.values)
    moments = series.last[new]

    def row(frame: int) -> int:
        return int(np.searchsorted(moments, frame))

    def spans(*, flash: bool) -> list[Range]:
        chosen = (item for item in graduals if (item[0] == "flash") is flash)
        return [(row(first) - 1, row(last + 1)) for _, first, last in chosen]

    return Lesson(
        fold=fold,
        change=FrameChanges.of(series.values[new]),
        moments=moments,
        cuts=[row(cut) for cut in cuts],
        graduals=spans(flash=False),
        lit=spans(flash=True),
        truth=truth,
    )


def hard_examples(item: Lesson) -> Examples:
    """Figures of pairs of neighbours, and 1 where they are a cut."""
    count = len(item.change)
    answer, known = np.zeros(count, dtype=np.float32), np.ones(count, dtype=bool)
    for before, after in [*item.graduals, *item.lit]:
        if after - before <= SHORT + 1:
            known[max(0, before) : after + 2] = False
    cuts = [cut for cut in item.cuts if cut < count]
    answer[cuts], known[cuts] = 1, True
    return _hard_cuts.compute_pair_figures(item.change)[known], answer[known]


def gradual_examples(
    item: Lesson, draw: np.random.Generator, lengths: Sequence[int] = _gradual.LENGTHS
) -> Examples:
    """Figures of stretches, and 1 where they are a gradual change."""
    figures = [np.zeros((0, len(_gradual.FIGURES)), dtype=np.float32)]
    answers = [np.zeros(0, dtype=np.float32)]
    blocks = (_gradual.find_candidates(item.change, length) for length in lengths)
    for found in chain.from_iterable(blocks):
        overlap = np.zeros(len(found.start))
        for before, after in item.graduals:
            shared = np.minimum(found.end, after) - np.maximum(found.start, before)
            either = np.maximum(found.end, after) - np.minimum(found.start, before)
            overlap = np.maximum(overlap, shared / either)
        for before, after in item.lit:
            overlap[(found.start <= after) & (found.end >= before)] = (SAME + OTHER) / 2
        same = overlap >= SAME
        other = (overlap <= OTHER) & (draw.random(len(overlap)) < EASY_SHARE)
        figures.append(found.figures[same | other])
        answers.append(same[same | other].astype(np.float32))
    return np.concatenate(figures), np.concatenate(answers)


def fit_head(
    examples: Sequence[Examples], names: Sequence[str], units: int, threshold: float,
    easy: float = 1,
) -> CutClassifier:  # fmt: skip
    """Learns one head; ``easy`` is the share of the negatives that the examples hold."""
    figures = np.concatenate([values for values, _ in examples])
    answers = torch.from_numpy(np.concatenate([answer for _, answer in examples]))
    mean, scale = (
        figures.mean(axis=0, dtype=float),
        figures.std(axis=0, dtype=float) + 1e-6,
    )
    limit = _cut_head.CLIP
    scaled = torch.from_numpy(((figures - mean) / scale).astype(np.float32)).clamp(-limit, limit)
    weight = torch.where(answers > 0, 1.0, 1 / easy)
    hidden, bias, out, start = _trained(scaled, answers, weight, units)
    return CutClassifier(
        figures=tuple(names),
        mean=_rounded(mean),
        scale=_rounded(scale),
        hidden=tuple(_rounded(row) for row in hidden.numpy()),
        hidden_bias=_rounded(bias.numpy()),
        out=_rounded(out.numpy().ravel() / NETS),
        out_bias=round(float(start.mean()), 5),
        threshold=threshold,
    )


def _trained(
    scaled: torch.Tensor, answers: torch.Tensor, weight: torch.Tensor, units: int
) -> tuple[torch.Tensor, ...]:
    """Weights and biases of the hidden layers and of the outputs, of all nets side by side."""
    torch.manual_seed(0)
    hidden = nn.Linear(scaled.shape[1], NETS * units)
    out = nn.Parameter((torch.rand(NETS, units) * 2 - 1) / units**0.5)
    start = nn.Parameter(torch.zeros(NETS))
    optimizer = torch.optim.AdamW([*hidden.parameters(), out, start], RATE, weight_decay=DECAY)
    steps = EPOCHS * -(-len(answers) // BATCH)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(EPOCHS):
        for batch in torch.split(torch.randperm(len(answers)), BATCH):
            layer = torch.tanh(hidden(scaled[batch])).reshape(-1, NETS, units)
            odds = (layer * out).sum(dim=2) + start
            loss = nn.functional.binary_cross_entropy_with_logits(
                odds, answers[batch, None].expand_as(odds), weight[batch, None]
            )
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
    return tuple(part.detach() for part in (hidden.weight, hidden.bias, out, start))


def _rounded(values: npt.NDArray[np.floating]) -> tuple[float, ...]:
    return tuple(round(float(value), 5) for value in values)


def fit(lessons: Sequence[Lesson]) -> CutClassifiers:
    """The heads of cuts and of gradual changes, with that of short mixes as it is."""
    draw = np.random.default_rng(0)
    hard = [hard_examples(item) for item in lessons if len(item.change)]
    gradual = [gradual_examples(item, draw) for item in lessons]
    return CutClassifiers(
        made={},
        hard=fit_head(hard, _hard_cuts.FIGURES, HARD_UNITS, HARD_THRESHOLD),
        gradual=fit_head(gradual, _gradual.FIGURES, GRADUAL_UNITS, GRADUAL_THRESHOLD, EASY_SHARE),
        short=_cut_head.load_classifiers().short,
    )


def fit_short(lessons: Iterable[Lesson]) -> CutClassifier:
    """The head of short mixes; what it learns of longer ones serves as well."""
    draw, lengths = np.random.default_rng(0), (2, *_gradual.LENGTHS)
    examples = [gradual_examples(item, draw, lengths) for item in lessons]
    return fit_head(examples, _gradual.FIGURES, GRADUAL_UNITS, SHORT_THRESHOLD, EASY_SHARE)


def without_short(heads: CutClassifiers) -> CutClassifiers:
    """The heads with that of short mixes, which knows every source, put out of use."""
    never = heads.short.model_copy(update={"threshold": 2.0})
    return heads.model_copy(update={"short": never})


def tested(lessons: Iterable[Lesson], heads: CutClassifiers) -> Score:
    """The joint decision, judged."""
    total = Score()
    for item in lessons:
        moments = item.moments
        found = [
            (
                int(moments[t.first]),
                max(int(moments[t.first]), int(moments[t.after]) - 1),
            )
            for t in find_transitions(item.change, moments, HOLD, heads)
        ]
        total.add(judge(found, item.truth))
    return total


def main() -> None:
    """Makes edits, fits, tests on what was not seen, writes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--edits", type=int, default=900)
    parser.add_argument("--short", action="store_true", help="fit the head of short mixes alone")
    options = parser.parse_args()
    torch.set_num_threads(1)
    root, labels = read_labels(options.data)
    found = takes(root, labels)
    folds = dealt(found)
    edits = [taught(found, folds, number, short=options.short) for number in range(options.edits)]
    if options.short:
        known = _cut_head.load_classifiers()
        told = known.made | {"short": f"benchmarks/fit_cuts.py --short --edits {options.edits}"}
        write(known.model_copy(update={"made": told, "short": fit_short(edits)}))
        return
    files = [filmed(root, row, folds) for row in labels if row.source in folds]
    made, clips = Score(), Score()
    for fold in range(FOLDS):
        heads = without_short(fit([item for item in edits if item.fold != fold]))
        made.add(tested((item for item in edits if item.fold == fold), heads))
        clips.add(tested((item for item in files if item.fold == fold), heads))
        print(
            f"fold {fold}: edits {made.figures()} labelled files {clips.figures()}",
            flush=True,
        )
    notes = {
        "by": "benchmarks/fit_cuts.py",
        "edits": options.edits,
        "sources": len(folds),
        "short": _cut_head.load_classifiers().made["short"],
    }
    for name, score in (("unseen edits", made), ("unseen files", clips)):
        notes |= {f"{name}: {key}": value for key, value in score.figures().items()}
    write(fit(edits).model_copy(update={"made": notes}))


def write(heads: CutClassifiers) -> None:
    """Writes the weights of the package."""
    place = Path(__file__).parents[1] / "daemon" / "shotlog" / "media" / _cut_head.WEIGHTS
    place.write_text(heads.model_dump_json(indent=1) + "\n", encoding="utf-8")


def dealt(found: Sequence[Take]) -> dict[str, int]:
    """The fold of each source."""
    sources = np.random.default_rng(0).permutation(sorted({take.source for take in found}))
    return {str(source): number % FOLDS for number, source in enumerate(sources)}


def taught(found: Sequence[Take], folds: dict[str, int], number: int, *, short: bool) -> Lesson:
    """An edit of one fold's takes; every fourth is a single take.

    With ``short`` it has short mixes, and every seventh has little contrast.
    """
    draw, fold = np.random.default_rng([7, number]), number % FOLDS
    own = [take for take in found if folds[take.source] == fold]
    if short and number % FLAT == 3:
        own = flattened(own, draw)
    edit = make_edit(own, draw, 1 if number % 4 == 0 else SHOTS, short=short)
    frames = edit.film.astype(np.uint8)
    return lesson(frames, fold, edit.cuts, edit.graduals, edit.truth)


def filmed(root: Path, row: Labels, folds: dict[str, int]) -> Lesson:
    """A labelled file."""
    truth = Truth.of(row.cuts, row.graduals, row.ignored)
    frames = pictures(root / row.file)
    return lesson(frames, folds[row.source], row.cuts, row.graduals, truth)


if __name__ == "__main__":
    main()

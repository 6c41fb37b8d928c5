"""The journal of a training: a line of JSON for each step and each validation."""

from __future__ import annotations

import json
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TextIO

from shotlog.files import output_errors, replace_file
from shotlog.schema import TrainingError

LOG: Final = "log.jsonl"


class TrainingJournal:
    """Log of a training, as a context manager; lines after the step that it goes on from go.

    Args:
        folder: Folder of the log.
        step: Steps that are kept.
        tensorboard: Write the same into the folder for TensorBoard.
        silent: Write nothing, as all processes but one do.

    Raises:
        TrainingError: TensorBoard is not installed.
    """

    def __init__(
        self, folder: Path, step: int, *, tensorboard: bool = False, silent: bool = False
    ) -> None:
        self._path = folder / LOG
        # The first, because its package may be missing.
        self._board = _open_board(folder, step) if tensorboard and not silent else None
        self._stream = None if silent else self._open(step)

    def step(self, step: int, loss: float, rate: float, seconds: float) -> None:
        """Note a step: its loss, the share of the highest rate, its seconds."""
        self._write(step, loss=loss, rate=rate, seconds=round(seconds, 4))

    def validation(self, step: int, f1: float, loss: float) -> None:
        """Note a validation: macro-F1 and loss."""
        self._write(step, val_f1=f1, val_loss=loss)

    def __enter__(self) -> TrainingJournal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._stream is not None:
            self._stream.close()
        if self._board is not None:
            self._board.close()

    def _open(self, step: int) -> TextIO:
        with output_errors(self._path):
            kept = [line for line in _lines(self._path) if json.loads(line)["step"] <= step]
            # Whole, so that a crash in between does not lose what is kept.
            replace_file(self._path, "".join(f"{line}\n" for line in kept).encode())
            return self._path.open("a", encoding="utf-8")

    def _write(self, step: int, **values: float) -> None:
        if self._stream is None:
            return
        with output_errors(self._path):
            self._stream.write(f"{json.dumps({'step': step, **values})}\n")
            self._stream.flush()
        if self._board is not None:
            for name, value in values.items():
                self._board.add_scalar(name, value, step)


def _lines(path: Path) -> list[str]:
    """Return the whole lines of a log; after a crash the last may be cut."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    except FileNotFoundError:
        return []
    return [line.rstrip("\n") for line in lines if line.endswith("\n")]


def _open_board(folder: Path, step: int) -> Any:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise TrainingError(
            "tensorboard", "the package tensorboard is not installed",
            "Install it: pip install 'shotlog[train]'; log.jsonl holds the same numbers.",
        ) from error  # fmt: skip
    return SummaryWriter(str(folder / "tensorboard"), purge_step=step + 1)

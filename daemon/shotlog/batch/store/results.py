"""Results of items: one file each, named by the item's id, written beside and renamed.

A result is a zip archive: ``record.json``, the log of every sequence in ``logs``, the pictures of
its shots in ``pictures`` and the vectors of image-text models in ``vectors``. Its bytes depend on
the item alone, so it does not matter which node writes it, or how often. A failure is a small file
of its own, which a later success makes void. No locks: a rename is atomic on every file system that
nodes share, NFS included (RFC 7530, section 16.27.4), and clocks are never compared.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydantic import Field, ValidationError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from shotlog.batch.events import ItemState
from shotlog.batch.manifest import Item
from shotlog.batch.store.layout import OutputFolder
from shotlog.files import output_errors, replace_file
from shotlog.schema import BatchError, Log, Model, Problem, ResultUnreadable, Seconds

_DONE, _FAILED = ".zip", ".failed.json"
_DATE = (1980, 1, 1, 0, 0, 0)  # of all members: the same result has the same bytes
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, NotImplementedError)

ShotNumber = tuple[int, int]
"""Number of a sequence in its file, and of a shot in the log of that sequence."""
Vectors = Mapping[ShotNumber, npt.NDArray[np.float32]]


class Summary(Model):
    """Figures of a finished item, for the page of all timelines."""

    shots: int = 0
    """Number of its shots."""
    seconds: Seconds = Fraction(0)
    """Length of its sequences."""
    sizes: dict[str, int] = Field(default_factory=dict)
    """Number of shots by size."""
    moves: dict[str, int] = Field(default_factory=dict)
    """Number of shots by move; a shot may have several."""
    highlights: int = 0
    """Number of highlights."""
    clips: int = 0
    """Number of clips with a problem."""
    problems: tuple[Problem, ...] = ()
    """The first few of those problems."""
    warnings: int = 0
    """Number of warnings."""
    fallback: Problem | None = None
    """The reason why another tier than the first one made them, if one did."""


class Record(Model):
    """Result or failure of an item, in short."""

    version: int = 1
    """Version of results."""
    item: Item
    """The item as it was planned."""
    state: ItemState
    """Its state: done, failed or parked."""
    sequences: int = 0
    """Number of its logs."""
    summary: Summary = Summary()
    """Its figures."""
    problems: tuple[Problem, ...] = ()
    """The reason of a failure; of an item that is done, what could not be logged or written."""


@dataclass(frozen=True)
class Result:
    """A finished item.

    Attributes:
        record: What became of it.
        logs: A log for each sequence.
        pictures: JPEGs of shots.
        vectors: By image-text model, unit vectors of shots.
    """

    record: Record
    logs: tuple[Log, ...] = ()
    pictures: Mapping[ShotNumber, bytes] = field(default_factory=dict)
    vectors: Mapping[str, Vectors] = field(default_factory=dict)


class ResultStore:
    """The results of a batch, as files that any number of nodes write and read.

    Args:
        folder: The output folder.
    """

    def __init__(self, folder: OutputFolder) -> None:
        self._folder, self._root = folder, folder.results

    def path(self, item: str) -> Path:
        """Return the file of a finished item."""
        return self._root / item[:2] / f"{item}{_DONE}"

    def failure_path(self, item: str) -> Path:
        """Return the file of an item that failed."""
        return self._root / item[:2] / f"{item}{_FAILED}"

    def is_done(self, item: str) -> bool:
        """Return True if an item has a result."""
        return self.path(item).is_file()

    def finished(self) -> frozenset[str]:
        """Return the ids of all items with results, by the names of files alone."""
        return frozenset(name.removesuffix(_DONE) for name in self._names() if name.endswith(_DONE))

    def states(self) -> dict[str, ItemState]:
        """Return the state of every item that has one; those that failed are read."""
        names = list(self._names())
        failed = [name.removesuffix(_FAILED) for name in names if name.endswith(_FAILED)]
        states = {item: record.state for item in failed if (record := self.failure(item))}
        done = (name.removesuffix(_DONE) for name in names if name.endswith(_DONE))
        return states | dict.fromkeys(done, ItemState.DONE)

    def sizes(self) -> dict[str, int]:
        """Return the sizes of all results in bytes, by item: a result that is cut off differs.

        Raises:
            BatchError: The folder of the results cannot be read.
        """
        sizes: dict[str, int] = {}
        with _read_errors(self._root):
            for folder in self._root.iterdir():
                with suppress(NotADirectoryError, FileNotFoundError):
                    for path in folder.glob(f"*{_DONE}"):
                        with suppress(FileNotFoundError):  # another node has just discarded it
                            sizes[path.name.removesuffix(_DONE)] = path.stat().st_size
        return sizes

    def failure(self, item: str) -> Record | None:
        """Return the failure of an item; None where it has none, or the file is damaged."""
        with suppress(OSError, ValidationError):
            return Record.model_validate_json(self.failure_path(item).read_bytes())
        return None

    def write(self, result: Result) -> None:
        """Write the result of an item that is done; a failure of before is void.

        Raises:
            OutputNotWritable: It cannot be written.
            DiskFull: There is no room.
        """
        self._write(self.path(result.record.item.id), _packed(result))
        with suppress(OSError):  # a success counts, whatever lies beside it
            self.failure_path(result.record.item.id).unlink(missing_ok=True)

    def write_failure(self, record: Record) -> None:
        """Write that an item failed; errors as for :meth:`write`."""
        text = record.model_dump_json(indent=1) + "\n"
        self._write(self.failure_path(record.item.id), text.encode())

    def clear_failure(self, item: str) -> None:
        """Forget that an item failed, so that it is tried again.

        Raises:
            OutputNotWritable: The file cannot be removed.
        """
        path = self.failure_path(item)
        with output_errors(path):
            path.unlink(missing_ok=True)

    def discard(self, item: str) -> None:
        """Remove a result that is damaged, so that it is made anew; errors as before."""
        path = self.path(item)
        with output_errors(path):
            path.unlink(missing_ok=True)

    def record(self, item: str) -> Record:
        """Return the record of an item that is done.

        Raises:
            ResultUnreadable: It is not there, or damaged.
            BatchError: The system does not let it be read.
        """
        with self._open(item) as archive:
            return Record.model_validate_json(archive.read("record.json"))

    def log(self, item: str, sequence: int) -> Log:
        """Return a log of an item that is done; errors as for :meth:`record`."""
        with self._open(item) as archive:
            return Log.model_validate_json(archive.read(f"logs/{sequence}.json"))

    def picture(self, item: str, sequence: int, shot: int) -> bytes | None:
        """Return the JPEG of a shot; None for none. Errors as for :meth:`record`."""
        with self._open(item) as archive:
            try:
                return archive.read(_picture_name((sequence, shot)))
            except KeyError:
                return None

    def pictures(self, item: str) -> dict[ShotNumber, bytes]:
        """Return the JPEGs of all shots; errors as for :meth:`record`."""
        with self._open(item) as archive:
            names = [name for name in archive.namelist() if name.startswith("pictures/")]
            return {_shot_number(name): archive.read(name) for name in names}

    def read(self, item: str, *, pictures: bool = True) -> Result:
        """Return the whole result of an item that is done; errors as for :meth:`record`.

        Args:
            item: Id of the item.
            pictures: False leaves the pictures out.
        """
        with self._open(item) as archive:
            record = Record.model_validate_json(archive.read("record.json"))
            logs = tuple(
                Log.model_validate_json(archive.read(f"logs/{number}.json"))
                for number in range(record.sequences)
            )
            names = archive.namelist()
            shown = [n for n in names if n.startswith("pictures/")] if pictures else []
            vectors = [n for n in names if n.startswith("vectors/")]
            return Result(
                record,
                logs,
                {_shot_number(name): archive.read(name) for name in shown},
                {_model_name(name): _unpacked_vectors(archive.read(name)) for name in vectors},
            )

    def _names(self) -> Iterator[str]:
        with suppress(FileNotFoundError):
            for folder in sorted(self._root.iterdir()):
                with suppress(NotADirectoryError, FileNotFoundError):
                    yield from (path.name for path in folder.iterdir() if path.name[0] != ".")

    def _write(self, path: Path, content: bytes) -> None:
        with output_errors(path):
            self._folder.make_parent(path)
            replace_file(path, content)

    @contextmanager
    def _open(self, item: str) -> Iterator[zipfile.ZipFile]:
        path = self.path(item)
        try:
            with zipfile.ZipFile(path) as archive:
                yield archive
        except FileNotFoundError as error:
            raise ResultUnreadable(str(path), "it is not there") from error
        except OSError as error:  # no damage: it may be there again in a moment
            raise _unreadable(path, error) from error
        except _DAMAGE as error:  # a ValidationError is a ValueError
            raise ResultUnreadable(str(path)) from error


@contextmanager
def _read_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> BatchError:
    message = f"it cannot be read: {error.strerror or error}"
    hint = "Check the disk or the share, and the permissions; then run it again."
    return BatchError(str(path), message, hint)


def _packed(result: Result) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:

        def add(name: str, content: bytes, method: int = zipfile.ZIP_DEFLATED) -> None:
            member = zipfile.ZipInfo(name, _DATE)
            member.compress_type, member.external_attr = method, 0o644 << 16
            archive.writestr(member, content)

        add("record.json", result.record.model_dump_json().encode())
        for number, log in enumerate(result.logs):
            add(f"logs/{number}.json", log.model_dump_json().encode())
        for model, vectors in sorted(result.vectors.items()):
            add(f"vectors/{model}.safetensors", _packed_vectors(vectors), zipfile.ZIP_STORED)
        for shot, jpeg in sorted(result.pictures.items()):
            add(_picture_name(shot), jpeg, zipfile.ZIP_STORED)  # a JPEG is compressed already
    return stream.getvalue()


def _picture_name(shot: ShotNumber) -> str:
    return f"pictures/{shot[0]}/{shot[1]}.jpg"


def _shot_number(name: str) -> ShotNumber:
    _, sequence, shot = name.removesuffix(".jpg").split("/")
    return int(sequence), int(shot)


def _model_name(name: str) -> str:
    return name.removeprefix("vectors/").removesuffix(".safetensors")


def _packed_vectors(vectors: Vectors) -> bytes:
    shots: Sequence[ShotNumber] = sorted(vectors)
    return save_tensors(
        {
            "shots": np.array(shots, np.int32).reshape(-1, 2),
            "vectors": np.stack([vectors[shot] for shot in shots]).astype(np.float32),
        }
    )


def _unpacked_vectors(data: bytes) -> dict[ShotNumber, npt.NDArray[np.float32]]:
    try:
        tensors = load_tensors(data)
    except Exception as error:  # safetensors raises an exception of its own, from Rust
        raise ValueError(str(error)) from error
    shots = ((int(sequence), int(shot)) for sequence, shot in tensors["shots"])
    return dict(zip(shots, tensors["vectors"], strict=True))

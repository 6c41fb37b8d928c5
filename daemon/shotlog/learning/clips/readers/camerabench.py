"""The public test files of CameraBench: whether each primitive of camera motion holds in a clip.

Lin, Cen, Jiang et al., "Towards Understanding Camera Motions in Any Video", NeurIPS 2025. The files
are those of ``camerabench/data`` in https://github.com/linzhiqiu/t2v_metrics (commit 6ecb74f); its
``data_download.py`` fetches the videos.

CameraBench names translations in the frame of the camera: "Does the camera move forward (not
zooming in) with respect to the initial frame?" So ``Move In`` is a dolly, whatever the ground
does, and a zoom is a primitive of its own: an analyzer that sees no depth and calls a dolly a zoom
is wrong there. Rolls are named as the operator sees them, in both vocabularies. ``Static`` is a
camera that neither moves nor shakes.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Any, Final, NamedTuple

from shotlog.learning.clips.labelled import (
    DataSet,
    DataSetReader,
    LabelledClip,
    Part,
    PublishedBoard,
)
from shotlog.learning.clips.readers.texts import parse_json, read_text
from shotlog.schema import DataSetUnreadable, Family


class Primitive(NamedTuple):
    """A primitive of the board.

    Attributes:
        name: Its name on the board, and of its file.
        move: The move that it is here.
        column: The title of its column.
    """

    name: str
    move: str
    column: str


PRIMITIVES: Final = (
    Primitive("Move_In", "dolly_in", "in"),
    Primitive("Move_Out", "dolly_out", "out"),
    Primitive("Move_Up", "pedestal_up", "up"),
    Primitive("Move_Down", "pedestal_down", "down"),
    Primitive("Move_Right", "truck_right", "right"),
    Primitive("Move_Left", "truck_left", "left"),
    Primitive("Zoom_In", "zoom_in", "zoom in"),
    Primitive("Zoom_Out", "zoom_out", "zoom out"),
    Primitive("Pan_Right", "pan_right", "pan right"),
    Primitive("Pan_Left", "pan_left", "pan left"),
    Primitive("Tilt_Up", "tilt_up", "tilt up"),
    Primitive("Tilt_Down", "tilt_down", "tilt down"),
    Primitive("Roll_Clockwise", "roll_right", "roll CW"),
    Primitive("Roll_Counterclockwise", "roll_left", "roll CCW"),
    Primitive("Static", "static", "static"),
)
"""In the order of the board."""
_FOLDER: Final = "binary_classification"
_VIDEOS: Final = "videos"
_ANSWERS: Final = {"yes": True, "no": False}
_NUMBERS: Final = re.compile(r"(\.\d+)+$")
"""Numbers of the scene and the shot behind the name of a video: ``IWv0EhEGmNI.3.5``."""
_SOURCE: Final = (
    "https://sy77777en.github.io/CameraBench/leaderboard/table.html (commit fc496be of"
    " sy77777en/CameraBench, CC-BY-4.0)"
)
_TERMS: Final = "CameraBench, labels under CC-BY-4.0; the videos belong to their owners"


@dataclass
class _Clip:
    """The answers for a clip: True where a move holds; None where two rows contradict."""

    holds: dict[str, bool | None] = field(default_factory=dict)

    def add(self, move: str, holds: bool) -> None:
        self.holds[move] = holds if self.holds.get(move, holds) == holds else None

    def moves(self, *answers: bool) -> tuple[str, ...]:
        """Return the moves with one of these answers, in the order of the board."""
        order = (primitive.move for primitive in PRIMITIVES)
        return tuple(move for move in order if self.holds.get(move) in answers)


class CameraBenchReader(DataSetReader):
    """Reader of CameraBench: a folder with ``binary_classification`` and ``videos``.

    A file of ``binary_classification`` tells of one primitive in which clips it holds and in which
    not; of the other clips it is not known. All clips are test clips. Clips of one video are of one
    film.
    """

    name = "camerabench"
    title = "CameraBench: binary_classification/Move_In.jsonl and others, beside videos/"

    def read(self, path: Path, families: Sequence[Family]) -> DataSet:
        """Read the files of all primitives."""
        if Family.MOVE not in families:
            message = f"CameraBench has no labels of {', '.join(families)}"
            raise DataSetUnreadable(str(path), message, "It has camera moves.")
        found = {one: path / _FOLDER / f"{one.name}.jsonl" for one in PRIMITIVES}
        absent = [one.name for one, file in found.items() if not file.is_file()]
        if len(absent) == len(PRIMITIVES):
            message = f"there is no file of a primitive in {_FOLDER}, such as Move_In.jsonl"
            raise DataSetUnreadable(str(path), message)
        skipped: Counter[str] = Counter()
        clips: dict[str, _Clip] = {}
        for primitive, file in found.items():
            if primitive.name not in absent:
                for video, holds in _rows(file, primitive, skipped):
                    clips.setdefault(video, _Clip()).add(primitive.move, holds)
        usable = tuple(_usable(path / _VIDEOS, clips, skipped))
        if not usable:
            told = "; ".join(f"{count} times: {text}" for text, count in skipped.items())
            raise DataSetUnreadable(str(path), f"no clip of it can be used ({told})")
        warnings = [f"CameraBench has no file here of {', '.join(absent)}"] if absent else []
        return DataSet("CameraBench", usable, skipped, _TERMS, tuple(warnings), _board())


def _board() -> PublishedBoard:
    """Return some rows of the published board, from the best to the worst."""
    text = files("shotlog.learning.clips.readers").joinpath("camerabench_board.json").read_text()
    return PublishedBoard(
        title="CameraBench, average precision of each primitive",
        source=_SOURCE,
        columns=tuple((primitive.move, primitive.column) for primitive in PRIMITIVES),
        rows={name: tuple(figures) for name, figures in json.loads(text).items()},
    )


def _rows(file: Path, primitive: Primitive, skipped: Counter[str]) -> Iterator[tuple[str, bool]]:
    """Yield the name of each video, and whether the primitive holds in it.

    Raises:
        DataSetUnreadable: A line is no JSON.
    """
    for number, line in enumerate(read_text(file).splitlines(), start=1):
        if not line.strip():
            continue
        row: Any = parse_json(line, f"{file}, line {number}")
        answer = row.get("label") if isinstance(row, Mapping) else None
        video = row.get("image") if isinstance(row, Mapping) else None
        if not isinstance(video, str) or str(answer).casefold() not in _ANSWERS:
            skipped[f"a row of {primitive.name} names no video, or is neither Yes nor No"] += 1
            continue
        # Some versions of the files hold paths of their authors' machine.
        yield PurePosixPath(video).name, _ANSWERS[str(answer).casefold()]


def _usable(
    videos: Path, clips: Mapping[str, _Clip], skipped: Counter[str]
) -> Iterator[LabelledClip]:
    for video, clip in sorted(clips.items()):
        judged = clip.moves(True, False)
        if not (videos / video).is_file():
            skipped["its file is missing"] += 1
        elif not judged:
            skipped["its labels contradict each other"] += 1
        else:
            name = Path(video).stem
            yield LabelledClip(
                id=name,
                path=videos / video,
                span=None,
                labels={Family.MOVE: clip.moves(True)},
                film=_NUMBERS.sub("", name),
                part=Part.TEST,
                judged={Family.MOVE: judged},
            )

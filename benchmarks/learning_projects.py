"""The proof that corrections are learned: projects with faces, and an editor with a rule.

The people in front of the camera are those of the demo, whose faces the detector sees. The editor
calls a medium shot a close-up where there is little room above the head. The commands analyse and
mark the projects, collect what the editor changed, learn from it, and analyse projects that nothing
was learned from, before and after.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import opentimelineio as otio

from benchmarks.learning_commands import Commands
from benchmarks.learning_footage import X264
from benchmarks.profiles import EDITORS
from benchmarks.profiles import measure as measure_profiles
from benchmarks.synthetic.scenery import texture
from shotlog.demo import Appearance, Layer, Pose, draw_figure, shot_size, take_picture
from shotlog.schema import Family, Log, Pixels
from shotlog.synthetic import Camera, write_video

PROJECTS: Final = (6, 2)
"""Projects that are learned from, and unseen ones."""
SHOTS: Final = 36
"""Shots of a project."""
DRAWN, DRAWS = (200, 4), 40
"""Shots and projects of an editor who gives any label, and how often they are drawn."""
WIDTH, HEIGHT, RATE, FRAMES = 384, 216, Fraction(8), 8
SMALL_ROOM: Final = 0.12
"""Share of the picture's height above the head below which the editor calls an MS a CS."""
ROOMS: Final = (0.03, 0.3)
"""Shares of the height above the head, between which shots are drawn."""
HEADS: Final = (2.2, 6.0)
"""Heads in the height of the picture: most are medium shots (``shotlog.demo.shot_size``)."""

_HEAD = 120
"""Height of a painted head in pixels."""
_AWAY = 3.0
_GRAIN = 1.5


@dataclass(frozen=True)
class FacedShot:
    """A shot of a person.

    Attributes:
        name: Name of its file, without the suffix.
        heads: Height of the picture in heads.
        room: Share of the height above the head.
    """

    name: str
    heads: float
    room: float

    def label(self, said: str) -> str:
        """Return the label of the editor where Shotlog said this one."""
        return "CS" if said == "MS" and self.room < SMALL_ROOM else said


def write_project(folder: Path, seed: int) -> tuple[FacedShot, ...]:
    """Write the shots of a project, a file each, and return them."""
    draw = np.random.default_rng((18, seed))
    folder.mkdir(parents=True)
    shots = []
    for number in range(SHOTS):
        heads, room = float(draw.uniform(*HEADS)), float(draw.uniform(*ROOMS))
        shot = FacedShot(f"{folder.name}-{number:02}", heads, room)
        write_video(folder / f"{shot.name}.mp4", _pictures(shot, draw), RATE, options=X264)
        shots.append(shot)
    return tuple(shots)


def _pictures(shot: FacedShot, draw: np.random.Generator) -> Iterator[Pixels]:
    """Yield the frames of a shot: a person who talks before a wall, under grain."""
    wall = cv2.GaussianBlur(texture(draw, 192), (0, 0), 3).astype(np.float32) - 128
    painted = np.clip(draw.uniform(60, 150, 3) + 0.3 * wall[..., None], 0, 255).astype(np.uint8)
    # Metres are heads here: the picture is as high as it shows heads.
    camera = Camera(focal=_AWAY * HEIGHT / WIDTH / shot.heads)
    behind = Layer.facing(painted, middle=0, top=-20, width=60, height=40, away=_AWAY + 3)
    above, below = 0.2, min(7.5, shot.heads)
    looks = _appearance(draw)
    x, turn = float(draw.uniform(-0.8, 0.8)), float(draw.uniform(-0.2, 0.2))
    top = shot.heads * (shot.room - 0.5) - above
    still = []
    for mouth in (0.0, 0.6):
        person = Layer.facing(
            draw_figure(looks, Pose(turn, mouth), _HEAD, heads=below, above=above),
            middle=x, top=top, width=3.0, height=below + above, away=_AWAY,
        )  # fmt: skip
        still.append(take_picture([behind, person], camera, WIDTH, HEIGHT))
    for frame in range(FRAMES):
        noisy = still[frame % 2] + _GRAIN * draw.standard_normal((HEIGHT, WIDTH, 1))
        yield np.clip(noisy, 0, 255).astype(np.uint8)


def _appearance(draw: np.random.Generator) -> Appearance:
    def colour(low: int, high: int) -> tuple[int, int, int]:
        red, green, blue = (int(value) for value in draw.integers(low, high, 3))
        return red, green, blue

    light = float(draw.uniform(0.6, 1))
    skin = (int(232 * light), int(182 * light), int(152 * light))
    return Appearance(
        skin, colour(20, 120), colour(40, 120), colour(40, 200), colour(40, 90),
        long_hair=bool(draw.random() < 0.5),
    )  # fmt: skip


def correct(timeline: Path, shots: Sequence[FacedShot]) -> int:
    """Rename the markers of a timeline as the editor would, and return how many were changed."""
    document = otio.adapters.read_from_file(str(timeline))
    by_name = {shot.name: shot for shot in shots}
    changed = 0
    for clip in document.find_clips():
        shot = by_name[Path(clip.media_reference.target_url).stem]
        for marker in clip.markers:
            said, *rest = marker.name.split(" · ")
            if (label := shot.label(said)) != said:
                marker.name = " · ".join([label, *rest])
                changed += 1
    otio.adapters.write_to_file(document, str(timeline))
    return changed


def measure(folder: Path, projects: tuple[int, int] = PROJECTS) -> Iterator[dict[str, Any]]:
    """Yield the figures of learning from corrections.

    Args:
        folder: An empty folder.
        projects: Projects that are learned from, and unseen ones.
    """
    shotlog = Commands(folder / "home")
    learned = [folder / "season" / f"project-{n}" for n in range(projects[0])]
    unseen = [folder / "unseen" / f"project-{n}" for n in range(projects[0], sum(projects))]
    shots = {path: write_project(path, n) for n, path in enumerate([*learned, *unseen])}
    changed = 0
    for path in learned:
        timeline = path / "cut.otio"
        shotlog.run("analyze", str(path), "-o", str(timeline), *_OPTIONS, "--on", "clips")
        changed += correct(timeline, shots[path])
    before = _Judged.of(shotlog, unseen, shots)
    corrections = str(folder / "corrections.jsonl")
    shotlog.run("corrections", "collect", str(folder / "season"), "--out", corrections)
    told = json.loads(shotlog.run("learn", corrections, "--yes", "--json", "--name", "planted"))
    after = _Judged.of(shotlog, unseen, shots)
    yield {
        "learn_shots": SHOTS * projects[0],
        "learn_changed": changed,
        "learn_applied": told["id"],
        "learn_unseen_shots": before.shots,
        "learn_accuracy_before": before.right / before.shots,
        "learn_accuracy_after": after.right / after.shots,
    }
    drawn = measure_profiles(EDITORS["any_label"], *DRAWN, times=DRAWS)
    yield {"learn_random_refused": 1 - drawn["taken"]}


_OPTIONS: Final = ("--in-process", "--tier", "builtin", "--cuts", "off", "--quiet")


@dataclass(frozen=True)
class _Judged:
    """Sizes on unseen projects.

    Attributes:
        shots: Their shots.
        right: Those whose size is the one that the editor would give to the true one.
    """

    shots: int
    right: int

    @classmethod
    def of(
        cls,
        shotlog: Commands,
        projects: Sequence[Path],
        shots: dict[Path, tuple[FacedShot, ...]],
    ) -> _Judged:
        """Analyse projects, and compare their sizes with the editor's."""
        pairs = []
        for path in projects:
            log = shotlog.run("analyze", str(path), "--json", "-", *_OPTIONS)
            sizes = _sizes(Log.model_validate_json(log))
            pairs += [(sizes.get(shot.name), shot) for shot in shots[path]]
        return cls(len(pairs), sum(_is_right(size, shot) for size, shot in pairs))


def _is_right(size: str | None, shot: FacedShot) -> bool:
    return size == shot.label(shot_size(shot.heads))


def _sizes(log: Log) -> dict[str, str]:
    names = {clip.id: Path(clip.media.path).stem for clip in log.edit.clips if clip.media}
    return {
        names[logged.shot.clip]: leading[0].label
        for logged in log.shots
        if (leading := logged.leading(Family.SIZE))
    }

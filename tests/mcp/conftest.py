"""A server with a daemon of its own, and a film of three shots."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from shotlog.batch import Item, ItemState
from shotlog.batch.store import OutputFolder, Record, Result, ResultStore
from shotlog.library import LIBRARY_NAME, LoggedTimeline, merge
from shotlog.media import probe
from shotlog.schema import UNDEFINED, Log, MediaReference, ShotFacts
from shotlog.synthetic import write_video
from shotlog_otio import make_timeline, read_edit
from tests.mcp.session import Session, session
from tests.report.logs import logged

RATE = Fraction(25)
SHOT_FRAMES = 30
ITEM = "0123456789abcdef" * 2


@pytest.fixture(scope="package")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Variables by which a server and its daemon use files of their own alone."""
    home = tmp_path_factory.mktemp("home")
    return MappingProxyType({
        "SHOTLOG_HOME": str(home),
        "SHOTLOG_CACHE": str(home / "evidence.sqlite"),
        "SHOTLOG_MODELS": str(home / "models"),
        "SHOTLOG_CONFIG": str(home / "config.toml"),
        "SHOTLOG_PROVIDERS": str(home / "providers"),
        "SHOTLOG_RECORDS": str(home / "records"),
        "SHOTLOG_PROFILES": str(home / "profiles"),
    })  # fmt: skip


@pytest.fixture(scope="package")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the server may read: a film of three shots, a timeline of it, a way out."""
    root = tmp_path_factory.mktemp("project")
    blocks = np.random.default_rng(3).integers(0, 256, (3, 12, 16, 3)).astype(np.uint8)
    worlds = [np.kron(each, np.ones((8, 8, 1), np.uint8)) for each in blocks]
    pictures = (
        np.roll(world, n, axis=1)[:96, :128] for world in worlds for n in range(SHOT_FRAMES)
    )
    write_video(root / "film.mp4", pictures, RATE)
    media = [probe(MediaReference(path=str(root / "film.mp4")))]
    (root / "cut.otio").write_bytes(make_timeline(media, "cut"))
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.otio").write_bytes(make_timeline(media, "secret"))
    (root / "link.otio").symlink_to(outside / "secret.otio")
    (root / "out").mkdir()
    return root


@pytest.fixture(scope="package")
def library(root: Path) -> Path:
    """The output folder of a batch with one item: the timeline, its shots labelled by hand."""
    folder, edit = root / "logged", read_edit(root / "cut.otio")
    content = probe(MediaReference(path=str(root / "film.mp4"))).content_id
    labels = (("CS", "static", 2, 0.8), ("CS", "pan_left", 0, 0.0), ("LS", UNDEFINED, 0, 0.1))
    shots = []
    length: Any = Fraction(SHOT_FRAMES) / RATE  # exact, where others give a float
    for number, (of_size, of_move, faces, speech) in enumerate(labels):
        shot = logged(number * length, length, of_size, of_move, name="film.mp4", content=content)
        facts = ShotFacts(faces=faces, speech=speech, rate=RATE)
        shots.append(shot.model_copy(update={"facts": facts}))
    log = Log(edit=edit, shots=tuple(shots))
    output = OutputFolder(folder)
    output.make()
    store = ResultStore(output)
    item = Item(
        id=ITEM, kind="timeline", path=str(root / "cut.otio"), name="cut.otio", output="cut.otio",
        report="cut.html", seconds=edit.duration, cost=1,
    )  # fmt: skip
    record = Record(item=item, state=ItemState.DONE, sequences=1)
    store.write(Result(record, (log,), {(0, 0): b"\xff\xd8\xff a JPEG"}))
    merge(folder / LIBRARY_NAME, [LoggedTimeline(ITEM, 0, "cut.otio", None, None, log, {})])
    return folder


@pytest.fixture(scope="package")
def talk(root: Path, environment: Mapping[str, str]) -> Iterator[Session]:
    """A session with a server that may read the folder, and write to ``out`` in it."""
    options = ("--root", root, "--allow-write", root / "out")
    errors = Path(environment["SHOTLOG_HOME"]) / "errors.txt"
    with session(*options, environment=environment, errors=errors) as talk:
        yield talk
    stop = [sys.executable, "-m", "shotlog", "daemon", "stop"]
    subprocess.run(stop, env=dict(environment), capture_output=True, check=True)
    assert errors.read_text() == ""

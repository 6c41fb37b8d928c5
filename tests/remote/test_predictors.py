"""Both predictors, run by the real Cog server on weights that are random but complete."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shotlog.media.encoding import encode_pictures
from shotlog.models.analysis import read_label
from shotlog.models.catalog import Task
from shotlog.providers import (
    TASKS,
    ClipSender,
    RemoteMeasure,
    SentRequests,
    make_pattern,
    try_provider,
)
from shotlog.schema import Family
from shotlog.synthetic import write_video
from tests.media.material import drift, write_sound
from tests.models.checkpoints import MOVE_CARD, Made, Style, make
from tests.remote.local_tier import SMALL, local_scores
from tests.remote.servers import CogServer, Form, data_uri, serve

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

TOLERANCE = 1e-2
"""Greatest difference of a score from the local tier's on the same weights."""

SAME_FRAMES = 1e-5
"""The same where both see the same 16 frames; 3e-7 was measured."""

NAMES = {
    "MS": "Medium Shot",
    "LS": "Long Shot",
    "ECS": "Extreme Close-up",
    "FS": "Full Shot",
    "CS": "Close-up",
}
"""Labels of the checkpoint, in its own order."""

original_alone = pytest.mark.parametrize("server", [Form.ORIGINAL], indirect=True)
modern_alone = pytest.mark.parametrize("server", [Form.MODERN], indirect=True)

SHAPES = {
    "1 frame": (1, 320, 180),
    "15 frames": (15, 224, 224),
    "16 frames": (16, 224, 224),
    "200 frames": (200, 320, 180),
    "portrait": (30, 180, 320),
    "HD": (20, 1280, 720),
}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    root = tmp_path_factory.mktemp("models")
    return {
        "size": make(root / "size", size=SMALL, labels={"classifier": tuple(NAMES)}),
        "both": make(root / "both", Style.MULTITASK, SMALL, seed=3),
        "moves": make(root / "moves", size=SMALL, card=MOVE_CARD, seed=5),
    }


@pytest.fixture(scope="module", params=Form)
def server(
    request: pytest.FixtureRequest,
    models: dict[str, Made],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[CogServer]:
    folder = models["size"].folder
    weights = folder if request.param is Form.ORIGINAL else folder.parent
    log = tmp_path_factory.mktemp("server") / "log.txt"
    with serve(request.param, weights, log) as running:
        assert running.health()["status"] == "READY", log.read_text()
        yield running


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return written(tmp_path / "clip.mp4")


def written(path: Path, frames: int = 16, width: int = 224, height: int = 224) -> Path:
    write_video(path, drift(frames, width, height), Fraction(25))
    return path


def scores_of(server: CogServer, clip: Path, **inputs: object) -> dict[str, float]:
    options = inputs | ({"model": "size"} if server.form is Form.MODERN else {})
    output = server.predict(video=data_uri(clip), return_all_scores=True, **options)
    scores: dict[str, float] = output["all_scores" if server.form is Form.ORIGINAL else "scores"]
    return scores


@pytest.mark.parametrize("shape", SHAPES)
def test_scores_are_those_of_the_local_tier(
    server: CogServer, models: dict[str, Made], shape: str, tmp_path: Path
) -> None:
    clip = written(tmp_path / "clip.mp4", *SHAPES[shape])
    expected = local_scores(models["size"], clip)["size"]
    assert scores_of(server, clip) == pytest.approx(expected, abs=TOLERANCE)


def test_an_answer_names_the_likeliest_size(server: CogServer, clip: Path) -> None:
    scores = scores_of(server, clip)
    best = max(scores, key=scores.__getitem__)
    output = server.predict(video=data_uri(clip), return_all_scores=False)
    assert output["shot_type"] in NAMES
    if server.form is Form.ORIGINAL:
        assert output == {
            "shot_type": best,
            "shot_type_display": NAMES[best],
            "confidence": scores[best],
        }


def test_the_same_clip_has_the_same_scores_each_time(server: CogServer, tmp_path: Path) -> None:
    clip = written(tmp_path / "clip.mp4", 200, 320, 180)
    assert scores_of(server, clip) == scores_of(server, clip)


def test_a_bad_clip_is_told_and_the_next_one_answered(
    server: CogServer, clip: Path, tmp_path: Path
) -> None:
    damaged, silent = tmp_path / "damaged.mp4", tmp_path / "sound.wav"
    damaged.write_bytes(clip.read_bytes()[:500])
    write_sound(silent, np.zeros((1, 800), np.float32), 8000)
    assert "the clip is damaged or no video" in server.refusal(video=data_uri(damaged))
    assert "the clip has no picture" in server.refusal(video=data_uri(silent))
    assert scores_of(server, clip)
    assert server.health()["status"] == "READY"


@original_alone
def test_a_busy_server_says_so_and_answers_later(server: CogServer, tmp_path: Path) -> None:
    clip = data_uri(written(tmp_path / "clip.mp4", 60, 640, 360))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: server.post(video=clip), range(8)))
    states = sorted(answer.status_code for answer in answers)
    assert states[0] == 200
    assert states[-1] == 409
    assert set(states) == {200, 409}
    assert server.predict(video=clip)["shot_type"] in NAMES


@modern_alone
def test_requests_at_once_get_the_answers_that_each_gets_alone(
    server: CogServer, tmp_path: Path
) -> None:
    clips = [data_uri(written(tmp_path / f"{n}.mp4", n, 320, 180)) for n in (1, 9, 20, 40)]
    with ThreadPoolExecutor(len(clips)) as pool:
        together = list(pool.map(lambda clip: server.predict(video=clip), clips))
    assert together == [server.predict(video=clip) for clip in clips]
    assert len({answer["confidence"] for answer in together}) == len(clips)


@modern_alone
def test_several_clips_get_the_answers_that_each_gets_alone(
    server: CogServer, tmp_path: Path
) -> None:
    clips = [data_uri(written(tmp_path / f"{frames}.mp4", frames, 320, 180)) for frames in (5, 40)]
    broken = "data:video/mp4;base64,bm8gdmlkZW8="
    found = server.predict(videos=[clips[0], broken, clips[1]])["clips"]
    assert [found[0], found[2]] == [server.predict(video=clip) for clip in clips]
    assert found[0]["scores"] != found[2]["scores"]
    assert list(found[1]) == ["error"]
    assert "damaged or no video" in found[1]["error"]


@modern_alone
def test_each_model_answers_for_its_own_tasks(
    server: CogServer, models: dict[str, Made], clip: Path
) -> None:
    for name, made in models.items():
        output: dict[str, Any] = server.predict(video=data_uri(clip), model=name)
        weights = (made.folder / "model.safetensors").read_bytes()
        assert output["model"] == name
        assert output["version"] == sha256(weights).hexdigest()
        for task, expected in local_scores(made, clip).items():
            answer = output["tasks"][task]
            assert answer["scores"] == pytest.approx(expected, abs=TOLERANCE)
            if task == "move":
                assert answer["labels"] == [n for n, s in answer["scores"].items() if s >= 0.5]
            else:
                assert answer["label"] == max(expected, key=expected.__getitem__)


@modern_alone
def test_a_task_is_answered_by_the_first_model_of_it(server: CogServer, clip: Path) -> None:
    video = data_uri(clip)
    first = {"": "both", "size": "both", "movement": "both", "move": "moves"}
    for task, model in first.items():
        assert server.predict(video=video, task=task)["model"] == model
    assert server.predict(video=video, task="size", model="size")["model"] == "size"
    assert "no model answers for mood" in server.refusal(video=video, task="mood")
    assert "size answers for size, not for move" in server.refusal(
        video=video, model="size", task="move"
    )


@modern_alone
def test_the_remote_tier_gets_the_scores_of_the_local_one_for_every_task_of_what_it_sends(
    server: CogServer, models: dict[str, Made], tmp_path: Path
) -> None:
    trial = try_provider("studio", "cog", {"url": server.url}, None, tasks=list(TASKS)).added
    assert [(each.model, each.tasks) for each in trial.models] == [
        ("both", (Task.SIZE, Task.MOVEMENT)), ("moves", (Task.MOVE,)),
    ]  # fmt: skip
    sender = ClipSender(trial, None, "/project")
    pictures = make_pattern()
    # What the encoding costs depends on the weights: benchmarks/remote.py measures it.
    film = tmp_path / "sent.mp4"
    film.write_bytes(encode_pictures(pictures))
    for served in trial.models:
        measure = RemoteMeasure(served, sender)
        told = dict(zip(measure.columns, measure.look([pictures])[0].tolist(), strict=True))
        for task, expected in local_scores(models[served.model], film).items():
            read = {label: told[f"{task}.{read_label(Family(task), label)}"] for label in expected}
            assert read == pytest.approx(expected, abs=SAME_FRAMES)
    with SentRequests() as records:
        assert [(line.model, line.answered) for line in records.bill()] == [
            ("both", 1), ("moves", 1),
        ]  # fmt: skip


@modern_alone
def test_a_request_without_sense_is_told_in_one_sentence(server: CogServer, clip: Path) -> None:
    video = data_uri(clip)
    assert "there is no model other; there are both, moves, size" in server.refusal(
        video=video, model="other"
    )
    either = "give either one clip as video, or several as videos"
    assert either in server.refusal()
    assert either in server.refusal(video=video, videos=[video])

"""Models and the worker are kept for their keep-alive, in a real process and as scheduled."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import pytest

from shotlog.models.catalog import ModelHead, Registry, Task, describe_file
from shotlog.paths import MODELS_VARIABLE
from shotlog.service.ipc import ModelsChanged, ModelsLoaded
from shotlog.service.protocol import DEFAULT_KEEP_ALIVE, AnalysisOptions, Load
from shotlog.service.supervision import RestartPolicy, Supervisor
from tests.models.checkpoints import Style, card, make
from tests.service.scene import Scene
from tests.service.workers import hear_until

SHORT = 1.0


def install(folder: Path, *names: str) -> None:
    for name in names:
        own = card(name, ModelHead(task=Task.SIZE, key="classifier"))
        made = make(folder / name, Style.OPENGVLAB, card=own)
        kept = [describe_file(made.folder / file) for file in ("config.json", "model.safetensors")]
        Registry().install(own, kept, source="this test", linked=made.folder)


def held(supervisor: Supervisor) -> tuple[str, ...]:
    """Return the loaded models of the worker's next event about them."""
    about_models = ModelsChanged | ModelsLoaded
    event = hear_until(supervisor, lambda each: isinstance(each, about_models))[-1]
    assert isinstance(event, ModelsChanged | ModelsLoaded)
    return tuple(words.split()[0] for words in event.models)


@pytest.mark.slow
def test_an_idle_worker_unloads_each_model_at_its_own_timeout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MODELS_VARIABLE, str(tmp_path / "models"))
    install(tmp_path, "one", "two")
    asks = [
        AnalysisOptions(names=(name,), device="cpu", precision="fp32") for name in ("one", "two")
    ]
    with closing(Supervisor(RestartPolicy(), keep_alive=SHORT)) as supervisor:
        supervisor.load(asks[0], 600)
        assert held(supervisor) == ("one",)
        began = time.monotonic()
        supervisor.load(asks[1])
        assert held(supervisor) == ("one", "two")
        assert held(supervisor) == ("one",)
        assert time.monotonic() - began >= SHORT
        supervisor.load(asks[0], 0)
        assert held(supervisor) == ("one",)
        assert held(supervisor) == ()
        assert supervisor.info().models == ()


def test_the_worker_is_ended_when_its_last_model_is_unloaded_and_not_before(
    tmp_path: Path,
) -> None:
    scene = Scene(tmp_path)
    with closing(scene.journal):
        scene.ask(Load(asks=AnalysisOptions(), keep_alive=0))
        scene.sends(ModelsLoaded(models=("one on cpu in fp32", "two on cpu in fp32")))
        scene.wait(2 * DEFAULT_KEEP_ALIVE)
        scene.sends(ModelsChanged(models=("two on cpu in fp32",)))
        scene.wait(2 * DEFAULT_KEEP_ALIVE)
        assert scene.worker.commands == ["load auto"]
        scene.sends(ModelsChanged(models=()))
        assert scene.worker.commands == ["load auto", "stop"]

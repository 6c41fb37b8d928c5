"""How long models stay, through the worker's own process and as the broker decides."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import pytest

from shotlog.models.catalog import Head, Registry, Task, keep
from shotlog.paths import MODELS_VARIABLE
from shotlog.service.ipc import ModelsChanged, ModelsLoaded
from shotlog.service.protocol import DEFAULT_KEEP_ALIVE, AnalysisOptions, Load
from shotlog.service.supervision import RestartPolicy, Supervisor
from tests.models.checkpoints import Style, card, make
from tests.service.desks import Scene
from tests.service.workers import hear_until

SHORT = 1.0


def install(folder: Path, *names: str) -> None:
    for name in names:
        own = card(name, Head(task=Task.SIZE, key="classifier"))
        made = make(folder / name, Style.OPENGVLAB, card=own)
        kept = [keep(made.folder / file) for file in ("config.json", "model.safetensors")]
        Registry().install(own, kept, source="this test", linked=made.folder)


def held(supervisor: Supervisor) -> tuple[str, ...]:
    """The models that the worker holds once it next says so."""
    told = hear_until(supervisor, lambda event: isinstance(event, ModelsChanged | ModelsLoaded))[-1]
    assert isinstance(told, ModelsChanged | ModelsLoaded)
    return tuple(words.split()[0] for words in told.models)


@pytest.mark.slow
def test_an_idle_worker_lets_each_model_go_when_its_time_is_over_and_says_so(
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


def test_the_worker_is_ended_when_it_holds_no_model_any_more_and_not_before(
    tmp_path: Path,
) -> None:
    scene = Scene(tmp_path)
    with closing(scene.journal):
        scene.ask(Load(asks=AnalysisOptions(), keep_alive=0))
        scene.says(ModelsLoaded(models=("one on cpu in fp32", "two on cpu in fp32")))
        scene.wait(2 * DEFAULT_KEEP_ALIVE)
        scene.says(ModelsChanged(models=("two on cpu in fp32",)))
        scene.wait(2 * DEFAULT_KEEP_ALIVE)
        assert scene.worker.orders == ["load auto"]
        scene.says(ModelsChanged(models=()))
        assert scene.worker.orders == ["load auto", "stop"]

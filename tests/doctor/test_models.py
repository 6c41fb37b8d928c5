"""Models that are whole, cut short, changed, or none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from shotlog.doctor import Context, State
from shotlog.models.catalog import Task
from shotlog.models.install import add_folder
from tests.doctor.conftest import Look, Standin
from tests.models.catalog.test_registry import own_card, put
from tests.models.checkpoints import make


@pytest.fixture
def weights(case: Context) -> Path:
    """Those of a model that is here."""
    return put(case.registry, own_card()).folder / "model.safetensors"


@pytest.mark.usefixtures("weights")
def test_a_whole_model_is_in_order(case: Context, look: Look) -> None:
    assert look("models-whole", case).words == "1 here: mine"
    assert look("models-folder", case).state is State.OK
    assert look("models-place", case).state is State.OK


def test_weights_that_were_cut_short_are_a_problem(
    case: Context, look: Look, weights: Path
) -> None:
    os.truncate(weights, 3)
    found = look("models-whole", case)
    assert found.state is State.PROBLEM
    assert "mine: model.safetensors is not as it came" in found.words
    assert "shotlog models" in str(found.remedy)


def test_weights_that_are_gone_are_a_problem(case: Context, look: Look, weights: Path) -> None:
    weights.unlink()
    assert "model.safetensors is gone" in look("models-whole", case).words


def test_a_manifest_of_garbage_is_a_problem(case: Context, look: Look, weights: Path) -> None:
    weights.with_name("manifest.json").write_text("{")
    assert look("models-whole", case).state is State.PROBLEM


def test_a_card_of_garbage_is_a_problem(case: Context, look: Look, weights: Path) -> None:
    weights.with_name("card.json").write_text("{}")
    found = look("models-whole", case)
    assert found.state is State.PROBLEM
    assert "this is no card" in found.words


@pytest.mark.usefixtures("weights")
def test_a_model_that_only_half_came_is_told(case: Context, look: Look) -> None:
    home = case.registry.own_folder("movieshots-scale")
    home.mkdir()
    (home / "model.safetensors.part").write_bytes(b"half" * 1000)
    found = look("models-folder", case)
    assert found.state is State.WARNING
    assert "movieshots-scale (4.0 kB" in found.words
    assert "shotlog models remove movieshots-scale" in str(found.remedy)


@pytest.mark.usefixtures("weights")
def test_a_model_that_is_about_to_come_is_none_yet(case: Context, look: Look) -> None:
    home = case.registry.own_folder("movieshots-scale")
    home.mkdir()
    (home / ".lock").touch()
    assert look("models-folder", case).state is State.OK


def test_a_file_in_the_folders_place_is_a_problem(case: Context, look: Look) -> None:
    case.registry.root.write_text("no folder")
    assert look("models-place", case).state is State.PROBLEM


@pytest.mark.usefixtures("weights", "bound_by_modes")
def test_a_folder_that_others_look_after_is_a_warning(case: Context, look: Look) -> None:
    case.registry.root.chmod(0o555)
    assert look("models-place", case).state is State.WARNING
    case.registry.root.chmod(0o755)


@pytest.mark.slow
def test_a_deep_look_loads_a_model(case: Context, look: Look, tmp_path: Path) -> None:
    case.deep = True
    add_folder(case.registry, make(tmp_path / "mine").folder, [Task.SIZE], name="mine")
    assert look("models-load", case).words == "1 read anew, loaded and asked"


def test_a_deep_look_finds_what_sizes_do_not_tell(case: Context, look: Look, weights: Path) -> None:
    case.deep = True
    before = weights.stat()
    weights.write_bytes(weights.read_bytes()[::-1])
    os.utime(weights, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert look("models-whole", case).state is State.OK
    found = look("models-load", case)
    assert found.state is State.PROBLEM
    assert "changed since installation" in found.words


@pytest.mark.usefixtures("weights")
def test_a_model_that_crashes_its_loader_is_a_finding(
    case: Context, look: Look, stand_in: Standin
) -> None:
    case.deep = True
    stand_in("torch", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    found = look("models-load", case)
    assert found.state is State.PROBLEM
    assert "mine cannot be loaded: it crashes (SIGSEGV)" in found.words

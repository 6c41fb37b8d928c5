"""Models that are whole, cut short, changed, or none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from shotlog.doctor import CheckState, Context
from shotlog.models.catalog import Task
from shotlog.models.install import add_folder
from tests.doctor.conftest import Look, Standin
from tests.models.catalog.test_registry import own_card, put
from tests.models.checkpoints import make


@pytest.fixture
def weights(context: Context) -> Path:
    """Those of a model that is here."""
    return put(context.registry, own_card()).folder / "model.safetensors"


@pytest.mark.usefixtures("weights")
def test_a_complete_model_is_in_order(context: Context, look: Look) -> None:
    assert look("models-whole", context).words == "1 installed: mine"
    assert look("models-folder", context).state is CheckState.OK
    assert look("models-place", context).state is CheckState.OK


def test_weights_that_were_cut_short_are_a_problem(
    context: Context, look: Look, weights: Path
) -> None:
    os.truncate(weights, 3)
    found = look("models-whole", context)
    assert found.state is CheckState.PROBLEM
    assert "mine: model.safetensors has changed" in found.words
    assert "shotlog models" in str(found.remedy)


def test_weights_that_are_gone_are_a_problem(context: Context, look: Look, weights: Path) -> None:
    weights.unlink()
    assert "model.safetensors is missing" in look("models-whole", context).words


def test_a_manifest_of_garbage_is_a_problem(context: Context, look: Look, weights: Path) -> None:
    weights.with_name("manifest.json").write_text("{")
    assert look("models-whole", context).state is CheckState.PROBLEM


def test_a_card_of_garbage_is_a_problem(context: Context, look: Look, weights: Path) -> None:
    weights.with_name("card.json").write_text("{}")
    found = look("models-whole", context)
    assert found.state is CheckState.PROBLEM
    assert "this is no card" in found.words


@pytest.mark.usefixtures("weights")
def test_a_partial_download_is_a_warning(context: Context, look: Look) -> None:
    home = context.registry.own_folder("movieshots-scale")
    home.mkdir()
    (home / "model.safetensors.part").write_bytes(b"half" * 1000)
    found = look("models-folder", context)
    assert found.state is CheckState.WARNING
    assert "movieshots-scale (4.0 kB" in found.words
    assert "shotlog models remove movieshots-scale" in str(found.remedy)


@pytest.mark.usefixtures("weights")
def test_a_download_that_has_just_begun_is_in_order(context: Context, look: Look) -> None:
    home = context.registry.own_folder("movieshots-scale")
    home.mkdir()
    (home / ".lock").touch()
    assert look("models-folder", context).state is CheckState.OK


def test_a_file_in_the_folders_place_is_a_problem(context: Context, look: Look) -> None:
    context.registry.root.write_text("no folder")
    assert look("models-place", context).state is CheckState.PROBLEM


@pytest.mark.usefixtures("weights", "bound_by_modes")
def test_a_read_only_models_folder_is_a_warning(context: Context, look: Look) -> None:
    context.registry.root.chmod(0o555)
    assert look("models-place", context).state is CheckState.WARNING
    context.registry.root.chmod(0o755)


@pytest.mark.slow
def test_a_deep_check_loads_a_model(context: Context, look: Look, tmp_path: Path) -> None:
    context.deep = True
    add_folder(context.registry, make(tmp_path / "mine").folder, [Task.SIZE], name="mine")
    assert look("models-load", context).words == "1 read, loaded and run"


def test_a_deep_check_finds_damage_that_sizes_do_not_show(
    context: Context, look: Look, weights: Path
) -> None:
    context.deep = True
    before = weights.stat()
    weights.write_bytes(weights.read_bytes()[::-1])
    os.utime(weights, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert look("models-whole", context).state is CheckState.OK
    found = look("models-load", context)
    assert found.state is CheckState.PROBLEM
    assert "changed since installation" in found.words


@pytest.mark.usefixtures("weights")
def test_a_model_that_crashes_its_loader_is_a_finding(
    context: Context, look: Look, stand_in: Standin
) -> None:
    context.deep = True
    stand_in("torch", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    found = look("models-load", context)
    assert found.state is CheckState.PROBLEM
    assert "mine cannot be loaded: it crashes (SIGSEGV)" in found.words

"""Addition of folders that ``shotlog train`` wrote: their card states everything."""

from __future__ import annotations

from pathlib import Path

import pytest

from shotlog.models.catalog import TRAINED_CARD, Card, ModelHead, Registry, Sampling, Task
from shotlog.models.install import USER_RANK, add_folder
from shotlog.schema import ModelError, ModelUnreadable
from tests.models.checkpoints import card, make


def trained(folder: Path) -> Card:
    """A model with the card of a training beside it."""
    head = ModelHead(task=Task.SIZE, key="classifier", temperature=1.7)
    own = card("as-trained", head, sampling=Sampling.TWO_SECONDS)
    make(folder, card=own)
    (folder / TRAINED_CARD).write_text(own.model_dump_json())
    return own


def test_a_trained_folder_states_its_task_sampling_and_temperature(tmp_path: Path) -> None:
    own = trained(tmp_path / "My Model")
    added = add_folder(Registry(tmp_path / "models"), tmp_path / "My Model", [])
    assert (added.card.name, added.card.rank) == ("my-model", USER_RANK)
    for fact in ("heads", "sampling", "resize", "mean", "std", "licence"):
        assert getattr(added.card, fact) == getattr(own, fact)


def test_a_task_that_the_user_names_overrules_the_card(tmp_path: Path) -> None:
    trained(tmp_path / "mine")
    added = add_folder(Registry(tmp_path / "models"), tmp_path / "mine", [Task.SIZE])
    assert added.card.heads[0].temperature == 1


def test_a_damaged_card_is_told_with_its_path(tmp_path: Path) -> None:
    trained(tmp_path / "mine")
    (tmp_path / "mine" / TRAINED_CARD).write_text("{}")
    with pytest.raises(ModelUnreadable, match="no card") as caught:
        add_folder(Registry(tmp_path / "models"), tmp_path / "mine", [])
    assert TRAINED_CARD in caught.value.problem.subject


def test_a_folder_without_a_card_still_needs_a_task(tmp_path: Path) -> None:
    make(tmp_path / "mine")
    with pytest.raises(ModelError, match="do not state its task"):
        add_folder(Registry(tmp_path / "models"), tmp_path / "mine", [])

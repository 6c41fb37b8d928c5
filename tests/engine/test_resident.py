"""Resident models are known by a protocol, not by their class."""

from __future__ import annotations

from pathlib import Path

from shotlog.engine import CandidateModels, ResidentMeasure, load_analyzers, make_analyzers
from shotlog.models.catalog import InstalledModel, ModelHead, Task
from shotlog.models.runtime import Device, MemoryEstimate
from tests.models.checkpoints import card
from tests.models.foreign import ForeignMeasure, ForeignModels

CPU = Device("cpu", "cpu", "the CPU", "fp32")
ONE = InstalledModel(card("one", ModelHead(task=Task.SIZE, key="size")), Path("one"), "f" * 64, 1)


def test_a_model_of_any_class_is_listed_once_it_is_loaded() -> None:
    foreign = ForeignModels(CPU, MemoryEstimate(100, 10))
    selection = make_analyzers(CandidateModels((ONE,)), "cpu", "fp32", local=foreign)
    (measure,) = selection.measures
    assert isinstance(measure, ForeignMeasure)
    assert selection.loaded_models() == ()
    measure.prepare()
    assert selection.loaded_models() == ("foreign.one on the CPU in fp32",)


def test_a_measure_without_weights_is_not_resident() -> None:
    measures = [measure for analyzer in load_analyzers() for measure in analyzer.measures]
    assert measures
    assert not [measure.name for measure in measures if isinstance(measure, ResidentMeasure)]

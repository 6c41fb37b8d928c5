"""A run takes the profile of an id, and tells where it changes nothing."""

from __future__ import annotations

import pytest

from shotlog.analyzers.move import MoveAnalyzer
from shotlog.analyzers.size import SizeAnalyzer
from shotlog.engine import AnalyzerSelection, apply_profile, load_analyzers, select_analyzers
from shotlog.profiles import ProfileStore
from shotlog.schema import EditorProfile, LabelCalibration, ProfileUnusable


def profile(*keys: str, name: str = "anna") -> EditorProfile:
    return EditorProfile(name=name, calibrations=dict.fromkeys(keys, LabelCalibration(bias={})))


def corrected(selection: AnalyzerSelection) -> dict[str, str | None]:
    """The profiles of a run by analyzer, without those of analyzers that have none."""
    profiles = {a.name: a.provenance.profile for a in selection.analyzers}
    return {name: told for name, told in profiles.items() if told}


def test_run_without_a_profile_names_none() -> None:
    assert corrected(select_analyzers("builtin", (), "cpu", "fp32")) == {}


def test_profile_of_an_id_corrects_the_analyzers_that_it_names_and_no_other() -> None:
    told = profile(SizeAnalyzer().key, MoveAnalyzer().key)
    ProfileStore().write(told)
    selection = select_analyzers("builtin", (), "cpu", "fp32", profile=told.id)
    assert corrected(selection) == {"builtin.size": told.id, "builtin.move": told.id}
    assert selection.warnings == ()
    names = [analyzer.name for analyzer in load_analyzers()]
    assert [analyzer.name for analyzer in selection.analyzers] == names


def test_profile_that_was_learned_again_is_refused_by_the_old_id() -> None:
    old = profile(SizeAnalyzer().key)
    ProfileStore().write(profile(MoveAnalyzer().key))
    with pytest.raises(ProfileUnusable, match="is another one"):
        select_analyzers("builtin", (), "cpu", "fp32", profile=old.id)


def test_profile_of_another_version_of_an_analyzer_is_told() -> None:
    analyzers, warnings = apply_profile(load_analyzers(), profile("builtin.size/2"))
    assert all(analyzer.provenance.profile is None for analyzer in analyzers)
    assert len(warnings) == 1
    assert "for other versions of builtin.size, whose scores stay as they are" in warnings[0]


def test_stale_part_of_a_profile_is_told_beside_a_part_that_holds() -> None:
    _, warnings = apply_profile(load_analyzers(), profile("builtin.size/2", MoveAnalyzer().key))
    assert ["builtin.size," in warning for warning in warnings] == [True]


def test_profile_that_names_no_analyzer_of_the_run_is_told() -> None:
    model = profile("movieshots.size/1/0123456789ab")
    _, warnings = apply_profile(load_analyzers(), model)
    assert len(warnings) == 1
    assert "changes nothing here" in warnings[0]
    assert "builtin.move" in warnings[0]


def test_models_of_a_profile_that_are_not_here_are_no_fault_of_the_rest() -> None:
    both = profile(SizeAnalyzer().key, "movieshots.size/1/0123456789ab")
    assert apply_profile(load_analyzers(), both)[1] == ()

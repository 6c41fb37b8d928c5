"""A profile that was put to use can be taken back, with all that it replaced."""

from __future__ import annotations

import pytest

from shotlog.paths import config_file, profiles_folder
from shotlog.profiles import ProfileStore
from shotlog.schema.learning import EditorProfile, ProfileUnusable
from shotlog.settings import ProfileChoices, load_settings

FIRST = EditorProfile(name="anna", made={"shots": 80})
SECOND = EditorProfile(name="anna", made={"shots": 160})


def in_use() -> str:
    return load_settings().settings.analysis.profile


def settings(text: str) -> None:
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text(text)


def test_a_chosen_profile_is_in_use_until_it_is_undone() -> None:
    ProfileChoices().choose(FIRST)
    assert (in_use(), ProfileStore().find("anna")) == ("anna", FIRST)
    undone = ProfileChoices().undo()
    assert undone
    assert (undone.choice.chosen, undone.changed_since, in_use()) == (FIRST.id, False, "")


def test_undo_gives_back_the_settings_file_as_it_was() -> None:
    settings('# mine\n[analysis]\nprofile = "lena"  # until spring\ndevice = "cpu"\n')
    before = config_file().read_text()
    ProfileChoices().choose(FIRST)
    assert "# until spring" in config_file().read_text()
    ProfileChoices().undo()
    assert config_file().read_text() == before


def test_undo_gives_back_the_profile_that_had_the_same_name() -> None:
    for profile in (FIRST, SECOND):
        ProfileChoices().choose(profile)
    assert ProfileChoices().find(FIRST.id) == FIRST
    ProfileChoices().undo()
    assert (in_use(), ProfileStore().find("anna")) == ("anna", FIRST)
    ProfileChoices().undo()
    assert in_use() == ""


def test_a_second_undo_finds_nothing() -> None:
    ProfileChoices().choose(FIRST)
    ProfileChoices().undo()
    assert ProfileChoices().undo() is None


def test_a_setting_that_was_changed_since_is_left() -> None:
    ProfileChoices().choose(FIRST)
    settings('[analysis]\nprofile = "lena"\n')
    undone = ProfileChoices().undo()
    assert undone
    assert (undone.changed_since, in_use()) == (True, "lena")


def test_an_interruption_before_the_setting_leaves_nothing_that_undo_does_not_know(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("shotlog.settings.profile_choices.set_value", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            ProfileChoices().choose(FIRST)
    assert in_use() == ""
    undone = ProfileChoices().undo()
    assert undone
    assert not undone.changed_since
    assert in_use() == ""


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_list_of_choices_that_is_damaged_is_told() -> None:
    ProfileChoices().choose(FIRST)
    (profiles_folder() / "choices").write_text("[{}]")
    with pytest.raises(ProfileUnusable, match="is damaged") as caught:
        ProfileChoices().undo()
    assert "config unset analysis.profile" in caught.value.problem.hint


def test_the_list_of_choices_is_no_profile() -> None:
    ProfileChoices().choose(FIRST)
    assert not ProfileStore().problems()


def test_a_profile_that_nobody_has_is_not_found() -> None:
    assert ProfileChoices().find("anna@000000000000") is None

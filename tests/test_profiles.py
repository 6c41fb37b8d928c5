"""Profiles are kept on this machine, and a wrong one is never taken for another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shotlog.profiles import ProfileStore
from shotlog.schema import OutputNotWritable
from shotlog.schema.learning import EditorProfile, HeadCorrection, LabelCalibration, ProfileUnusable


def profile(name: str = "anna", lift: float = 0.1) -> EditorProfile:
    return EditorProfile(
        name=name,
        calibrations={"builtin.size/3": LabelCalibration(temperature=1.3, bias={"MS": lift})},
        size=HeadCorrection(
            analyzer="builtin.size/3",
            features=("height",),
            mean=(-1.1,),
            scale=(0.3,),
            bias={"MS": 0.0},
            weights={"MS": (1,)},
        ),
        made={"corrections": 80, "accuracy": 0.1 + 0.2, "from": "two projects"},
    )


@pytest.fixture
def store(tmp_path: Path) -> ProfileStore:
    return ProfileStore(tmp_path / "none yet" / "profiles")


def test_profile_comes_back_as_it_was_written(store: ProfileStore) -> None:
    store.write(profile())
    assert store.find("anna") == store.load(profile().id) == profile()


def test_profiles_lie_in_the_folder_that_the_environment_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOTLOG_PROFILES", str(tmp_path))
    assert ProfileStore().write(profile()) == tmp_path / "anna.json"


def test_profiles_are_listed_by_name_and_damaged_ones_told(store: ProfileStore) -> None:
    for name in ("lena", "anna"):
        store.write(profile(name))
    store.file("otto").write_text("{")
    assert [each.name for each in store.list()] == ["anna", "lena"]
    (problem,) = store.problems()
    assert "otto.json" in problem.subject
    assert "damaged" in problem.message


def test_no_folder_holds_no_profile(store: ProfileStore) -> None:
    assert not store.list()
    assert not store.problems()


def test_profile_that_was_learned_again_is_not_taken_for_the_old_one(store: ProfileStore) -> None:
    old = profile()
    store.write(profile(lift=0.2))
    with pytest.raises(ProfileUnusable, match="is another one, anna@") as caught:
        store.load(old.id)
    assert str(store.file("anna")) in caught.value.problem.hint


def test_missing_profile_is_an_error_that_tells_which_file_to_copy(store: ProfileStore) -> None:
    with pytest.raises(ProfileUnusable, match="not on this machine") as caught:
        store.load(profile().id)
    assert f"Copy anna.json from the machine that asks for it to {store.file('anna')}" in str(
        caught.value
    )
    for ask in (store.find, store.remove):
        with pytest.raises(ProfileUnusable, match="no profile of this name"):
            ask("anna")


def test_removed_profile_is_gone(store: ProfileStore) -> None:
    store.write(profile())
    store.remove("anna")
    assert store.list() == ()


@pytest.mark.parametrize("name", ["", "Anna", "../anna", "a/b", "anna@1", ".anna", "x" * 65])
def test_name_that_is_no_portable_file_name_is_refused(store: ProfileStore, name: str) -> None:
    with pytest.raises(ProfileUnusable, match="cannot have this name"):
        store.write(profile(name))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff\xfe",
        b'{"name": 1}',
        b'{"name": "anna", "tempo": 1}',
        b'{"name": "anna", "calibrations": {"x/1": {"temperature": 0}}}',
        b'{"name": "anna", "calibrations": {"x/1": {"bias": {"MS": NaN}}}}',
    ],
)
def test_damaged_profile_is_an_error(store: ProfileStore, content: bytes) -> None:
    store.write(profile())
    store.file("anna").write_bytes(content)
    with pytest.raises(ProfileUnusable, match="this profile is damaged"):
        store.find("anna")


def test_profile_of_a_newer_version_is_no_damaged_one(store: ProfileStore) -> None:
    store.write(profile())
    newer = {**json.loads(store.file("anna").read_text()), "version": 2, "tempo": 1}
    store.file("anna").write_text(json.dumps(newer))
    with pytest.raises(ProfileUnusable, match="newer Shotlog"):
        store.find("anna")


def test_renamed_copy_is_refused(store: ProfileStore) -> None:
    store.write(profile()).rename(store.file("lena"))
    with pytest.raises(ProfileUnusable, match="is named 'anna'"):
        store.find("lena")


def test_file_in_place_of_the_folder_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "profiles").write_text("")
    with pytest.raises(OutputNotWritable, match="is not a folder"):
        ProfileStore(tmp_path / "profiles").write(profile())
    with pytest.raises(ProfileUnusable, match="cannot be read"):
        ProfileStore(tmp_path / "profiles").find("anna")

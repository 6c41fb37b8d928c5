"""Grouping of tests into processes."""

from __future__ import annotations

from pathlib import Path

from tests.groups import FAULTS, LONG, RAY, group_of

CASE = "tests/field/test_field.py::test_the_product_tells_what_is_true_of"


def test_all_tests_that_disturb_daemons_are_one_group() -> None:
    disturbing = (
        "tests/faults/test_kills.py::test_a",
        "tests/batch/faults/test_kills.py::test_a",
        "tests/service/scheduling/test_nle_activity.py::test_b[c]",
    )
    assert {group_of(test) for test in disturbing} == {FAULTS}


def test_all_tests_that_start_ray_are_one_group() -> None:
    files = ("test_contract.py", "test_ray_cluster.py", "test_ray_jobs.py")
    assert {group_of(f"tests/batch/executors/{file}::test_a") for file in files} == {RAY}


def test_every_group_that_is_begun_early_is_still_there() -> None:
    root = Path(__file__).parents[1]
    modules = [group for group in LONG if group not in (FAULTS, RAY)]
    assert [module for module in modules if not (root / module).is_file()] == []
    assert [module for module in modules if group_of(f"{module}::test_a") != module] == []


def test_the_tests_of_a_module_are_a_group() -> None:
    assert group_of("tests/media/test_cuts.py::test_a[1::2]") == "tests/media/test_cuts.py"
    assert group_of("tests/media/test_cuts.py::test_b") == "tests/media/test_cuts.py"
    assert group_of("tests/media/test_sound.py::test_b") == "tests/media/test_sound.py"


def test_cases_of_the_field_are_a_group_for_each_kind() -> None:
    drain, hint = f"{CASE}[drain: nothing paused]", f"{CASE}[hint: pause]"
    assert group_of(drain) == group_of(f"{CASE}[drain: paused before]")
    assert group_of(drain) != group_of(hint)

"""``shotlog doctor`` as users call it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from shotlog.cli.doctor import doctor
from shotlog.doctor import CHECKS, CheckResult, CheckState
from shotlog.paths import HOME_VARIABLE


@pytest.fixture(autouse=True)
def _places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    (tmp_path / "torch.py").write_text("raise ImportError('none today')")  # it would take seconds
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))


def test_a_problem_is_shown_with_its_remedy_and_ends_with_1() -> None:
    done = CliRunner().invoke(doctor, env={"COLUMNS": "200"})
    assert done.exit_code == 1
    assert "✗   torch" in done.stdout
    assert "torch cannot be imported: ImportError: none today" in done.stdout
    assert "Run: pip install --force-reinstall torch." in done.stdout
    assert "1 problem," in done.stdout


def test_json_holds_every_finding() -> None:
    done = CliRunner().invoke(doctor, ["--json"])
    found = [CheckResult.model_validate(each) for each in json.loads(done.stdout)]
    assert {each.check for each in found} == {check.name for check in CHECKS}
    assert [each.check for each in found if each.state is CheckState.PROBLEM] == ["torch"]


def test_no_problem_ends_with_0(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "shotlog.cli.doctor.run_checks",
        lambda context: [
            CheckResult(
                subject=CHECKS[0].subject, check="odd", state=CheckState.WARNING, words="odd",
                remedy="Look away.",
            )
        ],
    )  # fmt: skip
    done = CliRunner().invoke(doctor)
    assert done.exit_code == 0
    assert "Look away." in done.stdout


def test_help_lists_every_check() -> None:
    done = CliRunner().invoke(doctor, ["--help"], env={"COLUMNS": "200"})
    for check in CHECKS:
        assert check.name in done.stdout
    assert "(--deep)" in done.stdout

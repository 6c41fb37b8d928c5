"""What is particular to each farm."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from shotlog.batch import emitter_named
from shotlog.schema import ExecutorUnusable
from tests.batch.emitters.farms import FARMS, read_opencue
from tests.batch.emitters.jobs import Machine, emit, expected_calls, make_job

FAILS_SECOND = "1 if '0002' in sys.argv[2] else 0"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    root = tmp_path / "machine"
    root.mkdir()
    return Machine(root)


@pytest.mark.parametrize("name", ["deadline", "shell", "slurm"])
@pytest.mark.parametrize("shell", ["dash", "bash"])
def test_scripts_are_good_for_any_shell(tmp_path: Path, name: str, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    script = emit(name, make_job(tmp_path / "it's"))
    done = subprocess.run([shell, "-n"], input=script, text=True, capture_output=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("status", [FAILS_SECOND, "os.kill(os.getpid(), 9)", "255"])
def test_the_shell_ends_with_1_after_a_failure_that_cost_no_other_shard(
    tmp_path: Path, machine: Machine, status: str
) -> None:
    job = make_job(tmp_path / "out")
    machine.install_recorder(status.replace("255", "255 * ('shards' in sys.argv[2])"))
    done = machine.run(["sh"], emit("shell", job), JOBS="1")
    tasks, merge = expected_calls(job)
    assert done.returncode == 1
    assert machine.calls() == [*tasks, merge]


def test_several_machines_each_do_a_part_for_the_shell_and_none_merges(
    tmp_path: Path, machine: Machine
) -> None:
    job = make_job(tmp_path / "out", shards=7)
    machine.install_recorder()
    done: list[list[str]] = []
    for part, count in (("1/3", 3), ("2/3", 2), ("3/3", 2)):
        assert machine.run(["sh"], emit("shell", job), PART=part).returncode == 0
        assert len(machine.calls()) == len(done) + count
        done = machine.calls()
    assert sorted(done) == expected_calls(job)[0]


def test_the_shell_says_that_shotlog_is_not_there(tmp_path: Path, machine: Machine) -> None:
    script = emit("shell", make_job(tmp_path / "out"))
    sh = shutil.which("sh") or "sh"
    done = subprocess.run([sh], input=script, text=True, capture_output=True, env={"PATH": ""})
    assert done.returncode == 2
    assert done.stderr == "shotlog is not on the PATH of this shell\n"


def test_slurm_gets_no_more_tasks_than_an_array_may_have(tmp_path: Path) -> None:
    text = emit("slurm", make_job(tmp_path / "out", shards=2500, jobs=64))
    assert "#SBATCH --array=0-833%64" in text.splitlines()


def test_tasks_of_slurm_share_shards_evenly_and_go_on_after_a_failure(
    tmp_path: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shotlog.batch.emitters.slurm.MOST_TASKS", 2)
    job = make_job(tmp_path / "out", shards=5)
    job.folder.mkdir()
    machine.install_recorder(FAILS_SECOND)
    assert FARMS["slurm"](machine, emit("slurm", job)).returncode == 0
    numbers = [int(Path(call[1]).stem) for call in machine.calls() if call[0] == "run-shard"]
    assert numbers == [1, 3, 5, 2, 4]  # of the first task, then of the second


def test_slurm_gets_options_from_the_command_line_for_both_jobs(
    tmp_path: Path, machine: Machine
) -> None:
    job = make_job(tmp_path / "out", gpus=2, jobs=4)
    job.folder.mkdir()
    machine.install_recorder()
    done = FARMS["slurm"](machine, emit("slurm", job))
    assert done.stdout == "Submitted: array 4242, then merge 4243. See: squeue --job=4242,4243\n"
    array, merge = map(json.loads, (machine.root / "slurm-options").read_text().splitlines())
    assert (array["gres"], array["array"], array["partition"]) == ("gpu:2", "0-2%4", "film")
    assert (merge["dependency"], merge["partition"], "gres" in merge) == (
        "afterany:4242",
        "film",
        False,
    )
    assert sorted(path.name for path in (job.folder / ".shotlog" / "slurm").iterdir()) == [
        "slurm-4242_0.out",
        "slurm-4242_1.out",
        "slurm-4242_2.out",
        "slurm-4243.out",
    ]


def test_open_job_description_divides_many_shards_into_steps(
    tmp_path: Path, machine: Machine
) -> None:
    text = emit("openjd", make_job(tmp_path / "out", shards=1025, gpus=1))
    file = machine.root / "template.json"
    file.write_text(text)
    openjd = str(Path(sys.executable).with_name("openjd"))
    assert machine.run([openjd, "check", str(file)]).returncode == 0
    *steps, merge = json.loads(text)["steps"]
    assert [step["name"] for step in steps] == ["shards 1", "shards 2"]
    assert merge["dependencies"] == [{"dependsOn": "shards 1"}, {"dependsOn": "shards 2"}]
    needs = {"amounts": [{"name": "amount.worker.gpu", "min": 1}]}
    assert [step.get("hostRequirements") for step in (*steps, merge)] == [needs, needs, None]


def test_open_job_description_maps_the_paths_of_nodes(tmp_path: Path, machine: Machine) -> None:
    job = make_job(tmp_path / "planned", options=())
    machine.install_recorder()
    file = machine.root / "template.json"
    file.write_text(emit("openjd", job))
    rule = {
        "source_path_format": "POSIX",
        "source_path": str(job.folder),
        "destination_path": "/mnt/node",
    }
    rules = json.dumps({"version": "pathmapping-1.0", "path_mapping_rules": [rule]})
    command = [str(Path(sys.executable).with_name("openjd")), "run", str(file), "--step", "merge"]
    done = machine.run([*command, "--run-dependencies", "--path-mapping-rules", rules])
    assert done.returncode == 0, done.stdout
    ran = sorted(call[-1] for call in machine.calls())
    assert ran == ["/mnt/node", *(f"/mnt/node/.shotlog/shards/{n:04}.json" for n in (1, 2, 3))]


def test_open_job_description_has_no_room_for_a_very_long_path(tmp_path: Path) -> None:
    folder = tmp_path.joinpath(*["long" * 50] * 5)
    with pytest.raises(ExecutorUnusable, match="longer than the 960 characters"):
        emit("openjd", make_job(folder))
    odd = tuple(f"--map={{{{{n}}}}}=x" for n in range(50))
    with pytest.raises(ExecutorUnusable, match="more than 50 such options"):
        emit("openjd", make_job(tmp_path, options=odd))


def test_opencue_gets_gpus_where_asked_and_the_show_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOW", "kitchen")
    root = read_opencue(emit("opencue", make_job(tmp_path / "out", gpus=2)))
    assert root.findtext("show") == "kitchen"
    assert root.findtext("job/layers/layer[@name='shards']/gpus") == "2"
    assert root.find("job/layers/layer[@name='merge']/gpus") is None


def test_opencue_refuses_what_xml_or_cuebot_do_not_take(tmp_path: Path) -> None:
    with pytest.raises(ExecutorUnusable, match="XML cannot hold"):
        emit("opencue", make_job(tmp_path / "bell\a"))
    with pytest.raises(ExecutorUnusable, match="100,000 frames"):
        emit("opencue", make_job(tmp_path / "out", shards=100_000))


@pytest.mark.parametrize("folder", ["a<STARTFRAME>", "<quote>", 'say "no"', "a\nb", "a\\", "a\\$b"])
def test_deadline_refuses_what_its_workers_would_change(tmp_path: Path, folder: str) -> None:
    with pytest.raises(ExecutorUnusable, match="cannot hand this text on"):
        emit("deadline", make_job(tmp_path / folder))


def test_deadline_limits_machines_and_merges_after_failures_too(
    tmp_path: Path, machine: Machine
) -> None:
    text = emit("deadline", make_job(tmp_path / "out", jobs=8))
    assert "MachineLimit=8" in text
    assert "ResumeOnFailedDependencies=true" in text
    machine.install("deadlinecommand", "#!/bin/sh\necho 'Error: no repository'\nexit 1\n")
    done = machine.run(["sh"], text)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "Error: no repository\n")


def test_names_of_jobs_are_those_that_farms_accept(tmp_path: Path) -> None:
    job = make_job(tmp_path / "Saison 7: Küche/é{{x}}\n#SBATCH --account=root")
    root = read_opencue(emit("opencue", make_job(tmp_path / "Saison 7: Küche")))
    job_element = root.find("job")
    assert job_element is not None
    assert re.fullmatch(r"[a-z0-9_.]+", job_element.get("name") or "")
    assert "#SBATCH --account=root" not in emit("slurm", job).splitlines()
    assert len(json.loads(emit("openjd", job))["name"]) <= 128
    assert emitter_named("openjd").suffix == ".json"

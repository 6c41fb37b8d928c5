"""The farms: how each carries a job out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from lxml import etree

from tests.batch.emitters.jobs import Carry, Machine

# Of cjsl-1.15.dtd of OpenCue (cuebot/src/main/resources/public/dtd), what a job of ours may use:
# the children of each element in their order; elements without an entry here hold text.
_CHILDREN = {
    "spec": ["facility", "dept", "show", "shot", "user", "email", "uid", "job", "depends"],
    "job": [
        "paused", "priority", "maxretries", "maxcores", "maxgpus", "autoeat", "localbook", "os",
        "env", "layers",
    ],
    "layers": ["layer"],
    "layer": [
        "cmd", "range", "chunk", "cores", "threadable", "memory", "gpus", "gpu", "gpu_memory",
        "timeout", "timeout_llu", "tags", "limits", "env", "services", "outputs",
    ],
    "depends": ["depend"],
    "depend": ["depjob", "deplayer", "depframe", "onjob", "onlayer", "onframe"],
}  # fmt: skip
_REQUIRED = {
    "spec": {"show", "shot", "user"},
    "layers": {"layer"},
    "layer": {"cmd", "range", "chunk"},
    "depend": {"depjob", "onjob"},
}
_MANY = {"layer", "depend", "job"}
_ATTRIBUTES = {"job": {"name"}, "layer": {"name", "type"}, "depend": {"type", "anyframe"}}
_DTD = "http://localhost:8080/spcue/dtd/cjsl-1.15.dtd"


def read_opencue(text: str) -> etree._Element:
    """Return a job specification, checked as Cuebot's DTD and JobSpec.java check it."""
    parser = etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False)
    root: etree._Element = etree.fromstring(text.encode(), parser)
    assert root.getroottree().docinfo.system_url == _DTD
    for element in root.iter():
        tag = str(element.tag)
        names = [str(child.tag) for child in element]
        order = _CHILDREN.get(tag, [])
        assert names == sorted(names, key=order.index)
        assert _REQUIRED.get(tag, set()) <= set(names)
        assert all(names.count(name) == 1 or name in _MANY for name in names)
        assert set(element.attrib) == _ATTRIBUTES.get(tag, set())
    assert root.findtext("user") not in ("root", None)
    assert all(len(root.findtext(name) or "") >= 3 for name in ("show", "shot"))
    for named in root.iter("job", "layer"):
        name = named.get("name") or ""
        assert name.replace("_", "").replace(".", "").isalnum()
        assert name.isascii()
        assert len(name) >= 3
    return root


def carry_opencue(machine: Machine, text: str) -> subprocess.CompletedProcess[str]:
    """Run the frames of each layer, as RQD does: a file without a first line, by the shell."""
    root = read_opencue(text)
    job = root.find("job")
    assert job is not None
    job_name = job.get("name") or ""
    (depend,) = root.iter("depend")
    assert depend.get("type") == "LAYER_ON_LAYER"
    assert (depend.findtext("deplayer"), depend.findtext("onlayer")) == ("merge", "shards")
    assert depend.findtext("depjob") == depend.findtext("onjob") == job_name
    done = subprocess.CompletedProcess[str]([], 0)
    for layer in root.iter("layer"):
        for frame in _frames(layer.findtext("range") or ""):
            # In the order of DispatchSupportService.java; the tokens are replaced anywhere.
            command = (layer.findtext("cmd") or "").strip()
            for token, value in (
                ("#ZFRAME#", f"{frame:04}"),
                ("#IFRAME#", str(frame)),
                ("#LAYER#", layer.get("name") or ""),
                ("#JOB#", job_name),
                ("#FRAME#", f"{frame:04}-x"),
            ):
                command = command.replace(token, value)
            file = machine.root / "rqd-cmd"
            file.write_text(command, encoding="utf-8")
            done = machine.run(["/bin/sh", str(file)])
    return done


def _frames(text: str) -> list[int]:
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


def carry_openjd(machine: Machine, text: str) -> subprocess.CompletedProcess[str]:
    """Validate a template and run its last step with all others that it depends on."""
    file = machine.root / "template.json"
    file.write_text(text, encoding="utf-8")
    openjd = str(Path(sys.executable).with_name("openjd"))
    checked = machine.run([openjd, "check", str(file)])
    assert checked.returncode == 0, checked.stdout
    # With --run-dependencies each task of a dependency is run as well.
    return machine.run([openjd, "run", str(file), "--step", "merge", "--run-dependencies"])


def carry_slurm(machine: Machine, text: str) -> subprocess.CompletedProcess[str]:
    """Submit to the double of Slurm."""
    machine.install_double("sbatch", "sbatch_double.py")
    return machine.run(["sh", "-s", "--", "--partition=film"], text)


def carry_deadline(machine: Machine, text: str) -> subprocess.CompletedProcess[str]:
    """Submit to the double of Deadline."""
    machine.install_double("deadlinecommand", "deadline_double.py")
    return machine.run(["sh", "-s", "--", "Pool=film", "Priority=60"], text)


def carry_shell(machine: Machine, text: str) -> subprocess.CompletedProcess[str]:
    """Run the script."""
    return machine.run(["sh"], text)


FARMS: dict[str, Carry] = {
    "deadline": carry_deadline,
    "opencue": carry_opencue,
    "openjd": carry_openjd,
    "shell": carry_shell,
    "slurm": carry_slurm,
}

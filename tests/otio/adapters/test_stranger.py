"""The package in another program's OpenTimelineIO: found, listed, run by its own commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import shotlog_otio
from shotlog_otio import read_edit
from tests.otio.exporters.reading import read_edl
from tests.otio.marking import marker, write_timeline

PACKAGE = Path(str(shotlog_otio.__file__)).parent
MANIFEST = PACKAGE / "plugin_manifest.json"
NAMES = [adapter["name"] for adapter in json.loads(MANIFEST.read_text())["adapters"]]

ROUTES = {
    "by the manifest's path": {
        "OTIO_PLUGIN_MANIFEST_PATH": str(MANIFEST), "OTIO_DISABLE_ENTRYPOINTS_PLUGINS": "1",
    },
    "by the entry point": {},
}  # fmt: skip

each_route = pytest.mark.parametrize("route", ROUTES)


def command(
    name: str, *arguments: str, route: str, folder: Path
) -> subprocess.CompletedProcess[str]:
    """One of OpenTimelineIO's own commands, in a folder of someone else."""
    script = f"from opentimelineio.console.{name} import main; main()"  # as its script does
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, *arguments],
        cwd=folder, env={**os.environ, **ROUTES[route]}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done


def test_the_entry_point_names_the_package() -> None:
    (point,) = entry_points(group="opentimelineio.plugins", name="shotlog_otio")
    assert point.value == "shotlog_otio"


def test_the_adapters_claim_no_suffix_and_there_are_no_hooks() -> None:
    manifest = json.loads(MANIFEST.read_text())

    assert set(manifest) == {"OTIO_SCHEMA", "adapters"}
    assert all(adapter["suffixes"] == [] for adapter in manifest["adapters"])
    assert all((PACKAGE / adapter["filepath"]).is_file() for adapter in manifest["adapters"])
    assert len(set(NAMES)) == len(NAMES)
    assert all(name.startswith("shotlog_") for name in NAMES)


@each_route
def test_otiopluginfo_lists_every_adapter_with_its_description(route: str, tmp_path: Path) -> None:
    done = command("otiopluginfo", "shotlog*", route=route, folder=tmp_path)

    assert done.stderr == ""
    told = done.stdout.splitlines()
    assert all(f"  {name}" in told for name in NAMES)
    descriptions = [line for line in told if line.strip().startswith("doc (short): ")]
    assert len(descriptions) == len(NAMES)


@each_route
def test_otioconvert_writes_a_marker_edl_of_a_marked_timeline(route: str, tmp_path: Path) -> None:
    marked = write_timeline(tmp_path / "cut.otio", (0, 240))
    edit = read_edit(marked)
    shotlog_otio.write_markers(marked, marked, [marker(n) for n in range(4)], edit)

    arguments = ("-i", "cut.otio", "-o", "m.edl", "-O", "shotlog_resolve_markers")
    done = command("otioconvert", *arguments, route=route, folder=tmp_path)
    assert (done.stdout, done.stderr) == ("", "")
    read = read_edl((tmp_path / "m.edl").read_bytes(), edit)
    assert [(m.frame, m.name) for m in read] == [(10 * n, f"MS · pan {n}") for n in range(4)]


def test_otioconvert_hands_on_arguments_and_reads_what_it_wrote(tmp_path: Path) -> None:
    write_timeline(tmp_path / "cut.otio", (0, 240), rate=25.0)
    route = "by the entry point"
    edl = "TITLE: a\nFCM: NON-DROP FRAME\n\n001  001      V     C        "
    edl += "10:00:02:05 10:00:02:06 10:00:02:05 10:00:02:06  \nb |C:ResolveColorMint |M:c |D:3\n"
    (tmp_path / "m.edl").write_text(edl)

    command(
        "otioconvert", "-i", "m.edl", "-I", "shotlog_resolve_markers", "-a", "rate=25",
        "-o", "m.otio", route=route, folder=tmp_path,
    )  # fmt: skip
    command(
        "otioconvert", "-i", "m.otio", "-o", "m.csv", "-O", "shotlog_csv", "-A", "ours=True",
        route=route, folder=tmp_path,
    )  # fmt: skip
    (made,) = json.loads((tmp_path / "m.otio").read_text())["tracks"]["markers"]
    assert (made["name"], made["comment"], made["color"]) == ("c", "b", "GREEN")
    assert made["marked_range"]["start_time"]["value"] == 55
    assert len((tmp_path / "m.csv").read_text().splitlines()) == 1  # none of them is ours


def test_to_import_the_package_takes_none_of_its_dependencies() -> None:
    script = (
        "import sys, shotlog_otio; heavy = {'pydantic', 'numpy', 'av', 'lxml', 'shotlog.schema'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"

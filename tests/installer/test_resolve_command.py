"""``shotlog resolve``: places, shows and removes the scripts of an installed package."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from shotlog.cli.main import main
from tests.installer.conftest import tree

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the home of a user is HOME")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the home of a user who has started Resolve once."""
    home = tmp_path / "ann"
    product = home / ".local" / "share" / "DaVinciResolve"
    if sys.platform == "darwin":
        product = home / "Library" / "Application Support" / "Blackmagic Design" / "DaVinci Resolve"
    product.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "SHOTLOG_HANDOVER"):
        monkeypatch.delenv(name, raising=False)
    return home


def resolve(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["resolve", *map(str, arguments)])


def test_install_status_uninstall_leave_the_home_as_it_was(home: Path) -> None:
    before = tree(home)
    placed = resolve("install")
    assert placed.exit_code == 0, placed.output
    assert "Workspace > Scripts > Shotlog" in placed.output
    (found,) = json.loads(resolve("status", "--json").output)["scripts"]
    assert found["can_start"]
    assert Path(found["command"][0]).name.startswith("shotlog")
    assert "removed" in resolve("uninstall").output
    assert tree(home) == before


def test_a_dry_run_lists_the_files_and_writes_none(home: Path) -> None:
    before = tree(home)
    paths = json.loads(resolve("install", "--dry-run", "--json").output)["paths"]
    assert tree(home) == before
    resolve("install")
    assert set(paths) == {
        path
        for path, content in tree(home).items()
        if isinstance(content, bytes) and "/shotlog/installer/" not in path
    }
    listed = json.loads(resolve("uninstall", "--dry-run", "--json").output)["paths"]
    assert set(paths) <= set(listed)


def test_a_machine_without_resolve_gets_nothing_and_is_told_how(home: Path) -> None:
    for path in home.iterdir():
        shutil.rmtree(path)
    done = resolve("install")
    assert done.exit_code == 0
    assert "--scripts" in done.output
    assert tree(home) == {}


def test_a_folder_that_is_named_is_found_again_by_status(home: Path, tmp_path: Path) -> None:
    assert resolve("install", "--scripts", tmp_path / "own" / "Scripts").exit_code == 0
    found = json.loads(resolve("status", "--json").output)["scripts"]
    assert str(tmp_path / "own" / "Scripts" / "Utility" / "Shotlog") in [
        each["folder"] for each in found
    ]


def test_a_damaged_list_is_told_in_one_sentence(home: Path) -> None:
    resolve("install")
    (path,) = home.rglob("manifest.json")
    path.write_text("{")
    done = resolve("uninstall")
    assert done.exit_code == 1
    assert "damaged" in done.output
    assert "Traceback" not in done.output


SHOTLOG = [sys.executable, "-c", "from shotlog.cli import main; main()"]


@pytest.mark.skipif(shutil.which("unshare") is None, reason="there is no unshare here")
@pytest.mark.parametrize(
    ("options", "words"),
    [("size=48k", "the disk is full"), ("ro,size=1m", "cannot be written to")],
    ids=["full", "read-only"],
)
def test_a_disk_that_fills_or_is_read_only_is_told_and_can_be_left(
    options: str, words: str, home: Path, tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    before = tree(home)
    script = (
        f'mount -t tmpfs -o {options} tmpfs "$DISK" || exit 77\n'
        '"$@" resolve install --scripts "$DISK/Scripts"; echo "code $?"\n'
        '"$@" resolve uninstall; find "$DISK" -mindepth 1'
    )
    namespace = ["unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh"]
    done = subprocess.run(
        [*namespace, *SHOTLOG], env=os.environ | {"DISK": str(disk)}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("this user may not mount a disk of its own")
    assert "code 1" in done.stdout
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.splitlines()[-1].startswith("removed")  # and nothing is left on that disk
    assert tree(home) == before

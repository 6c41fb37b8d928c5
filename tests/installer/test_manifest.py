"""Everything that was made is listed, exactly that is removed, nothing of the user's is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from shotlog_installer import InstallError, Manifest, remove
from tests.installer.conftest import tree


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    return Manifest(tmp_path / "data" / "installer" / "manifest.json")


def place(manifest: Manifest, content: dict[str, bytes], root: Path) -> list[Path]:
    manifest.save()
    return manifest.write({root / name: data for name, data in content.items()}, "scripts")


def test_a_removal_leaves_the_tree_as_it_was(manifest: Manifest, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "theirs.py").write_text("theirs")
    before = tree(tmp_path)
    place(manifest, {"shared/ours.py": b"a", "new/deep/er/ours.py": b"b"}, tmp_path)
    manifest.own_tree(tmp_path / "environment" / "inner", "environment")
    (tmp_path / "environment" / "inner" / "bin").mkdir(parents=True)
    assert remove(Manifest.load(manifest.path)).kept == []
    assert tree(tmp_path) == before


def test_a_file_that_the_user_changed_stays_and_is_told(manifest: Manifest, tmp_path: Path) -> None:
    place(manifest, {"new/one.py": b"a", "new/two.py": b"b"}, tmp_path)
    (tmp_path / "new" / "one.py").write_bytes(b"mine")
    done = remove(manifest)
    assert done.kept == [tmp_path / "new" / "one.py"]
    assert done.filled == [tmp_path / "new"]
    assert (tmp_path / "new" / "one.py").read_bytes() == b"mine"
    assert not (tmp_path / "new" / "two.py").exists()
    assert not manifest.path.exists()


def test_an_update_keeps_a_changed_file_beside_the_new_one(
    manifest: Manifest, tmp_path: Path
) -> None:
    place(manifest, {"new/one.py": b"a"}, tmp_path)
    (tmp_path / "new" / "one.py").write_bytes(b"mine")
    assert place(manifest, {"new/one.py": b"b"}, tmp_path) == [tmp_path / "new" / "one.py.yours"]
    assert (tmp_path / "new" / "one.py").read_bytes() == b"b"
    assert (tmp_path / "new" / "one.py.yours").read_bytes() == b"mine"
    (tmp_path / "new" / "one.py").write_bytes(b"mine again")
    place(manifest, {"new/one.py": b"c"}, tmp_path)
    assert (tmp_path / "new" / "one.py.yours").read_bytes() == b"mine"
    assert (tmp_path / "new" / "one.py.yours2").read_bytes() == b"mine again"


def test_a_file_that_was_there_before_us_returns(manifest: Manifest, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "one.py").write_bytes(b"theirs")
    before = tree(tmp_path)
    place(manifest, {"new/one.py": b"a"}, tmp_path)
    place(manifest, {"new/one.py": b"b"}, tmp_path)
    assert remove(manifest).returned == [tmp_path / "new" / "one.py"]
    assert tree(tmp_path) == before


def test_what_python_compiled_of_our_modules_goes_with_them(
    manifest: Manifest, tmp_path: Path
) -> None:
    before = tree(tmp_path)
    place(manifest, {"new/one.py": b"x = 1\n", "new/two.py": b"import one\n"}, tmp_path)
    subprocess.run([sys.executable, tmp_path / "new" / "two.py"], env={}, check=True)
    assert (tmp_path / "new" / "__pycache__").is_dir()
    remove(manifest)
    assert tree(tmp_path) == before


KILLED = """
import os
import sys
from pathlib import Path
from shotlog_installer import Manifest
root = Path(sys.argv[1])
contents = {{root / f"new/{{n}}.py": bytes([n]) for n in range(8)}}
seen = []
real = Path.replace
def replace(self, target):
    seen.append(target)
    if len(seen) == {after}:
        os.kill(os.getpid(), 9)
    return real(self, target)
Path.replace = replace
Manifest.load(root / "data/installer/manifest.json").write(contents, "scripts")
"""


@pytest.mark.parametrize("after", [1, 2, 3, 6, 10, 12])
def test_a_process_that_is_killed_while_it_writes_leaves_nothing_unlisted(
    after: int, tmp_path: Path
) -> None:
    before = tree(tmp_path)
    code = KILLED.format(after=after)
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert done.returncode in (-9, 0)
    path = tmp_path / "data" / "installer" / "manifest.json"
    manifest = Manifest.load(path)
    contents = {tmp_path / f"new/{n}.py": bytes([n, n]) for n in range(8)}
    assert manifest.write(contents, "scripts") == []  # none is taken for the user's
    remove(Manifest.load(path))
    assert tree(tmp_path) == before


def test_links_of_others_are_not_replaced(manifest: Manifest, tmp_path: Path) -> None:
    manifest.save()
    link = tmp_path / "bin" / "shotlog"
    assert manifest.link(link, tmp_path / "one", "command")
    assert manifest.link(link, tmp_path / "two", "command")  # ours: follows
    assert link.readlink() == tmp_path / "two"
    link.unlink()
    link.symlink_to(tmp_path / "theirs")
    assert not manifest.link(link, tmp_path / "two", "command")
    remove(manifest)
    assert link.readlink() == tmp_path / "theirs"


def test_a_damaged_list_is_told_and_not_guessed_at(manifest: Manifest) -> None:
    manifest.save()
    strange = '{"path": "/a", "kind": "file", "part": "x", "coming": null}'
    for content in (
        f'{{"layout": 1, "facts": {{}}, "made": [{strange}]}}',
        "{",
        "[]",
        '{"layout": 1}',
        '{"layout": 1, "facts": {}, "made": [{"a": 1}]}',
    ):
        manifest.path.write_text(content)
        with pytest.raises(InstallError, match="damaged"):
            Manifest.load(manifest.path)


def test_a_list_of_a_newer_version_is_left_to_that_version(manifest: Manifest) -> None:
    manifest.save()
    content = json.loads(manifest.path.read_text())
    manifest.path.write_text(json.dumps({**content, "layout": 99}))
    with pytest.raises(InstallError, match="newer version"):
        Manifest.load(manifest.path)

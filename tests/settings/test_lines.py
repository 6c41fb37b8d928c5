"""The line in which a key is set, in TOML of every form."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from shotlog.settings import SettingsFile, read_file

TEXT = '''\
# [markers]
markers.length = 3 # length
"analysis".names = [
  # sizes = 1
  "a = 1",
  "b",
]

note = """
[not.a.table]
length = 9
"""
separator = "\u2028\u0085"
[resolve]  # sizes

keywords = true
colours.shot = { a = 1, b = 2 }
  [storage.deep . 'er']
  x = 1
[[list]]
y = 1
[daemon]

'''


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("markers", 2), ("markers.length", 2), ("analysis.names", 3), ("note", 9),
        ("not.a.table", None), ("length", None), ("resolve", 14), ("resolve.keywords", 16),
        ("resolve.colours.shot", 17), ("resolve.colours.shot.b", 17), ("storage", 18),
        ("storage.deep.er.x", 19), ("list", 20), ("daemon", 22), ("daemon.idle", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_key_is_found_in_its_line(key: str, line: int | None, end: str) -> None:
    file = SettingsFile(Path("config.toml"), TEXT.replace("\n", end), {})
    place = "config.toml" if line is None else f"config.toml:{line}"

    assert file.place(tuple(key.split("."))) == place


def test_a_long_file_takes_no_time() -> None:
    path = Path(os.environ["SHOTLOG_CONFIG"])
    path.write_text("".join(f"# {n}\nkey{n} = [{n},\n]\n" for n in range(3000)))
    file = read_file(path)
    assert file is not None

    begun = time.process_time()
    assert file.place(("key2999",)) == f"{path}:{2999 * 3 + 2}"
    assert time.process_time() - begun < 5

"""Programs that stand in for those of the system: they write down how they were called."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

_PROGRAM = """#!{python}
import json, os, sys
texts = {{k: v for k, v in os.environ.items() if k.startswith("SHOTLOG_") or k == "PYTHONHOME"}}
with open({file!r}, "a") as file:
    file.write(json.dumps({{"arguments": sys.argv[1:], "texts": texts}}) + "\\n")
if {listens}:
    with open({file!r}, "a") as file:
        for line in sys.stdin:
            file.write(json.dumps(line) + "\\n")
            file.flush()
sys.exit({code})
"""


class Program:
    """A program on the path.

    Args:
        folder: A folder of the path.
        name: Its name.
        code: Its exit code.
        listens: It reads its input to the end, and writes it down as well.
    """

    def __init__(self, folder: Path, name: str, code: int = 0, *, listens: bool = False) -> None:
        folder.mkdir(exist_ok=True)
        self.file = folder / f"{name}.calls"
        path = folder / name
        text = _PROGRAM.format(
            python=sys.executable, file=str(self.file), code=code, listens=listens
        )
        path.write_text(text)
        path.chmod(0o755)

    @property
    def calls(self) -> list[Any]:
        """What was written down: a mapping for each call, a text for each line of input."""
        if not self.file.exists():
            return []
        return [json.loads(line) for line in self.file.read_text().splitlines()]

"""The menu entries as the installer leaves them, and pressing one in a running double."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import shotlog_resolve
from shotlog_resolve import ENTRIES
from tests.resolve.double import Double

COMMAND = (sys.executable, "-m", "shotlog")


class Menu:
    """An installation of the scripts.

    Args:
        folder: Where to install them.
        command: Command that starts Shotlog.
        **more: Further fields of ``installation.json``.
    """

    def __init__(self, folder: Path, command: Sequence[str] = COMMAND, **more: Any) -> None:
        self.library = folder / "Shotlog"
        self.files = folder / "Utility" / "Shotlog"
        self.state = folder / "state"
        package = Path(shotlog_resolve.__file__).parent
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(package, self.library / "shotlog_resolve", ignore=ignored)
        self.files.mkdir(parents=True)
        for entry in ENTRIES:
            self.entry(entry.action).write_text(entry.menu_file(str(self.library)), "ascii")
        self.write(
            layout=1, version="0.1.0", command=list(command), sandboxed=False,
            handover=str(folder / "handover"), log=str(self.state), **more,
        )  # fmt: skip

    def write(self, **told: Any) -> None:
        """Write ``installation.json``, beside the package."""
        path = self.library / "installation.json"
        before = json.loads(path.read_text("utf-8")) if path.exists() else {}
        path.write_text(json.dumps({**before, **told}), "utf-8")

    def entry(self, action: str) -> Path:
        """Return the menu file of an action."""
        return self.files / next(e.file_name for e in ENTRIES if e.action == action)

    @property
    def log(self) -> str:
        """The log of the scripts."""
        return (self.state / "resolve.log").read_text("utf-8")

    def press(self, double: Double, action: str, **more: Any) -> None:
        """Run an entry in this process, as Resolve would; what it prints is the test's to read."""
        path, modules = list(sys.path), dict(sys.modules)
        text = self.entry(action).read_text("ascii")
        try:
            exec(compile(text, str(self.entry(action)), "exec"), double.globals(**more))  # noqa: S102
        finally:
            sys.path[:] = path
            for name in [n for n in sys.modules if n.split(".")[0] == "shotlog_resolve"]:
                del sys.modules[name]
            sys.modules.update({n: m for n, m in modules.items() if n not in sys.modules})
        double.check()

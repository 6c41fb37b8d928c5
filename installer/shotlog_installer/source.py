"""Source of an installation: the installer's own checkout, a wheel, or a requirement for pip."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from shotlog_installer import files
from shotlog_installer.errors import InstallError

_WHEEL = re.compile(r"shotlog-([^-]+)-.*\.whl")


@dataclass(frozen=True)
class Source:
    """A Shotlog to install.

    Attributes:
        spec: What pip is given: a folder, a wheel, or ``shotlog==1.2``.
        path: The folder or wheel; None for a requirement.
    """

    spec: str
    path: Path | None = None

    @property
    def is_checkout(self) -> bool:
        """True for a folder of sources."""
        return self.path is not None and self.path.is_dir()

    @property
    def key(self) -> str:
        """A text that differs whenever there is something else to install."""
        if self.path is None:
            return self.spec
        if not self.is_checkout:
            return f"{self.path.name} {files.file_digest(self.path)}"
        newest = max(path.stat().st_mtime_ns for path in _sources(self.path))
        return f"{self.path} {newest}"


def find_source(named: str | None, offline: Path | None, checkout: Path | None) -> Source:
    """Return what to install.

    Args:
        named: What the user named: a folder, a wheel or a requirement.
        offline: Folder of wheels; the newest of Shotlog in it is taken.
        checkout: Folder of sources that the installer lies in.

    Raises:
        InstallError: There is nothing.
    """
    if named is not None:
        path = Path(named).expanduser()
        looks_like_path = path.exists() or named.endswith(".whl") or len(path.parts) > 1
        if looks_like_path and not path.exists():
            raise InstallError(path, "there is no such file", "Check the path after --from.")
        return Source(str(path.resolve()), path.resolve()) if looks_like_path else Source(named)
    folders = [folder for folder in (offline, Path(__file__).parents[1]) if folder is not None]
    for folder in folders:
        if wheels := sorted(folder.glob("shotlog-*.whl"), key=_version):
            return Source(str(wheels[-1].resolve()), wheels[-1].resolve())
    if checkout is not None:
        return Source(str(checkout), checkout)
    raise InstallError(
        "Shotlog",
        "the installer lies beside neither its sources nor a wheel",
        "Name what to install: --from shotlog-VERSION-py3-none-any.whl",
    )


def find_checkout(installer: Path) -> Path | None:
    """Return the folder of sources around the installer's folder, or None."""
    for folder in installer.parents:
        if (folder / "pyproject.toml").is_file() and (folder / "daemon" / "shotlog").is_dir():
            return folder
    return None


def _version(path: Path) -> tuple[tuple[int, ...], str]:
    found = _WHEEL.fullmatch(path.name)
    return tuple(map(int, re.findall(r"\d+", found[1] if found else ""))), path.name


def _sources(checkout: Path) -> Iterable[Path]:
    yield checkout / "pyproject.toml"
    for name in ("daemon", "otio_adapters", "resolve_scripts", "installer"):
        found = (checkout / name).rglob("*")
        yield from (path for path in found if path.is_file() and path.suffix != ".pyc")

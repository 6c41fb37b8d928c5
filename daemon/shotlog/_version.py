"""The version of this installation: a module below all others, so that each may import it."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

__all__ = ["__version__"]


def _installed() -> str:
    try:
        return version("shotlog")
    except PackageNotFoundError:  # a source tree on the path that was never installed
        return "0+unknown"


__version__ = _installed()

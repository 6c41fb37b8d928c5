"""Shotlog logs every shot of an edit: shot size, camera move and highlights, as markers."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("shotlog")
except PackageNotFoundError:  # a source tree on the path that was never installed
    __version__ = "0+unknown"

__all__ = ["__version__"]

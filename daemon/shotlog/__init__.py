"""Shotlog logs every shot of an edit: shot size, camera move and highlights, as markers."""

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shotlog.service.aclient import AsyncClient
    from shotlog.service.client import Client

try:
    __version__ = version("shotlog")
except PackageNotFoundError:  # a source tree on the path that was never installed
    __version__ = "0+unknown"

__all__ = ["AsyncClient", "Client", "__version__"]


def __getattr__(name: str) -> object:
    """Imports the clients when they are asked for: who wants the version waits for nothing."""
    if name == "Client":
        from shotlog.service.client import Client

        return Client
    if name == "AsyncClient":
        from shotlog.service.aclient import AsyncClient

        return AsyncClient
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

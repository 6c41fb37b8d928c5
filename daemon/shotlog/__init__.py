"""Shotlog logs every shot of an edit: shot size, camera move and highlights, as markers."""

TYPE_CHECKING = False  # that of typing would be half of what this takes to be imported
if TYPE_CHECKING:
    from shotlog.service.aclient import AsyncClient
    from shotlog.service.client import Client

    __version__: str

__all__ = ["AsyncClient", "Client", "__version__"]


def __getattr__(name: str) -> object:
    """Imports what is asked for when it is: who wants the version waits for no client.

    And whoever wants neither, such as the command line in its first milliseconds, for nothing.
    """
    if name == "Client":
        from shotlog.service.client import Client

        return Client
    if name == "AsyncClient":
        from shotlog.service.aclient import AsyncClient

        return AsyncClient
    if name == "__version__":
        return _version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("shotlog")
    except PackageNotFoundError:  # a source tree on the path that was never installed
        return "0+unknown"

"""Shotlog logs every shot of an edit: shot size, camera move and highlights, as markers."""

TYPE_CHECKING = False  # that of typing would be half of what this takes to be imported
if TYPE_CHECKING:
    from shotlog._version import __version__
    from shotlog.service.aclient import AsyncClient
    from shotlog.service.client import Client

__all__ = ["AsyncClient", "Client", "__version__"]


def __getattr__(name: str) -> object:
    """Import a public name at its first use.

    The command line asks for none of them in its first milliseconds, and must not wait for them.
    """
    if name == "Client":
        from shotlog.service.client import Client

        return Client
    if name == "AsyncClient":
        from shotlog.service.aclient import AsyncClient

        return AsyncClient
    if name == "__version__":
        from shotlog._version import __version__

        return __version__
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""Shotlog logs every shot of an edit: shot size, camera move and highlights, as markers."""

# Type checkers treat this as true. Importing typing for it would double this module's import time.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from shotlog._version import __version__
    from shotlog.schema import Edit, Log
    from shotlog.service.client import AsyncClient, Client
    from shotlog.service.protocol import (
        AnalysisOptions,
        JobInfo,
        JobList,
        JobState,
        Pong,
        Priority,
        ProgressEvent,
        StatusReport,
        Welcome,
    )

__all__ = [
    "AnalysisOptions",
    "AsyncClient",
    "Client",
    "Edit",
    "JobInfo",
    "JobList",
    "JobState",
    "Log",
    "Pong",
    "Priority",
    "ProgressEvent",
    "StatusReport",
    "Welcome",
    "__version__",
]

_MODULES = {
    "AsyncClient": "shotlog.service.client.async_client",
    "Client": "shotlog.service.client.client",
    "Edit": "shotlog.schema.ranges",
    "Log": "shotlog.schema.findings",
}
"""Modules of the names that :mod:`shotlog.service.protocol.messages` does not define."""


def __getattr__(name: str) -> object:
    """Import a name of ``__all__`` on first use."""
    # The import of the client takes half a second, which a command that needs only the version, or
    # nothing of this, must not wait for.
    if name == "__version__":
        from shotlog._version import __version__

        return __version__
    if name in __all__:
        from importlib import import_module

        return getattr(import_module(_MODULES.get(name, "shotlog.service.protocol")), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

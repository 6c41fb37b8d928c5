"""Shotlog logs every shot of an edit: shot size, camera move and highlights, as markers."""

TYPE_CHECKING = False  # that of typing would be half of what this takes to be imported
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
"""Where names are defined that are not messages of the daemon."""


def __getattr__(name: str) -> object:
    """Import a name when it is asked for.

    The command line asks for the version alone, in its first milliseconds, and the client takes
    half a second to be imported.
    """
    if name == "__version__":
        from shotlog._version import __version__

        return __version__
    if name in __all__:
        from importlib import import_module

        return getattr(import_module(_MODULES.get(name, "shotlog.service.protocol")), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

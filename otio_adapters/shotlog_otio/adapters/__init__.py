"""Adapters of OpenTimelineIO, by name: they claim no suffix and no hook.

Each is a module that OpenTimelineIO loads when it is asked for by its name, in any program that has
this package installed; ``plugin_manifest.json`` lists them.
"""

__all__: list[str] = []
